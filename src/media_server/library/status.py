"""What the library process is doing, for the web process to tell: a few bytes they share."""

from __future__ import annotations

import mmap
import struct

import msgspec

from media_server.media.jail.wire import Layers  # noqa: TC001 - msgspec reads it at run time

_BOARD_BYTES = 4096
_HEAD = struct.Struct("<II")  # number of the version, length of what follows


class Status(msgspec.Struct, frozen=True):
    """What the library process is doing.

    Attributes:
        step: `starting`, `scanning`, `reading` (digests and metadata), `describing` (dates, places,
            what belongs together), `picturing`, `idle`, or
            `waiting` for the data dir to take something again.
        scans: scans of all libraries finished since the start.
        jails_running, jails_busy, jails_died: of its jail processes.
        jail_layers: what holds the last one started; None before the first.
    """

    step: str = "starting"
    scans: int = 0
    jails_running: int = 0
    jails_busy: int = 0
    jails_died: int = 0
    jail_layers: Layers | None = None


class StatusBoard:
    """One `Status`, written by one process and read by others forked from the same parent."""

    def __init__(self) -> None:
        """Make a board, in memory only, to be shared by forking."""
        self._memory = mmap.mmap(-1, _BOARD_BYTES)
        self._version = 0
        self.write(Status())

    def write(self, status: Status) -> None:
        """Put up a status. Only one process does that."""
        body = msgspec.json.encode(status)
        # An odd version says that the body is being written.
        self._memory[: _HEAD.size] = _HEAD.pack(self._version + 1, len(body))
        self._memory[_HEAD.size : _HEAD.size + len(body)] = body
        self._version += 2
        self._memory[: _HEAD.size] = _HEAD.pack(self._version, len(body))

    def read(self) -> Status:
        """The status last put up."""
        while True:
            version, size = _HEAD.unpack(self._memory[: _HEAD.size])
            body = self._memory[_HEAD.size : _HEAD.size + size]
            if version % 2 == 0 and self._memory[: _HEAD.size] == _HEAD.pack(version, size):
                return msgspec.json.decode(body, type=Status)
