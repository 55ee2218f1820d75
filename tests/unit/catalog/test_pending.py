"""Files that nobody has read yet: which they are, and in what order."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from media_server.catalog import assets, libraries, pending
from media_server.catalog.database import Catalog, open_catalog
from media_server.catalog.pending import Place, Point
from support.library import digest_of, make_served
from support.media import picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.library import Served

_DAY_S = 86_400
LAST = 2**63 - 1
ALL = Place(LAST, LAST)


@pytest.fixture
def walked(quick: Served) -> Served:
    """Five files of one library; of two the names are older than the times, and two are equal."""
    for number, (name, age) in enumerate(
        [
            ("a.jpg", 3),
            ("2020/b.jpg", 1),
            ("2020/c.mp4", 1),
            ("d.svg", 0),
            ("e.xmp", 0),
            ("z.jpg", 9),
        ]
    ):
        path = quick.write(name, picture(number))
        os.utime(path, (1_600_000_000 - age * _DAY_S,) * 2)
    quick.scan()
    return quick


@pytest.fixture
def catalog(walked: Served) -> Iterator[Catalog]:
    opened = open_catalog(walked.catalog_path)
    yield opened
    opened.close()


def names(catalog: Catalog, *, place: Place = ALL, offset: int = 0, most: int = 100) -> list[str]:
    with catalog.read() as connection:
        return [one.shown for one in pending.items(connection, place, offset=offset, most=most)]


def count(catalog: Catalog) -> int:
    with catalog.read() as connection:
        return len(list(pending.times(connection)))


def test_in_the_order_in_which_they_are_read(catalog: Catalog) -> None:
    with catalog.read() as connection:
        read = assets.unread_files(connection, most=100)
        found = pending.items(connection, ALL, offset=0, most=100)
        times = list(pending.times(connection))
    assert [one.file_id for one in found] == [one.file_id for one in read]
    assert [one.mtime_ns for one in found] == times
    assert [(one.name, one.shown, one.folder) for one in found] == [
        (b"d.svg", "d.svg", ""),
        (b"c.mp4", "c.mp4", "2020"),
        (b"b.jpg", "b.jpg", "2020"),
        (b"a.jpg", "a.jpg", ""),
        (b"z.jpg", "z.jpg", ""),
    ]


def test_from_any_place_on(catalog: Catalog) -> None:
    everything = names(catalog)
    for at in range(6):
        assert names(catalog, offset=at) == everything[at:]
        assert names(catalog, most=at) == everything[:at]
    with catalog.read() as connection:
        found = pending.items(connection, ALL, offset=0, most=100)
    for at, one in enumerate(found):
        assert names(catalog, place=Place(one.mtime_ns, one.file_id)) == everything[at + 1 :]


def test_names_that_are_no_utf8(quick: Served) -> None:
    os.makedirs(os.fsencode(quick.at("")) + b"f\xff")
    with open(os.fsencode(quick.at("")) + b"f\xff/n\xff.jpg", "wb") as file:
        file.write(picture(1))
    quick.scan()
    catalog = open_catalog(quick.catalog_path)
    with catalog.read() as connection:
        (one,) = pending.items(connection, ALL, offset=0, most=1)
    assert (one.name, one.shown, one.folder) == (b"n\xff.jpg", "n�.jpg", "f�")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE file SET gone = 1",
        "UPDATE file SET pending = 0",
        "UPDATE file SET pending = 2",
        "UPDATE file SET digest = x'dd'",
        "UPDATE library SET served = 0",
        "UPDATE library SET state = 'offline'",
    ],
)
def test_what_is_not_among_them(catalog: Catalog, change: str) -> None:
    assert len(names(catalog)) == count(catalog) == 5
    with catalog.write() as connection:
        connection.exec_driver_sql(change)
    assert names(catalog) == []
    assert count(catalog) == 0


def test_of_another_library_they_stay(tmp_path: Path, quick: Served) -> None:
    both = make_served(tmp_path / "two", quick.jails, libraries=("one", "two"))
    for root in both.roots:
        with open(os.path.join(root, f"{os.path.basename(root)}.jpg"), "wb") as file:
            file.write(picture(1))
    both.scan()
    catalog = open_catalog(both.catalog_path)
    with catalog.write() as connection:
        libraries.serve(connection, [os.fsencode(both.roots[1])], now_ns=time.time_ns())
    assert names(catalog) == ["two.jpg"]
    assert count(catalog) == 1


def test_one_by_its_number(walked: Served, catalog: Catalog) -> None:
    point = Point(catalog)
    with catalog.read() as connection:
        read = assets.unread_files(connection, most=100)
    for at in read:
        assert point.find(at.file_id) == (at, False, False)
    assert point.find(0) is None
    assert point.find(LAST) is None
    walked.run()
    found = point.find(read[0].file_id)
    assert found is not None
    assert (found.at.digest, found.listed) == (bytes.fromhex(digest_of(picture(3))), True)
    for change, away in (
        ("UPDATE library SET state = 'offline'", True),
        ("UPDATE asset SET entry = NULL", True),
        ("UPDATE library SET served = 0", None),
        ("UPDATE library SET served = 1, state = 'online'", False),
        ("UPDATE file SET gone = 1", None),
    ):
        with catalog.write() as connection:
            connection.exec_driver_sql(change)
        found = point.find(read[0].file_id)
        assert (None if found is None else found.away) == away, change
        assert found is None or found.listed == (
            change.startswith("UPDATE library") and away is True
        )


def test_the_version_tells_of_changes_by_others(walked: Served, catalog: Catalog) -> None:
    point = Point(catalog)
    before = point.version()
    point.find(1)
    with catalog.read() as connection:
        list(pending.times(connection))
    assert point.version() == before
    walked.write("new.jpg", picture(9))
    walked.scan()
    assert point.version() != before
