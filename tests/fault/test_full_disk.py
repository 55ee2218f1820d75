"""A full disk under the data dir stops writing, not reading, and heals without a restart."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from media_server.store.sweep import sweep
from support.hoarder import stores
from support.library import manifest
from support.media import picture
from support.program import Program, grids, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fault.conftest import Undisturbed

pytestmark = pytest.mark.slow


class SmallDisk:
    """A file system of its own for the data dir."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mount("-t", "tmpfs", "-o", "size=1000k,nr_inodes=200", "tmpfs")

    def _mount(self, *words: str) -> None:
        subprocess.run(["mount", *words, str(self.folder)], check=True, capture_output=True)

    def grow(self) -> None:
        self._mount("-o", "remount,size=64m")

    def fill(self) -> Path:
        """Take all the room there is. Returns the file that has it."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size_bytes in (65_536, 4_096):
                while True:
                    try:
                        file.write(bytes(size_bytes))
                    except OSError:
                        break
        return ballast

    def end(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    (tmp_path / "data").mkdir()
    try:
        disk = SmallDisk(tmp_path / "data")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk cannot be mounted here")
    yield disk
    disk.end()


def is_waiting(program: Program) -> bool:
    return bool(program.health()["step"] == "waiting")


def assert_usable(program: Program) -> None:
    for _ in range(5):
        assert program.get("/list")[0] == 200
        assert program.get("/healthz")[0] == 200


def test_disk_that_fills_while_it_works(undisturbed: Undisturbed, disk: SmallDisk) -> None:
    with Program([undisturbed.root], str(disk.folder)) as program:
        wait_for(lambda: program.answers("/healthz") and is_waiting(program))
        processes = {name: program.children()[name] for name in ("web", "library")}
        assert_usable(program)
        disk.grow()
        program.wait_until_done()
        assert program.listing() == undisturbed.listing
        assert {name: program.children()[name] for name in ("web", "library")} == processes
        assert "Traceback" not in program.log()
        assert program.end()[0] == 0
        assert grids(str(disk.folder)) == undisturbed.grids
    assert manifest(undisturbed.root) == undisturbed.originals


def test_disk_that_fills_while_it_is_idle(
    undisturbed: Undisturbed, disk: SmallDisk, tmp_path: Path
) -> None:
    root = tmp_path / "library"
    shutil.copytree(undisturbed.root, root)
    disk.grow()
    with Program([str(root)], str(disk.folder), "--rescan_interval", "1") as program:
        program.wait_until_done()
        known = program.listing()
        ballast = disk.fill()
        for number in range(200, 600):
            (root / f"{number}.jpg").write_bytes(picture(number))
        wait_for(lambda: is_waiting(program))
        assert program.listing().keys() >= known.keys()
        for digest in list(undisturbed.grids)[:5]:
            assert program.get(f"/thumbnail/{digest}")[0] == 200
        assert_usable(program)
        ballast.unlink()
        wait_for(lambda: len(program.listing()) == len(known) + 400)
        assert "Traceback" not in program.log()


def test_disk_that_is_full_at_the_start(undisturbed: Undisturbed, disk: SmallDisk) -> None:
    disk.grow()
    assert Program([undisturbed.root], str(disk.folder), "scan").run() == 0
    ballast = disk.fill()
    program = Program([undisturbed.root], str(disk.folder))
    code = program.run_for(1.0)
    assert code in (None, 5), program.log()
    assert "Traceback" not in program.log()
    ballast.unlink()
    with program:
        program.wait_until_done()
        assert program.listing() == undisturbed.listing
    assert grids(str(disk.folder)) == undisturbed.grids


def test_disk_without_any_room_is_said_in_one_line(
    undisturbed: Undisturbed, disk: SmallDisk
) -> None:
    disk.fill()
    program = Program([undisturbed.root], str(disk.folder))
    assert program.run() == 5
    assert "Traceback" not in program.log()
    assert len(program.log().splitlines()) == 1


def test_files_that_may_not_grow(undisturbed: Undisturbed, tmp_path: Path) -> None:
    """The same for whoever may not mount: no file may grow beyond a limit."""
    (tmp_path / "data").mkdir()
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))

    with Program([undisturbed.root], str(tmp_path / "data"), preexec=limit) as program:
        wait_for(lambda: program.answers("/healthz") and is_waiting(program))
        assert_usable(program)
        library = program.children()["library"]
        for pid in (program.process.pid, *library, *program.children()["web"]):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
        program.wait_until_done()
        assert program.children()["library"] == library
        assert program.listing() == undisturbed.listing
        assert "Traceback" not in program.log()
    assert grids(str(tmp_path / "data")) == undisturbed.grids
    assert manifest(undisturbed.root) == undisturbed.originals


def test_store_without_room_on_its_disk_keeps_nothing_half(disk: SmallDisk) -> None:
    small, large = stores(str(disk.folder), 10_000_000)
    with closing(small), closing(large):
        assert large.put(bytes([1]) * 32, "thumbnail", bytes(1_000))
        ballast = disk.fill()
        # With nothing left the database fails, with a little more the file.
        for _ in range(8):
            os.truncate(ballast, ballast.stat().st_size - 16_384)
            with pytest.raises((OSError, sqlite3.OperationalError)):
                large.put(bytes([2]) * 32, "preview", bytes(300_000), mime="image/jpeg")
        assert large.find(bytes([1]) * 32, "thumbnail")
        ballast.unlink()
        disk.grow()
        large.prepare()
        assert large.size().large_bytes == 1_000
        assert sweep(large, pause_s=0) == (0, 0, 0)
        assert large.put(bytes([2]) * 32, "preview", bytes(300_000), mime="image/jpeg")
        assert large.size().large_bytes == 301_000
