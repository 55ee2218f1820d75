"""What the command line refuses: one line on standard error, an exit code, no traceback."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from media_server import app
from media_server.cli import main
from support.powers import obeying_permissions
from support.server import Server, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = "{folder}"


@pytest.fixture(autouse=True)
def _as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings from outside; and what the command does to its process is undone."""
    for name in [name for name in os.environ if name.startswith("MEDIA_SERVER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(app, "run_server", lambda *_: pytest.fail("it was not refused"))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    logging.captureWarnings(capture=False)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    return path


def refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code, and the one line on standard error."""
    code = main(words)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"media-server: [^\n]+\n", err), err
    return code, err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "--storage_dir"),
        ("--storage_dir", "--storage_dir"),
        ("--storage_dir=", "--storage_dir: the value is missing"),
        ("--storage_dir {folder}/nowhere", "there is no folder {folder}/nowhere"),
        ("--storage_dir={folder}/nowhere", "there is no folder {folder}/nowhere"),
        ("--storage_dir {folder} --storage_dir {folder}/nowhere", "{folder}/nowhere"),
        ("--storage_dir {folder} --port", "--port"),
        ("--storage_dir {folder} --port=", "--port: the value is missing"),
        ("--storage_dir {folder} --port abc", "--port: a whole number is needed, not 'abc'"),
        ("--storage_dir {folder} --port abc --port 80", "not 'abc'"),
        ("--storage_dir {folder} --port 8_0", "--port: a whole number"),
        ("--storage_dir {folder} --port ８０", "--port: a whole number"),
        ("--storage_dir {folder} --port 0x50", "--port: a whole number"),
        ("--storage_dir {folder} --port 8.0", "--port: a whole number"),
        ("--storage_dir {folder} --port -1", "--port: 0 to 65535 is allowed"),
        ("--storage_dir {folder} --port=-1", "--port: 0 to 65535 is allowed"),
        ("--storage_dir {folder} --port 65536", "--port: 0 to 65535 is allowed"),
        ("--storage_dir {folder} --port 99999", "--port: 0 to 65535 is allowed"),
        ("--storage_dir {folder} --rescan_interval 0.5", "--rescan_interval: a whole number"),
        ("--storage_dir {folder} --rescan_interval x", "--rescan_interval: a whole number"),
        ("--storage_dir {folder} --rescan_interval=", "--rescan_interval: the value is missing"),
        ("--storage_dir {folder} --watch maybe", "--watch: true or false"),
        ("--storage_dir {folder} --log_format xml", "--log_format: text or json"),
        ("--storage_dir {folder} --log_level loud", "--log_level: debug or info"),
        ("--storage_dir {folder} --data_dir {folder}", "lies inside the storage folder"),
        ("--storage_dir {folder} --data_dir {folder}/data", "lies inside the storage folder"),
        ("--storage_dir {folder} --host 0.0.0.0", "--host 0.0.0.0 opens the server to others"),
        ("--storage_dir {folder} --host ::", "MEDIA_SERVER_TOKEN, or say --open_to_network"),
        ("--storage_dir {folder} --allowed_hosts nas", "--allowed_hosts opens the server"),
        ("--storage_dir {folder} --trusted_proxies ::1", "--trusted_proxies opens the server"),
        ("--storage_dir {folder} --token_file {folder}/none", "--token_file: cannot read"),
        ("--storage_dir {folder} --token_file /dev/null", "16 to 512 signs are needed"),
        ("--storage_dir {folder} --base_path photos", "a path such as /photos"),
        ("--storage_dir {folder} more", "unrecognized arguments: more"),
        ("more --storage_dir {folder}", "unrecognized arguments: more"),
        ("--storage_dir {folder} --bogus", "--bogus"),
        ("--storage {folder}", "--storage"),
        ("--storage_dir {folder} --por 80", "--por"),
        ("scan", "--storage_dir"),
        ("scan --storage_dir {folder} --port 80", "--port"),
        ("scan --storage_dir {folder}/nowhere", "there is no folder"),
        ("confirm-removals", "--storage_dir"),
        ("confirm-removals --storage_dir {folder} --data_dir {folder}/none", "no catalog"),
        ("serve --bogus --storage_dir {folder}", "--bogus"),
    ],
)
def test_a_mistake_is_named(
    words: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, line = refused(words.format(folder=folder).split(), capsys)
    assert code == 2
    assert said.format(folder=folder) in line


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("MEDIA_SERVER_PORT", "abc"),
        ("MEDIA_SERVER_RESCAN_INTERVAL", "1.5"),
        ("MEDIA_SERVER_STORAGE_DIR", "/nowhere/at/all"),
        ("MEDIA_SERVER_WATCH", "perhaps"),
    ],
)
def test_a_mistake_in_a_variable_is_named(
    variable: str,
    text: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, text)
    words = [] if variable == "MEDIA_SERVER_STORAGE_DIR" else ["--storage_dir", str(folder)]
    code, line = refused(words, capsys)
    assert code == 2
    assert text in line
    assert (variable in line) == (variable != "MEDIA_SERVER_STORAGE_DIR")


def test_a_file_is_no_storage_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "a.jpg"
    file.write_bytes(b"x")
    code, line = refused(["--storage_dir", str(file)], capsys)
    assert (code, line) == (2, f"media-server: --storage_dir: {file} is not a folder\n")


def test_a_folder_that_may_not_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder.chmod(0)
    with obeying_permissions():
        code, line = refused(["--storage_dir", str(folder)], capsys)
    folder.chmod(0o700)
    assert code == 2
    assert "Permission denied" in line


@pytest.mark.parametrize("command", ["serve", "scan"])
def test_a_data_dir_that_cannot_be_made(
    command: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_the_way = folder.parent / "file"
    in_the_way.write_bytes(b"x")
    words = [command, "--storage_dir", str(folder), "--data_dir", str(in_the_way / "data")]
    code, line = refused(words, capsys)
    assert code == 5
    assert str(in_the_way) in line


def test_a_catalog_of_other_folders_has_nothing_to_confirm(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    data = ["--data_dir", str(tmp_path / "data")]
    assert run("scan", "--storage_dir", str(folder), *data).returncode == 0
    ended = run("confirm-removals", "--storage_dir", str(other), *data)
    assert ended.returncode == 2
    assert str(other) in ended.stderr


def test_a_port_in_use(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        data = str(folder.parent / "data")
        words = ["--storage_dir", str(folder), "--data_dir", data, "--port", str(port)]
        ended = run(*words)
    assert ended.returncode == 3
    assert re.fullmatch(
        f"media-server: cannot listen on 127.0.0.1 port {port}: [^\n]*in use\n", ended.stderr
    )
    assert ended.stdout == ""


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "::ffff:192.0.2.1"])
def test_an_address_that_is_not_ours(host: str, folder: Path) -> None:
    data = str(folder.parent / "data")
    words = ["--storage_dir", str(folder), "--data_dir", data, "--host", host]
    ended = run(*words, "--open_to_network")
    assert ended.returncode == 3
    assert ended.stderr.startswith(f"media-server: cannot listen on {host} port 8000: ")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "scan"])
def test_a_data_dir_in_use(command: str, folder: Path) -> None:
    with Server(folder) as server:
        words = ["--storage_dir", str(folder), "--data_dir", str(server.data_dir)]
        ended = run(command, *words, *(["--port", "0"] if command == "serve" else []))
        assert ended.returncode == 4
        assert ended.stderr == (
            f"media-server: another media-server already works with the data dir "
            f"{server.data_dir}\n"
        )
        assert ended.stdout == ""
        assert server.get("/healthz").status == 200


def test_mistakes_are_json_lines_where_the_log_is(folder: Path) -> None:
    in_the_way = folder.parent / "file"
    in_the_way.write_bytes(b"x")
    ended = run("--storage_dir", str(folder), "--data_dir", str(in_the_way), "--log_format", "json")
    assert ended.returncode == 5
    assert ended.stderr.startswith("{")
    assert ended.stderr.count("\n") == 1
    assert '"level":"error"' in ended.stderr
