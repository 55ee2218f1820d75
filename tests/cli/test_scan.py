"""`media-server scan` and `media-server confirm-removals`."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from support.media import picture
from support.server import COMMAND, Server, clean_environment, process_tree, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path / "photos", 3)


def filled(folder: Path, files: int, size: tuple[int, int] = (32, 24)) -> Path:
    """A folder with so many pictures."""
    folder.mkdir()
    for number in range(files):
        (folder / f"{number}.jpg").write_bytes(picture(number, size=size))
    return folder


def words(folder: Path) -> list[str]:
    return ["--storage_dir", str(folder), "--data_dir", str(folder.parent / "data")]


def test_it_indexes_and_says_in_plain_lines_what_it_does(folder: Path) -> None:
    ended = run("scan", *words(folder))
    assert (ended.returncode, ended.stdout) == (0, "")
    scanned, done = ended.stderr.splitlines()
    assert scanned == f"{folder}: 3 files, 3 new, 0 changed"
    assert re.fullmatch(
        r"done: 3 of 3 files read, 0 of 0 MB, 3 of 3 pictures, \d+/s, \d+\.\d s", done
    )
    again = run("scan", *words(folder))
    assert f"{folder}: 3 files, 0 new, 0 changed" in again.stderr
    with Server(folder, data_dir=folder.parent / "data") as server:
        assert len(server.list()) == 3  # listed before any scan of its own


def test_its_lines_are_json_where_the_log_is(folder: Path) -> None:
    ended = run("scan", *words(folder), "--log_format", "json")
    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [line["message"].partition(":")[0] for line in lines] == [str(folder), "done"]


def on_a_terminal(*arguments: str, until: bytes = b"") -> tuple[int, str]:
    """Exit code and all that was shown on a terminal; ended by Ctrl-C when `until` appears."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"], os.environ["COLUMNS"] = "xterm", "100"
        os.execve(COMMAND, [COMMAND, *arguments], {**clean_environment(), **os.environ})
    shown = b""
    deadline_s = time.monotonic() + 30
    with contextlib.suppress(OSError):  # the terminal is gone when the process is
        while time.monotonic() < deadline_s:
            if select.select([terminal], [], [], 1)[0]:
                shown += os.read(terminal, 65536)
            if until and until in shown:
                os.write(terminal, b"\x03")
                until = b""
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def test_a_terminal_gets_bars(folder: Path) -> None:
    code, shown = on_a_terminal("scan", *words(folder))
    assert code == 0
    assert f"{folder}: 3 files, 3 new, 0 changed" in shown
    last = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).splitlines()[-2:]
    assert re.match(r"reading +━+ .* 3 files .*", last[0])
    assert re.match(r"picturing +━+ 3/3 .*", last[1])
    assert "Traceback" not in shown


def test_ctrl_c_on_a_terminal(tmp_path: Path) -> None:
    folder = filled(tmp_path / "many", 300, (1200, 900))
    code, shown = on_a_terminal("scan", *words(folder), until=b"picturing")
    assert code == 130
    assert "Traceback" not in shown
    again = run("scan", *words(folder), timeout_s=60)
    assert again.returncode == 0
    with Server(folder, data_dir=tmp_path / "data") as server:
        server.settle()
        counts = server.health()["counts"]
        assert (counts["assets"], counts["failed"], counts["parked"]) == (300, 0, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_soon_and_it_goes_on_where_it_stopped(
    number: signal.Signals, tmp_path: Path
) -> None:
    folder = filled(tmp_path / "many", 200, (1500, 1000))
    process = subprocess.Popen(
        [COMMAND, "scan", *words(folder)], stderr=subprocess.PIPE, env=clean_environment()
    )
    assert process.stderr is not None
    assert b"200 files, 200 new" in process.stderr.readline()
    tree = process_tree(process.pid)
    began_s = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 130
    assert time.monotonic() - began_s < 5
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert not tree & process_tree(None)


def test_removals_wait_until_they_are_confirmed(tmp_path: Path) -> None:
    folder = filled(tmp_path / "many", 150)
    with Server(folder, "--rescan_interval", "1", data_dir=tmp_path / "data") as server:
        server.settle()
        for path in list(folder.iterdir())[:120]:
            path.unlink()
        server.wait(lambda: server.health()["libraries"][0]["held_removals"] == 120)
        health = server.health()
        assert (health["status"], health["libraries"][0]["state"]) == ("attention", "held")
        assert len(server.list()) == 150
        assert "confirm-removals" in server.log()
        ended = run("confirm-removals", *words(folder))
        assert (ended.returncode, ended.stderr) == (0, "")
        assert ended.stdout == f"{folder}: 120 files removed from the catalog\n"
        assert len(server.list()) == 30
        server.wait(lambda: server.health()["status"] == "ok")
    assert run("confirm-removals", *words(folder)).stdout == (
        f"{folder}: 0 files removed from the catalog\n"
    )
