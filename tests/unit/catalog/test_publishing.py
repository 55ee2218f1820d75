"""What is published of assets stays in step with what is known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from media_server.catalog import assets, changes, details, links, publishing, timeline
from media_server.catalog.assets import NewAsset
from media_server.catalog.changes import BEGINNING
from media_server.catalog.details import Chosen
from media_server.catalog.links import LinkRow
from media_server.catalog.publishing import SHAPE_SIGNS
from media_server.catalog.schema import Grid
from support.shelf import NOW_NS, digest_of

if TYPE_CHECKING:
    from support.shelf import Shelf

NOTHING = Chosen(*[None] * len(Chosen._fields))


def rows(shelf: Shelf) -> dict[str, dict[str, Any]]:
    """Rows of the timeline by the name of a file."""
    query = text(
        "SELECT CAST(file.name AS TEXT) AS name, timeline.* FROM timeline "
        "JOIN asset ON asset.id = asset_id JOIN file ON file.digest = asset.digest"
    )
    with shelf.catalog.read() as connection:
        return {row["name"]: dict(row) for row in connection.execute(query).mappings()}


def measured(shelf: Shelf, name: str, size: tuple[int | None, int | None], **known: Any) -> None:
    """A file with an asset of a size."""
    shelf.add(name.encode())
    (at,) = shelf.unread()
    digest = digest_of(name)
    new = NewAsset(digest, "image/jpeg", *size, None, None, None, NOW_NS, 1, Grid.NONE)
    with shelf.catalog.write() as connection:
        assets.hold(connection, [(at, digest, at.stat)], [new._replace(**known)], now_ns=NOW_NS)
        details.keep_facts(connection, [(digest, "[]")])


def ratio(shape: str) -> float:
    """Width by height, as a client reads it."""
    number = SHAPE_SIGNS.index(shape[0]) * 64 + SHAPE_SIGNS.index(shape[1])
    if number >= 2048:
        return 1 / (1 - (number - 2048) / 2047) if number < 4095 else float("inf")
    return 1 - (2047 - number) / 2047


@pytest.mark.parametrize(
    "size",
    [(4000, 3000), (3000, 4000), (1, 1), (16, 9), (9, 16), (2047, 1), (1, 2047), (100, 99)],
)
def test_a_shape_tells_the_ratio(shelf: Shelf, size: tuple[int, int]) -> None:
    measured(shelf, "a.jpg", size)
    shape = rows(shelf)["a.jpg"]["shape"]
    width, height = size
    if width >= height:
        assert 1 / ratio(shape) == pytest.approx(height / width, abs=1 / 4000)
    else:
        assert ratio(shape) == pytest.approx(width / height, abs=1 / 4000)


@pytest.mark.parametrize("size", [(None, None), (10**9, 1), (1, 10**9), (2**32 - 1, 2**32 - 1)])
def test_any_size_has_two_signs(shelf: Shelf, size: tuple[int, int]) -> None:
    measured(shelf, "a.jpg", size)
    shape = rows(shelf)["a.jpg"]["shape"]
    assert len(shape) == 2
    assert set(shape) <= set(SHAPE_SIGNS)


@pytest.mark.parametrize(
    ("local", "day", "within_ms"),
    [
        ("1970-01-01T00:00:00", 0, 0),
        ("1969-12-31T23:59:59.999000", -1, 86_399_999),
        ("1900-01-01T12:00:00", -25_567, 43_200_000),
        ("2024-02-29T23:59:59.123000", 19_782, 86_399_123),
        ("9999-12-31T00:00:00", 2_932_896, 0),
        ("0001-01-01T00:00:01", -719_162, 1_000),
    ],
)
def test_day_and_wall_time(shelf: Shelf, local: str, day: int, within_ms: int) -> None:
    measured(shelf, "a.jpg", (4, 3), captured_local=local)
    row = rows(shelf)["a.jpg"]
    assert row["local_day"] == day
    assert row["local_ms"] == day * 86_400_000 + within_ms
    assert row["taken_ms"] == NOW_NS // 10**6
    assert row["taken_day"] == NOW_NS // 10**9 // 86_400


def test_what_was_chosen_counts_more(shelf: Shelf) -> None:
    measured(shelf, "a.jpg", (4, 3), captured_local="2001-01-01T00:00:00")
    before = rows(shelf)["a.jpg"]
    with shelf.catalog.write() as connection:
        chosen = NOTHING._replace(taken_local="2002-02-02T10:00:00", taken_ns=-1)
        details.describe(connection, [(before["asset_id"], chosen)])
    row = rows(shelf)["a.jpg"]
    assert row["local_day"] == 11_720
    assert (row["taken_day"], row["taken_ms"]) == (-1, -1)
    assert row["changed"] > before["changed"]


def test_kinds(shelf: Shelf) -> None:
    measured(shelf, "a.jpg", (4, 3))
    measured(shelf, "b.mp4", (4, 3), mime="video/mp4")
    measured(shelf, "c.svg", (None, None), grid=Grid.NOT_PICTURED)
    assert {name: row["kind"] for name, row in rows(shelf).items()} == {
        "a.jpg": 0,
        "b.mp4": 1,
        "c.svg": 2,
    }


def pair(shelf: Shelf) -> None:
    """Have a.mov belong to a.jpg."""
    folder_id = shelf.folder(b"")
    link = LinkRow("live_photo", shelf.file_id(b"a.jpg"), shelf.file_id(b"a.mov"), None)
    with shelf.catalog.write() as connection:
        links.replace(connection, folder_id, [link], [])


@pytest.mark.parametrize(
    ("kind", "part", "live"),
    [("live_photo", 1, 1), ("raw_jpeg", 1, 0), ("edited", 0, 0), ("burst", 0, 0)],
)
def test_parts_come_and_go_with_their_links(shelf: Shelf, kind: str, part: int, live: int) -> None:
    measured(shelf, "a.jpg", (4, 3))
    measured(shelf, "a.mov", (4, 3), mime="video/quicktime")
    folder_id = shelf.folder(b"")
    link = LinkRow(kind, shelf.file_id(b"a.jpg"), shelf.file_id(b"a.mov"), None)
    with shelf.catalog.write() as connection:
        links.replace(connection, folder_id, [link], [])
    assert [rows(shelf)[name]["part"] for name in ("a.jpg", "a.mov")] == [0, part]
    assert [rows(shelf)[name]["live"] for name in ("a.jpg", "a.mov")] == [live, 0]
    with shelf.catalog.read() as connection:
        shown = [one.shapes for one in timeline.days(connection, "local")]
    assert sum(map(len, shown)) == 2 * (2 - part)
    with shelf.catalog.write() as connection:
        links.replace(connection, folder_id, [], [])
    assert rows(shelf)["a.mov"]["part"] == 0
    assert rows(shelf)["a.jpg"]["live"] == 0


def test_a_picture_is_no_longer_live_when_its_film_is_gone(shelf: Shelf) -> None:
    measured(shelf, "a.jpg", (4, 3))
    measured(shelf, "a.mov", (4, 3), mime="video/quicktime")
    pair(shelf)
    shelf.lose(b"a.mov")
    shelf.remove_gone()
    assert {name: row["live"] for name, row in rows(shelf).items()} == {"a.jpg": 0}


def test_a_part_without_its_primary_stands_for_itself(shelf: Shelf) -> None:
    measured(shelf, "a.jpg", (4, 3))
    measured(shelf, "a.mov", (4, 3), mime="video/quicktime")
    pair(shelf)
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    assert {name: row["part"] for name, row in rows(shelf).items()} == {"a.mov": 0}


def test_a_copy_elsewhere_is_no_part(shelf: Shelf) -> None:
    measured(shelf, "a.jpg", (4, 3))
    measured(shelf, "a.mov", (4, 3), mime="video/quicktime")
    pair(shelf)
    shelf.put(b"elsewhere/b.mov", "a.mov")
    assert rows(shelf)["b.mov"]["part"] == 0


def test_what_is_gone_is_told_and_forgotten_when_it_is_back(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    with shelf.catalog.read() as connection:
        position = changes.now(connection)
        assert changes.since(connection, position, most=9)[:2] == ([], [])
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    assert rows(shelf) == {}
    with shelf.catalog.read() as connection:
        found = changes.since(connection, position, most=9)
    assert (found.published, found.removed, found.more) == ([], [digest], False)
    shelf.put(b"b.jpg", "x")
    with shelf.catalog.read() as connection:
        again = changes.since(connection, found.position, most=9)
        assert (len(again.published), again.removed) == (1, [])
        whole = changes.since(connection, BEGINNING, most=9)
        assert (len(whole.published), whole.removed) == (1, [])


def test_a_picture_that_is_ready_is_a_change(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    with shelf.catalog.read() as connection:
        position = changes.now(connection)
    with shelf.catalog.write() as connection:
        assets.set_grid(connection, [(digest, Grid.FINAL, 0x102030)])
    with shelf.catalog.read() as connection:
        assert len(changes.since(connection, position, most=9).published) == 1


def test_pages_of_changes_are_whole(shelf: Shelf) -> None:
    digests = [shelf.put(b"%d.jpg" % number, f"{number}") for number in range(9)]
    shelf.lose(*(b"%d.jpg" % number for number in range(4)))
    shelf.remove_gone()
    position, published, removed, pages = BEGINNING, [], [], 0
    with shelf.catalog.read() as connection:
        while True:
            found = changes.since(connection, position, most=2)
            assert len(found.published) + len(found.removed) <= 2
            published += found.published
            removed += found.removed
            position, pages = found.position, pages + 1
            if not found.more:
                break
        ids = publishing.ids_of(connection, digests[4:])
    assert sorted(published) == sorted(ids)
    assert sorted(removed) == sorted(digests[:4])
    assert pages == 5


def test_nothing_changed_is_no_change(shelf: Shelf) -> None:
    with shelf.catalog.write() as connection:
        before = changes.state(connection)
        publishing.publish(connection, [])
        assert changes.state(connection) == before
