"""The search box's language: what is understood, and where it is not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from media_server.model.errors import BadQuery
from media_server.model.query.parsing import MAX_DEPTH, MAX_TERMS, parse
from media_server.model.query.printing import text_of
from media_server.model.query.reasons import REASONS, QueryReason
from media_server.model.query.tree import (
    EVERYTHING,
    And,
    Box,
    Choice,
    Dates,
    Folder,
    Near,
    Not,
    Number,
    Or,
    Span,
    Text,
    Tree,
    leaves,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = date(2021, 10, 5)
ROME = (41.9, 12.5, 20.0)


def find_place(name: str) -> tuple[float, float, float] | None:
    return ROME if name.lower() == "rome" else None


def read(text: str, *, typing: bool = False) -> Tree:
    return parse(text, TODAY, find_place=find_place, typing=typing)


def word(text: str) -> Text:
    return Text(None, text)


JULY_2021 = Dates(date(2021, 7, 1), date(2021, 7, 31))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", EVERYTHING),
        ("   ", EVERYTHING),
        ("- & !", EVERYTHING),
        ("(-) ()", EVERYTHING),
        ("beach", word("beach")),
        ("beach sunset", And((word("beach"), word("sunset")))),
        ("beach AND sunset", And((word("beach"), word("sunset")))),
        ('"sunset beach"', word("sunset beach")),
        ("“sunset beach”", word("sunset beach")),
        ("-beach", Not(word("beach"))),
        ("--beach", Not(Not(word("beach")))),
        ("a OR b", Or((word("a"), word("b")))),
        # OR binds what stands right beside it.
        ("a b OR c d", And((word("a"), Or((word("b"), word("c"))), word("d")))),
        ("(a b) OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("(a b) c", And((word("a"), word("b"), word("c")))),
        ("-(a OR b)", Not(Or((word("a"), word("b"))))),
        ("IMG_2019.jpg", word("IMG_2019.jpg")),
        ("IMG-2019", word("IMG-2019")),
        ("2019", Dates(date(2019, 1, 1), date(2019, 12, 31))),
        ('"2019"', word("2019")),
        ("july 2021", JULY_2021),
        ("Jul 2021 -beach", And((JULY_2021, Not(word("beach"))))),
        ("july beach", And((word("july"), word("beach")))),
        ("-july 2021", Not(JULY_2021)),
        ("camera:canon", Text("camera", "canon")),
        ('CAMERA:"EOS 5D"', Text("camera", "EOS 5D")),
        ("folder:Rome", Text("in", "Rome")),
        ("keyword:sea", Text("tag", "sea")),
        ("type:JPG", Choice("type", "jpg")),
        ("has:faces", Choice("has", "people")),
        ("month:jul", Choice("month", "july")),
        ("is:rejected", Choice("is", "rejected")),
        ("rating>=4", Number("rating", ">=", 4)),
        ("rating:-1", Number("rating", "=", -1)),
        ("size>10MB", Number("size", ">", 10_000_000)),
        ("size<=1.5KiB", Number("size", "<=", 1536)),
        ("width>=4000", Number("width", ">=", 4000)),
        ("duration>60s", Number("duration", ">", 60_000)),
        ("duration<2min", Number("duration", "<", 120_000)),
        ("near:48.2,16.4", Near(48.2, 16.4, 10.0)),
        ("near:-48.2,-16.4,2.5km", Near(-48.2, -16.4, 2.5)),
        ("near:Rome", Near(*ROME, name="Rome")),
        ("box:11.5,41,13.5,42.5", Box(11.5, 41.0, 13.5, 42.5)),
        ("box:170,-20.1234567,-170,-0", Box(170.0, -20.123457, -170.0, 0.0)),
        ("in:#17", Folder(17)),
        ("-folder:#17", Not(Folder(17))),
        ('in:"#17"', Text("in", "#17")),
        ("in:#17a", Text("in", "#17a")),
        ("name:#17", Text("name", "#17")),
        ("bea*", Text(None, "bea", prefix=True)),
        ('camera:"EOS 5"*', Text("camera", "EOS 5", prefix=True)),
        ("12:30", word("12:30")),
        ("東京", word("東京")),
    ],
)
def test_understood(text: str, tree: object) -> None:
    assert read(text) == tree
    assert read(text_of(read(text))) == tree


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("a foo:bar", 2),
        ("a size>big", 7),
        ("rating:6", 7),
        ("rating:4*", 7),
        ("camera>canon", 6),
        ("camera:", 7),
        ("camera:!", 7),
        ("type:tree", 5),
        ("a 2021-13", 2),
        ("2021-02-30", 0),
        ("x 2020..2015", 2),
        ('a "b', 2),
        ("a )", 2),
        ("a (b", 2),
        ("OR a", 0),
        ("a OR", 2),
        ("(a OR) b", 3),
        ("a OR OR b", 5),
        ('a "!"', 2),
        ("a*", 1),
        ("near:91,0", 5),
        ("near:1,2,3,4", 5),
        ("near:1,2,far", 5),
        ("near:1,2,1001", 5),
        ("near:1,2,0", 5),
        ("near:Nowhere", 5),
        ("box:1,2,3", 4),
        ("box:1,2,3,north", 4),
        ("box:1,2,3,4*", 4),
        ("box:1,2,181,4", 4),
        ("box:1,-91,3,4", 4),
        ("box:1,4,3,2", 4),
        ("box>1,2,3,4", 3),
        ("in:#17*", 6),
        ("a \ud800", 2),
        ("x" * 1001, 1000),
        ("x " * MAX_TERMS + "x", 2 * MAX_TERMS),
        ("-" * (MAX_DEPTH + 2) + "x", MAX_DEPTH + 1),
        ("(" * (MAX_DEPTH + 2) + "x", MAX_DEPTH + 1),
    ],
)
def test_not_understood(text: str, at: int) -> None:
    with pytest.raises(BadQuery) as caught:
        read(text)
    assert caught.value.at == at
    assert str(caught.value).endswith(".")


BY_REASON: Mapping[QueryReason, str] = {
    "too_long": "x" * 1001,
    "half_character": "a \ud800",
    "open_quotation": 'a "b',
    "open_parenthesis": "a (b",
    "unopened_parenthesis": "a )",
    "lonely_or": "a OR",
    "too_deep": "(" * (MAX_DEPTH + 2) + "x",
    "too_many_terms": "x " * MAX_TERMS + "x",
    "no_letter": 'a "!"',
    "no_date": "a 2021-13",
    "no_field": "a foo:bar",
    "no_value": "camera:",
    "only_colon": "camera>canon",
    "unknown_place": "near:Nowhere",
    "not_on_earth": "near:91,0",
    "no_distance": "near:1,2,far",
    "too_far": "near:1,2,1001",
    "no_box": "box:1,2,3",
    "box_upside_down": "box:1,4,3,2",
    "short_beginning": "a*",
    "starred_number": "in:#17*",
    "no_number": "a size>big",
    "no_rating": "rating:6",
    "no_choice": "type:tree",
}


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_for_programs(reason: QueryReason) -> None:
    with pytest.raises(BadQuery) as caught:
        read(BY_REASON[reason])
    assert caught.value.reason == reason


def test_what_a_reason_tells_of() -> None:
    def facts(text: str) -> tuple[str, str, int]:
        with pytest.raises(BadQuery) as caught:
            read(text)
        return caught.value.word, caught.value.field, caught.value.limit

    assert facts("a size>big") == ("big", "size", 0)
    assert facts("camera>canon") == ("", "camera", 0)
    assert facts("near:1,2,far") == ("far", "", 0)
    assert facts("near:1,2,1001") == ("", "", 1_000)
    assert facts("a {field} size:{word}") == ("{word}", "size", 0)


def test_typing_lets_the_last_word_go_on() -> None:
    assert read("new bea", typing=True) == And((word("new"), Text(None, "bea", prefix=True)))
    # One that is finished or too short does not, nor does a date.
    assert read("new bea ", typing=True) == And((word("new"), word("bea")))
    assert read("new b", typing=True) == And((word("new"), word("b")))
    assert read("2019", typing=True) == read("2019")


def test_a_place_is_no_larger_than_a_circle_may_be() -> None:
    found = parse("near:Asia", TODAY, find_place=lambda name: (40.0, 90.0, 4_000.0))
    assert found == Near(40.0, 90.0, 1_000.0, name="Asia")


def test_leaves_know_where_they_stand() -> None:
    text = 'a -(july 2021 OR camera:"x y")'
    found = [(text[one.span.start : one.span.end], without) for one, without in leaves(read(text))]
    assert found == [("a", False), ("july 2021", True), ('camera:"x y"', True)]
    assert Span(0, 1) != Span()


@pytest.mark.parametrize("text", ["OR", "july", "2019", "2020..", "-a", "a*", "a:b", "a<b", "last"])
def test_words_that_mean_something_else_are_printed_in_quotation_marks(text: str) -> None:
    assert text_of(word(text)) == f'"{text}"'
    assert read(text_of(word(text))) == word(text)
