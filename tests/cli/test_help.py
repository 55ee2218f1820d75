"""`--help` and `--version`, which are no errors."""

from __future__ import annotations

import pytest

from media_server import __version__
from media_server.cli.main import COMMANDS
from media_server.model.settings import TABLE
from support.server import run

ALL = ["", *COMMANDS]


@pytest.mark.parametrize("command", ALL)
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help(command: str, flag: str) -> None:
    ended = run(*command.split(), flag)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("usage: media-server")
    assert "--storage_dir" in ended.stdout


@pytest.mark.parametrize("command", ALL)
def test_version(command: str) -> None:
    ended = run(*command.split(), "--version")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == f"media-server {__version__}\n"


def test_every_setting_is_in_the_help_of_the_server() -> None:
    text = run("--help").stdout
    for setting in TABLE:
        assert f"--{setting.name}" in text
        assert f"--{setting.name.replace('_', '-')}" in text
