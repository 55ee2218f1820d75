"""The text of a search, cut into what the grammar is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from media_server.model.errors import BadQuery
from media_server.model.query.tree import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SIGNS: Final = 1_000

_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‟": '"'})  # as phones write them
_SPACE = re.compile(r"\s+")
_FIELD = re.compile(r"([A-Za-z]+)(:|>=|<=|>|<|=)")
_BARE = re.compile(r'[^\s"()]+')
BARE: Final = re.compile(r'(?!-)[^\s"()“”„‟]+\Z')
"""What may be written without quotation marks."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece.

    Attributes:
        kind: a parenthesis, a minus sign before something, or a term.
        span: where it stands.
        text: of a term: what stands in it, without quotation marks, star and field.
        field: the name before the operator, in lower case; empty where there is none.
        operator: `:` and so on behind the field.
        quoted: whether the text stood in quotation marks.
        star: whether a star follows the text.
        value_at: where the text begins.
    """

    kind: Literal["(", ")", "-", "term"]
    span: Span
    text: str = ""
    field: str = ""
    operator: str = ""
    quoted: bool = False
    star: bool = False
    value_at: int = 0

    @property
    def is_bare(self) -> bool:
        """Whether it is a word without quotation marks, star and field."""
        return self.kind == "term" and not (self.field or self.quoted or self.star)


def tokens(text: str) -> list[Token]:
    """All pieces of a text.

    Raises:
        BadQuery: too long, no Unicode text, or a quotation mark that is not closed.
    """
    if len(text) > MAX_SIGNS:
        raise BadQuery("too_long", MAX_SIGNS, limit=MAX_SIGNS)
    for at, sign in enumerate(text):
        if "\ud800" <= sign <= "\udfff":
            raise BadQuery("half_character", at)
    return list(_tokens(text.translate(_CURLY)))


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token = _next(text, at)
        at = token.span.end
        yield token


def _next(text: str, at: int) -> Token:
    sign = text[at]
    if sign == "(":
        return Token("(", Span(at, at + 1))
    if sign == ")":
        return Token(")", Span(at, at + 1))
    if sign == "-" and at + 1 < len(text) and not text[at + 1].isspace() and text[at + 1] != ")":
        return Token("-", Span(at, at + 1))
    field = _FIELD.match(text, at)
    if field is None:
        return _term(text, at, at, "", "")
    return _term(text, at, field.end(), field[1].lower(), field[2])


def _term(text: str, at: int, value_at: int, field: str, operator: str) -> Token:
    if text[value_at : value_at + 1] == '"':
        end = text.find('"', value_at + 1)
        if end < 0:
            raise BadQuery("open_quotation", value_at)
        star = text[end + 1 : end + 2] == "*"
        span = Span(at, end + 1 + star)
        inside = text[value_at + 1 : end]
        return Token("term", span, inside, field, operator, True, star, value_at)
    bare = _BARE.match(text, value_at)
    word = bare[0] if bare else ""
    cut = word.rstrip("*")
    span = Span(at, value_at + len(word))
    return Token("term", span, cut, field, operator, False, cut != word, value_at)
