"""`media-server`: serve folders over HTTP."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from media_server import app
from media_server.cli import flags, logs

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

_log = logging.getLogger(__name__)
_NAMES = ("port", "rescan_interval", "host", "watch", "grace_days", "jails")


def run(words: Sequence[str]) -> int:
    """Serve until told to end by SIGTERM or Ctrl-C."""
    settings = flags.parse(
        words,
        command="",
        description="Serve folders of photos and videos over HTTP. Other commands: "
        "`media-server scan`, `media-server confirm-removals`.",
        names=_NAMES,
    )
    logs.set_up(settings.log_format, settings.log_level)
    app.storage_roots(settings)
    bound = app.bind(settings.host, settings.port)
    place = app.take_place(settings)
    app.prepare_catalog(place)
    _announce(bound, settings.log_format)
    app.run_server(settings, place, bound)
    return 0


def _announce(bound: socket.socket, log_format: str) -> None:
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    if host in ("127.0.0.1", "::1"):
        reach = "only from this computer; --host 0.0.0.0 opens it to your network"
    else:
        reach = "from the network, without a password"
    line = f"Media Server listens on http://{shown}:{port} ({reach})"
    if log_format == "json":
        _log.info(line)
    else:
        print(line, flush=True)
