from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.film.matroska import may_be_turned
from media_server.media.source import BytesSource
from support.clips import make_clip

TRACKS, PROJECTION = bytes.fromhex("1654ae6b"), bytes.fromhex("7670")
IN_INDEX = bytes.fromhex("53ab84") + TRACKS + bytes.fromhex("53ac8181")


def turned(data: bytes) -> bool:
    return may_be_turned(BytesSource(data))


@pytest.mark.parametrize(
    ("form", "codec", "degrees"),
    [("matroska", "libx264", 90), ("matroska", "libx264", 180), ("webm", "libvpx", 90)],
)
def test_files_that_turn(form: str, codec: str, degrees: int) -> None:
    assert turned(make_clip(form, codec, turned=degrees))


@pytest.mark.parametrize(("form", "codec"), [("matroska", "libx264"), ("webm", "libvpx-vp9")])
def test_files_that_do_not(form: str, codec: str) -> None:
    assert not turned(make_clip(form, codec))


@pytest.mark.parametrize("length", ["85", "4005", "200005", "10000005", "0100000000000005"])
@pytest.mark.parametrize("checksum", [b"", bytes.fromhex("bf8400000000")])
def test_lengths_of_any_form(length: str, checksum: bytes) -> None:
    size = bytes.fromhex(length)
    body = checksum + b"\xae\x83" + bytes(3)
    size = size[:-1] + bytes([size[-1] - 5 + len(body)])
    tracks = TRACKS + size + body
    assert not turned(IN_INDEX + tracks + PROJECTION)
    assert turned(IN_INDEX + tracks[:-2] + PROJECTION)


def test_what_cannot_be_told() -> None:
    assert turned(b"")
    assert turned(IN_INDEX)
    assert turned(TRACKS + b"\x90\xae\x83")  # ends early


@given(st.binary(max_size=400), st.binary(max_size=20))
def test_any_bytes(before: bytes, after: bytes) -> None:
    turned(before)
    turned(before + TRACKS + after)
