"""Files are read and met once, whatever happens to them meanwhile."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from media_server.catalog.database import open_catalog
from media_server.library import first_pass as module
from media_server.library.first_pass import FirstPass
from media_server.library.original_pass import OriginalPass
from media_server.library.pictures import Pictures
from media_server.library.read import read_file
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading
from media_server.store.small import SmallStore
from support.library import InstantJails, digest_of, make_served
from support.media import noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from media_server.library.read import ReadFile
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import Served

LARGE = noise(1, 3_000_000)


def first_pass(served: Served, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Scan, and read what is pending."""
    served.scan()
    catalog = open_catalog(served.catalog_path)
    with closing(catalog), closing(SmallStore(served.small_path)) as store:
        return FirstPass(catalog, store, served.jails, threads=2, stopping=stopping).run()


def preview(task: Task, source: bytes | int) -> Outcome:
    """Every file has a camera's preview, but decoding it fails."""
    if task == "grid":
        return Failure("corrupt", "the decoder failed")
    picture = Picture("image/jpeg", 2, 1, b"embedded")
    return Reading("image/jpeg", 9, 8, 1, None, None, None, picture)


def test_same_content_is_probed_once(quick: Served) -> None:
    for number in range(50):
        quick.write(f"{number}.jpg", noise(1, 300))
    for number in range(3):
        quick.write(f"large{number}.jpg", LARGE)
    assert first_pass(quick) == 53
    assert quick.jails.sources == {"probe": 2}  # type: ignore[attr-defined]
    assert quick.counts().assets == 2
    assert first_pass(quick) == 0


def test_huge_files_are_read_behind_all_others(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def read_and_note(fd: int, *, stopping: Callable[[], bool]) -> ReadFile:
        sizes.append(os.fstat(fd).st_size)
        return read_file(fd, stopping=stopping)

    monkeypatch.setattr(module, "_HUGE_BYTES", 1_000)
    monkeypatch.setattr(module, "read_file", read_and_note)
    for at, size in enumerate((2_000, 300, 1_001, 1_000)):  # the newest first
        path = quick.write(f"{at}.jpg", noise(at, size))
        os.utime(path, (1_000_000 - at, 1_000_000 - at))
    assert first_pass(quick) == 4
    assert sizes == [300, 1_000, 2_000, 1_001]


def test_what_has_a_preview_shows_something_at_once(tmp_path: Path) -> None:
    served = make_served(tmp_path, InstantJails(preview))
    served.write("a.jpg", noise(1, 300))
    first_pass(served)
    assert served.grids() == {digest_of(noise(1, 300))}
    assert served.counts().rough == 1


def test_preview_stays_where_decoding_fails(tmp_path: Path) -> None:
    served = make_served(tmp_path, InstantJails(preview))
    served.write("a.jpg", noise(1, 300))
    served.run()
    assert served.grids() == {digest_of(noise(1, 300))}
    counts = served.counts()
    assert (counts.rough, counts.failed) == (0, 1)


def test_file_that_grows_while_it_is_read(quick: Served) -> None:
    path = quick.write("a.svg", LARGE)

    def grow_once() -> bool:
        if os.path.getsize(path) == len(LARGE):
            with open(path, "ab") as file:
                file.write(b"more")
        return False

    first_pass(quick, stopping=grow_once)
    assert quick.paths() == {"a.svg": digest_of(LARGE + b"more")}


def test_file_that_never_settles_is_left_for_the_next_scan(quick: Served) -> None:
    path = quick.write("a.svg", LARGE)
    quick.write("b.svg", noise(2, 300))
    changes = [0]

    def grow() -> bool:
        changes[0] += 1
        with open(path, "ab") as file:
            file.write(b"more")
        return False

    first_pass(quick, stopping=grow)
    assert quick.paths() == {"b.svg": digest_of(noise(2, 300))}
    assert quick.counts().failed == 1
    first_pass(quick)
    with open(path, "rb") as file:
        assert quick.paths()["a.svg"] == digest_of(file.read())
    assert quick.counts().failed == 0


def test_told_to_stop_it_keeps_what_it_has_read(quick: Served) -> None:
    for number in range(1_000):
        quick.write(f"{number}.svg", noise(number, 50))
    asked = [0]

    def stopping() -> bool:
        asked[0] += 1
        return asked[0] > 2

    assert 0 < first_pass(quick, stopping=stopping) < 1_000
    listed = len(quick.listing())
    assert 0 < listed < 1_000
    assert quick.counts().unhashed == 1_000 - listed
    assert quick.counts().failed == 0
    first_pass(quick)
    assert len(quick.listing()) == 1_000


def test_told_to_stop_in_the_middle_of_a_file_it_stays_pending(quick: Served) -> None:
    quick.write("a.svg", LARGE)
    asked = iter([False])
    first_pass(quick, stopping=lambda: next(asked, True))
    assert quick.counts().unhashed == 1
    assert quick.counts().failed == 0


def test_picture_pass_told_to_stop_keeps_what_is_made(tmp_path: Path) -> None:
    def answer(task: Task, source: bytes | int) -> Outcome:
        made = Picture("image/webp", 1, 1, b"x")
        return made if task == "grid" else Reading("image/jpeg", 1, 1, 1, None, None, None, None)

    served = make_served(tmp_path, InstantJails(answer))
    for number in range(200):
        served.write(f"{number}.jpg", noise(number, 50))
    first_pass(served)
    asked = iter([False])
    catalog = open_catalog(served.catalog_path)
    with closing(catalog), closing(SmallStore(served.small_path)) as store:
        settled = OriginalPass(
            catalog,
            served.jails,
            Pictures(catalog, store),
            ahead=2,
            stopping=lambda: next(asked, True),
        ).run()
        assert store.count() == settled
    assert 0 < settled < 200
    assert served.counts().unpictured == 200 - settled
    served.run()
    assert len(served.grids()) == 200
