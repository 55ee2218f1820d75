"""How a text that is being written may go on, as far as its language tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from media_server.model.errors import BadQuery
from media_server.model.query import fields
from media_server.model.query.printing import quoted
from media_server.model.query.tokens import MAX_SIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The beginning of a date in two words.
_BEFORE = re.compile(r"(?:^|(?<=[\s(]))(?:last|this)\s+\Z", re.IGNORECASE)
_WORD = re.compile(r'(-?)(?:([A-Za-z]+)[:=])?("?)([^"]*)\Z')
_FIELD_OF: Final[Mapping[str, str]] = {
    "camera": "camera",
    "lens": "lens",
    "country": "country",
    "region": "region",
    "city": "city",
    "person": "person",
    "keyword": "tag",
    "folder": "in",
}
_KIND_OF: Final = {field: kind for kind, field in _FIELD_OF.items()}
# Names that the short list of fields does not repeat under others.
_FIELDS: Final = tuple(
    dict.fromkeys(
        [*fields.TEXT_FIELDS.values(), *fields.NUMBER_FIELDS, *fields.CHOICES, "near", "box"],
    )
)
_DATES: Final = (
    "today",
    "yesterday",
    "last week",
    "last month",
    "last summer",
    "last winter",
    "last year",
    "this week",
    "this month",
    "this year",
)


@dataclass(frozen=True, slots=True)
class LastWord:
    """The word at the end of a text.

    Attributes:
        start: where it begins, with its minus sign and field.
        minus: the sign, or nothing. field: in lower case, empty where there is none.
        text: what is there of the word itself.
    """

    start: int
    minus: str
    field: str
    text: str


class Completion(NamedTuple):
    """What may be put in the place of the last word."""

    text: str
    kind: Literal["field", "value", "date"]


def last_word(text: str) -> LastWord:
    """The word at the end of a text, in quotation marks or not; empty behind a space.

    Raises:
        BadQuery: the text is too long.
    """
    if len(text) > MAX_SIGNS:
        raise BadQuery("too_long", MAX_SIGNS, limit=MAX_SIGNS)
    start = _start(text)
    match = _WORD.match(text, start)
    if match is None:
        return LastWord(len(text), "", "", "")
    minus, field, mark, word = match.groups()
    before = _BEFORE.search(text, 0, start)
    if before is not None and not (minus or field or mark):
        start = before.start()
        word = " ".join(text[start:].split())
    return LastWord(start, minus, (field or "").lower(), word)


def _start(text: str) -> int:
    """Where the last word begins: an open quotation mark and what stands right before it."""
    open_at = text.rfind('"') if text.count('"') % 2 else len(text)
    at = open_at
    while at and not (text[at - 1].isspace() or text[at - 1] in '()"'):
        at -= 1
    return at


def fixed(word: LastWord) -> list[Completion]:
    """What the language itself knows: fields, their values, and dates in words."""
    begins = word.text.lower()
    choices = fields.CHOICES.get(word.field)  # type: ignore[call-overload] # any text may be asked for
    if choices is not None:
        known = dict.fromkeys(choices.values())
        found = [f"{word.field}:{one}" for one in known if one.startswith(begins)]
        return [Completion(one, "value") for one in found]
    if word.field or not begins:
        return []
    names = [Completion(f"{one}:", "field") for one in _FIELDS if one.startswith(begins)]
    return names + [Completion(one, "date") for one in _DATES if one.startswith(begins)]


def kinds_for(word: LastWord) -> Sequence[str]:
    """Kinds of facets that the last word may become."""
    if not word.field:
        return ("year", *_FIELD_OF) if word.text else ()
    field = fields.TEXT_FIELDS.get(word.field)
    kind = _KIND_OF.get(field) if field else None
    return (kind,) if kind else ()


def text_for(kind: str, value: str) -> str:
    """The text that asks for one value of a kind of facet."""
    if kind == "year":
        return value
    if kind in ("type", "rating"):
        return f"{kind}:{value}"
    return f"{_FIELD_OF[kind]}:{quoted(value.replace(chr(34), ' '))}"
