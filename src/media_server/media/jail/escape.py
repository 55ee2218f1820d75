"""Tries to get out of the jail, as a hostile decoder would, before the first file comes in.

A layer that says it is on and lets something through is worse than none: nobody looks again.
"""

from __future__ import annotations

import contextlib
import errno
import mmap
import os
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from media_server.media.jail.wire import Layers, Setup

_TCP_ABI, _SIGNAL_ABI = 4, 6
# Nobody listens there; a connection refused would be one too many.
_DISCARD = ("127.0.0.1", 9)


def find_escape(layers: Layers, setup: Setup) -> tuple[str, str] | None:
    """Try what the layers claim to forbid. Leaves no trace, also where it succeeds.

    Args:
        layers: what `confine` said.
        setup: what it was given.

    Returns:
        The layer at fault and what could be done, of the first that did not fail as it must.
    """
    for layer, deed, act, expected in _attempts(layers, setup):
        try:
            act()
        except OSError as error:
            if error.errno in expected:
                continue
            return layer, f"{deed}: {errno.errorcode.get(error.errno or 0)}"
        return layer, deed
    return None


_Attempt = tuple[str, str, "Callable[[], None]", tuple[int, ...]]


def _attempts(layers: Layers, setup: Setup) -> Iterator[_Attempt]:
    """The attempts that some layer must foil: (layer, deed, how, errors it must end with)."""
    abi = layers.landlock_abi
    filtered = layers.seccomp == "on"
    denied, refused = (errno.EACCES,), (errno.EPERM,)
    yield "memory", "take more memory", lambda: _take(setup), (errno.ENOMEM,)
    if abi:
        missing = (errno.EACCES, errno.ENOENT, errno.ENOTDIR)
        yield "landlock", "read a file", lambda: _read(setup.out_of_reach), missing
        yield "landlock", "list a folder", lambda: _read(b"/"), denied
        environment = b"/proc/%d/environ" % os.getppid()
        yield "landlock", "read its parent's environment", lambda: _read(environment), denied
    if filtered or abi:
        layer = "seccomp" if filtered else "landlock"
        yield layer, "write a file", _write, refused if filtered else denied
        yield layer, "start a program", _start, refused if filtered else denied
    if filtered or abi >= _TCP_ABI:
        layer = "seccomp" if filtered else "landlock"
        yield layer, "connect", _connect, refused if filtered else denied
    if filtered or abi >= _SIGNAL_ABI:
        yield "seccomp" if filtered else "landlock", "signal its parent", _signal, refused
    if filtered:
        yield "seccomp", "make a child", _fork, refused


def _take(setup: Setup) -> None:
    mmap.mmap(-1, setup.address_space_bytes).close()


def _read(path: bytes) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _write() -> None:
    path = f"/tmp/.media-server-jail-{os.getpid()}"  # noqa: S108 - must not come to be
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with contextlib.suppress(OSError):
        os.unlink(path)


def _connect() -> None:
    with socket.socket(socket.AF_INET) as connection:
        connection.connect(_DISCARD)


def _signal() -> None:
    os.kill(os.getppid(), 0)


def _start() -> None:
    # Replaces this process where it succeeds, so that the pool waits for a greeting in vain.
    os.execv(sys.executable, [sys.executable, "-c", ""])  # noqa: S606


def _fork() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
