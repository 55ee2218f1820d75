"""`media-server confirm-removals`: let go of files that a scan missed in great number."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from media_server import app
from media_server.cli import flags, logs

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(words: Sequence[str]) -> int:
    """Confirm, and say for each library how many files were let go. Works beside a server."""
    settings = flags.parse(
        words,
        command="confirm-removals",
        description="Confirm that the files which the last scan missed are really gone.",
    )
    logs.set_up(settings.log_format, settings.log_level)
    for shown, removed in app.confirm_removals(settings):
        logs.say(f"{shown}: {removed} files removed from the catalog", sys.stdout)
    return 0
