"""`media-server scan`: index folders and exit."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from media_server import app
from media_server.cli import flags, logs
from media_server.cli.progress import LineProgress, ProgressDisplay, TerminalProgress
from media_server.place import take_place

if TYPE_CHECKING:
    from collections.abc import Sequence

_INTERRUPTED = 130


def run(words: Sequence[str]) -> int:
    """Index, showing progress; 0 when all is done, 130 when interrupted."""
    settings = flags.parse(
        words,
        command="scan",
        description="Index folders of photos and videos, make their pictures, and exit.",
        names=("grace_days", "jails", "max_store"),
    )
    logs.set_up(
        settings.log_format, "warning" if settings.log_level == "info" else settings.log_level
    )
    place = take_place(settings)
    app.prepare_catalog(place)
    display: ProgressDisplay
    on_terminal = sys.stderr.isatty() and not logs.is_json()
    display = TerminalProgress() if on_terminal else LineProgress()
    with display:
        finished = app.run_scan(settings, place, display)
    return 0 if finished else _INTERRUPTED
