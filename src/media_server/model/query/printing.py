"""From a tree back to text that means the same: `parse(text_of(tree)) == tree`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.model.query import dates, fields
from media_server.model.query.tokens import BARE
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
    Text,
)

if TYPE_CHECKING:
    from media_server.model.query.tree import Leaf, Tree

_OPERATOR_SIGNS = ":<>="


def text_of(tree: Tree) -> str:
    """The text that asks for the same, in one fixed spelling; relative dates become absolute."""
    if isinstance(tree, And):
        return " ".join(text_of(item) for item in tree.items)
    if isinstance(tree, Or):
        return " OR ".join(_inside(item, And) for item in tree.items)
    if isinstance(tree, Not):
        return f"-{_inside(tree.item, And, Or)}"
    return leaf_text(tree)


def _inside(tree: Tree, *wrapped: type[And | Or]) -> str:
    text = text_of(tree)
    return f"({text})" if isinstance(tree, wrapped) else text


def leaf_text(leaf: Leaf) -> str:
    """The text of one leaf."""
    if isinstance(leaf, Dates):
        return dates.text_of(dates.Days(leaf.first, leaf.last))
    if isinstance(leaf, Text) and leaf.field is None:
        return _word(leaf.text) + "*" * leaf.prefix
    operator = leaf.operator if isinstance(leaf, Number) and leaf.operator != "=" else ":"
    return f"{field_of(leaf)}{operator}{_value(leaf)}"


def field_of(leaf: Leaf) -> str | None:
    """The field that a leaf is about; None for free words."""
    if isinstance(leaf, Dates):
        return "taken"
    if isinstance(leaf, Near):
        return "near"
    if isinstance(leaf, Box):
        return "box"
    return "in" if isinstance(leaf, Folder) else leaf.field


def _value(leaf: Text | Choice | Number | Near | Box | Folder) -> str:
    if isinstance(leaf, Text):
        return _quoted_in(leaf) + "*" * leaf.prefix
    if isinstance(leaf, Choice):
        return leaf.value
    if isinstance(leaf, Number):
        return fields.number_text(leaf.field, leaf.value)
    if isinstance(leaf, Folder):
        return f"#{leaf.number}"
    if isinstance(leaf, Box):
        return ",".join(_decimal(one) for one in (leaf.west, leaf.south, leaf.east, leaf.north))
    if leaf.name is not None:
        return quoted(leaf.name)
    return ",".join(_decimal(one) for one in (leaf.latitude, leaf.longitude, leaf.radius_km))


def _quoted_in(leaf: Text) -> str:
    number = leaf.field == "in" and leaf.text.startswith("#")  # which would be that of a folder
    return f'"{leaf.text}"' if number else quoted(leaf.text)


def _decimal(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def quoted(text: str) -> str:
    """Some words behind a field, in quotation marks where they need them."""
    return text if BARE.match(text) and not text.endswith("*") else f'"{text}"'


def _word(text: str) -> str:
    """Words without a field: in quotation marks too what would be read as something else."""
    lower = text.lower()
    special = (
        text in ("OR", "AND")
        or lower in dates.WORDS
        or dates.looks_like_date(lower)
        or any(sign in text for sign in _OPERATOR_SIGNS)
    )
    return f'"{text}"' if special else quoted(text)
