"""Facts and what was chosen from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.catalog import assets, details
from media_server.catalog.assets import NewAsset
from media_server.catalog.details import Chosen
from media_server.catalog.schema import Grid
from support.shelf import NOW_NS

if TYPE_CHECKING:
    from support.shelf import Shelf

NOTHING = Chosen(*[None] * len(Chosen._fields))


def undescribed(shelf: Shelf) -> list[tuple[bytes, str, int]]:
    with shelf.catalog.read() as connection:
        found = details.undescribed(connection, behind=0, most=100)
    return [(one.name, one.facts, one.mtime_ns) for one in found]


def keep(shelf: Shelf, digest: bytes, facts: str) -> None:
    with shelf.catalog.write() as connection:
        details.keep_facts(connection, [(digest, facts)])


def describe_all(shelf: Shelf, chosen: Chosen = NOTHING) -> None:
    with shelf.catalog.write() as connection:
        found = details.undescribed(connection, behind=0, most=100)
        details.describe(connection, [(one.asset_id, chosen) for one in found])


def test_an_asset_is_described_once_its_facts_are_known(shelf: Shelf) -> None:
    digest = shelf.put(b"sub/a.jpg", "a", mtime_ns=NOW_NS)
    assert undescribed(shelf) == []
    keep(shelf, digest, "[1]")
    assert undescribed(shelf) == [(b"a.jpg", "[1]", NOW_NS)]
    describe_all(shelf, NOTHING._replace(rating=5, sources="{}"))
    assert undescribed(shelf) == []
    with shelf.catalog.read() as connection:
        row = connection.exec_driver_sql("SELECT facts, rating, sources FROM detail").one()
    assert tuple(row) == ("[1]", 5, "{}")


def test_the_shown_file_counts(shelf: Shelf) -> None:
    digest = shelf.put(b"b.jpg", "a")
    keep(shelf, digest, "[]")
    describe_all(shelf)
    shelf.put(b"a.jpg", "a")
    assert [name for name, _, _ in undescribed(shelf)] == [b"a.jpg"]


def test_reading_again_keeps_what_is_of_first_sight(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a", created_ns=77, grid=Grid.FINAL)
    keep(shelf, digest, "[]")
    describe_all(shelf)
    with shelf.catalog.read() as connection:
        (one,) = assets.outdated(connection, metadata_version=9, behind=None, most=10)
        assert assets.outdated(connection, metadata_version=9, behind=one, most=10) == []
        assert assets.outdated(connection, metadata_version=1, behind=None, most=10) == []
    assert (one.digest, one.grid) == (digest, Grid.FINAL)
    row = NewAsset(digest, "image/webp", 9, 8, "2020-01-01T00:00:00", 0, "EXIF:DateTime", 5, 9, 2)
    with shelf.catalog.write() as connection:
        assets.reread(connection, [row])
        details.keep_facts(connection, [(digest, "[2]")])
    with shelf.catalog.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT mime, width_px, captured_local, created_ns, metadata_version FROM asset"
        ).one()
    assert tuple(found) == ("image/webp", 9, "2020-01-01T00:00:00", 77, 9)
    assert undescribed(shelf) == [(b"a.jpg", "[2]", NOW_NS)]


def test_a_purged_asset_leaves_no_detail(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "a")
    keep(shelf, digest, "[]")
    with shelf.catalog.write() as connection:
        assets.purge(connection, [digest])
        assert connection.exec_driver_sql("SELECT count(*) FROM detail").scalar() == 0
