"""SHA-1 of assets that an older version has read."""

from __future__ import annotations

import os
from hashlib import sha1
from typing import TYPE_CHECKING

from media_server.catalog.database import open_catalog
from media_server.library import sha1_pass
from media_server.library.sha1_pass import read_sha1
from support.media import noise, picture

if TYPE_CHECKING:
    import pytest

    from media_server.catalog.database import Catalog
    from support.library import Served

SMALL, LARGE = picture(1), noise(1, 200_000)


def forget(served: Served) -> Catalog:
    catalog = open_catalog(served.catalog_path)
    with catalog.write() as connection:
        connection.exec_driver_sql("UPDATE asset SET sha1 = NULL")
    return catalog


def known(served: Served) -> set[object]:
    return {row[0] for row in served.rows("SELECT sha1 FROM asset")}


def both(served: Served) -> Served:
    served.write("a.jpg", SMALL)
    served.write("b.jpg", LARGE)
    served.run()
    return served


EXPECTED = {sha1(one).digest() for one in (SMALL, LARGE)}


def test_each_gets_its_own(quick: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sha1_pass, "_PAGE_ASSETS", 1)
    catalog = forget(both(quick))
    assert read_sha1(catalog, stopping=lambda: False) == 2
    assert known(quick) == EXPECTED
    assert read_sha1(catalog, stopping=lambda: False) == 0


def test_the_service_does_it_in_the_end(quick: Served) -> None:
    forget(both(quick))
    quick.run()
    assert known(quick) == EXPECTED


def test_other_bytes_are_no_reason(quick: Served) -> None:
    """A file with other bytes is read again as what it is now."""
    catalog = forget(both(quick))
    with open(quick.at("b.jpg"), "r+b") as file:
        file.write(b"changed")
    os.unlink(quick.at("a.jpg"))
    assert read_sha1(catalog, stopping=lambda: False) == 0
    assert known(quick) == {None}
    assert quick.rows("SELECT name FROM file WHERE pending = 1") == [(b"b.jpg",)]


def test_a_copy_stands_in(quick: Served) -> None:
    quick.write("a.jpg", SMALL)
    quick.write("b.jpg", SMALL)
    quick.run()
    catalog = forget(quick)
    os.unlink(quick.at("a.jpg"))
    assert read_sha1(catalog, stopping=lambda: False) == 1


def test_it_stops_when_told(quick: Served) -> None:
    catalog = forget(both(quick))
    asked = []

    def stopping() -> bool:
        asked.append(1)
        return len(asked) > 2

    assert read_sha1(catalog, stopping=stopping) <= 1
    assert None in known(quick)
    assert quick.rows("SELECT name FROM file WHERE pending = 1") == []
