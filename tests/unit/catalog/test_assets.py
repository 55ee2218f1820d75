"""Assets and the files that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from media_server.catalog import assets, counts, libraries
from media_server.catalog.assets import Failed
from media_server.catalog.bulk import execute_many, run_many, run_over
from media_server.catalog.schema import Grid, asset
from support.shelf import NOW_NS, digest_of

if TYPE_CHECKING:
    from media_server.catalog.assets import Unpictured
    from support.shelf import Shelf


def unpictured(
    shelf: Shelf, *, behind: Unpictured | None = None, most: int = 10
) -> list[Unpictured]:
    with shelf.catalog.read() as connection:
        return assets.unpictured(connection, behind=behind, most=most)


def fail(shelf: Shelf, step: str, digest: bytes, *, parked: bool = False) -> None:
    with shelf.catalog.write() as connection:
        failed = Failed(digest, None, step, "corrupt", "it is", 1, parked)
        assets.record_failures(connection, [failed], now_ns=NOW_NS)


def test_unread_files_come_newest_first_in_pages(shelf: Shelf) -> None:
    for number in (3, 1, 2, 2):
        name = b"%d-%d.jpg" % (number, len(shelf.unread()))
        shelf.add(name, mtime_ns=NOW_NS + number)
    order = [one.name for one in shelf.unread()]
    assert [name[:1] for name in order] == [b"3", b"2", b"2", b"1"]
    paged: list[bytes] = []
    below = None
    with shelf.catalog.read() as connection:
        while page := assets.unread_files(connection, below=below, most=1):
            paged += [one.name for one in page]
            below = page[-1]
    assert paged == order


def test_unread_files_of_libraries_out_of_reach_wait(shelf: Shelf) -> None:
    shelf.add(b"a.jpg")
    with shelf.catalog.write() as connection:
        libraries.set_state(connection, shelf.library_id, "offline")
    assert shelf.unread() == []
    with shelf.catalog.write() as connection:
        libraries.set_state(connection, shelf.library_id, "online")
        libraries.serve(connection, [b"/other"], now_ns=NOW_NS)
    assert shelf.unread() == []


def test_unpictured_assets_come_newest_first_in_pages(shelf: Shelf) -> None:
    for number in range(5):
        shelf.put(b"%d.jpg" % number, str(number), created_ns=NOW_NS + number % 3)
    order = [one.digest for one in unpictured(shelf)]
    assert len(order) == 5
    assert order[0] == digest_of("2")
    paged = []
    behind = None
    while page := unpictured(shelf, behind=behind, most=2):
        paged += [one.digest for one in page]
        behind = page[-1]
    assert paged == order


def test_what_shows_nothing_comes_before_what_is_rough(shelf: Shelf) -> None:
    shelf.put(b"new.jpg", "new", created_ns=NOW_NS + 2, grid=Grid.ROUGH)
    shelf.put(b"old.jpg", "old", created_ns=NOW_NS + 1, grid=Grid.NONE)
    shelf.put(b"older.jpg", "older", created_ns=NOW_NS, grid=Grid.ROUGH)
    order = [digest_of(name) for name in ("old", "new", "older")]
    assert [one.digest for one in unpictured(shelf)] == order
    [first] = unpictured(shelf, most=1)
    assert [one.digest for one in unpictured(shelf, behind=first)] == order[1:]


@pytest.mark.parametrize("grid", Grid)
def test_only_what_may_get_a_picture_is_unpictured(shelf: Shelf, grid: Grid) -> None:
    shelf.put(b"a.jpg", "x", grid=grid)
    assert bool(unpictured(shelf)) == (grid in (Grid.NONE, Grid.ROUGH))


def test_missing_asset_is_not_pictured(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "x")
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    assert unpictured(shelf) == []


def test_asset_without_a_file_in_reach_has_no_file_to_make_it_from(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "x")
    with shelf.catalog.write() as connection:
        libraries.set_state(connection, shelf.library_id, "offline")
    (one,) = unpictured(shelf)
    assert one.file is None


def test_originals_prefer_files_that_are_there(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    shelf.put(b"b.jpg", "x")
    shelf.lose(b"a.jpg")
    with shelf.catalog.read() as connection:
        found = [one.name for one in assets.originals(connection, digest)]
    assert found == [b"b.jpg", b"a.jpg"]


def test_another_store_has_all_pictures_made_again(shelf: Shelf) -> None:
    for grid in Grid:
        shelf.put(b"%d.jpg" % grid, grid.name, grid=grid)
    with shelf.catalog.write() as connection:
        assets.use_store(connection, "first")
    query = "SELECT grid FROM asset ORDER BY id"
    with shelf.catalog.write() as connection:
        found = [grid for (grid,) in connection.exec_driver_sql(query)]
        assert found == [Grid.NONE, Grid.NONE, Grid.NONE, Grid.FAILED, Grid.NOT_PICTURED]
        assets.set_grid(connection, [(digest_of("NONE"), Grid.FINAL, None)])
        assets.use_store(connection, "first")
        assert connection.exec_driver_sql(query).scalars().first() == Grid.FINAL


def test_failure_replaces_the_one_before_of_its_step(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    fail(shelf, "grid", digest)
    fail(shelf, "grid", digest, parked=True)
    fail(shelf, "thumbnail", digest)
    with shelf.catalog.read() as connection:
        found = counts.count(connection)
        assert assets.failure_of(connection, digest, "grid") == "corrupt"
        assert assets.failure_of(connection, digest, "probe") is None
    assert (found.failed, found.parked) == (2, 1)


def test_what_has_failed_has_no_type_to_picture(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    other = shelf.put(b"b.jpg", "y", grid=Grid.FAILED)
    with shelf.catalog.read() as connection:
        assert assets.mime_to_picture(connection, digest) == "image/jpeg"
        assert assets.mime_to_picture(connection, digest_of("unknown")) is None
        assert assets.mime_to_picture(connection, other) is None
    fail(shelf, "thumbnail", digest)
    with shelf.catalog.read() as connection:
        assert assets.mime_to_picture(connection, digest) is None


def test_longest_edge(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    with shelf.catalog.read() as connection:
        assert assets.longest_edge_px(connection, digest) == 4
        assert assets.longest_edge_px(connection, digest_of("unknown")) == 0


def test_long_missing_assets_are_purged_with_their_failures(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    kept = shelf.put(b"b.jpg", "y")
    fail(shelf, "probe", digest)
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    with shelf.catalog.write() as connection:
        assert assets.long_missing(connection, before_ns=NOW_NS, most=9) == []
        assert assets.long_missing(connection, before_ns=NOW_NS + 1, most=9) == [digest]
        assets.purge(connection, [digest])
        assert assets.existing(connection, [digest, kept]) == {kept}
        assert counts.count(connection).failed == 0


def test_counts(shelf: Shelf) -> None:
    shelf.put(b"a.jpg", "a", grid=Grid.NONE)
    shelf.put(b"b.jpg", "b", grid=Grid.ROUGH)
    shelf.put(b"c.jpg", "c", grid=Grid.FINAL)
    shelf.put(b"d.jpg", "d", grid=Grid.FINAL)
    shelf.lose(b"d.jpg")
    shelf.remove_gone()
    shelf.add(b"e.jpg", size_bytes=7)
    with shelf.catalog.read() as connection:
        assert counts.count(connection) == counts.Counts(
            files=4, assets=4, unhashed=1, unpictured=1, rough=1, failed=0, parked=0, missing=1
        )
        assert counts.work(connection) == counts.Work(files=1, size_bytes=7, pictures=2)


class TestBulk:
    def test_names_must_be_in_the_statements_order(self, shelf: Shelf) -> None:
        statement = asset.insert()
        with shelf.catalog.write() as connection, pytest.raises(ValueError, match="takes"):
            execute_many(connection, statement, ("mime", "digest"), [("a", b"b")])

    def test_no_rows_no_statement(self, shelf: Shelf) -> None:
        with shelf.catalog.write() as connection:
            execute_many(connection, asset.insert(), ("nothing",), [])
            run_many(connection, "no SQL at all", [])
            run_over(connection, "no SQL at all", [])

    @pytest.mark.parametrize("count", [1, 499, 500, 501, 1_733])
    def test_runs_over_every_row_once(self, shelf: Shelf, count: int) -> None:
        rows = [(number, number.to_bytes(3, "big")) for number in range(count)]
        with shelf.catalog.write() as connection:
            connection.exec_driver_sql("CREATE TEMP TABLE here (number, name)")
            run_over(connection, "INSERT INTO here SELECT column1, column2 FROM {rows}", rows)
            assert connection.exec_driver_sql("SELECT * FROM here").all() == rows


def test_originals_come_in_the_order_in_which_lists_show_them(shelf: Shelf) -> None:
    for path in (b"z.jpg", b"a/x.jpg", b"a b/x.jpg", b"gone.jpg"):
        digest = shelf.put(path, "one")
    shelf.lose(b"a b/x.jpg")
    with shelf.catalog.read() as connection:
        found = [one.relative_path for one in assets.originals(connection, digest)]
    assert found == [b"a/x.jpg", b"gone.jpg", b"z.jpg", b"a b/x.jpg"]
