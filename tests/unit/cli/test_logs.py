from __future__ import annotations

import json
import logging
import sys
from typing import TYPE_CHECKING

import pytest

from media_server.cli import logs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.captureWarnings(capture=False)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("json", "info")
    assert logs.is_json()
    logging.getLogger("a.b").debug("not shown")
    logging.getLogger("a.b").warning("a\nb %s", "\udcff")
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("a.b").exception("failed")
    logs.say("hello", sys.stdout)
    out, err = capsys.readouterr()
    first, second = (json.loads(line) for line in err.splitlines())
    assert (first["level"], first["logger"], first["message"]) == ("warning", "a.b", "a\nb ?")
    assert "ValueError: why" in second["exception"]
    assert json.loads(out)["message"] == "hello"


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("text", "warning")
    assert not logs.is_json()
    logging.getLogger("a.b").info("not shown")
    logging.getLogger("a.b").warning("shown")
    logs.say("hello", sys.stdout)
    out, err = capsys.readouterr()
    assert out == "hello\n"
    assert err.endswith(" WARNING shown\n")
    assert err.count("\n") == 1
