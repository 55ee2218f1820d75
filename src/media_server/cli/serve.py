"""`media-server`: serve folders over HTTP."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from media_server import app
from media_server.cli import flags, logs
from media_server.model.network import is_loopback
from media_server.place import bind, numeric, take_access, take_place

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

    from media_server.model.access import Access

_NAMES = (
    "port",
    "rescan_interval",
    "host",
    "token_file",
    "open_to_network",
    "allowed_hosts",
    "trusted_proxies",
    "base_path",
    "map_file",
    "watch",
    "grace_days",
    "jails",
    "max_store",
)


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
    host = numeric(settings.host)
    access = take_access(settings, host)
    place = take_place(settings)
    bound = bind(host, settings.port)
    app.prepare_catalog(place)
    _announce(bound, access, settings.base_path)
    app.run_server(settings, place, bound, access)
    return 0


def _announce(bound: socket.socket, access: Access, base_path: str) -> None:
    host, port = bound.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    place = "only from this computer" if is_loopback(host) else "from the network"
    if access.token_digest is not None:
        reach = f"{place}, with the access token"
    elif access.open_to_network:
        reach = f"{place}, without an access token: everyone may see and change everything"
    else:
        reach = f"{place}; --host 0.0.0.0 --token_file FILE opens it to your network"
    logs.say(f"Media Server listens on http://{shown}:{port}{base_path} ({reach})", sys.stdout)
