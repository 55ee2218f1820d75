"""The page of guarantees names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
_MENTION = re.compile(r"`(?P<file>[\w/]+\.py)?(?:::(?P<test>\w+))?`")


def _mentions() -> list[tuple[str, str]]:
    found, current = [], ""
    for mention in _MENTION.finditer(_PAGE):
        current = mention["file"] or current
        found.append((current, mention["test"] or ""))
    return found


def test_there_are_mentions() -> None:
    assert len(_mentions()) > 20


@pytest.mark.parametrize(("file", "test"), _mentions())
def test_the_test_is_there(file: str, test: str) -> None:
    text = (_ROOT / "tests" / file).read_text(encoding="utf-8")
    assert not test or f"def {test}(" in text
