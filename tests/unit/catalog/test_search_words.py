"""What the index makes of texts."""

from __future__ import annotations

import pytest

from media_server.catalog.search_words import MAX_TEXT, folded, parts, prepared, vocabulary


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("東京 tower", " 東  京  tower"),
        ("a\0b\ue000c\x1f", "a b c "),
        ("x" * 3_000, "x" * MAX_TEXT),
        ("é", "é"),
    ],
)
def test_prepared(text: str, found: str) -> None:
    assert prepared(text) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("beach.jpg", []),
        ("IMG_20190701_123456.jpg", []),
        ("DSC01234.JPG", ["01234", "1234", "DSC"]),
        ("IMG_0042", ["42"]),
        ("IMG_0001", []),
        ("wa0001", ["0001", "wa"]),
        ("a1", []),
        ("x3f.jpg", []),
    ],
)
def test_parts(name: str, found: list[str]) -> None:
    assert parts(name) == found


def test_folded() -> None:
    assert folded("MÜNCHEN Łódź") == "munchen łodz"


def test_vocabulary() -> None:
    assert vocabulary("The Évening of 2019, IMG_12 x y" + "z" * 50) == [
        "the",
        "evening",
        "of",
        "img",
    ]
