"""Starting and ending the server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from support.media import noise, picture
from support.server import COMMAND, Server, clean_environment, kill_tree, process_tree

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    (path / "a.jpg").write_bytes(picture(1))
    return path


def test_it_says_where_it_listens_and_how_to_open_it(folder: Path) -> None:
    with Server(folder) as server:
        assert server.port > 0
        assert server.announced == (
            f"Media Server listens on http://127.0.0.1:{server.port} "
            "(only from this computer; --host 0.0.0.0 --token_file FILE opens it to your network)\n"
        )
        assert server.get("/healthz").status == 200


def test_it_says_so_when_it_is_open(folder: Path) -> None:
    with Server(folder, "--host", "0.0.0.0", "--open_to_network") as server:
        assert "http://0.0.0.0:" in server.announced
        assert "(from the network, without an access token: everyone" in server.announced


def test_it_says_so_when_it_asks_for_a_token(folder: Path) -> None:
    token = {"MEDIA_SERVER_TOKEN": "0123456789abcdef"}
    with Server(folder, "--host", "0.0.0.0", "--base_path", "/photos/", env=token) as server:
        assert re.search(
            r"http://0\.0\.0\.0:\d+/photos \(from the network, with the access token\)",
            server.announced,
        )


def test_ipv6(folder: Path) -> None:
    with Server(folder, "--host=::1") as server:
        assert f"http://[::1]:{server.port} (only from this computer" in server.announced


def test_values_with_an_equals_sign_and_flags_with_dashes(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.jpg").write_bytes(picture(2))
    flags = [f"--storage-dir={other}", "--rescan-interval=0", "--log-level", "warning"]
    with Server(folder, *flags) as server:
        server.settle()
        assert server.paths() == {f"{folder}/a.jpg", f"{other}/b.jpg"}
        assert server.log() == ""


def test_settings_from_the_environment(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.jpg").write_bytes(picture(2))
    variables = {
        "MEDIA_SERVER_STORAGE_DIR": f"{folder}{os.pathsep}{other}",
        "MEDIA_SERVER_DATA_DIR": str(tmp_path / "data"),
        "MEDIA_SERVER_PORT": "0",
        "MEDIA_SERVER_LOG_FORMAT": "json",
        "MEDIA_SERVER_HOST": "",  # an empty one counts as absent
    }
    process = subprocess.Popen(
        [COMMAND], stdout=subprocess.PIPE, env={**clean_environment(), **variables}
    )
    assert process.stdout is not None
    line = json.loads(process.stdout.readline())
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
    assert "http://127.0.0.1:" in line["message"]
    assert (tmp_path / "data" / "catalog.sqlite").exists()


def test_a_flag_outweighs_the_environment(folder: Path) -> None:
    with Server(folder, env={"MEDIA_SERVER_STORAGE_DIR": "/nowhere"}) as server:
        server.settle()
        assert server.paths() == {f"{folder}/a.jpg"}


@pytest.mark.parametrize("flags", [(), ("--rescan_interval", "-5", "--watch=false")])
def test_nothing_is_picked_up_unasked(flags: tuple[str, ...], folder: Path) -> None:
    with Server(folder, *flags) as server:
        server.settle()
        (folder / "b.jpg").write_bytes(picture(2))
        time.sleep(1.5)
        assert server.paths() == {f"{folder}/a.jpg"}
        assert server.health()["libraries"][0]["scans"] == 1


def test_a_relative_folder_through_a_link_is_shown_as_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder)
    monkeypatch.chdir(folder.parent)
    data_dir = folder.parent / "data"
    from pathlib import Path

    with Server(Path("link"), data_dir=data_dir) as server:
        server.settle()
        assert server.paths() == {f"{link}/a.jpg"}


def test_folders_that_cannot_be_written(folder: Path) -> None:
    folder.chmod(0o500)
    with Server(folder) as server:
        server.settle()
        digest = server.digest("a.jpg")
        assert server.get(f"/thumbnail/{digest}").status == 200
        assert {one.name for one in folder.iterdir()} == {"a.jpg"}


def test_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    with Server(folder) as server:
        server.settle()
        assert server.get("/list").body.strip() == b"{}"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_cleanly(number: signal.Signals, folder: Path) -> None:
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip(f"{number.name} is ignored here, as under nohup, and so by all that is started")
    with Server(folder) as server:
        server.settle()
        assert server.stop(number) == 0
        assert "Traceback" not in server.log()


def test_it_ends_cleanly_as_soon_as_it_says_where_it_listens(folder: Path) -> None:
    with Server(folder) as server:
        assert server.stop() == 0


def test_it_ends_within_five_seconds_in_the_middle_of_the_work(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.jpg").write_bytes(picture(number, size=(1500, 1000)))
    with Server(folder) as server:
        server.wait(lambda: server.health()["step"] in ("reading", "picturing"))
        began_s = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began_s < 5
    with Server(folder) as server:
        server.settle()
        assert len(server.list()) == 300


def test_it_outlives_the_terminal_under_nohup(folder: Path) -> None:
    def ignore_hang_ups() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    data = str(folder.parent / "data")
    words = ["--storage_dir", str(folder), "--data_dir", data, "--port", "0"]
    process = subprocess.Popen(
        [COMMAND, *words], stdout=subprocess.PIPE, preexec_fn=ignore_hang_ups
    )
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert process.poll() is None
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()


def test_a_killed_supervisor_leaves_nothing_behind(folder: Path) -> None:
    with Server(folder) as server:
        server.settle()
        tree = process_tree(server.process.pid)
        assert len(tree) >= 3
        server.process.kill()
        server.process.wait(5)
        deadline_s = time.monotonic() + 6
        while (left := tree & process_tree(None)) and time.monotonic() < deadline_s:
            time.sleep(0.05)
        kill_tree(left)
        assert not left
    with Server(folder) as server:
        server.settle()
        assert server.paths() == {f"{folder}/a.jpg"}


@pytest.mark.parametrize("victim", [0, 1])
def test_a_killed_child_is_started_again(victim: int, folder: Path) -> None:
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        child = sorted(children(server.process.pid))[victim]
        os.kill(child, signal.SIGKILL)
        server.wait(lambda: len(children(server.process.pid) - {child}) == 2)
        (folder / "b.jpg").write_bytes(picture(2))
        server.wait(lambda: answers(server) and len(server.paths()) == 2)
        assert "starting it again" in server.log()


def children(pid: int) -> set[int]:
    """Ids of a process's children."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return {int(word) for word in file.read().split()}


def answers(server: Server) -> bool:
    """Whether it answers at all."""
    try:
        return server.get("/healthz").status == 200
    except OSError:
        return False


def test_json_logs_are_json_and_nothing_else(folder: Path) -> None:
    (folder / "broken.jpg").write_bytes(picture(3)[:200])
    (folder / "text.png").write_bytes(b"not a picture")
    (folder / os.fsdecode(b"\xff\xfe.jpg")).write_bytes(picture(4))
    (folder / "noise.heic").write_bytes(noise(1, 5000))
    with Server(folder, "--log_format", "json", "--log_level", "debug") as server:
        server.settle()
        for digest in server.list():
            server.get(f"/thumbnail/{digest}")
        server.raw(b"nonsense\r\n\r\n")
        server.stop()
        assert json.loads(server.announced)["level"] == "info"
        lines = [json.loads(line) for line in server.log().splitlines()]
    assert lines
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)


def test_logs_never_hold_what_is_in_files(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(picture(1, taken="1987:06:05 04:03:02"))
    with Server(folder, "--log_level", "debug") as server:
        server.settle()
        server.stop()
        assert "1987" not in server.log()
