"""A catalog with one library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media_server.catalog import libraries
from media_server.catalog.database import open_catalog
from support.shelf import NOW_NS, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    catalog = open_catalog(str(tmp_path / "catalog.sqlite"))
    with catalog.write() as connection:
        (library,) = libraries.serve(connection, [b"/photos"], now_ns=NOW_NS)
    yield Shelf(catalog, library.library_id)
    catalog.close()
