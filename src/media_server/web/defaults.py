"""Headers that every answer carries, whoever gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEFAULTS: Final = (
    # Nothing here is a page or a script unless it says so, whatever a client makes of its bytes.
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_NAMES: Final = frozenset(name for name, _ in _DEFAULTS)


def with_defaults(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and those defaults that they do not name."""
    found = list(headers)
    named = {name for name, _ in found}
    if named.isdisjoint(_NAMES):
        return [*found, *_DEFAULTS]
    return [*found, *(one for one in _DEFAULTS if one[0] not in named)]
