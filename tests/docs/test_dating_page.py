"""The page on dates names what the program does, in its order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from media_server.library.dating import ORDER, Certainty
from media_server.model.name_date import FIRST_YEAR, LAST_YEAR, NamePattern, date_in_name

_PAGE = (Path(__file__).parents[2] / "docs" / "dating.md").read_text(encoding="utf-8")


def _table(head: str) -> list[tuple[str, str]]:
    """The first cell of each row, without its marks, and the rest."""
    after = _PAGE.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `(\w+)` \| (.*) \|$", after, re.MULTILINE)


def test_the_order_is_the_programs() -> None:
    assert tuple(name for name, _ in _table("order")) == ORDER


def test_each_certainty_is_told() -> None:
    assert tuple(name for name, _ in _table("certainty")) == get_args(Certainty)


def test_each_pattern_is_told() -> None:
    assert tuple(name for name, _ in _table("pattern")) == get_args(NamePattern)
    assert f"Years from {FIRST_YEAR} to {LAST_YEAR} count" in _PAGE


@pytest.mark.parametrize(("pattern", "rest"), _table("pattern"))
def test_each_example_is_read(pattern: str, rest: str) -> None:
    examples = [one for one in re.findall("`([^`]+)`", rest) if "…" not in one]
    assert examples
    for example in examples:
        found = date_in_name(example)
        assert found is not None, example
        assert found.pattern == pattern, example
