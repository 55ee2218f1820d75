"""From folder to listed, dated and pictured assets, and what is kept between starts."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from media_server.catalog.database import Catalog
from media_server.library.service import LibraryService, Parts
from media_server.library.status import StatusBoard
from media_server.media.jail.pool import JailPool
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading
from media_server.store.small import SmallStore
from support.library import InstantJails, digest_of, make_served
from support.media import noise, picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import CountingJails, Served


def created(served: Served, data: bytes) -> float:
    return served.listing()[digest_of(data)].original_creation_date


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_every_format_is_listed_and_pictured(served: Served, form: str) -> None:
    data = picture(5, form=form)
    served.write(f"a.{form.lower()}", data)
    served.run()
    assert served.grids() == {digest_of(data)}
    assert served.counts().failed == 0


def test_capture_time_is_the_creation_date(served: Served) -> None:
    with_offset = picture(1, taken="2020:01:02 03:04:05", offset="+02:00")
    local = picture(2, taken="2020:07:02 03:04:05")
    early = picture(3, taken="1950:01:02 03:04:05", offset="+00:00")
    for number, data in enumerate((with_offset, local, early)):
        served.write(f"{number}.jpg", data)
    served.run()
    assert created(served, with_offset) == 1577927045
    assert created(served, local) == time.mktime((2020, 7, 2, 3, 4, 5, 0, 0, -1))
    assert created(served, early) == -631054555


def test_creation_date_without_capture_time_is_fixed_when_first_seen(served: Served) -> None:
    path = served.write("a.jpg", picture(1))
    served.run()
    before = created(served, picture(1))
    assert before == pytest.approx(os.stat(path).st_ctime)
    time.sleep(0.02)
    os.utime(path)
    os.rename(path, served.at("b.jpg"))
    served.run()
    assert os.stat(served.at("b.jpg")).st_ctime > before
    assert created(served, picture(1)) == before


def test_damaged_pictures_are_listed_and_cost_one_row_each(served: Served) -> None:
    whole = picture(1, size=(400, 300))
    files = {
        "truncated.jpg": whole[: len(whole) // 2],
        "empty.jpg": b"",
        "text.jpg": b"no picture at all",
        "mislabelled.jpg": picture(2, form="PNG"),
        "whole.jpg": whole,
    }
    for name, data in files.items():
        served.write(name, data)
    served.run()
    assert served.paths() == {name: digest_of(data) for name, data in files.items()}
    assert served.grids() >= {digest_of(whole), digest_of(files["mislabelled.jpg"])}
    counts = served.counts()
    assert (counts.unpictured, counts.rough, counts.unhashed) == (0, 0, 0)
    failed = counts.failed
    jails: CountingJails = served.jails  # type: ignore[assignment]
    tried = dict(jails.sources)
    served.run()
    assert dict(jails.sources) == tried  # what failed is not tried again
    assert served.counts().failed == failed


def test_drawings_are_listed_and_never_looked_into(served: Served) -> None:
    served.write("a.svg", noise(1, 300))
    served.run()
    assert set(served.paths()) == {"a.svg"}
    assert served.counts().failed == 0
    assert served.jails.sources == {}  # type: ignore[attr-defined]


def test_newest_files_come_first(tmp_path: Path) -> None:
    seen: dict[Task, list[bytes]] = {"probe": [], "grid": []}

    def answer(task: Task, source: bytes | int) -> Outcome:
        assert isinstance(source, bytes)
        seen[task].append(source)
        if task == "grid":
            return Picture("image/webp", 1, 1, b"x")
        when = f"20{int(source.split(b'-')[0]):02}-01-01T00:00:00"
        return Reading("image/jpeg", 1, 1, 1, when, 0, "EXIF:DateTimeOriginal", None)

    served = make_served(tmp_path, InstantJails(answer))
    contents = [noise(number, 100) for number in range(10, 16)]
    for number, content in enumerate(contents):
        path = served.write(f"{number}.jpg", content)
        os.utime(path, (1_000_000_000 - number,) * 2)  # the times of the files run backwards
    served.run()
    assert seen["probe"] == contents
    assert seen["grid"] == contents[::-1]  # by capture time


def test_store_deleted_all_pictures_are_made_again(served: Served) -> None:
    for number in range(3):
        served.write(f"{number}.jpg", picture(number))
    served.run()
    known, grids = served.listing(), served.grids()
    assert len(grids) == 3
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(served.small_path + suffix):
            os.unlink(served.small_path + suffix)
    served.run()
    assert served.grids() == grids
    assert served.listing() == known


def test_catalog_deleted_everything_is_found_again(served: Served) -> None:
    for number in range(3):
        served.write(f"{number}.jpg", picture(number, taken="2020:01:02 03:04:05"))
    served.run()
    known, grids = served.listing(), served.grids()
    for name in os.listdir(served.data_dir):
        if name.startswith("catalog"):
            os.unlink(os.path.join(served.data_dir, name))
    served.run()
    assert (served.listing(), served.grids()) == (known, grids)


def test_grace_period_over_asset_and_renditions_are_forgotten(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.write("b.jpg", picture(2))
    served.run()
    digest = digest_of(picture(1))
    small, large = SmallStore(served.small_path), served.large()
    from media_server.model.digest import Digest

    thumbnail = large.put(Digest.parse(digest), "thumbnail", b"png")
    assert thumbnail is not None
    os.unlink(served.at("a.jpg"))
    served.run()
    assert served.counts().missing == 1
    assert small.get(bytes.fromhex(digest), "grid")
    served.grace_s = 0
    served.run()
    assert served.counts().assets == 1
    assert small.get(bytes.fromhex(digest), "grid") is None
    assert not os.path.exists(thumbnail)
    assert small.count() == 1
    small.close()


@pytest.mark.parametrize("back", [False, True])
def test_purge_cut_short_forgets_nothing_half(served: Served, *, back: bool) -> None:
    served.write("a.jpg", picture(1))
    served.run()
    os.unlink(served.at("a.jpg"))
    served.run()

    class CutError(Exception):
        pass

    class BrokenStore(SmallStore):
        def remove(self, digests: Iterable[bytes]) -> None:
            if back:
                super().remove(digests)
            raise CutError

    from media_server.library.settle import purge_missing

    catalog = Catalog(served.catalog_path)
    with pytest.raises(CutError):
        purge_missing(catalog, BrokenStore(served.small_path), served.large(), grace_s=0)
    catalog.close()
    if back:
        served.write("a.jpg", picture(1))
    served.grace_s = 0
    served.run()
    small = SmallStore(served.small_path)
    assert small.count() == (1 if back else 0)
    assert (small.get(bytes.fromhex(digest_of(picture(1))), "grid") is not None) == back
    small.close()


# Greets like a jail, then dies of every source.
_KILLER = """
import os, socket, sys
sys.path[:] = {path!r}
from media_server.media.jail import wire
connection = socket.socket(fileno=int(sys.argv[-1]))
wire.decode_setup(wire.receive_frame(connection))
layers = wire.Layers(privileges="on", memory="on", landlock="on (ABI 7)", seccomp="on")
wire.send_frame(connection, wire.encode_greeting(wire.Greeting(layers, True)))
request = wire.decode_request(wire.receive_frame(connection))
with open({log!r}, "a") as log:
    log.write(request.task + "\\n" * len(request.sources))
os.abort()
"""


def test_file_that_kills_its_jail_is_parked_for_good(tmp_path: Path) -> None:
    log = tmp_path / "tasks"
    script = _KILLER.format(path=sys.path, log=str(log))
    pool = JailPool(size=1, command=[sys.executable, "-c", script])
    try:
        served = make_served(tmp_path, pool)
        served.write("poison.jpg", picture(1))
        served.run()
        tried = log.read_text()
        assert 1 <= tried.count("probe") <= 2
        assert "grid" not in tried
        assert set(served.listing()) == {digest_of(picture(1))}
        counts = served.counts()
        assert counts.parked >= 1
        assert counts.unpictured == 0
        served.run()
        assert log.read_text() == tried
    finally:
        pool.close()


def test_poison_does_not_cost_its_neighbours(tmp_path: Path) -> None:
    def answer(task: Task, source: bytes | int) -> Outcome:
        if source == b"poison":
            return Failure("jail_died", "the decoder process was ended by signal 11")
        if task == "grid":
            return Picture("image/webp", 1, 1, b"x")
        return Reading("image/jpeg", 1, 1, 1, None, None, None, None)

    served = make_served(tmp_path, InstantJails(answer))
    for number in range(20):
        served.write(f"{number}.jpg", noise(number, 100))
    served.write("poison.jpg", b"poison")
    served.run()
    assert len(served.listing()) == 21
    assert len(served.grids()) == 20


def test_original_changed_before_its_picture_is_made_is_read_again(tmp_path: Path) -> None:
    old, new = noise(1, 200), noise(2, 200)

    def answer(task: Task, source: bytes | int) -> Outcome:
        if task == "grid":
            assert isinstance(source, bytes)
            return Picture("image/webp", 1, 1, source)
        if source == old:
            served.write("a.jpg", new)
        return Reading("image/jpeg", 1, 1, 1, None, None, None, None)

    served = make_served(tmp_path, InstantJails(answer))
    served.write("a.jpg", old)
    served.run()
    small = SmallStore(served.small_path)
    # Never the new file's picture under the old file's digest.
    assert small.get(bytes.fromhex(digest_of(old)), "grid") is None
    small.close()
    # And no second scan is needed for the new one.
    assert set(served.listing()) == {digest_of(new)}
    assert served.grids() == {digest_of(new)}


def test_large_original_changed_while_decoded_gives_no_picture(tmp_path: Path) -> None:
    old = noise(1, 100_000)

    def answer(task: Task, source: bytes | int) -> Outcome:
        if task == "grid":
            with open(served.at("a.jpg"), "ab") as file:
                file.write(b"more")
            return Picture("image/webp", 1, 1, b"of something else")
        return Reading("image/jpeg", 1, 1, 1, None, None, None, None)

    served = make_served(tmp_path, InstantJails(answer))
    served.write("a.jpg", old)
    served.run()
    small = SmallStore(served.small_path)
    assert small.get(bytes.fromhex(digest_of(old)), "grid") is None
    small.close()


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_no_descriptor_is_left_open(quick: Served) -> None:
    quick.run()
    before = open_descriptors()
    for number in range(30):
        quick.write(f"{number}/a.jpg", noise(number, 70_000))
        quick.write(f"{number}/b.jpg", noise(number, 70_000))
    quick.write("c.jpg", noise(99, 100))
    quick.run()
    assert open_descriptors() <= before


class Running:
    """A service at work in a thread, as in the library process."""

    def __init__(self, served: Served, *, interval_s: int = 0) -> None:
        served.serve()
        self.catalog, self.small = Catalog(served.catalog_path), SmallStore(served.small_path)
        self.board = StatusBoard()
        self.service = LibraryService(
            Parts(self.catalog, self.small, served.large(), served.jails, self.board),
            rescan_interval_s=interval_s,
            grace_s=served.grace_s,
            skipped_folder=(0, 0),
        )
        self.thread = threading.Thread(target=self.service.run)

    def __enter__(self) -> Running:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.service.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()
        self.small.close()
        self.catalog.close()


def wait_for(condition: object, timeout_s: float = 5.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.02)


def test_without_an_interval_it_scans_once(quick: Served) -> None:
    with Running(quick) as running:
        wait_for(lambda: running.board.read().step == "idle")
        quick.write("a.jpg", noise(1, 100))
        time.sleep(0.5)
        assert quick.listing() == {}
        running.service.wake()
        wait_for(lambda: len(quick.listing()) == 1)
        assert running.board.read().scans == 2


def test_with_an_interval_it_scans_again(quick: Served) -> None:
    with Running(quick, interval_s=1):
        quick.write("a.jpg", noise(1, 100))
        wait_for(lambda: len(quick.listing()) == 1)
        shutil.move(quick.at("a.jpg"), quick.at("a.txt"))
        wait_for(lambda: quick.listing() == {})


def test_told_to_stop_in_the_middle_it_keeps_what_is_done(quick: Served) -> None:
    for number in range(300):
        quick.write(f"{number}.jpg", noise(number, 100))
    with Running(quick) as running:
        wait_for(lambda: running.board.read().step != "starting")
    quick.run()
    assert len(quick.listing()) == 300
