"""The last word of a text, and what it may become."""

from __future__ import annotations

import pytest

from media_server.model.errors import BadQuery
from media_server.model.query.completing import (
    LastWord,
    fixed,
    kinds_for,
    last_word,
    text_for,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", LastWord(0, "", "", "")),
        ("beach ", LastWord(6, "", "", "")),
        ("beach rom", LastWord(6, "", "", "rom")),
        ("(rom", LastWord(1, "", "", "rom")),
        ("a last  SU", LastWord(2, "", "", "last SU")),
        ("a -cam", LastWord(2, "-", "", "cam")),
        ("a -Camera:Can", LastWord(2, "-", "camera", "Can")),
        ('person:"Ann L', LastWord(0, "", "person", "Ann L")),
        ('a person:"Ann L', LastWord(2, "", "person", "Ann L")),
        ('"a b" "c', LastWord(6, "", "", "c")),
        ('"a b"', LastWord(5, "", "", "")),
    ],
)
def test_last_word(text: str, word: LastWord) -> None:
    assert last_word(text) == word


def test_too_long() -> None:
    with pytest.raises(BadQuery):
        last_word("x" * 1001)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ca", ["camera:"]),
        ("has:p", ["has:people"]),
        ("type:li", ["type:live"]),
        ("beach last s", ["last summer"]),
        ("this y", ["this year"]),
        ("toda", ["today"]),
        ("beach ", []),
        ("camera:ca", []),
    ],
)
def test_what_the_language_knows(text: str, found: list[str]) -> None:
    assert [one.text for one in fixed(last_word(text))] == found


def test_of_types_what_most_people_mean_comes_first() -> None:
    found = [one.text for one in fixed(last_word("type:"))]
    assert found[:3] == ["type:photo", "type:video", "type:other"]


def test_kinds() -> None:
    assert kinds_for(last_word("tag:a")) == ("keyword",)
    assert kinds_for(last_word("folder:a")) == ("folder",)
    assert kinds_for(last_word("name:a")) == ()
    assert kinds_for(last_word("nothing:a")) == ()
    assert "camera" in kinds_for(last_word("a"))
    assert kinds_for(last_word("")) == ()


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("year", "2019", "2019"),
        ("rating", "-1", "rating:-1"),
        ("keyword", "sea", "tag:sea"),
        ("folder", "2019/Rome", "in:2019/Rome"),
        ("camera", "EOS 5D", 'camera:"EOS 5D"'),
        ("person", 'Ann "A" Lee', 'person:"Ann  A  Lee"'),
    ],
)
def test_text_for(kind: str, value: str, text: str) -> None:
    assert text_for(kind, value) == text
