"""What the index makes of texts: which words it knows them by.

SQLite's `unicode61` does most: words are runs of letters and digits, without case and accents.
Before it come three rules. Chinese, Japanese and Korean signs are words of their own, so that any
part of such a text is found. Where letters and digits adjoin (`DSC01234`), both parts are found
too, and numbers also without the zeros in front. And no text can hold a mark (below).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

MARK: Final = "\ue000"
"""Begins the words that say what an asset is. A private sign, which no text keeps."""

MAX_TEXT = 2_000
"""Characters of one text that are looked at."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f\ue000-\uf8ff]")
# Hiragana, Katakana, Han with its extensions, Hangul.
_SIGNS = re.compile(
    "([\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
    "\U00020000-\U0003134f])"
)
_MIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]+[0-9]+[A-Za-z0-9]*|[0-9]+[A-Za-z]+[A-Za-z0-9]*|0[0-9]+)"
)
_RUN = re.compile(r"[A-Za-z]+|[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 2


def prepared(text: str) -> str:
    """A text as it goes to the index, and as it is looked for there."""
    cut = text[:MAX_TEXT]
    clean = _FORBIDDEN.sub(" ", cut)
    return clean if clean.isascii() else _SIGNS.sub(r" \1 ", clean)


def parts(name: str) -> list[str]:
    """Runs of letters and of digits in a name that are no words by themselves there."""
    found: list[str] = []
    for mixed in _MIXED.findall(name[:MAX_TEXT]):
        for run in _RUN.findall(mixed):
            bare = run.lstrip("0")
            for one in {run, bare}:
                if len(one) >= _SHORTEST and one != mixed:
                    found.append(one)
    return sorted(found)


@lru_cache(maxsize=8_192)
def folded(text: str) -> str:
    """A text without case and accents, as `unicode61` compares it."""
    return _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def vocabulary(text: str) -> list[str]:
    """Words of letters alone, folded, of two letters or more: what a beginning may grow into."""
    return [one for one in _LETTERS.findall(_folded(text)) if 2 <= len(one) <= 40]
