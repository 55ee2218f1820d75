"""Addresses of what is here, as clients know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope


def address(scope: Scope, path: str) -> str:
    """The address of a path of the routes, from the root of the host on.

    Args:
        scope: of the request that is answered.
        path: percent-encoded, beginning with a slash.
    """
    return f"{scope.get('root_path', '')}{path}"
