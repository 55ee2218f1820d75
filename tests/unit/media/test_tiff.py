from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.layout import within
from media_server.media.tiff import MAX_ENTRIES, Tiff, TiffError

if TYPE_CHECKING:
    from collections.abc import Callable

_ALL = frozenset(range(65_536))


@pytest.mark.parametrize("order", ["<", ">"])
def test_values_inside_and_outside_the_entry(build_tiff: Callable[..., bytes], order: str) -> None:
    block = build_tiff(
        [
            (1, 3, 1, struct.pack(order + "H", 7)),
            (2, 4, 1, struct.pack(order + "L", 70_000)),
            (3, 2, 4, b"abc\0"),
            (4, 2, 11, b"abc def\0ghi"),
            (5, 3, 3, struct.pack(order + "HHH", 9, 8, 7)),
        ],
        order=order,
    )
    tiff = Tiff(within(block))
    entries = tiff.directory(tiff.first, _ALL).entries
    assert [tiff.integer(entries[tag]) for tag in (1, 2, 5)] == [7, 70_000, 9]
    assert [tiff.text(entries[tag], 100) for tag in (3, 4)] == [b"abc", b"abc def"]
    assert tiff.data(entries[4], 3) == b"abc"
    assert tiff.integer(entries[3]) is None
    assert tiff.text(entries[2], 9) is None
    assert tiff.integer(None) is None
    assert tiff.text(None, 9) is None


def test_big_tiff() -> None:
    entry = struct.pack("<HHQ8s", 5, 4, 1, struct.pack("<L", 123))
    block = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1) + entry + struct.pack("<Q", 99)
    tiff = Tiff(within(block))
    directory = tiff.directory(tiff.first, _ALL)
    assert tiff.integer(directory.entries[5]) == 123
    assert directory.following == 99


def test_of_a_repeated_tag_the_first_counts(build_tiff: Callable[..., bytes]) -> None:
    block = build_tiff([(1, 3, 1, b"\1\0"), (1, 3, 1, b"\2\0")])
    tiff = Tiff(within(block))
    assert tiff.integer(tiff.directory(8, _ALL).entries[1]) == 1


@pytest.mark.parametrize(
    "block", [b"", b"II", b"II*\0", b"II*\0\x08\0", b"XX*\0\x08\0\0\0", b"MM*\0"]
)
def test_no_header(block: bytes) -> None:
    with pytest.raises(TiffError):
        Tiff(within(block))


@pytest.mark.parametrize("offset", [0, 100, 2**32 - 1])
def test_no_directory(offset: int) -> None:
    tiff = Tiff(within(b"II*\0" + struct.pack("<L", offset)))
    with pytest.raises(TiffError):
        tiff.directory(tiff.first, _ALL)


def test_a_directory_cut_short_gives_what_is_there() -> None:
    block = b"II*\0\x08\0\0\0" + b"\xff\xff" + struct.pack("<HHL4s", 1, 3, 1, b"\5") + b"\1\2\3"
    tiff = Tiff(within(block))
    directory = tiff.directory(8, _ALL)
    assert list(directory.entries) == [1]
    assert directory.following == 0


def test_claimed_counts_cost_no_memory() -> None:
    """The most that is ever asked for does not depend on what the file claims."""
    asked = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append(length)
        return block[offset : offset + length]

    huge = struct.pack("<Q", 2**63)
    block = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**64 - 1)
    block += struct.pack("<HHQ8s", 1, 2, 2**64 - 1, huge) + struct.pack("<HHQ8s", 2, 4, 2**60, huge)
    tiff = Tiff(read_at)
    entries = tiff.directory(16, _ALL).entries
    assert tiff.text(entries[1], 40) == b""
    assert tiff.integer(entries[2]) is None
    assert max(asked) <= MAX_ENTRIES * 20 + 8


@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]))
def test_any_bytes_give_a_value_or_the_own_error(rest: bytes, magic: bytes) -> None:
    try:
        tiff = Tiff(within(magic + b"\x08\0\0\0" + rest))
        for offset in (tiff.first, 8, 16):
            entries, following = tiff.directory(offset, _ALL)
            assert following >= 0
            for entry in entries.values():
                tiff.integer(entry)
                tiff.text(entry, 50)
    except TiffError:
        pass


@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers_of_every_type(build_tiff: Callable[..., bytes], order: str) -> None:
    rows = [
        (1, 1, 2, b"\1\xff"),
        (2, 6, 2, b"\1\xff"),
        (3, 3, 3, struct.pack(order + "3H", 1, 2, 3)),
        (4, 8, 1, struct.pack(order + "h", -2)),
        (5, 9, 1, struct.pack(order + "l", -70_000)),
        (6, 5, 2, struct.pack(order + "4L", 1, 2, 3, 0)),
        (7, 10, 1, struct.pack(order + "2l", -1, 2)),
        (8, 11, 1, struct.pack(order + "f", 0.5)),
        (9, 12, 1, struct.pack(order + "d", 0.25)),
        (10, 2, 2, b"1\0"),
        (11, 4, 0, b""),
    ]
    tiff = Tiff(within(build_tiff(rows, order=order)))
    entries = tiff.directory(tiff.first, _ALL).entries
    expected: dict[int, list[float | None]] = {
        1: [1, 255],
        2: [1, -1],
        3: [1, 2, 3],
        4: [-2],
        5: [-70_000],
        6: [0.5, None],
        7: [-0.5],
        8: [0.5],
        9: [0.25],
        10: [],
        11: [],
    }
    assert {tag: tiff.numbers(entries[tag], 10) for tag in expected} == expected
    for tag, values in expected.items():
        assert tiff.number(entries[tag]) == (values[0] if values else None)
    assert tiff.numbers(entries[3], 2) == [1, 2]
    assert (tiff.number(None), tiff.numbers(None, 5)) == (None, [])


def test_numbers_outside_the_file(build_tiff: Callable[..., bytes]) -> None:
    rows = [(1, 5, 1, b"\xff\xff\0\0"), (2, 12, 2**32 - 1, b"\x08\0\0\0")]
    tiff = Tiff(within(build_tiff(rows)))
    entries = tiff.directory(tiff.first, _ALL).entries
    assert tiff.number(entries[1]) is None
    assert tiff.numbers(entries[1], 3) == []
    whole = build_tiff([(1, 5, 2, b"\x05" * 16)])
    cut = Tiff(within(whole[: whole.index(b"\x05" * 16) + 5]))
    entry = cut.directory(cut.first, _ALL).entries[1]
    assert (cut.number(entry), cut.numbers(entry, 2)) == (None, [])
    assert len(tiff.numbers(entries[2], 2)) == 2


def test_a_block_may_be_called_one_of_numbers(build_tiff: Callable[..., bytes]) -> None:
    tiff = Tiff(within(build_tiff([(1, 4, 2, b"abcdefgh"), (2, 7, 8, b"abcdefgh")])))
    entries = tiff.directory(tiff.first, _ALL).entries
    assert [tiff.block(entries[tag], 100) for tag in (1, 2)] == [b"abcdefgh"] * 2
    assert tiff.block(entries[1], 3) == b"abc"
    assert tiff.block(None, 3) is None
