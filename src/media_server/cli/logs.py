"""Log lines: for people on a terminal, or one JSON object each."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from typing import TextIO


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _json(line)


def set_up(log_format: str, log_level: str) -> None:
    """Send the log to standard error.

    Args:
        log_format: `text` or `json`.
        log_level: the least serious level that is shown, in lower case.
    """
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        handler.setFormatter(_JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log_level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def is_json() -> bool:
    """Whether `set_up` was told so."""
    return any(isinstance(one.formatter, _JsonLines) for one in logging.getLogger().handlers)


def say(sentence: str, out: TextIO, *, level: str = "info") -> None:
    """Tell the user something, whatever the log level, in the form of the log lines.

    Args:
        sentence: one line.
        out: standard output or standard error.
        level: how serious it is, for programs.
    """
    if is_json():
        now = datetime.now(UTC).isoformat()
        line = {"time": now, "level": level, "logger": __package__, "message": sentence}
        sentence = _json(line)
    print(sentence, file=out, flush=True)


def _json(line: dict[str, Any]) -> str:
    # A path that is not UTF-8 comes with lone surrogates, which JSON does not know.
    clean = {key: value.encode("utf-8", "replace").decode() for key, value in line.items()}
    return msgspec.json.encode(clean).decode()
