"""Point questions of the web process, answered on its event loop in microseconds.

They bypass SQLAlchemy's execution, which costs more than the answer, but not its statements.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from media_server.catalog.database import Catalog

_LISTED = "SELECT 1 FROM asset WHERE digest = ? AND entry IS NOT NULL"
_CHANGES = "SELECT changes FROM catalog_state"
_MIME = "SELECT mime FROM asset WHERE digest = ? AND entry IS NOT NULL"
_VERSION = "SELECT catalog_id, generation FROM catalog_state"


class Lookup:
    """A connection of its own for one thread."""

    def __init__(self, catalog: Catalog) -> None:
        """Open the connection."""
        self._connection = catalog.connect()

    def is_listed(self, digest: bytes) -> bool:
        """Whether `/list` shows the asset."""
        return self._connection.execute(_LISTED, (digest,)).fetchone() is not None

    def mime(self, digest: bytes) -> str | None:
        """The type of a listed asset; None where `/list` does not show it."""
        row = self._connection.execute(_MIME, (digest,)).fetchone()
        return None if row is None else str(row[0])

    def listing_version(self) -> str:
        """The version of the answer to `/list`, as `listing.version` gives it."""
        catalog_id, generation = self._connection.execute(_VERSION).fetchone()
        return f"{catalog_id}-{generation}"

    def changes(self) -> int:
        """The number of the last change to what is published."""
        (number,) = self._connection.execute(_CHANGES).fetchone()
        return int(number)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
