"""What the web process holds, seen from outside. Linux only."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server


class Footprint(NamedTuple):
    """What a process holds at one moment.

    Attributes:
        sockets, files: open descriptors.
        threads: of the kernel.
        memory_kib: what of it lies in memory.
    """

    sockets: int
    files: int
    threads: int
    memory_kib: int


def web_process(server: Server) -> int:
    """The process that answers: the first that the supervisor has started."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return min(int(child) for child in children)


def footprint(pid: int) -> Footprint:
    """What a process holds now."""
    held = []
    for name in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            held.append(os.readlink(f"/proc/{pid}/fd/{name}"))
    sockets = sum(one.startswith("socket:") for one in held)
    status = Path(f"/proc/{pid}/status").read_text()
    return Footprint(
        sockets,
        len(held) - sockets,
        int(status.partition("Threads:")[2].split()[0]),
        int(status.partition("VmRSS:")[2].split()[0]),
    )


def at_rest(pid: int, is_rest: Callable[[Footprint], bool], within_s: float = 20.0) -> Footprint:
    """What a process holds once that is little enough, or when the time is over."""
    deadline_s = time.monotonic() + within_s
    while not is_rest(found := footprint(pid)) and time.monotonic() < deadline_s:
        time.sleep(0.2)
    return found
