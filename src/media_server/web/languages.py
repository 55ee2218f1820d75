"""In which language a person wants to read a page of the server's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Source: RFC 9110, section 12.5.4, with the tags of RFC 4647, section 2.1.
_RANGE: Final = re.compile(r"([a-z]{1,8})(?:-[a-z0-9]{1,8}){0,8}(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")
_MOST_RANGES: Final = 32
_USUAL: Final = "en"


def wanted(accept_language: Sequence[str], offered: Collection[str]) -> str:
    """The language that is liked best.

    Args:
        accept_language: values of the header; what is no range of languages is passed over.
        offered: codes of languages, of two letters; `en` is among them.

    Returns:
        One of those offered; `en` where none of them is wanted.
    """
    text = ",".join(accept_language)
    best, best_weight = _USUAL, 0.0
    for part in text.lower().split(",")[:_MOST_RANGES]:
        found = _RANGE.fullmatch(part.strip())
        if found is None or found[1] not in offered:
            continue
        weight = float(found[2] or 1)
        if weight > best_weight:
            best, best_weight = found[1], weight
    return best
