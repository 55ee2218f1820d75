"""What assets show, from their content and from what lies beside their files."""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from media_server.catalog.database import open_catalog
from media_server.library.readings import METADATA_VERSION
from media_server.media.facts import Fact
from media_server.media.picture import Picture
from media_server.media.reading import Reading
from media_server.media.tags.sidecar import SidecarReading
from support.library import InstantJails, make_served

if TYPE_CHECKING:
    from pathlib import Path

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import Served

DAY = "2020-01-02T03:04:05"
RATED = (Fact("rating", 4, "XMP:Rating"), Fact("title", "Sea", "XMP:Title"))
DATED = (Fact("captured", "2019-05-06T07:08:09+02:00", "XMP:DateTimeOriginal"),)


class Told(InstantJails):
    """Answers by content: `said` for files, `beside` for sidecars."""

    def __init__(self) -> None:
        super().__init__(self._tell)
        self.said: dict[bytes, tuple[Fact, ...]] = {}
        self.mime: dict[bytes, Any] = {}
        self.beside: dict[bytes, tuple[Fact, ...]] = {}

    def _tell(self, task: Task, source: bytes | int) -> Outcome:
        data = source if isinstance(source, bytes) else os.pread(source, 1_000, 0)
        if task == "sidecar":
            return SidecarReading("xmp", self.beside.get(data, ()))
        if task in ("grid", "poster"):
            return Picture("image/jpeg", 4, 3, task.encode())
        mime = self.mime.get(data, "image/jpeg")
        facts = list(self.said.get(data, ()))
        return Reading(mime, 4, 3, 1, None, None, None, None, facts)


@pytest.fixture
def jails() -> Told:
    return Told()


@pytest.fixture
def told(tmp_path: Path, jails: Told) -> Served:
    return make_served(tmp_path, jails)


def details(served: Served) -> dict[str, dict[str, Any]]:
    """What is chosen, by name of file."""
    query = text(
        "SELECT file.name AS name, detail.* FROM file JOIN asset ON asset.digest = file.digest "
        "JOIN detail ON detail.asset_id = asset.id WHERE asset.described = 1"
    )
    with closing(open_catalog(served.catalog_path)) as catalog, catalog.read() as connection:
        rows = connection.execute(query).mappings().all()
    return {os.fsdecode(row["name"]): dict(row) for row in rows}


def links(served: Served) -> set[tuple[str, str, str]]:
    query = text(
        "SELECT kind, whole.name, coalesce(part.name, sidecar.name) FROM link "
        "JOIN file AS whole ON whole.id = link.primary_id "
        "LEFT JOIN file AS part ON part.id = link.part_id "
        "LEFT JOIN sidecar ON sidecar.id = link.sidecar_id"
    )
    with closing(open_catalog(served.catalog_path)) as catalog, catalog.read() as connection:
        return {
            (row[0], os.fsdecode(row[1]), os.fsdecode(row[2])) for row in connection.execute(query)
        }


def test_date_from_the_content_the_name_and_the_file(told: Served, jails: Told) -> None:
    jails.said[b"one"] = (Fact("captured", DAY, "EXIF:DateTimeOriginal"),)
    told.write("x.jpg", b"one")
    told.write("IMG_20190701_123456.jpg", b"two")
    told.write("y.jpg", b"three")
    told.run()
    found = details(told)
    assert [found[name]["taken_certainty"] for name in sorted(found)] == ["name", "local", "guess"]
    assert found["x.jpg"]["taken_local"] == DAY
    assert found["x.jpg"]["taken_source"] == "EXIF:DateTimeOriginal"
    assert found["IMG_20190701_123456.jpg"]["taken_local"] == "2019-07-01T12:34:56"
    assert json.loads(found["y.jpg"]["sources"]) == {"taken": "file:mtime"}


def test_sidecar_comes_changes_and_goes(told: Served, jails: Told) -> None:
    jails.beside[b"<first>"] = RATED
    jails.beside[b"<second>"] = DATED
    told.write("a.jpg", b"one")
    told.run()
    assert details(told)["a.jpg"]["rating"] is None
    told.write("a.xmp", b"<first>")
    told.run()
    row = details(told)["a.jpg"]
    assert (row["rating"], row["title"]) == (4, "Sea")
    assert json.loads(row["sources"])["rating"] == "XMP:Rating"
    assert links(told) == {("sidecar_xmp", "a.jpg", "a.xmp")}
    told.write("a.xmp", b"<second>")
    told.run()
    row = details(told)["a.jpg"]
    assert (row["rating"], row["taken_offset_min"]) == (None, 120)
    os.remove(told.at("a.xmp"))
    told.run()
    row = details(told)["a.jpg"]
    assert (row["taken_certainty"], links(told)) == ("guess", set())


def test_sidecars_are_not_listed_and_not_read_twice(told: Served, jails: Told) -> None:
    told.write("a.jpg", b"one")
    told.write("a.xmp", b"<first>")
    told.write("b.json", b"{}")
    told.run()
    told.run()
    assert [os.path.basename(one.file_path) for one in told.listing().values()] == ["a.jpg"]
    assert jails.sources["sidecar"] == 2
    assert jails.sources["probe"] == 1


def test_rename_of_a_picture_leaves_its_sidecar_behind(told: Served, jails: Told) -> None:
    jails.beside[b"<first>"] = RATED
    told.write("a.jpg", b"one")
    told.write("a.xmp", b"<first>")
    told.run()
    os.rename(told.at("a.jpg"), told.at("IMG_20190701_123456.jpg"))
    told.run()
    found = details(told)
    assert found["IMG_20190701_123456.jpg"]["rating"] is None
    assert found["IMG_20190701_123456.jpg"]["taken_certainty"] == "name"
    assert jails.sources["probe"] == 1


def test_a_live_photo_is_a_photo_and_its_film(told: Served, jails: Told) -> None:
    jails.mime[b"film"] = "video/quicktime"
    jails.said[b"film"] = (Fact("content_id", "A", "QuickTime:ContentIdentifier"),)
    jails.said[b"photo"] = (Fact("content_id", "A", "Apple:ContentIdentifier"),)
    told.write("IMG_1.HEIC", b"photo")
    told.write("IMG_2.MOV", b"film")
    told.run()
    assert links(told) == {("live_photo", "IMG_1.HEIC", "IMG_2.MOV")}
    os.remove(told.at("IMG_1.HEIC"))
    told.run()
    assert links(told) == set()


def test_films_get_a_poster_and_no_thumbnail(told: Served, jails: Told) -> None:
    jails.mime[b"film"] = "video/mp4"
    told.write("a.mp4", b"film")
    told.run()
    assert jails.sources["poster"] == 1
    assert jails.sources["grid"] == 0
    assert len(told.grids()) == 1


def test_contents_read_by_an_older_version_are_read_again(told: Served, jails: Told) -> None:
    told.write("a.jpg", b"one")
    told.write("b.jpg", b"two")
    told.run()
    listed = told.listing()
    with closing(open_catalog(told.catalog_path)) as catalog, catalog.write() as connection:
        connection.exec_driver_sql(
            "UPDATE asset SET metadata_version = metadata_version - 1 WHERE id = 1"
        )
        connection.exec_driver_sql("UPDATE detail SET facts = '[]'")
    jails.said[b"one"] = jails.said[b"two"] = RATED
    told.run()
    found = details(told)
    assert sorted((found[name]["rating"] is not None) for name in found) == [False, True]
    assert told.listing() == listed
    assert jails.sources["probe"] == 3
    assert jails.sources["grid"] == 2
    with closing(open_catalog(told.catalog_path)) as catalog, catalog.read() as connection:
        query = "SELECT DISTINCT metadata_version FROM asset"
        assert connection.exec_driver_sql(query).scalar_one() == METADATA_VERSION


def test_what_a_newer_version_reads_changes_what_belongs_together(
    told: Served, jails: Told
) -> None:
    jails.mime[b"film"] = "video/quicktime"
    told.write("IMG_1.HEIC", b"photo")
    told.write("IMG_2.MOV", b"film")
    told.run()
    assert links(told) == set()
    with closing(open_catalog(told.catalog_path)) as catalog, catalog.write() as connection:
        connection.exec_driver_sql("UPDATE asset SET metadata_version = metadata_version - 1")
    for content in (b"photo", b"film"):
        jails.said[content] = (Fact("content_id", "A", "ContentIdentifier"),)
    told.run()
    assert links(told) == {("live_photo", "IMG_1.HEIC", "IMG_2.MOV")}


def test_a_file_read_later_changes_what_belongs_together(told: Served, jails: Told) -> None:
    jails.mime[b"film"] = "video/quicktime"
    for content in (b"photo", b"film"):
        jails.said[content] = (Fact("content_id", "A", "ContentIdentifier"),)
    told.write("IMG_1.HEIC", b"photo")
    told.write("IMG_2.MOV", b"film")
    told.run()
    with closing(open_catalog(told.catalog_path)) as catalog, catalog.write() as connection:
        # As after a scan in which the film could not be read, while the folder lists as ever.
        connection.exec_driver_sql("DELETE FROM link")
        connection.exec_driver_sql(
            "UPDATE file SET pending = 2 WHERE name = CAST('IMG_2.MOV' AS BLOB)"
        )
    told.run()
    assert links(told) == {("live_photo", "IMG_1.HEIC", "IMG_2.MOV")}
