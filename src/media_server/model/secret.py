"""A text that is never shown."""

from __future__ import annotations

from typing import Final


class Secret:
    """Holds a text that only `reveal` gives: logs, errors and lists of settings show none of it."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        """Take the text; an empty one is no secret."""
        self._text = text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return "(secret)" if self._text else ""

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def reveal(self) -> str:
        """The text."""
        return self._text


NO_SECRET: Final = Secret()
