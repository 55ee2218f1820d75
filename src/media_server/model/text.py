"""Names and paths as people see them."""

from __future__ import annotations


def shown(name: bytes) -> str | None:
    """The text to show for a name that is no UTF-8, with U+FFFD where it is none; else None."""
    try:
        name.decode()
    except UnicodeDecodeError:
        return name.decode("utf-8", "replace")
    return None
