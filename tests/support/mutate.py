"""Makes hostile files out of sound ones, the same ones for the same seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from random import Random

# What length and count fields are made to say: nothing, one, a sign too far, everything.
_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_HEAD_BYTES = 512


def mutated(sound: bytes, other: bytes, random: Random) -> bytes:
    """A file like `sound`, damaged in one to four ways.

    Args:
        sound: a file that is decoded without complaint.
        other: another one, of which pieces may be put in.
        random: where the damage comes from.
    """
    data = bytearray(sound)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        random.choice(_WAYS)(data, other, random)
    return bytes(data)


def _place(data: bytearray, random: Random) -> int:
    """Mostly in the header, where a byte decides most."""
    end = len(data) if random.random() < 0.4 else min(len(data), _HEAD_BYTES)
    return random.randrange(end) if end else 0


def _flip(data: bytearray, _: bytes, random: Random) -> None:
    for _bit in range(random.choice((1, 2, 8, 64))):
        if data:
            data[_place(data, random)] ^= 1 << random.randrange(8)


def _field(data: bytearray, _: bytes, random: Random) -> None:
    """A length, count or offset, in either byte order."""
    size = random.choice((1, 2, 4, 8))
    at = _place(data, random)
    value = random.choice(_EDGES) % (1 << 8 * size)
    if at + size <= len(data):
        data[at : at + size] = value.to_bytes(size, random.choice(("big", "little")))


def _off_by_some(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    size = random.choice((2, 4))
    order: Literal["big", "little"] = random.choice(("big", "little"))
    if at + size <= len(data):
        value = int.from_bytes(data[at : at + size], order) + random.randint(-16, 16)
        data[at : at + size] = (value % (1 << 8 * size)).to_bytes(size, order)


def _cut(data: bytearray, _: bytes, random: Random) -> None:
    del data[_place(data, random) :]


def _drop(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    del data[at : at + random.choice((1, 2, 4, 64, 4096))]


def _double(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    piece = data[at : at + random.choice((1, 8, 64, 4096))]
    data[at:at] = piece * random.choice((1, 2, 16))


def _splice(data: bytearray, other: bytes, random: Random) -> None:
    at, start = _place(data, random), random.randrange(len(other))
    piece = other[start : start + random.choice((4, 64, 1024))]
    data[at : at + (len(piece) if random.random() < 0.5 else 0)] = piece


def _blank(data: bytearray, _: bytes, random: Random) -> None:
    at = _place(data, random)
    length = min(random.choice((4, 64, 1024)), len(data) - at)
    data[at : at + length] = bytes([random.choice((0, 0xFF))]) * length


_WAYS = (_flip, _flip, _field, _field, _off_by_some, _cut, _drop, _double, _splice, _blank)
