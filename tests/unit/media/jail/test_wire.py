from __future__ import annotations

import os
import socket
import threading
import time
from typing import TYPE_CHECKING

import msgspec
import pytest

from media_server.media.jail import wire
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Outcome, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def test_frames_arrive_as_they_were(pair: Pair) -> None:
    frames = [b"", b"x", bytes(3_000_000)]

    def send() -> None:
        for frame in frames:
            wire.send_frame(pair[0], frame)

    sender = threading.Thread(target=send)
    sender.start()
    assert [wire.receive_frame(pair[1]) for _ in frames] == frames
    sender.join()


def test_a_frame_that_never_comes(pair: Pair) -> None:
    pair[0].sendall(b"\5\0\0\0abc")
    with pytest.raises(TimeoutError):
        wire.receive_frame(pair[1], time.monotonic() + 0.05)
    pair[0].close()
    with pytest.raises(wire.WireError):
        wire.receive_frame(pair[1])


def test_a_frame_that_is_too_long_is_not_awaited(pair: Pair) -> None:
    pair[0].sendall((wire.MAX_FRAME_BYTES + 1).to_bytes(4, "little"))
    with pytest.raises(wire.WireError):
        wire.receive_frame(pair[1])


def test_descriptors_arrive_in_order(pair: Pair) -> None:
    pipes = [os.pipe() for _ in range(100)]
    wire.send_descriptors(pair[0], [read for read, _ in pipes])
    received = wire.receive_descriptors(pair[1], 100)
    for number, (_, write) in enumerate(pipes):
        os.write(write, bytes([number]))
    assert [os.read(descriptor, 1)[0] for descriptor in received] == list(range(100))
    for descriptor in [*received, *(end for pipe in pipes for end in pipe)]:
        os.close(descriptor)


def test_missing_descriptors(pair: Pair) -> None:
    read, write = os.pipe()
    wire.send_descriptors(pair[0], [read])
    pair[0].close()
    with pytest.raises(wire.WireError):
        wire.receive_descriptors(pair[1], 2)
    os.close(read)
    os.close(write)


def test_every_outcome_survives_the_way() -> None:
    picture = Picture("image/jpeg", 4, 3, b"data")
    local, source = "2019-07-01T12:34:56", "EXIF:DateTime"
    outcomes: list[Outcome] = [
        Reading("image/jpeg", 40, 30, 6, f"{local}.250000", -60, "EXIF:DateTimeOriginal", picture),
        Reading("image/heif", None, None, 1, local, None, source, None),  # type: ignore[arg-type]
        picture,
        Failure("corrupt", "the picture cannot be decoded"),
    ]
    assert wire.decode_outcomes(wire.encode_outcomes(outcomes)) == outcomes


_SOUND = Reading("image/jpeg", 40, 30, 6, None, None, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"mime": "text/html"},
        {"width_px": 0},
        {"width_px": -1},
        {"height_px": 2**40},
        {"orientation": 0},
        {"orientation": 9},
        {"captured_local": "yesterday"},
        {"captured_local": "2019-07-01T12:34:56+02:00"},
        {"captured_local": "2019-07-01 12:34:56"},
        {"captured_local": "2019-07-01T12:34:56\n"},
        {"captured_offset_min": 901},
        {"captured_source": "x" * 100},
        {"preview": Failure("empty", "")},
    ],
)
def test_readings_out_of_range_are_refused(changes: dict[str, object]) -> None:
    wrong = msgspec.structs.replace(_SOUND, **changes)
    with pytest.raises(msgspec.ValidationError):
        wire.decode_outcomes(wire.encode_outcomes([wrong]))
