"""The process that starts the others, starts them again, and ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from media_server.model.errors import DataDamaged
from media_server.supervisor import Supervisor
from support.program import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[[Callable[[], Supervisor]], "Running"]


class Diary:
    """A file in which processes note what they do."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def note(self, word: str) -> None:
        with self.path.open("a") as file:
            file.write(f"{word} {os.getpid()}\n")

    def words(self) -> list[str]:
        return [line.split()[0] for line in self.path.read_text().splitlines()]

    def pids(self, word: str) -> list[int]:
        lines = [line.split() for line in self.path.read_text().splitlines()]
        return [int(line[1]) for line in lines if line[0] == word]


@pytest.fixture
def diary(tmp_path: Path) -> Diary:
    return Diary(tmp_path / "diary")


class Running:
    """A supervisor in a process of its own, since it takes over signals."""

    def __init__(self, make: Callable[[], Supervisor]) -> None:
        self.pid = os.fork()
        if self.pid == 0:
            code = 1
            # A shell has what it runs in the background ignore Ctrl-C, and that is inherited.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                make().run()
                code = 0
            finally:
                os._exit(code)
        self.status: int | None = None

    def wait(self, within_s: float = 6.0) -> int:
        deadline_s = time.monotonic() + within_s
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                break
            assert time.monotonic() < deadline_s, "the supervisor does not end"
            time.sleep(0.01)
        return os.waitstatus_to_exitcode(self.status)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[], Supervisor]], Running]]:
    started: list[Running] = []

    def start(make: Callable[[], Supervisor]) -> Running:
        started.append(Running(make))
        return started[-1]

    yield start
    for one in started:
        if one.status is None:
            one.signal(signal.SIGKILL)
            one.wait()


def is_gone(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def sleeper(diary: Diary, name: str) -> Callable[[], None]:
    def work() -> None:
        diary.note(name)
        time.sleep(60)

    return work


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_all_when_told_to(diary: Diary, start: Start, number: int) -> None:
    running = start(lambda: Supervisor({"a": sleeper(diary, "a"), "b": sleeper(diary, "b")}))
    wait_for(lambda: len(diary.words()) == 2)
    running.signal(number)
    assert running.wait() == 0
    assert all(is_gone(pid) for pid in diary.pids("a") + diary.pids("b"))


def test_starts_again_only_what_has_ended(diary: Diary, start: Start) -> None:
    start(lambda: Supervisor({"a": sleeper(diary, "a"), "b": sleeper(diary, "b")}))
    wait_for(lambda: len(diary.words()) == 2)
    os.kill(diary.pids("a")[0], signal.SIGKILL)
    wait_for(lambda: len(diary.pids("a")) == 2, within_s=2)
    assert len(diary.pids("b")) == 1


def test_starts_more_slowly_what_ends_at_once(diary: Diary, start: Start) -> None:
    start(lambda: Supervisor({"a": lambda: diary.note("a")}))
    time.sleep(2.2)
    assert 2 <= len(diary.words()) <= 4


def test_failure_of_work_is_no_failure_of_the_supervisor(diary: Diary, start: Start) -> None:
    def fail() -> None:
        diary.note("fail")
        raise ZeroDivisionError

    running = start(lambda: Supervisor({"a": fail}))
    wait_for(lambda: len(diary.words()) == 2)
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


@pytest.mark.slow
def test_kills_who_does_not_end(diary: Diary, start: Start) -> None:
    def deaf() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        diary.note("deaf")
        time.sleep(60)

    running = start(lambda: Supervisor({"a": deaf}))
    wait_for(lambda: diary.words())
    began_s = time.monotonic()
    running.signal(signal.SIGTERM)
    assert running.wait() == 0
    assert time.monotonic() - began_s < 5
    assert is_gone(diary.pids("deaf")[0])


def test_its_death_ends_the_others(diary: Diary, start: Start) -> None:
    running = start(lambda: Supervisor({"a": sleeper(diary, "a"), "b": sleeper(diary, "b")}))
    wait_for(lambda: len(diary.words()) == 2)
    running.signal(signal.SIGKILL)
    running.wait()
    pids = diary.pids("a") + diary.pids("b")
    wait_for(lambda: all(is_gone(pid) for pid in pids), within_s=1.5)


def test_has_damage_mended_while_nobody_works(diary: Diary, start: Start) -> None:
    def damaged() -> None:
        diary.note("work")
        if "mend" not in diary.words():
            wait_for(lambda: "other" in diary.words())
            raise DataDamaged
        time.sleep(60)

    def mend() -> None:
        alive = [pid for pid in diary.pids("other") if not is_gone(pid)]
        diary.note("too-early" if alive else "mend")

    work = {"a": damaged, "b": sleeper(diary, "other")}
    running = start(lambda: Supervisor(work, mend=mend))
    wait_for(lambda: len(diary.words()) == 5, within_s=5)
    assert sorted(diary.words()) == ["mend", "other", "other", "work", "work"]
    assert diary.words().index("mend") == 2
    running.signal(signal.SIGTERM)
    assert running.wait() == 0


def test_what_is_imported_before_the_fork_starts_no_thread() -> None:
    """NumPy would, with OpenBLAS: signals would be lost, and locks be forked."""
    script = "import os, media_server.app, media_server.cli; print(os.listdir('/proc/self/task'))"
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert told.stdout.count("'") == 2
