"""Whatever happens to files between two scans has a defined result."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from media_server.library.reconcile import Interrupted
from support.library import digest_of, make_served
from support.media import noise, picture
from support.opens import recording_opens
from support.powers import obeying_permissions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.library import Served

A, B, C = (noise(number, 500) for number in (1, 2, 3))


def test_new_file_is_listed_under_its_digest_and_full_path(quick: Served) -> None:
    path = quick.write("one/a.jpg", A)
    quick.run()
    entry = quick.listing()[digest_of(A)]
    assert entry.file_path == path
    assert entry.last_modified == pytest.approx(os.stat(path).st_mtime)
    assert entry.original_creation_date == pytest.approx(os.stat(path).st_ctime)


def test_digest_is_that_of_sha256sum_for_empty_small_and_large_files(quick: Served) -> None:
    contents = [b"", b"x", noise(1, 65_536), noise(2, 65_537), noise(3, 3_000_001)]
    for number, content in enumerate(contents):
        quick.write(f"{number}.jpg", content)
    quick.run()
    assert quick.paths() == {f"{n}.jpg": digest_of(one) for n, one in enumerate(contents)}


def test_changed_file_gives_up_its_old_digest(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.run()
    quick.write("a.jpg", B)
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(B)}


def test_change_of_same_size_under_a_restored_mtime_is_seen(quick: Served) -> None:
    path = quick.write("a.jpg", A)
    quick.run()
    before = os.stat(path)
    with open(path, "r+b") as file:
        file.write(B)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert os.stat(path).st_size == before.st_size
    assert os.stat(path).st_mtime_ns == before.st_mtime_ns
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(B)}


def test_change_right_after_reading_is_seen_even_within_a_tick(quick: Served) -> None:
    path = quick.write("a.jpg", A)
    # A time in the future must not make the file look settled.
    os.utime(path, (time.time() + 86_400, time.time() + 86_400))
    quick.run()
    before = os.stat(path)
    with open(path, "r+b") as file:
        file.write(B)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(B)}


def test_touched_file_changes_its_last_modified_only(served: Served) -> None:
    path = served.write("a.jpg", picture(1))
    served.run()
    before = served.listing()[digest_of(picture(1))]
    os.utime(path, (1_000_000_000, 1_000_000_000))
    served.run()
    after = served.listing()[digest_of(picture(1))]
    assert after.last_modified == 1_000_000_000
    assert after == before._replace(last_modified=1_000_000_000)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a.jpg", "b.jpg"),
        ("a.jpg", "A.JPG"),
        ("a.jpg", "new/deep/a.jpg"),
        ("x/a.jpg", "a.jpg"),
        ("a.jpg", "a.png"),
    ],
    ids=["renamed", "case only", "moved down", "moved up", "other type"],
)
def test_moved_file_keeps_asset_date_and_picture(served: Served, before: str, after: str) -> None:
    served.write(before, picture(1))
    served.run()
    known = served.listing()[digest_of(picture(1))]
    decoded = dict(served.jails.sources)  # type: ignore[attr-defined]
    os.makedirs(os.path.dirname(served.at(after)), exist_ok=True)
    os.rename(served.at(before), served.at(after))
    served.run()
    assert served.listing() == {digest_of(picture(1)): known._replace(file_path=served.at(after))}
    assert served.grids() == {digest_of(picture(1))}
    assert dict(served.jails.sources) == decoded  # type: ignore[attr-defined]


def test_moved_file_never_leaves_the_listing(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.run()
    os.rename(quick.at("a.jpg"), quick.at("b.jpg"))
    seen = []
    quick.run(on_planned=lambda: seen.append(set(quick.listing())))
    assert seen
    assert all(digests == {digest_of(A)} for digests in seen)
    assert quick.paths() == {"b.jpg": digest_of(A)}


def test_file_moved_over_another_never_leaves_the_listing(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.write("b.jpg", B + b"of another size")
    quick.run()
    os.replace(quick.at("b.jpg"), quick.at("a.jpg"))
    seen = []
    quick.run(on_planned=lambda: seen.append(set(quick.listing())))
    assert all(digest_of(B + b"of another size") in digests for digests in seen)
    assert quick.paths() == {"a.jpg": digest_of(B + b"of another size")}


def test_many_moved_files_are_not_held(quick: Served) -> None:
    for number in range(120):
        quick.write(f"{number}.jpg", noise(number, 300))
    quick.run()
    os.mkdir(quick.at("moved"))
    for number in range(120):
        os.rename(quick.at(f"{number}.jpg"), quick.at(f"moved/{number}.jpg"))
    states = []
    quick.run(on_planned=lambda: states.append(quick.libraries()[0].state))
    assert set(states) == {"online"}
    assert len(quick.listing()) == 120


def test_renamed_folder_opens_no_file(quick: Served) -> None:
    for number in range(20):
        quick.write(f"old/deep/{number}.jpg", noise(number, 300))
    quick.run()
    os.rename(quick.at("old"), quick.at("new"))
    with recording_opens() as opens:
        quick.run()
    assert [name for name in opens.files if name.endswith(b".jpg")] == []
    assert set(quick.paths()) == {f"new/deep/{number}.jpg" for number in range(20)}


def test_nothing_changed_opens_no_file(quick: Served) -> None:
    quick.write("a/b.jpg", A)
    quick.run()
    with recording_opens() as opens:
        quick.run()
    assert [name for name in opens.files if name.endswith(b".jpg")] == []


def test_originals_are_opened_for_reading_only(served: Served) -> None:
    served.write("a/b.jpg", picture(1))
    served.write("large.jpg", noise(1, 100_000))
    with recording_opens() as opens:
        served.run()
    assert b"b.jpg" in opens.files
    assert b"large.jpg" in opens.files
    assert [name for name in opens.written if name.endswith(b".jpg")] == []


def test_copy_decodes_nothing_and_the_smallest_path_is_shown(served: Served) -> None:
    path = served.write("m.jpg", picture(1))
    served.run()
    decoded = dict(served.jails.sources)  # type: ignore[attr-defined]
    for name in ("z.jpg", "b/c.jpg", "b.jpg"):
        served.write(name, picture(1))
    served.run()
    assert dict(served.jails.sources) == decoded  # type: ignore[attr-defined]
    # "b.jpg" < "b/c.jpg": a dot comes before a slash
    assert served.paths() == {"b.jpg": digest_of(picture(1))}
    os.unlink(served.at("b.jpg"))
    served.run()
    assert served.paths() == {"b/c.jpg": digest_of(picture(1))}
    os.unlink(served.at("b/c.jpg"))
    os.unlink(served.at("z.jpg"))
    served.run()
    assert served.listing()[digest_of(picture(1))].file_path == path


def test_shown_path_does_not_depend_on_the_order_of_writing(quick: Served) -> None:
    for name in ("c.jpg", "ä.jpg", "a.jpg", "Z.jpg"):
        quick.write(name, A)
        quick.run()
    assert quick.paths() == {"Z.jpg": digest_of(A)}


def test_hard_link_is_a_copy(quick: Served) -> None:
    path = quick.write("b.jpg", A)
    quick.run()
    os.link(path, quick.at("a.jpg"))
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(A)}
    os.unlink(quick.at("a.jpg"))
    quick.run()
    assert quick.paths() == {"b.jpg": digest_of(A)}


def test_deleted_file_goes_and_its_return_keeps_the_date(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.run()
    known = quick.listing()[digest_of(A)]
    os.unlink(quick.at("a.jpg"))
    quick.run()
    assert quick.listing() == {}
    assert quick.counts().missing == 1
    time.sleep(0.02)
    quick.write("b.jpg", A)
    quick.run()
    back = quick.listing()[digest_of(A)]
    assert back.original_creation_date == known.original_creation_date
    assert quick.counts().missing == 0


def test_renamed_to_another_type_it_is_no_media_any_more(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.run()
    os.rename(quick.at("a.jpg"), quick.at("a.txt"))
    quick.run()
    assert quick.listing() == {}


def test_file_replaced_by_a_folder_and_back(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.run()
    os.unlink(quick.at("a.jpg"))
    quick.write("a.jpg/b.jpg", B)
    quick.run()
    assert quick.paths() == {"a.jpg/b.jpg": digest_of(B)}
    shutil.rmtree(quick.at("a.jpg"))
    quick.write("a.jpg", C)
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(C)}


def test_folder_replaced_by_a_link_to_it_is_not_followed(quick: Served) -> None:
    quick.write("album/a.jpg", A)
    quick.run()
    os.rename(quick.at("album"), quick.at("real"))
    os.symlink("real", quick.at("album"))
    quick.run()
    assert quick.paths() == {"real/a.jpg": digest_of(A)}


def test_swap_of_two_files_is_seen(quick: Served) -> None:
    quick.write("a.jpg", A)
    quick.write("b.jpg", B)
    quick.run()
    os.rename(quick.at("a.jpg"), quick.at("t"))
    os.rename(quick.at("b.jpg"), quick.at("a.jpg"))
    os.rename(quick.at("t"), quick.at("b.jpg"))
    quick.run()
    assert quick.paths() == {"a.jpg": digest_of(B), "b.jpg": digest_of(A)}


def test_unreadable_file_costs_itself_only_and_is_read_once_it_can_be(quick: Served) -> None:
    path = quick.write("a.svg", A)
    quick.write("b.svg", B)
    os.chmod(path, 0)
    with obeying_permissions():
        quick.run()
    assert quick.paths() == {"b.svg": digest_of(B)}
    assert quick.counts().failed == 1
    os.chmod(path, 0o644)
    quick.run()
    assert quick.paths() == {"a.svg": digest_of(A), "b.svg": digest_of(B)}
    assert quick.counts().failed == 0


def test_file_that_could_not_be_read_is_tried_again_though_nothing_changed(quick: Served) -> None:
    quick.write("album/a.svg", A)
    with obeying_permissions():
        quick.run(on_planned=lambda: os.chmod(quick.at("album"), 0))
        os.chmod(quick.at("album"), 0o755)
        assert quick.listing() == {}
        quick.run()
    assert quick.paths() == {"album/a.svg": digest_of(A)}
    assert quick.counts().failed == 0


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111], ids=["none", "no search", "no list"])
def test_unreadable_folder_is_not_an_empty_folder(quick: Served, mode: int) -> None:
    quick.write("album/a.jpg", A)
    quick.write("album/deep/b.jpg", B)
    quick.run()
    os.chmod(quick.at("album"), mode)
    try:
        with obeying_permissions():
            quick.run()
            assert set(quick.listing()) == {digest_of(A), digest_of(B)}
    finally:
        os.chmod(quick.at("album"), 0o755)


def test_library_may_be_read_only(quick: Served) -> None:
    quick.write("album/a.jpg", A)
    os.chmod(quick.at("album"), 0o555)
    os.chmod(quick.root, 0o555)
    with obeying_permissions():
        quick.run()
    assert quick.paths() == {"album/a.jpg": digest_of(A)}


class TestRoot:
    """Only a root that is surely the same says what is gone."""

    def test_absent(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        known = quick.listing()
        os.rename(quick.root, quick.root + ".away")
        quick.run()
        assert quick.libraries()[0].state == "offline"
        assert quick.listing() == known
        os.rename(quick.root + ".away", quick.root)
        with recording_opens() as opens:
            quick.run()
        assert quick.libraries()[0].state == "online"
        assert quick.listing() == known
        assert [name for name in opens.files if name.endswith(b".jpg")] == []

    def test_empty_and_another_folder(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        known = quick.listing()
        os.rename(quick.root, quick.root + ".away")
        os.mkdir(quick.root)
        quick.run()
        assert quick.libraries()[0].state == "offline"
        assert quick.listing() == known
        os.rmdir(quick.root)
        os.rename(quick.root + ".away", quick.root)
        quick.run()
        assert quick.libraries()[0].state == "online"
        assert quick.listing() == known

    def test_emptied_but_the_same_folder(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        os.unlink(quick.at("a.jpg"))
        quick.run()
        assert quick.libraries()[0].state == "online"
        assert quick.listing() == {}

    def test_another_folder_with_the_same_files(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        known = quick.listing()[digest_of(A)]
        os.rename(quick.root, quick.root + ".away")
        shutil.copytree(quick.root + ".away", quick.root)
        quick.run()
        assert quick.libraries()[0].state == "online"
        assert quick.listing()[digest_of(A)].original_creation_date == known.original_creation_date

    def test_unreadable(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        os.chmod(quick.root, 0)
        try:
            with obeying_permissions():
                quick.run()
        finally:
            os.chmod(quick.root, 0o755)
        assert quick.libraries()[0].state == "offline"
        assert set(quick.listing()) == {digest_of(A)}

    def test_a_file_in_its_place(self, quick: Served) -> None:
        quick.write("a.jpg", A)
        quick.run()
        os.rename(quick.root, quick.root + ".away")
        with open(quick.root, "wb"):
            pass
        quick.run()
        assert quick.libraries()[0].state == "offline"
        assert set(quick.listing()) == {digest_of(A)}

    def test_reached_through_a_link(self, tmp_path: Path, quick: Served) -> None:
        os.symlink(quick.root, tmp_path / "link")
        quick.roots = (str(tmp_path / "link"),)
        quick.write("a.jpg", A)
        os.symlink("a.jpg", quick.at("l.jpg"))
        quick.run()
        assert quick.paths() == {"a.jpg": digest_of(A)}

    def test_offline_library_leaves_the_other_alone(self, tmp_path: Path, quick: Served) -> None:
        both = make_served(tmp_path / "two", quick.jails, libraries=("one", "two"))
        both.write("a.jpg", A)
        both.run()
        os.rename(both.root, both.root + ".away")
        with open(os.path.join(both.roots[1], "b.jpg"), "wb") as file:
            file.write(B)
        both.run()
        assert [one.state for one in both.libraries()] == ["offline", "online"]
        assert set(both.listing()) == {digest_of(A), digest_of(B)}


@pytest.fixture
def mounted(quick: Served) -> Iterator[Callable[[], None]]:
    """Another disk mounted on the folder `disk` below the root; call it to have it unmounted."""
    where = quick.at("disk")
    os.mkdir(where)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", where]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    there = [True]

    def unmount() -> None:
        if there[0]:
            subprocess.run(["umount", where], check=True)
            there[0] = False

    yield unmount
    unmount()


def test_disk_that_is_away_below_the_root_loses_nothing(
    quick: Served, mounted: Callable[[], None]
) -> None:
    quick.write("disk/a.jpg", A)
    quick.write("disk/deep/b.jpg", B)
    quick.write("c.jpg", C)
    quick.run()
    known = quick.listing()
    assert len(known) == 3
    mounted()
    quick.run()
    assert quick.listing() == known
    quick.write("disk/d.jpg", C)  # no longer empty: that is the folder now
    quick.run()
    assert set(quick.listing()) == {digest_of(C)}


class TestLinks:
    def test_to_a_file_inside_is_a_copy_of_it(self, quick: Served) -> None:
        quick.write("z/real.jpg", A)
        os.symlink("z/real.jpg", quick.at("a.jpg"))
        os.symlink(quick.at("z/real.jpg"), quick.at("b.jpg"))
        os.symlink("b.jpg", quick.at("z/chain.jpg"))
        quick.run()
        assert quick.paths() == {"a.jpg": digest_of(A)}
        os.unlink(quick.at("z/real.jpg"))
        quick.run()
        assert quick.listing() == {}

    def test_to_a_file_outside_is_never_read(self, tmp_path: Path, quick: Served) -> None:
        (tmp_path / "secret.jpg").write_bytes(A)
        (tmp_path / "photos-of-others").mkdir()
        (tmp_path / "photos-of-others" / "b.jpg").write_bytes(B)
        os.symlink(tmp_path / "secret.jpg", quick.at("absolute.jpg"))
        os.symlink("../secret.jpg", quick.at("relative.jpg"))
        # a name that begins like the root's
        os.symlink("../photos-of-others/b.jpg", quick.at("prefix.jpg"))
        os.symlink("/proc/self/environ", quick.at("proc.jpg"))
        os.symlink("/etc/passwd", quick.at("etc.jpg"))
        os.symlink("prefix.jpg", quick.at("chain.jpg"))
        with recording_opens() as opens:
            quick.run()
        assert quick.listing() == {}
        assert quick.counts().files == 0
        assert [name for name in opens.files if name.endswith((b".jpg", b"passwd"))] == []

    def test_to_a_folder_is_not_followed(self, tmp_path: Path, quick: Served) -> None:
        quick.write("real/a.jpg", A)
        os.symlink("real", quick.at("aa"))
        os.symlink(".", quick.at("real/loop"))
        os.symlink("..", quick.at("real/up"))
        os.symlink(tmp_path, quick.at("out"))
        os.symlink("real", quick.at("folder.jpg"))
        quick.run()
        assert quick.paths() == {"real/a.jpg": digest_of(A)}
        assert quick.counts().files == 1

    def test_dangling_and_looping_are_harmless(self, quick: Served) -> None:
        os.symlink("nowhere.jpg", quick.at("dangling.jpg"))
        os.symlink("loop2.jpg", quick.at("loop1.jpg"))
        os.symlink("loop1.jpg", quick.at("loop2.jpg"))
        os.symlink("self.jpg", quick.at("self.jpg"))
        quick.write("a.jpg", A)
        quick.run()
        assert quick.paths() == {"a.jpg": digest_of(A)}

    def test_file_swapped_for_a_link_out_after_the_scan(
        self, tmp_path: Path, quick: Served
    ) -> None:
        (tmp_path / "secret.jpg").write_bytes(B)
        quick.write("a.jpg", A)
        quick.scan()
        os.unlink(quick.at("a.jpg"))
        os.symlink(tmp_path / "secret.jpg", quick.at("a.jpg"))

        def swap() -> None:
            os.unlink(quick.at("b.jpg"))
            os.symlink(tmp_path / "secret.jpg", quick.at("b.jpg"))

        quick.write("b.jpg", C)
        quick.run(on_planned=lambda: None if os.path.islink(quick.at("b.jpg")) else swap())
        assert digest_of(B) not in quick.listing()

    def test_folder_swapped_for_a_link_out_after_the_scan(
        self, tmp_path: Path, quick: Served
    ) -> None:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "a.jpg").write_bytes(B)
        quick.write("album/a.jpg", A)

        def swap() -> None:
            if not os.path.islink(quick.at("album")):
                os.rename(quick.at("album"), quick.root + ".album")
                os.symlink(tmp_path / "other", quick.at("album"))

        quick.run(on_planned=swap)
        assert quick.listing() == {}


class TestNeverOpened:
    def test_fifo_socket_and_folder_with_a_media_name(self, quick: Served) -> None:
        os.mkfifo(quick.at("pipe.jpg"))
        os.mkdir(quick.at("folder.jpg"))
        listener = socket.socket(socket.AF_UNIX)
        here = os.open(quick.root, os.O_RDONLY)
        try:
            # the path of a socket may have 107 bytes only
            listener.bind(f"/proc/self/fd/{here}/socket.jpg")
            with recording_opens() as opens:
                quick.run()
        finally:
            os.close(here)
            listener.close()
        assert quick.listing() == {}
        assert [name for name in opens.files if name.endswith(b".jpg")] == []

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
    def test_device(self, quick: Served) -> None:
        try:
            os.mknod(quick.at("zero.jpg"), 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("devices may not be made here")
        quick.run()
        assert quick.listing() == {}

    def test_fifo_in_the_place_of_a_file_blocks_nothing(self, quick: Served) -> None:
        quick.write("a.jpg", A)

        def swap() -> None:
            os.unlink(quick.at("a.jpg"))
            os.mkfifo(quick.at("a.jpg"))

        def unblock() -> None:
            os.close(os.open(quick.at("a.jpg"), os.O_RDWR))

        # Opened as usual, it would wait for a writer; this one comes too late to pass.
        writer = threading.Timer(4.0, unblock)
        writer.start()
        began_s = time.monotonic()
        quick.run(on_planned=lambda: swap() if os.path.isfile(quick.at("a.jpg")) else None)
        assert time.monotonic() - began_s < 3
        writer.cancel()
        assert quick.listing() == {}

    def test_thumbnails_folders_at_any_depth(self, quick: Served) -> None:
        quick.write(".thumbnails/a.jpg", A)
        quick.write("x/y/.thumbnails/deep/b.jpg", B)
        quick.write(".hidden/c.jpg", C)
        quick.run()
        assert quick.paths() == {".hidden/c.jpg": digest_of(C)}

    def test_data_dir_inside_the_served_folder(self, quick: Served) -> None:
        quick.data_dir = quick.at("program's data")
        os.mkdir(quick.data_dir)
        quick.write("program's data/a.jpg", A)
        quick.write("b.jpg", B)
        quick.run()
        assert quick.paths() == {"b.jpg": digest_of(B)}


class TestNames:
    def test_any_text_comes_back_as_it_is(self, quick: Served) -> None:
        names = [
            "new\nline.jpg",
            "tab\t\r.jpg",
            "quo\"te's.jpg",
            "back\\slash.jpg",
            "%20.jpg",
            "emoji 🏞️.jpg",
            "-rf.jpg",
            "</script>.jpg",
            "\u202erevers.jpg",
            "\x01\x7f.jpg",
            " .jpg",
            "e\u0301.jpg",
            "é.jpg",
            "x" * 251 + ".jpg",
        ]
        for number, name in enumerate(names):
            quick.write(f"{name}/{name}", noise(number, 300))
        quick.run()
        assert set(quick.paths()) == {f"{name}/{name}" for name in names}

    def test_invalid_utf8_is_shown_with_replacement_characters(self, quick: Served) -> None:
        folder = os.fsencode(quick.root) + b"/caf\xe9"
        os.mkdir(folder)
        for name, content in ((b"\xff\xfe.jpg", A), (b"caf\xe9.jpg", B)):
            with open(folder + b"/" + name, "wb") as file:
                file.write(content)
        quick.write("plain.jpg", C)
        quick.run()
        assert quick.paths() == {
            "caf\ufffd/\ufffd\ufffd.jpg": digest_of(A),
            "caf\ufffd/caf\ufffd.jpg": digest_of(B),
            "plain.jpg": digest_of(C),
        }
        os.rename(folder, os.fsencode(quick.root) + b"/\xc3\x28")
        quick.run()
        assert "\ufffd(/caf\ufffd.jpg" in quick.paths()

    def test_root_that_is_no_utf8(self, tmp_path: Path, quick: Served) -> None:
        root = os.fsencode(tmp_path) + b"/fot\xf6s"
        os.mkdir(root)
        quick.roots = (os.fsdecode(root),)
        with open(root + b"/a.jpg", "wb") as file:
            file.write(A)
        quick.run()
        assert quick.listing()[digest_of(A)].file_path == f"{tmp_path}/fot\ufffds/a.jpg"

    def test_folders_deeper_than_a_path_can_say(self, quick: Served) -> None:
        name, depth = "a long name of a folder", 1_000
        here = os.open(quick.root, os.O_RDONLY)
        for _ in range(depth):
            os.mkdir(name, dir_fd=here)
            below = os.open(name, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        for file_name, content in (("a.jpg", A), ("b.jpg", B)):
            out = os.open(file_name, os.O_WRONLY | os.O_CREAT, dir_fd=here)
            os.write(out, content)
            os.close(out)
        os.symlink("a.jpg", "link.jpg", dir_fd=here)
        quick.run()
        assert set(quick.paths()) == {f"{name}/" * depth + "a.jpg", f"{name}/" * depth + "b.jpg"}
        os.close(here)
        # shutil.rmtree would exhaust the stack
        subprocess.run(["rm", "-rf", quick.at(name)], check=True)
        quick.run()
        assert quick.paths() == {}


class TestHeld:
    """A scan that would lose much waits for a human."""

    def lose(self, served: Served, *, files: int, of: int) -> None:
        for number in range(of):
            served.write(f"{'gone' if number < files else 'kept'}/{number}.jpg", noise(number, 99))
        served.run()
        os.rename(served.at("gone"), served.root + ".gone")
        served.run()

    def test_until_confirmed(self, quick: Served) -> None:
        self.lose(quick, files=120, of=200)
        (library,) = quick.libraries()
        assert (library.state, library.held_removals) == ("held", 120)
        assert len(quick.listing()) == 200
        quick.run()
        assert len(quick.listing()) == 200
        assert quick.confirm() == 120
        (library,) = quick.libraries()
        assert (library.state, library.held_removals) == ("online", 0)
        assert len(quick.listing()) == 80
        quick.run()
        assert quick.libraries()[0].state == "online"

    def test_until_the_files_are_back(self, quick: Served) -> None:
        self.lose(quick, files=120, of=200)
        os.rename(quick.root + ".gone", quick.at("gone"))
        with recording_opens() as opens:
            quick.run()
        (library,) = quick.libraries()
        assert (library.state, library.held_removals) == ("online", 0)
        assert len(quick.listing()) == 200
        assert [name for name in opens.files if name.endswith(b".jpg")] == []

    def test_until_the_files_turn_up_elsewhere(self, quick: Served) -> None:
        self.lose(quick, files=120, of=200)
        os.rename(quick.root + ".gone", quick.at("found"))
        quick.run()
        assert quick.libraries()[0].state == "online"
        assert sorted(path.split("/")[0] for path in quick.paths()) == (
            ["found"] * 120 + ["kept"] * 80
        )

    @pytest.mark.parametrize(("files", "of"), [(100, 101), (120, 480)])
    def test_not_for_little(self, quick: Served, files: int, of: int) -> None:
        self.lose(quick, files=files, of=of)
        assert quick.libraries()[0].state == "online"
        assert len(quick.listing()) == of - files

    def test_held_survives_offline(self, quick: Served) -> None:
        self.lose(quick, files=120, of=200)
        os.rename(quick.root, quick.root + ".away")
        quick.run()
        assert quick.libraries()[0].state == "offline"
        assert len(quick.listing()) == 200
        os.rename(quick.root + ".away", quick.root)
        quick.run()
        (library,) = quick.libraries()
        assert (library.state, library.held_removals) == ("held", 120)
        assert len(quick.listing()) == 200


class TestSeveralLibraries:
    def test_the_same_asset_in_two_is_one(self, tmp_path: Path, quick: Served) -> None:
        both = make_served(tmp_path / "two", quick.jails, libraries=("one", "two"))
        for root in both.roots:
            with open(os.path.join(root, "a.jpg"), "wb") as file:
                file.write(A)
        both.run()
        assert both.listing()[digest_of(A)].file_path == os.path.join(both.roots[0], "a.jpg")

    def test_one_not_named_is_not_listed_and_comes_back_unread(
        self, tmp_path: Path, quick: Served
    ) -> None:
        both = make_served(tmp_path / "two", quick.jails, libraries=("one", "two"))
        one, two = both.roots
        for root, content in ((one, A), (two, B)):
            with open(os.path.join(root, "x.jpg"), "wb") as file:
                file.write(content)
        both.run()
        known = both.listing()
        both.roots = (two,)
        both.run()
        assert set(both.listing()) == {digest_of(B)}
        both.roots = (one, two)
        with recording_opens() as opens:
            both.run()
        assert both.listing() == known
        assert b"x.jpg" not in opens.files

    def test_dropped_library_is_not_forgotten_by_grace(self, tmp_path: Path, quick: Served) -> None:
        both = make_served(tmp_path / "two", quick.jails, libraries=("one", "two"))
        both.grace_s = 0
        both.write("x.jpg", A)
        both.run()
        both.roots = both.roots[1:]
        both.run()
        assert both.counts().assets == 1


@pytest.mark.parametrize("mtime_s", [-(2**33), -1, 0, 9_999_999_999, 15_000_000_000])
def test_any_mtime_is_taken(quick: Served, mtime_s: int) -> None:
    path = quick.write("a.jpg", A)
    quick.write("b.jpg", B)
    os.utime(path, (0, mtime_s))
    found_s = os.stat(path).st_mtime  # what the file system made of it
    quick.run()
    quick.run()
    assert set(quick.paths()) == {"a.jpg", "b.jpg"}
    shown_s = quick.listing()[digest_of(A)].last_modified
    assert shown_s == pytest.approx(min(found_s, (2**63 - 1) / 1e9))


def test_interrupted_scan_keeps_what_it_did_and_loses_nothing(quick: Served) -> None:
    for folder in range(6):
        quick.write(f"{folder}/a.jpg", noise(folder, 300))
    quick.run()
    known = quick.listing()
    shutil.rmtree(quick.at("0"))
    quick.write("5/b.jpg", A)
    asked = iter([False, False, False, True])
    with pytest.raises(Interrupted):
        quick.scan(stopping=lambda: next(asked))
    assert set(quick.listing()) == set(known)  # what was missed stays until removals are settled
    quick.run()
    assert set(quick.listing()) == (set(known) - {digest_of(noise(0, 300))}) | {digest_of(A)}
