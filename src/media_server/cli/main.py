"""Which command is meant, and how its errors reach a person: one line, and an exit code."""

from __future__ import annotations

import gc
import importlib
import logging
import sys
from typing import TYPE_CHECKING

from media_server.cli import logs
from media_server.model.errors import MediaServerError

if TYPE_CHECKING:
    from collections.abc import Sequence

# The first one is meant where none is named.
COMMANDS = ("serve", "scan", "health", "confirm-removals")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Args:
        arguments: words after the program's name, by default those of this process.

    Returns:
        The exit code, as documented in `docs/command-line.md`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words.pop(0) if words and words[0] in COMMANDS else COMMANDS[0]
    # Loaded by name, so that `scan` does not pay for what only `serve` needs; and without looking
    # for garbage meanwhile, which takes a tenth of the start and finds none.
    gc.disable()
    module = importlib.import_module(f"media_server.cli.{command.replace('-', '_')}")
    gc.enable()
    try:
        return int(module.run(words))
    except MediaServerError as error:
        logs.say(f"media-server: {error}", sys.stderr, level="error")
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except Exception:
        logging.getLogger(__name__).exception("media-server failed; this is a fault of the program")
        return 1
