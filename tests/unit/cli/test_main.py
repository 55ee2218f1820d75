import importlib

import pytest

from media_server.cli import main
from media_server.cli.main import COMMANDS


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_module(command: str) -> None:
    module = importlib.import_module(f"media_server.cli.{command.replace('-', '_')}")
    assert callable(module.run)


def test_an_exit_code_of_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--storage_dir", "/no/such/folder"]) == 2
    assert capsys.readouterr().err == (
        "media-server: --storage_dir: there is no folder /no/such/folder\n"
    )
