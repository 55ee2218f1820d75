"""A digest belongs to the bytes between two equal stats of one open file."""

from __future__ import annotations

import os
import time
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from media_server.library.read import SMALL_FILE_BYTES, close_source, file_stat, read_file
from media_server.model.errors import FileUnreadable, FileUnsettled, FileVanished
from support.media import noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SMALL, LARGE = noise(1, 1_000), noise(2, 3_000_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def opened(path: Path, content: bytes) -> int:
    path.write_bytes(content)
    return os.open(path, os.O_RDONLY)


@pytest.mark.parametrize(
    "size_bytes", [0, 1, SMALL_FILE_BYTES - 1, SMALL_FILE_BYTES, SMALL_FILE_BYTES + 1, 2_500_000]
)
def test_digest_is_that_of_the_bytes(path: Path, size_bytes: int) -> None:
    content = noise(7, size_bytes)
    read = read_file(opened(path, content))
    assert read.digest == sha256(content).digest()
    assert read.stat.size_bytes == size_bytes
    close_source(read.source)


def test_small_file_comes_as_bytes_and_its_descriptor_is_closed(path: Path) -> None:
    fd = opened(path, SMALL)
    assert read_file(fd).source == SMALL
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


def test_large_file_comes_as_its_descriptor(path: Path) -> None:
    fd = opened(path, LARGE)
    source = read_file(fd).source
    assert source == fd
    assert os.pread(fd, 10, 0) == LARGE[:10]
    close_source(source)


def changing(change: Callable[[], None], *, times: int) -> Callable[[], bool]:
    """Something to ask whether to stop, which says no, and makes changes when asked."""
    left = [times]

    def stopping() -> bool:
        if left[0]:
            left[0] -= 1
            change()
        return False

    return stopping


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def overwrite(path: Path) -> None:
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"X")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def shrink(path: Path) -> None:
    os.truncate(path, 2_000_000)


@pytest.mark.parametrize("change", [grow, overwrite, shrink])
def test_file_that_changed_once_is_read_again(path: Path, change: Callable[[Path], None]) -> None:
    fd = opened(path, LARGE)
    read = read_file(fd, stopping=changing(lambda: change(path), times=1))
    assert read.digest == sha256(path.read_bytes()).digest()
    assert read.digest != sha256(LARGE).digest()
    assert read.stat == file_stat(fd)
    os.close(fd)


def test_file_that_grows_all_the_time_is_left(path: Path) -> None:
    fd = opened(path, LARGE)
    with pytest.raises(FileUnsettled):
        read_file(fd, stopping=changing(lambda: grow(path), times=100))
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)


def test_told_to_stop_it_has_no_digest(path: Path) -> None:
    with pytest.raises(FileUnsettled):
        read_file(opened(path, LARGE), stopping=lambda: True)


@pytest.mark.parametrize("ahead_s", [0, 86_400])
def test_fresh_file_is_given_a_moment_whatever_its_mtime_says(path: Path, ahead_s: int) -> None:
    fd = opened(path, SMALL)
    os.utime(path, (time.time() + ahead_s,) * 2)
    changed_ns = os.fstat(fd).st_ctime_ns
    read_file(fd)
    # A change from now on falls in a later tick of the kernel's clock, so its stat differs.
    assert time.time_ns() - changed_ns >= 50_000_000


def test_folder_is_no_file(tmp_path: Path) -> None:
    fd = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(FileVanished):
        read_file(fd)


def test_disk_that_fails_is_told_from_a_program_that_fails() -> None:
    # Reading at 0 gives EIO, whoever asks.
    with pytest.raises(FileUnreadable) as caught:
        read_file(os.open("/proc/self/mem", os.O_RDONLY))
    assert str(caught.value)
