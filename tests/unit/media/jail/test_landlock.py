from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import TYPE_CHECKING

import pytest

from media_server.media.jail.landlock import restrict_files

if TYPE_CHECKING:
    from pathlib import Path


class Kernel:
    """Knows Landlock of one version, and notes what it is asked for."""

    def __init__(self, abi: int) -> None:
        self.abi = abi
        self.ruleset: tuple[int, ...] = ()
        self.rules: list[tuple[int, str]] = []
        self.restricted = False

    def __call__(self, name: str, *arguments: int) -> int:
        assert name == "syscall"
        number, *rest = arguments
        if number == 444 and rest[2]:
            return self.abi
        if number == 444:
            self.ruleset = struct.unpack(f"={rest[1] // 8}Q", ctypes.string_at(rest[0], rest[1]))
            return os.open("/dev/null", os.O_RDONLY)
        if number == 445:
            rights, opened = struct.unpack("=Qi", ctypes.string_at(rest[2], 12))
            self.rules.append((rights, os.readlink(f"/proc/self/fd/{opened}")))
            return 0
        assert number == 446
        self.restricted = True
        return 0


@pytest.mark.parametrize(
    ("abi", "ruleset"),
    [
        (1, (0x1FFF,)),
        (2, (0x3FFF,)),
        (3, (0x7FFF,)),
        (4, (0x7FFF, 3)),
        (5, (0xFFFF, 3)),
        (6, (0xFFFF, 3, 3)),
        (7, (0xFFFF, 3, 3)),
        (12, (0xFFFF, 3, 3)),
    ],
)
def test_all_that_a_version_knows_is_taken_away(abi: int, ruleset: tuple[int, ...]) -> None:
    kernel = Kernel(abi)
    assert restrict_files([], kernel) == abi
    assert kernel.ruleset == ruleset
    assert kernel.restricted


def test_only_reading_is_given_back(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    before = len(os.listdir("/proc/self/fd"))
    kernel = Kernel(7)
    restrict_files([str(tmp_path), str(tmp_path / "file"), str(tmp_path / "absent")], kernel)
    assert kernel.rules == [(0b1100, str(tmp_path)), (0b0100, str(tmp_path / "file"))]
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_kernel_without_it() -> None:
    def lacking(name: str, *arguments: int) -> int:
        raise OSError(errno.ENOSYS, "none")

    with pytest.raises(OSError, match="none") as caught:
        restrict_files([], lacking)
    assert caught.value.errno == errno.ENOSYS
