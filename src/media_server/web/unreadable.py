"""What is answered where none of the files that hold an asset can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.catalog import serving
from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media_server.catalog.database import Catalog

RETRY_OFFLINE: Final = {"Retry-After": "60"}


def unreadable(catalog: Catalog, digests: Sequence[bytes]) -> Refusal:
    """Whether it is worth to come again: where a library that is away holds one of them."""
    with catalog.read() as connection:
        away = any(serving.is_away(connection, one) for one in digests)
    return Refusal("offline", headers=RETRY_OFFLINE) if away else Refusal("no_original")
