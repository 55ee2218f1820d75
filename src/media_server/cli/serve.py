"""`media-server`: serve folders over HTTP."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from media_server import app
from media_server.cli import flags, logs
from media_server.place import bind, take_place

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

_NAMES = ("port", "rescan_interval", "host", "watch", "grace_days", "jails", "max_store")


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
    app.hold_signals()
    place = take_place(settings)
    bound = bind(settings.host, settings.port)
    app.prepare_catalog(place)
    _announce(bound)
    app.run_server(settings, place, bound)
    return 0


def _announce(bound: socket.socket) -> None:
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    if host in ("127.0.0.1", "::1"):
        reach = "only from this computer; --host 0.0.0.0 opens it to your network"
    else:
        reach = "from the network, without a password"
    logs.say(f"Media Server listens on http://{shown}:{port} ({reach})", sys.stdout)
