"""The answer to `/list`: whole, exact, and of one moment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from media_server.catalog import files, libraries, listing
from media_server.catalog.lookup import Lookup
from support.shelf import NOW_NS, digest_of

if TYPE_CHECKING:
    from support.shelf import Shelf


def answer(shelf: Shelf) -> dict[str, dict[str, Any]]:
    with shelf.catalog.read() as connection:
        return dict(json.loads(b"".join(listing.pages(connection))))


def version(shelf: Shelf) -> str:
    with shelf.catalog.read() as connection:
        return listing.version(connection)


def test_nothing_is_an_empty_object(shelf: Shelf) -> None:
    with shelf.catalog.read() as connection:
        assert b"".join(listing.pages(connection)) == b"{}\n"


def test_member_has_the_contracts_fields(shelf: Shelf) -> None:
    digest = shelf.put(b"a/b.jpg", "x", mtime_ns=1_500_000_000_123_456_789, created_ns=10**9)
    assert answer(shelf) == {
        str(digest): {
            "filename": "b.jpg",
            "last_modified": 1500000000.123456789,
            "file_path": "/photos/a/b.jpg",
            "original_creation_date": 1.0,
        }
    }


def test_file_that_is_still_to_be_read_is_not_listed(shelf: Shelf) -> None:
    shelf.add(b"a.jpg")
    assert answer(shelf) == {}


@pytest.mark.parametrize(
    ("time_ns", "seconds"),
    [
        (0, 0.0),
        (1, 1e-9),
        (-1, -1e-9),
        (-1_500_000_000, -1.5),
        (-(10**18), -1e9),
        (2**63 - 1, 9223372036.854775807),
        (-(2**63) + 1, -9223372036.854775807),
        (1_700_000_000_000_000_000, 1.7e9),
    ],
)
def test_times_are_decimal_seconds(shelf: Shelf, time_ns: int, seconds: float) -> None:
    digest = shelf.put(b"a.jpg", "x", created_ns=time_ns, mtime_ns=time_ns)
    member = answer(shelf)[str(digest)]
    assert member["original_creation_date"] == member["last_modified"] == seconds


@pytest.mark.parametrize(
    "name", ['q"uote', "back\\slash", "new\nline", "\x01\x7f", "🏞", "<script>"]
)
def test_names_are_escaped(shelf: Shelf, name: str) -> None:
    digest = shelf.put(f"{name}/{name}.jpg".encode(), "x")
    member = answer(shelf)[str(digest)]
    assert member["filename"] == f"{name}.jpg"
    assert member["file_path"] == f"/photos/{name}/{name}.jpg"


def test_smallest_path_is_shown(shelf: Shelf) -> None:
    for path in (b"b/a.jpg", b"b.jpg", b"\xff.jpg", b"c.jpg"):
        digest = shelf.put(path, "x")
    assert answer(shelf)[str(digest)]["file_path"] == "/photos/b.jpg"


def test_missed_file_is_shown_only_while_there_is_no_other(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    shelf.lose(b"a.jpg")
    shelf.put(b"z.jpg", "x")
    assert answer(shelf)[str(digest)]["file_path"] == "/photos/z.jpg"
    shelf.lose(b"z.jpg")
    with shelf.catalog.write() as connection:
        listing.refresh(connection, [digest], now_ns=NOW_NS)
    assert answer(shelf)[str(digest)]["file_path"] == "/photos/a.jpg"


def test_removed_asset_is_missing_since_then(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    shelf.lose(b"a.jpg")
    assert shelf.remove_gone() == 1
    assert answer(shelf) == {}
    with shelf.catalog.write() as connection:
        # again, later: it has been missing since the first time
        listing.refresh(connection, [digest], now_ns=NOW_NS + 5)
        since = connection.exec_driver_sql("SELECT missing_since_ns FROM asset").scalar_one()
    assert since == NOW_NS


def test_many_pages_make_one_object(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PAGE_MEMBERS", 7)
    for number in range(30):
        shelf.put(b"%d.jpg" % number, str(number))
    # a page none of whose assets is listed
    shelf.lose(*(b"%d.jpg" % number for number in range(7, 14)))
    shelf.remove_gone()
    expected = {str(digest_of(str(number))) for number in (*range(7), *range(14, 30))}
    assert set(answer(shelf)) == expected


def test_reader_sees_one_state_whatever_is_written_meanwhile(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_PAGE_MEMBERS", 5)
    for number in range(20):
        shelf.put(b"%d.jpg" % number, str(number))
    before = answer(shelf)
    with shelf.catalog.read() as connection:
        seen = listing.version(connection)
        pages = listing.pages(connection)
        body = next(pages)
        shelf.lose(*(b"%d.jpg" % number for number in range(20)))
        shelf.remove_gone()
        shelf.put(b"new.jpg", "new")
        body += b"".join(pages)
    assert json.loads(body) == before
    assert version(shelf) != seen
    assert set(answer(shelf)) == {str(digest_of("new"))}


def test_version_changes_with_the_answer_only(shelf: Shelf) -> None:
    first = version(shelf)
    shelf.add(b"a.jpg")
    assert version(shelf) == first
    shelf.hold(shelf.unread()[0], "x")
    second = version(shelf)
    assert second != first
    shelf.lose(b"a.jpg")
    assert version(shelf) == second
    shelf.remove_gone()
    assert version(shelf) != second
    with shelf.catalog.write() as connection:
        third = listing.version(connection)
        listing.refresh(connection, [], now_ns=NOW_NS)
        assert listing.version(connection) == third


def test_no_two_catalogs_share_a_version(tmp_path_factory: pytest.TempPathFactory) -> None:
    from media_server.catalog.database import open_catalog

    seen = set()
    for _ in range(2):
        catalog = open_catalog(str(tmp_path_factory.mktemp("one") / "catalog.sqlite"))
        with catalog.read() as connection:
            seen.add(listing.version(connection))
        catalog.close()
    assert len(seen) == 2


def test_other_libraries_served_other_answer(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    with shelf.catalog.write() as connection:
        libraries.serve(connection, [b"/other"], now_ns=NOW_NS)
    assert answer(shelf) == {}
    with shelf.catalog.write() as connection:
        libraries.serve(connection, [b"/other", b"/photos"], now_ns=NOW_NS)
    assert set(answer(shelf)) == {str(digest)}


def test_lookup_agrees_with_the_listing(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    lookup = Lookup(shelf.catalog)
    assert lookup.is_listed(digest)
    assert not lookup.is_listed(digest_of("y"))
    assert lookup.listing_version() == version(shelf)
    shelf.lose(b"a.jpg")
    shelf.remove_gone()
    assert not lookup.is_listed(digest)
    assert lookup.listing_version() == version(shelf)
    lookup.close()


def test_all_or_nothing(shelf: Shelf) -> None:
    digest = shelf.put(b"a.jpg", "x")
    before = version(shelf)
    with pytest.raises(ZeroDivisionError), shelf.catalog.write() as connection:
        files.mark_gone(connection, [shelf.file_id(b"a.jpg")])
        files.remove_gone(connection, shelf.library_id, now_ns=NOW_NS, which="all")
        raise ZeroDivisionError
    assert set(answer(shelf)) == {str(digest)}
    assert version(shelf) == before
