"""What a search asks for, as a tree.

Each leaf knows which part of the text it was read from; two trees are equal when they ask for the
same, wherever it stood.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date  # noqa: TC003 - the fields of dataclasses name it
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

TextField = Literal[
    "name", "in", "camera", "lens", "country", "region", "city", "person", "tag", "title"
]
NumberField = Literal["rating", "size", "width", "height", "duration"]
ChoiceField = Literal["type", "has", "is", "month"]
Operator = Literal["=", ">=", "<=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the text, in characters from its beginning; `end` is behind its last one."""

    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Words that stand beside each other somewhere, or in one field.

    Attributes:
        field: where they must stand; None for anywhere.
        text: the words as they were written, with at least one letter or digit.
        prefix: whether the last of them may go on.
    """

    field: TextField | None
    text: str
    prefix: bool = False
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a fixed set of properties, in the spelling of `fields`."""

    field: ChoiceField
    value: str
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A comparison.

    Attributes:
        value: in bytes, pixels, milliseconds or stars.
    """

    field: NumberField
    operator: Operator
    value: int
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Dates:
    """Taken on one of these days, by the calendar of the place. At least one end is given."""

    first: date | None
    last: date | None
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Near:
    """Taken within a circle.

    Attributes:
        latitude: WGS 84 degrees. longitude: of the same.
        radius_km: more than 0.
        name: of the place, where it was asked for by name.
    """

    latitude: float
    longitude: float
    radius_km: float
    name: str | None = None
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Box:
    """Taken between two meridians and two parallels, themselves included, in WGS 84 degrees.

    Attributes:
        west: on the left; more than `east` across the 180th meridian. south: at most `north`.
        east: on the right. north: at the top.
    """

    west: float
    south: float
    east: float
    north: float
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Folder:
    """In the folder of this number itself, not in those below it."""

    number: int
    span: Span = dataclasses.field(default=Span(), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """All but these."""

    item: Tree


@dataclass(frozen=True, slots=True)
class And:
    """What all of them find; everything, where there are none. None of them is another `And`."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What one of them finds. There are at least two, and none is another `Or`."""

    items: tuple[Tree, ...]


Leaf: TypeAlias = Text | Choice | Number | Dates | Near | Box | Folder
Tree: TypeAlias = Leaf | Not | And | Or

EVERYTHING = And(())


def leaves(tree: Tree, *, without: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """All leaves in the order of the text, each with whether it is excluded."""
    if isinstance(tree, Not):
        yield from leaves(tree.item, without=not without)
    elif isinstance(tree, And | Or):
        for item in tree.items:
            yield from leaves(item, without=without)
    else:
        yield tree, without
