"""Serving the application on a socket that is bound already."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from typing import TYPE_CHECKING, Any

import uvloop
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

_BACKLOG = 1024
# A client that is slow to say what it wants, or says nothing, is let go after this.
_REQUEST_HEAD_S = 15
# So is one that takes nothing of its answer for this long.
_STALLED_S = 60
# A connection takes a descriptor, and one more while it is sent a file, which two of three may be
# at the same time; a few hundred are ours.
_DESCRIPTORS = 65_536
_OWN_DESCRIPTORS = 512
# Answers under way get this long to finish when the server is told to end.
_FINISH_S = 3.0


class _BoundServer(Server):
    """Granian in this process, on a given socket instead of one it binds itself."""

    def __init__(self, application: ASGIApp, bound: socket.socket, connections: int) -> None:
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
            backpressure=connections,
            http1_settings=HTTP1Settings(header_read_timeout=_REQUEST_HEAD_S * 1000),
        )
        self._bound_fd = bound.fileno()

    def _init_shared_socket(self) -> None:
        # Its type stubs know neither the arguments nor the attributes.
        holder: Any = SocketHolder
        self._shd = holder(self._bound_fd, False, _BACKLOG)
        self._sfd = self._bound_fd  # type: ignore[assignment]
        self._ssp = None


def serve(make_application: Callable[[], ASGIApp], bound: socket.socket) -> None:
    """Serve until SIGTERM; the process ends then.

    Args:
        make_application: called on the event loop's thread.
        bound: a listening TCP socket.
    """
    # Accepted connections inherit both. Without the first, a head and a file that follow each
    # other wait 40 ms for the client's acknowledgement.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STALLED_S * 1000)
    uvloop.run(_serve(make_application, bound, _most_connections()))


async def _serve(
    make_application: Callable[[], ASGIApp], bound: socket.socket, connections: int
) -> None:
    server = _BoundServer(make_application(), bound, connections)
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    serving = asyncio.ensure_future(server.serve())
    waiting = asyncio.ensure_future(told.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
        raise RuntimeError("the HTTP server ended by itself")
    server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
    await asyncio.wait({serving}, timeout=_FINISH_S)
    os._exit(0)  # connections that are still open are cut; nothing here needs tidying


def _most_connections() -> int:
    """As many as there are descriptors for, after asking for more of them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft = most
    usable = most if soft == resource.RLIM_INFINITY else min(soft, most)
    return max(64, (usable - _OWN_DESCRIPTORS) * 3 // 5)
