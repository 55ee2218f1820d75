"""Conditional requests (RFC 9110, section 13)."""

from __future__ import annotations


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names `etag` (a quoted, strong one), or anything at all (`*`).

    The comparison is the weak one, as section 13.1.2 asks for.
    """
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == etag for one in if_none_match.split(","))
