"""kill -9 at any moment: the next start works, without repair, and repeats only unfinished work."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from support.library import manifest
from support.program import Program, files_older_than, grids, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault.conftest import Undisturbed

CYCLES = int(os.environ.get("MEDIA_SERVER_FAULT_CYCLES", "12"))
# The whole of an undisturbed run takes about this long.
RUN_S = 3.0

pytestmark = pytest.mark.slow


def finish(undisturbed: Undisturbed, data_dir: str) -> None:
    """Start once more, leave it in peace, and compare."""
    began_s = time.time()
    with Program([undisturbed.root], data_dir) as program:
        program.wait_until_done()
        assert program.listing() == undisturbed.listing
        code, _ = program.end()
        assert code == 0, program.log()
        assert program.left_over() == []
    compare(undisturbed, data_dir, began_s)


def compare(undisturbed: Undisturbed, data_dir: str, began_s: float) -> None:
    assert grids(data_dir) == undisturbed.grids
    assert files_older_than(data_dir, began_s) == []
    assert not [name for name in os.listdir(data_dir) if "damaged" in name]
    assert manifest(undisturbed.root) == undisturbed.originals


def kill_one(name: str) -> Callable[[Program, random.Random], None]:
    def kill(program: Program, chance: random.Random) -> None:
        pids = program.children()[name]
        if pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(pids), signal.SIGKILL)

    return kill


def kill_all(program: Program, _: random.Random) -> None:
    os.killpg(program.process.pid, signal.SIGKILL)


def kill_supervisor(program: Program, _: random.Random) -> None:
    os.kill(program.process.pid, signal.SIGKILL)


WAYS = [kill_all, kill_all, kill_supervisor, *map(kill_one, ("web", "library", "jail"))]


def test_scan_command_killed_again_and_again(undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance = random.Random(1)
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    for _ in range(max(CYCLES // 2, 1)):
        scan = Program([undisturbed.root], str(data_dir), "scan").start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            scan.process.wait(chance.uniform(0, RUN_S))
        done = scan.process.poll() is not None
        scan.kill()
        if done:
            assert scan.process.returncode == 0, scan.log()
            finish(undisturbed, str(data_dir))
            shutil.rmtree(data_dir)
            data_dir.mkdir()
    finish(undisturbed, str(data_dir))


def test_server_killed_again_and_again(undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance = random.Random(2)
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    for _ in range(max(CYCLES // 2, 1)):
        began_s = time.monotonic()
        with Program([undisturbed.root], str(data_dir)) as program:
            assert program.process.poll() is None, program.log()
            assert time.monotonic() - began_s < 5
            while program.process.poll() is None and not program.is_done():
                time.sleep(chance.uniform(0, RUN_S / 2))
                chance.choice(WAYS)(program, chance)
                time.sleep(0.05)
            done = program.process.poll() is None
        if done:
            compare(undisturbed, str(data_dir), time.time())
            shutil.rmtree(data_dir)
            data_dir.mkdir()
    finish(undisturbed, str(data_dir))


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_scan_command_killed_at_its_nth_write(undisturbed: Undisturbed, tmp_path: Path) -> None:
    chance = random.Random(3)
    calls = [("pwrite64", 60), ("fdatasync", 6), ("ftruncate", 6), ("unlink", 3), ("openat", 900)]
    data_dir = tmp_path / "data"
    for number in range(max(CYCLES // 3, 1)):
        data_dir.mkdir(exist_ok=True)
        call, most = chance.choice(calls)
        inject = f"inject={call}:signal=KILL:when={chance.randint(1, most)}"
        prefix = ("strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject)
        Program([undisturbed.root], str(data_dir), "scan", prefix=prefix).run()
        if number % 4 == 3:
            finish(undisturbed, str(data_dir))
            shutil.rmtree(data_dir)
    if data_dir.exists():
        finish(undisturbed, str(data_dir))


def test_half_a_picture_left_by_a_killed_process_is_cleared(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    half = tmp_path / "data" / "renditions" / "incoming" / "half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"ha")
    assert Program([undisturbed.root], str(tmp_path / "data"), "scan").run() == 0
    assert not half.exists()


class TestOnlyOne:
    """One process killed: the others see to it."""

    @pytest.mark.parametrize("name", ["web", "library"])
    def test_part_is_started_again(
        self, undisturbed: Undisturbed, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "data").mkdir()
        with Program([undisturbed.root], str(tmp_path / "data")) as program:
            wait_for(lambda: program.answers("/healthz"))
            before = program.children()[name]
            assert len(before) == 1
            os.kill(before[0], signal.SIGKILL)
            wait_for(lambda: program.children()[name] not in ([], before), within_s=3)
            wait_for(lambda: program.answers("/list"), within_s=3)
            program.wait_until_done()
            assert program.listing() == undisturbed.listing

    def test_supervisor_takes_all_others_with_it(
        self, undisturbed: Undisturbed, tmp_path: Path
    ) -> None:
        (tmp_path / "data").mkdir()
        with Program([undisturbed.root], str(tmp_path / "data")) as program:
            # in the middle of its work
            wait_for(lambda: program.children()["jail"])
            os.kill(program.process.pid, signal.SIGKILL)
            program.process.wait()
            wait_for(lambda: not program.left_over(), within_s=1.5)
        began_s = time.monotonic()
        with Program([undisturbed.root], str(tmp_path / "data")) as program:
            assert time.monotonic() - began_s < 3
            program.wait_until_done()
            assert program.listing() == undisturbed.listing

    def test_new_start_on_the_same_port_at_once(
        self, undisturbed: Undisturbed, tmp_path: Path
    ) -> None:
        (tmp_path / "data").mkdir()
        with Program([undisturbed.root], str(tmp_path / "data")) as program:
            wait_for(lambda: program.children()["jail"])
            os.kill(program.process.pid, signal.SIGKILL)
            program.process.wait()
            port = str(program.port)
            again = Program([undisturbed.root], str(tmp_path / "data"), "--port", port)
            with again:
                assert again.process.poll() is None, again.log()
                again.wait_until_done()
                assert again.listing() == undisturbed.listing


class TestTerminate:
    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_server_in_the_middle_of_its_work(
        self, undisturbed: Undisturbed, tmp_path: Path, number: signal.Signals
    ) -> None:
        (tmp_path / "data").mkdir()
        with Program([undisturbed.root], str(tmp_path / "data")) as program:
            wait_for(lambda: program.children()["jail"])
            began_s = time.monotonic()
            program.process.send_signal(number)
            assert program.process.wait(10) == 0
            assert time.monotonic() - began_s < 5
            wait_for(lambda: not program.left_over(), within_s=1)
        assert "Traceback" not in program.log()
        finish(undisturbed, str(tmp_path / "data"))

    def test_scan_command_in_the_middle_of_its_work(
        self, undisturbed: Undisturbed, tmp_path: Path
    ) -> None:
        (tmp_path / "data").mkdir()
        with Program([undisturbed.root], str(tmp_path / "data"), "scan") as scan:
            wait_for(lambda: "files" in scan.log())
            time.sleep(0.3)
            code, took_s = scan.end()
            assert took_s < 5
            assert code == 130
            wait_for(lambda: not scan.left_over(), within_s=1)
        assert "Traceback" not in scan.log()
