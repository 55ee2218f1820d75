"""From the text of a search to its tree.

    query  = { group }
    group  = item { "OR" item }
    item   = "-" item | "(" query ")" | term
    term   = date | [ field operator ] ( word | '"' words '"' ) [ "*" ]

What stands beside each other must all hold. `AND` may be written and changes nothing. A word
without a letter or digit is passed over.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, TypeAlias, cast

from media_server.model.errors import BadQuery
from media_server.model.query import dates, fields
from media_server.model.query.tokens import Token, tokens
from media_server.model.query.tree import (
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
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from media_server.model.query.tree import ChoiceField, Operator, Tree

    FindPlace: TypeAlias = Callable[[str], tuple[float, float, float] | None]

MAX_TERMS = 50
MAX_DEPTH = 16
MAX_RADIUS_KM = 1_000
_RADIUS_KM = 10.0
_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?\Z")
_FOLDER = re.compile(r"#([1-9][0-9]{0,17})\Z")
_KILOMETRES = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,6})?(?:km)?\Z")
# Shorter beginnings of words are too many to look for.
_SHORTEST_PREFIX = 2


def parse(
    text: str,
    today: date,
    *,
    find_place: FindPlace = lambda name: None,
    typing: bool = False,
) -> Tree:
    """What a text asks for.

    Args:
        text: at most 1,000 characters.
        today: where `last summer` is counted from.
        find_place: latitude, longitude and radius in kilometres of a place by its name.
        typing: whether the last word may still go on.

    Raises:
        BadQuery: it is not understood; it says what, and where.
    """
    return _Parser(text, today, find_place, typing).whole()


class _Parser:
    """Reads one text from its beginning to its end."""

    def __init__(self, text: str, today: date, find_place: FindPlace, typing: bool) -> None:
        self._text = text
        self._today = today
        self._find_place = find_place
        self._tokens = tokens(text)
        self._at = 0
        self._terms = 0
        self._growing = self._last_word() if typing else None

    def _last_word(self) -> Token | None:
        last = self._tokens[-1] if self._tokens else None
        grows = last is not None and last.is_bare and last.span.end == len(self._text)
        return last if grows else None

    def whole(self) -> Tree:
        found = self._query(0)
        token = self._peek()
        if token is not None:
            raise BadQuery("unopened_parenthesis", token.span.start)
        return And(()) if found is None else found

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _query(self, depth: int) -> Tree | None:
        groups: list[Tree] = []
        while (token := self._peek()) is not None and token.kind != ")":
            found = self._group(depth)
            if isinstance(found, And):
                groups += found.items
            elif found is not None:
                groups.append(found)
        if not groups:
            return None
        return groups[0] if len(groups) == 1 else And(tuple(groups))

    def _group(self, depth: int) -> Tree | None:
        found: list[Tree] = []
        self._add(found, self._item(depth))
        while (token := self._peek()) is not None and _is(token, "OR"):
            self._at += 1
            following = self._peek()
            if not found or following is None or following.kind == ")":
                raise BadQuery("lonely_or", token.span.start)
            self._add(found, self._item(depth))
        if not found:
            return None
        return found[0] if len(found) == 1 else Or(tuple(found))

    @staticmethod
    def _add(found: list[Tree], item: Tree | None) -> None:
        if isinstance(item, Or):
            found += item.items
        elif item is not None:
            found.append(item)

    def _item(self, depth: int) -> Tree | None:
        token = self._peek()
        assert token is not None
        if depth > MAX_DEPTH:
            raise BadQuery("too_deep", token.span.start)
        if token.kind == "-":
            self._at += 1
            negated = self._item(depth + 1)
            return None if negated is None else Not(negated)
        if token.kind == "(":
            self._at += 1
            found = self._query(depth + 1)
            if self._peek() is None:
                raise BadQuery("open_parenthesis", token.span.start)
            self._at += 1
            return found
        if _is(token, "OR"):
            raise BadQuery("lonely_or", token.span.start)
        return self._term(token)

    def _term(self, token: Token) -> Tree | None:
        if _is(token, "AND"):
            self._at += 1
            return None
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise BadQuery("too_many_terms", token.span.start, limit=MAX_TERMS)
        if token.is_bare:
            dated = self._dates(token)
            if dated is not None:
                return dated
        self._at += 1
        if token.field:
            return self._field(token)
        if not _has_sign(token.text):
            if token.quoted:
                raise BadQuery("no_letter", token.value_at)
            return None
        return _text(None, token, growing=token is self._growing)

    def _dates(self, token: Token) -> Dates | None:
        some = self._tokens[self._at : self._at + 3]
        words = [one.text.lower() for one in some]
        bare = next((at for at, one in enumerate(some) if not one.is_bare), len(some))
        found = dates.typed(words[:bare], self._today)
        if found is None:
            return None
        if found.days is None:
            raise BadQuery("no_date", token.value_at, word=token.text)
        last = some[found.words - 1]
        self._at += found.words
        return Dates(*found.days, span=Span(token.span.start, last.span.end))

    def _field(self, token: Token) -> Tree:
        if token.field not in fields.NAMES:
            raise BadQuery("no_field", token.span.start, field=token.field)
        if not token.text.strip():
            raise BadQuery("no_value", token.value_at, field=token.field)
        if token.field in fields.NUMBER_FIELDS:
            return _number(token)
        if token.operator not in (":", "="):
            at = token.value_at - len(token.operator)
            raise BadQuery("only_colon", at, field=token.field)
        folder = _FOLDER.match(token.text)
        if folder and fields.TEXT_FIELDS.get(token.field) == "in" and not token.quoted:
            return _folder(token, int(folder[1]))
        if token.field in fields.TEXT_FIELDS:
            if not _has_sign(token.text):
                raise BadQuery("no_letter", token.value_at)
            return _text(token.field, token, growing=False)
        if token.field == "near":
            return self._near(token)
        if token.field == "box":
            return _box(token)
        return _choice(token)

    def _near(self, token: Token) -> Near:
        parts = [one.strip() for one in token.text.split(",")]
        if len(parts) in (2, 3) and _DEGREES.match(parts[0]) and _DEGREES.match(parts[1]):
            return _circle(token, parts)
        found = self._find_place(token.text)
        if found is None:
            raise BadQuery("unknown_place", token.value_at)
        latitude, longitude, radius_km = found
        return Near(
            latitude, longitude, min(radius_km, float(MAX_RADIUS_KM)), token.text, token.span
        )


def _is(token: Token, word: str) -> bool:
    return token.is_bare and token.text == word


def _has_sign(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _text(field: str | None, token: Token, *, growing: bool) -> Text:
    short = sum(sign.isalnum() for sign in token.text) < _SHORTEST_PREFIX
    if token.star and short:
        raise BadQuery("short_beginning", token.span.end - 1, limit=_SHORTEST_PREFIX)
    where = None if field is None else fields.TEXT_FIELDS[field]
    return Text(where, token.text, token.star or (growing and not short), token.span)


def _number(token: Token) -> Number:
    field = fields.NUMBER_FIELDS[token.field]
    value = fields.number(field, token.text)
    if value is None or token.star:
        if field == "rating":
            raise BadQuery("no_rating", token.value_at)
        raise BadQuery("no_number", token.value_at, word=token.text, field=field)
    operator = cast("Operator", "=" if token.operator == ":" else token.operator)
    return Number(field, operator, value, token.span)


def _choice(token: Token) -> Choice:
    field = cast("ChoiceField", token.field)
    value = fields.CHOICES[field].get(token.text.lower())
    if value is None or token.star:
        raise BadQuery("no_choice", token.value_at, word=token.text, field=field)
    return Choice(field, value, token.span)


def _circle(token: Token, parts: list[str]) -> Near:
    latitude, longitude = (round(float(one), 6) + 0.0 for one in parts[:2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise BadQuery("not_on_earth", token.value_at)
    radius_km = _RADIUS_KM
    if len(parts) == 3:
        if not _KILOMETRES.match(parts[2]):
            raise BadQuery("no_distance", token.value_at, word=parts[2])
        radius_km = round(float(parts[2].removesuffix("km")), 3)
    if not 0 < radius_km <= MAX_RADIUS_KM or not math.isfinite(radius_km):
        raise BadQuery("too_far", token.value_at, limit=MAX_RADIUS_KM)
    return Near(latitude, longitude, radius_km, span=token.span)


def _box(token: Token) -> Box:
    parts = [one.strip() for one in token.text.split(",")]
    if len(parts) != 4 or token.star or not all(_DEGREES.match(one) for one in parts):
        raise BadQuery("no_box", token.value_at)
    west, south, east, north = (round(float(one), 6) + 0.0 for one in parts)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        raise BadQuery("not_on_earth", token.value_at)
    if south > north:
        raise BadQuery("box_upside_down", token.value_at)
    return Box(west, south, east, north, token.span)


def _folder(token: Token, number: int) -> Folder:
    if token.star:
        raise BadQuery("starred_number", token.span.end - 1)
    return Folder(number, token.span)
