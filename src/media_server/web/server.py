"""Serving the application on a socket that is bound already."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import ASGIApp

_BACKLOG = 1024
# Answers under way get this long to finish when the server is told to end.
_FINISH_S = 3.0


class _BoundServer(Server):
    """Granian in this process, on a given socket instead of one it binds itself."""

    def __init__(self, application: ASGIApp, bound: socket.socket) -> None:
        host, port = bound.getsockname()[:2]
        super().__init__(
            application,
            host,
            port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            websockets=False,
            log_enabled=False,
            backlog=_BACKLOG,
            backpressure=_BACKLOG,
            http1_settings=HTTP1Settings(header_read_timeout=15_000),
        )
        self._bound = bound

    def _init_shared_socket(self) -> None:
        self._shd = SocketHolder(self._bound.fileno(), False, _BACKLOG)
        self._sfd = self._bound.fileno()
        self._ssp = None


def serve(make_application: Callable[[], ASGIApp], bound: socket.socket) -> None:
    """Serve until SIGTERM.

    Args:
        make_application: called on the event loop's thread.
        bound: a listening TCP socket.
    """
    uvloop.run(_serve(make_application, bound))


async def _serve(make_application: Callable[[], ASGIApp], bound: socket.socket) -> None:
    server = _BoundServer(make_application(), bound)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    serving = asyncio.ensure_future(server.serve())
    waiting = asyncio.ensure_future(told.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
        raise RuntimeError("the HTTP server ended by itself")
    server.signal_handler_interrupt()
    await asyncio.wait({serving}, timeout=_FINISH_S)
    os._exit(0)  # connections that are still open are cut; nothing here needs tidying
