from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.facts import (
    MAX_TEXT_CHARS,
    Fact,
    is_sane,
    number_fact,
    position_facts,
    text_fact,
)


def test_text_is_cleaned_and_cut() -> None:
    cases = {
        "  Aunt\tAnna \n": "Aunt\tAnna",
        "one\r\ntwo\rthree": "one\ntwo\nthree",
        "a\0b\x1b[31mc\x9f\ud800": "ab[31mc",
        "\ufefftitle": "title",
    }
    for raw, clean in cases.items():
        assert text_fact("title", raw, "x") == Fact("title", clean, "x")
    fact = text_fact("title", "é" * 100_000, "x")
    assert fact is not None
    assert fact.value == "é" * MAX_TEXT_CHARS
    assert text_fact("title", " \0 \x07\ufeff", "x") is None


def test_numbers_out_of_range_are_no_facts() -> None:
    assert number_fact("iso", 100.0, "x") == Fact("iso", 100, "x")
    for name, value in [
        ("latitude", 90.1),
        ("longitude", -180.1),
        ("direction_deg", 361),
        ("rating", 6),
        ("rating", -2),
        ("exposure_s", 0),
        ("iso", 0),
        ("f_number", math.inf),
        ("focal_length_mm", math.nan),
        ("altitude_m", 1e9),
        ("iso", None),
    ]:
        assert number_fact(name, value, "x") is None  # type: ignore[arg-type]


def test_a_position_comes_whole_or_not_at_all() -> None:
    facts = position_facts(46.5, -7.25, "EXIF:GPS")
    assert facts == (
        Fact("latitude", 46.5, "EXIF:GPSLatitude"),
        Fact("longitude", -7.25, "EXIF:GPSLongitude"),
    )
    assert position_facts(0.0, 7.0, "EXIF:GPS") is not None
    assert position_facts(0.0, 0.0, "EXIF:GPS") is None
    assert position_facts(91.0, 7.0, "EXIF:GPS") is None
    assert position_facts(46.5, math.nan, "EXIF:GPS") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("captured", "2019-07-01T12:34:56"),
        ("captured", "2019-07-01T12:34:56.500000+02:00"),
        ("captured_utc", "2019-07-01T12:34:56+00:00"),
        ("title", "two\nlines"),
        ("latitude", -90),
        ("rating", -1),
        ("motion_offset", 2**40),
    ],
)
def test_sane_facts(name: str, value: object) -> None:
    assert is_sane([Fact(name, value, "x")])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("captured", "2019-02-30T12:34:56"),
        ("captured", "2019-07-01 12:34:56"),
        ("captured", 5),
        ("captured_utc", "2019-07-01T12:34:56"),
        ("captured_utc", "2019-07-01T12:34:56+02:00"),
        ("title", "a\0b"),
        ("title", 5),
        ("latitude", 90.5),
        ("latitude", math.nan),
        ("latitude", "46"),
        ("iso", 100.5),
        ("rating", 6),
        ("motion_offset", -1),
    ],
)
def test_insane_facts(name: str, value: object) -> None:
    assert not is_sane([Fact("iso", 100, "x"), Fact(name, value, "x")])  # type: ignore[arg-type]


def test_a_source_is_printable() -> None:
    assert not is_sane([Fact("iso", 100, "a\nb")])


@given(st.text(), st.floats())
def test_facts_made_here_are_sane_and_survive_the_wire(text: str, number: float) -> None:
    made = [text_fact("title", text, "x"), number_fact("altitude_m", number, "x")]
    facts = [fact for fact in made if fact]
    assert is_sane(facts)
    wire = msgspec.msgpack.encode(facts)
    assert msgspec.msgpack.decode(wire, type=list[Fact]) == facts
