from __future__ import annotations

import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.errors import MediaError
from media_server.media.facts import MAX_FACTS, Fact, is_sane
from media_server.media.metadata import gather
from media_server.media.probe import probe
from media_server.media.reading import Reading
from media_server.media.source import BytesSource

SAMPLES = Path(__file__).parents[3] / ".." / "shared" / "samples"
Row = tuple[int, int, int, bytes]
FILES = sorted(
    path for path in SAMPLES.rglob("*") if path.is_file() and path.stat().st_size < 8_000_000
)


def test_words_once_and_everything_else_as_often_as_it_is_said() -> None:
    one = [Fact("keyword", "Lake", "a"), Fact("title", "x", "a"), Fact("person", "lake", "a")]
    two = [Fact("keyword", "lake", "b"), Fact("title", "x", "b"), Fact("keyword", "sea", "b")]
    assert gather(one, two) == [*one, *two[1:]]


def test_there_is_a_limit() -> None:
    many = (Fact("title", "x", "a") for _ in range(MAX_FACTS + 5))
    assert len(gather(many)) == MAX_FACTS


def _reading(data: bytes) -> Reading | None:
    try:
        reading = probe(BytesSource(data))
    except MediaError:
        return None
    assert is_sane(reading.facts)
    assert len(reading.facts) <= MAX_FACTS
    wire = msgspec.msgpack.encode(reading)
    assert msgspec.msgpack.decode(wire, type=Reading) == reading
    return reading


@pytest.mark.skipif(not FILES, reason="the samples are not here")
def test_samples_give_sane_facts() -> None:
    told = sum(bool(reading and reading.facts) for reading in map(_reading_of, FILES))
    assert told > len(FILES) // 2


def _reading_of(path: Path) -> Reading | None:
    return _reading(path.read_bytes())


ROWS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *(0x010E, 0x010F, 0x0112, 0x0132, 0x02BC, 0x4746, 0x4749, 0x829A, 0x829D),
                *(0x8649, 0x83BB, 0x8769, 0x8825, 0x8827, 0x9003, 0x9011, 0x9201, 0x9202),
                *(0x9286, 0x927C, 0x9291, 0x9C9B, 0x9C9E, 0xA405, 0xA432, 0xA434),
            ]
        ),
        st.sampled_from([*range(20), 129]),
        st.one_of(st.integers(0, 64), st.integers(0, 2**32 - 1)),
        st.one_of(st.binary(max_size=4), st.binary(min_size=5, max_size=64)),
    ),
    max_size=12,
)


def _directory(rows: list[Row], at: int, order: str) -> bytes:
    """A directory with long values behind it."""
    out, behind = struct.pack(order + "H", len(rows)), b""
    values_at = at + 2 + 12 * len(rows) + 4
    for tag, kind, count, raw in rows:
        field = raw.ljust(4, b"\0")
        if len(raw) > 4:
            field = struct.pack(order + "L", values_at + len(behind))
            behind += raw
        out += struct.pack(order + "HHL4s", tag, kind, count, field)
    return out + bytes(4) + behind


@given(ROWS, ROWS, st.sampled_from("<>"))
def test_any_directories_give_sane_facts(main: list[Row], gps: list[Row], order: str) -> None:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    second = _directory([(row[0] & 0x1F, *row[1:]) for row in gps], 8, order)
    pointer = (0x8825, 4, 1, struct.pack(order + "L", 8))
    first_at = 8 + len(second)
    block = magic + struct.pack(order + "L", first_at) + second
    block += _directory([pointer, *main], first_at, order)
    segment = b"Exif\0\0" + block
    picture = b"\xff\xd8\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment
    assert _reading(picture) is not None


SEEDS = [path.read_bytes() for path in FILES if path.stat().st_size < 40_000][:40]


@pytest.mark.skipif(not SEEDS, reason="the samples are not here")
@given(st.data())
def test_mutated_samples_give_sane_facts(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SEEDS)) if SEEDS else b"x")
    for _ in range(data.draw(st.integers(1, 20))):
        # Metadata stands in front.
        raw[data.draw(st.integers(0, min(len(raw), 12_000) - 1))] = data.draw(st.integers(0, 255))
    _reading(bytes(raw))
