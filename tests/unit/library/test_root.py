"""Nothing outside the library is opened, whatever the path says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.catalog.assets import FileAt
from media_server.catalog.files import FileStat
from media_server.library.original import open_original
from media_server.library.read import file_stat
from media_server.library.root import Root
from media_server.library.roots import Roots
from media_server.model.errors import (
    FileUnreadable,
    FileUnsettled,
    FileVanished,
    OutsideLibrary,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos" / "album").mkdir(parents=True)
    (tmp_path / "photos" / "album" / "a.jpg").write_bytes(b"inside")
    (tmp_path / "photos" / "b.jpg").write_bytes(b"also inside")
    (tmp_path / "secret.jpg").write_bytes(b"outside")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.jpg").write_bytes(b"outside")
    return tmp_path / "photos"


def read(root: Root, folder_path: bytes, name: bytes) -> bytes:
    fd = root.open_file(folder_path, name)
    try:
        return os.read(fd, 100)
    finally:
        os.close(fd)


def test_opens_files_of_the_library(folder: Path) -> None:
    with Root(os.fsencode(folder)) as root:
        assert read(root, b"album", b"a.jpg") == b"inside"
        assert read(root, b"", b"b.jpg") == b"also inside"


def test_follows_a_link_to_a_file_inside(folder: Path) -> None:
    (folder / "link.jpg").symlink_to("album/a.jpg")
    (folder / "album" / "up.jpg").symlink_to("../b.jpg")
    with Root(os.fsencode(folder)) as root:
        assert read(root, b"", b"link.jpg") == b"inside"
        assert read(root, b"album", b"up.jpg") == b"also inside"


@pytest.mark.parametrize("target", ["../secret.jpg", "/etc/passwd", "out/a.jpg", "/proc/self/mem"])
def test_refuses_a_link_that_leads_out(folder: Path, target: str) -> None:
    (folder / "out").symlink_to("../other")
    (folder / "link.jpg").symlink_to(target)
    with Root(os.fsencode(folder)) as root, pytest.raises(OutsideLibrary):
        root.open_file(b"", b"link.jpg")


@pytest.mark.parametrize("path", [b"out", b"out/deep", b"album/up"])
def test_goes_through_no_linked_folder(folder: Path, path: bytes) -> None:
    (folder / "out").symlink_to("../other")
    (folder / "album" / "up").symlink_to("..")
    with Root(os.fsencode(folder)) as root:
        with pytest.raises(FileUnreadable):
            root.open_file(path, b"a.jpg")
        with pytest.raises(OSError, match="directory"):
            root.open_folder(path)


def test_a_folder_swapped_for_another_is_noticed(folder: Path) -> None:
    with Root(os.fsencode(folder)) as root:
        assert read(root, b"album", b"a.jpg") == b"inside"
        (folder / "album").rename(folder / "away")
        (folder / "album").mkdir()
        (folder / "album" / "new.jpg").write_bytes(b"new")
        assert read(root, b"album", b"new.jpg") == b"new"


def test_many_folders_keep_few_descriptors(folder: Path) -> None:
    for number in range(100):
        (folder / str(number)).mkdir()
        (folder / str(number) / "a.jpg").write_bytes(b"x")
    with Root(os.fsencode(folder)) as root:
        before = len(os.listdir("/proc/self/fd"))
        for number in range(100):
            read(root, str(number).encode(), b"a.jpg")
        assert len(os.listdir("/proc/self/fd")) - before <= 40


def test_missing_things_say_so(folder: Path) -> None:
    with Root(os.fsencode(folder)) as root:
        for path, name in ((b"", b"none.jpg"), (b"none", b"a.jpg"), (b"b.jpg", b"a.jpg")):
            with pytest.raises(FileVanished):
                root.open_file(path, name)


def test_root_must_be_a_folder(folder: Path) -> None:
    with pytest.raises(NotADirectoryError):
        Root(os.fsencode(folder / "b.jpg"))


def file_at(folder: Path, name: str) -> FileAt:
    found = (folder / name).stat()
    stat = FileStat(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
    return FileAt(1, 1, os.fsencode(folder), b"", name.encode(), stat, b"d" * 32)


class TestOriginal:
    def test_small_comes_as_bytes(self, folder: Path) -> None:
        with Roots() as roots:
            assert open_original(roots, file_at(folder, "b.jpg")) == (b"also inside", None)

    def test_large_comes_as_two_descriptors(self, folder: Path) -> None:
        (folder / "large.jpg").write_bytes(bytes(100_000))
        at = file_at(folder, "large.jpg")
        with Roots() as roots:
            source, kept = open_original(roots, at)
        assert isinstance(source, int)
        assert kept is not None
        assert file_stat(source) == file_stat(kept) == at.stat
        os.close(source)
        os.close(kept)

    @pytest.mark.parametrize("size_bytes", [11, 100_000])
    def test_another_version_is_refused(self, folder: Path, size_bytes: int) -> None:
        (folder / "c.jpg").write_bytes(bytes(size_bytes))
        at = file_at(folder, "c.jpg")
        (folder / "d.jpg").write_bytes(b"x" * size_bytes)
        (folder / "d.jpg").rename(folder / "c.jpg")
        with Roots() as roots, pytest.raises(FileUnsettled):
            open_original(roots, at)

    def test_library_away_is_one_error_of_the_file(self, folder: Path) -> None:
        at = file_at(folder, "b.jpg")
        folder.rename(folder.with_name("away"))
        with Roots() as roots, pytest.raises(FileUnreadable):
            open_original(roots, at)
