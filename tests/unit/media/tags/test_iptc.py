from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import Fact, is_sane
from media_server.media.tags.iptc import find_iptc, parse_iptc


def dataset(number: int, value: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def resource(number: int, data: bytes, name: bytes = b"") -> bytes:
    head = b"8BIM" + struct.pack(">HB", number, len(name)) + name
    head += b"\0" * (1 - len(name) % 2)
    return head + struct.pack(">L", len(data)) + data + b"\0" * (len(data) % 2)


def test_all_that_is_read() -> None:
    block = dataset(90, b"\x1b%G", record=1) + dataset(5, "Títle".encode())
    block += dataset(25, b"one") + dataset(25, b"two") + dataset(105, b"Headline")
    block += dataset(120, b"Caption\r\nline") + dataset(80, b"By-line")
    block += dataset(55, b"20190701") + dataset(60, b"123456+0200")
    assert parse_iptc(block) == [
        Fact("title", "Títle", "IPTC:ObjectName"),
        Fact("keyword", "one", "IPTC:Keywords"),
        Fact("keyword", "two", "IPTC:Keywords"),
        Fact("title", "Headline", "IPTC:Headline"),
        Fact("description", "Caption\nline", "IPTC:Caption-Abstract"),
        Fact("captured", "2019-07-01T12:34:56+02:00", "IPTC:DateCreated"),
    ]


@pytest.mark.parametrize(
    ("day", "clock", "moment"),
    [
        (b"20190701", b"", "2019-07-01T00:00:00"),
        (b"20190701", b"123456", "2019-07-01T12:34:56"),
        (b"20190701", b"123456-0000", "2019-07-01T12:34:56+00:00"),
        (b"20190701", b"123456-0330", "2019-07-01T12:34:56-03:30"),
        (b"20190701", b"123456+9900", "2019-07-01T12:34:56"),
        (b"20190701", b"996060", None),
        (b"20190000", b"123456", None),
        (b"00000000", b"", None),
        (b"", b"123456", None),
    ],
)
def test_dates(day: bytes, clock: bytes, moment: str | None) -> None:
    facts = parse_iptc(dataset(55, day) + dataset(60, clock))
    assert [fact.value for fact in facts] == ([moment] if moment else [])


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        (b"\x1b%G", b"\xc3\xa9", "é"),
        (b"", b"\xc3\xa9", "é"),
        (b"", b"\xe9", "é"),
        (b"\x1b%G", b"\xe9", "é"),
        (b"\x1b.A", b"\xc3\xa9", "Ã©"),
    ],
)
def test_character_sets(charset: bytes, raw: bytes, text: str) -> None:
    block = (dataset(90, charset, record=1) if charset else b"") + dataset(5, raw)
    assert [fact.value for fact in parse_iptc(block)] == [text]


def test_what_a_camera_wrote_is_no_caption() -> None:
    assert parse_iptc(dataset(120, b"SONY DSC")) == []


def test_extended_and_broken_datasets() -> None:
    extended = b"\x1c\x02\x05\x80\x04" + struct.pack(">L", 5) + b"Title"
    assert [fact.value for fact in parse_iptc(extended + dataset(25, b"one"))] == ["Title", "one"]
    cut = dataset(25, b"one") + dataset(25, b"two")[:-1]
    assert [fact.value for fact in parse_iptc(cut)] == ["one"]
    assert [fact.value for fact in parse_iptc(dataset(25, b"one") + b"\0junk")] == ["one"]


def test_the_resource_is_found_among_others() -> None:
    block = dataset(25, b"one")
    others = resource(0x03ED, b"odd", b"name") + resource(0x040C, bytes(10), b"nam")
    assert find_iptc(others + resource(0x0404, block) + resource(0x0421, b"x")) == block
    assert find_iptc(others) is None
    assert find_iptc(others + b"junk" + resource(0x0404, block)) is None


def test_only_so_many_datasets_are_read() -> None:
    assert len(parse_iptc(dataset(25, b"one") * 6_000)) == 5_000


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(data: bytes) -> None:
    assert is_sane(parse_iptc(data))
    assert is_sane(parse_iptc(dataset(5, b"x") + b"\x1c\x02" + data))
    find_iptc(b"8BIM\x04\x04" + data)


@given(st.lists(st.tuples(st.sampled_from([5, 25, 55, 60, 105, 120]), st.binary(max_size=40))))
def test_any_datasets_give_sane_facts(rows: list[tuple[int, bytes]]) -> None:
    assert is_sane(parse_iptc(b"".join(dataset(*row) for row in rows)))
