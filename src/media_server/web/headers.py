"""Request headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a request header; None where the client sent none.

    Several lines of the same name are one list (RFC 9110, section 5.3).

    Args:
        scope: of the request.
        name: in lower case.
    """
    found = [value for one, value in scope["headers"] if one == name]
    return b",".join(found).decode("latin-1") if found else None
