"""What the pool and a jail say to each other, over one Unix socket.

Every message is a 4-byte little-endian length and that many bytes of MessagePack. The pool sends
one `Setup`; the jail answers with a `Greeting`. Then, as often as there is work: the pool sends a
`Request`, followed by the descriptors it announces (at most 64 at a time, each time with one byte
of data); the jail answers with one or more lists of outcomes, in the order of the sources.
"""

from __future__ import annotations

import os
import socket
import time
from typing import Annotated, Final, Literal

import msgspec

from media_server.media.reading import Outcome

Task = Literal["probe", "sidecar", "grid", "thumbnail", "preview", "poster"]

MAX_FRAME_BYTES: Final = 64_000_000
DESCRIPTORS_PER_MESSAGE: Final = 64

_LENGTH_BYTES = 4
_READ_BYTES = 1 << 20


class WireError(Exception):
    """The other side broke the protocol."""


class GoneError(WireError):
    """The other side has hung up."""


class Setup(msgspec.Struct, frozen=True, array_like=True):
    """How a jail confines itself before it sees the first file.

    Attributes:
        address_space_bytes: RLIMIT_AS for the usual source, see `confine.memory_limit_bytes`.
        cpu_s: processor time allowed for each source.
        open_files: RLIMIT_NOFILE.
        niceness: added to the pool's own.
        out_of_reach: a file that no decoder may open; the jail tries to.
    """

    address_space_bytes: int
    cpu_s: int
    open_files: int
    niceness: int
    out_of_reach: bytes


_State = Annotated[str, msgspec.Meta(max_length=120, pattern=r"^[ -~]+\Z")]


class Layers(msgspec.Struct, frozen=True, kw_only=True):
    """What holds a jail. Each is `on`, `off (why)` or `broken (what it let through)`.

    Attributes:
        privileges: none can be gained, and root's are given up.
        memory: the address space has a limit.
        landlock: files, TCP and signals to others are out of reach; `on (ABI n)`, where n is the
            kernel's version of it: 4 and up know TCP, 6 and up signals.
        seccomp: the kernel refuses all system calls that a decoder does not need.
    """

    privileges: _State
    memory: _State
    landlock: _State
    seccomp: _State

    @property
    def landlock_abi(self) -> int:
        """The version of Landlock that is on; 0 when it is not."""
        _, is_on, rest = self.landlock.partition("on (ABI ")
        return int(rest.rstrip(")")) if is_on else 0


class Greeting(msgspec.Struct, frozen=True, array_like=True):
    """What a jail says once it has confined itself.

    Attributes:
        layers: what holds it.
        sound: whether nothing got through them that should not. A jail that is not sound ends.
    """

    layers: Layers
    sound: bool


class Request(msgspec.Struct, frozen=True, array_like=True):
    """One task for one or more sources.

    Attributes:
        sources: whole files, or None for each that comes as a descriptor.
    """

    task: Task
    sources: list[bytes | None]


Outcomes = Annotated[list[Outcome], msgspec.Meta(min_length=1)]

encode_setup = msgspec.msgpack.Encoder().encode
decode_setup = msgspec.msgpack.Decoder(Setup).decode
encode_greeting = msgspec.msgpack.Encoder().encode
decode_greeting = msgspec.msgpack.Decoder(Greeting).decode
encode_request = msgspec.msgpack.Encoder().encode
decode_request = msgspec.msgpack.Decoder(Request).decode
encode_outcomes = msgspec.msgpack.Encoder().encode
decode_outcomes = msgspec.msgpack.Decoder(Outcomes).decode


def send_frame(connection: socket.socket, payload: bytes) -> None:
    """Send one message.

    Raises:
        OSError: the other side is gone, or the connection's timeout has passed.
    """
    connection.sendall(len(payload).to_bytes(_LENGTH_BYTES, "little") + payload)


def receive_frame(connection: socket.socket, deadline_s: float | None = None) -> bytes:
    """Wait for one message.

    Args:
        connection: any stream socket.
        deadline_s: on `time.monotonic`'s clock; None waits for ever.

    Raises:
        GoneError: the other side has hung up.
        WireError: it announces more than `MAX_FRAME_BYTES`.
        TimeoutError: the deadline has passed.
        OSError: the connection broke.
    """
    head = _receive(connection, _LENGTH_BYTES, deadline_s)
    length = int.from_bytes(head, "little")
    if length > MAX_FRAME_BYTES:
        raise WireError("a message is too long")
    return _receive(connection, length, deadline_s)


def _receive(connection: socket.socket, length: int, deadline_s: float | None) -> bytes:
    parts = []
    missing = length
    while missing:
        if deadline_s is not None:
            connection.settimeout(max(deadline_s - time.monotonic(), 0.001))
        part = connection.recv(min(missing, _READ_BYTES))
        if not part:
            raise GoneError("the other side has hung up")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def send_descriptors(connection: socket.socket, descriptors: list[int]) -> None:
    """Send open descriptors; they stay open here.

    Raises:
        OSError: the other side is gone, or the connection's timeout has passed.
    """
    for at in range(0, len(descriptors), DESCRIPTORS_PER_MESSAGE):
        part = descriptors[at : at + DESCRIPTORS_PER_MESSAGE]
        socket.send_fds(connection, [b"\0"], part)


def receive_descriptors(connection: socket.socket, count: int) -> list[int]:
    """Wait for `count` descriptors; they are the caller's to close.

    Raises:
        WireError: fewer came.
    """
    descriptors: list[int] = []
    while len(descriptors) < count:
        expected = min(count - len(descriptors), DESCRIPTORS_PER_MESSAGE)
        data, part, _, _ = socket.recv_fds(connection, 1, expected)
        descriptors += part
        if not data or len(part) != expected:
            for descriptor in descriptors:
                os.close(descriptor)
            raise WireError("fewer descriptors than announced")
    return descriptors
