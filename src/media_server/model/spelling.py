"""When two ways of writing a place's name are the same."""

from __future__ import annotations

import unicodedata

# What is no letter with a mark, but is written as these where a keyboard lacks it.
_WRITTEN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def key(text: str) -> str:
    """What is compared of a name: its letters and digits without case and accents, words apart.

    `Saint-Étienne` and `saint etienne` are the same, and so are `Zürich` and `Zurich`.
    """
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_WRITTEN))
    kept = [one if one.isalnum() else " " for one in parts if not unicodedata.combining(one)]
    return " ".join("".join(kept).split())
