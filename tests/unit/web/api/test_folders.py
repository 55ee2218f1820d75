"""Folders as they are on disk, from the roots down, and their files page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.library import make_served
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from support.library import CountingJails, Served


@pytest.fixture
def site(served: Served) -> Site:
    served.write("top.jpg", picture(1))
    for number in range(5):
        served.write(f"2021/july/{number}.jpg", picture(number + 10))
    served.write("2021/copy.jpg", picture(1))
    served.write("2021/broken.jpg", b"no picture")
    served.run()
    return Site(served)


def test_from_the_root_down(site: Site) -> None:
    (root,) = site.get("/api/v1/folders")
    assert (root["name"], root["files"]) == ("", 1)
    top = site.get(f"/api/v1/folders/{root['id']}")
    assert [one["name"] for one in top["files"]] == ["top.jpg"]
    assert top["parents"] == []
    (year,) = top["folders"]
    assert (year["name"], year["files"]) == ("2021", 2)
    assert year["cover"] == top["files"][0]["digest"]
    assert root["cover"] == year["cover"]
    below = site.get(f"/api/v1/folders/{year['id']}")
    (month,) = below["folders"]
    deepest = site.get(f"/api/v1/folders/{month['id']}")
    assert (deepest["name"], deepest["folders"]) == ("july", [])
    assert [one["name"] for one in deepest["parents"]] == ["", "2021"]
    names = {one["name"]: one["item"]["picture"] for one in below["files"]}
    assert names == {"copy.jpg": "ready", "broken.jpg": "failed"}


def test_a_folder_of_folders_shows_a_picture_from_below(served: Served) -> None:
    served.write("trips/2021/rome/a.jpg", picture(1))
    served.write("trips0/b.jpg", b"no picture")
    served.run()
    site = Site(served)
    (root,) = site.get("/api/v1/folders")
    trips, other = site.get(f"/api/v1/folders/{root['id']}")["folders"]
    year = site.get(f"/api/v1/folders/{trips['id']}")["folders"][0]
    rome = site.get(f"/api/v1/folders/{year['id']}")["folders"][0]
    (file,) = site.get(f"/api/v1/folders/{rome['id']}")["files"]
    assert root["cover"] == trips["cover"] == year["cover"] == rome["cover"] == file["digest"]
    assert other["cover"] is None


def test_pages(site: Site) -> None:
    folder = site.get("/api/v1/folders")[0]["id"]
    year = site.get(f"/api/v1/folders/{folder}")["folders"][0]["id"]
    month = site.get(f"/api/v1/folders/{year}")["folders"][0]["id"]
    names, cursor = [], ""
    for _ in range(3):
        answer = site.get(f"/api/v1/folders/{month}?limit=2&cursor={cursor}")
        names += [one["name"] for one in answer["files"]]
        cursor = answer["next"]
    assert names == [f"{number}.jpg" for number in range(5)]
    assert cursor is None


def test_files_that_are_not_read_yet(quick: Served) -> None:
    quick.write("a.jpg", picture(1))
    quick.scan()
    site = Site(quick)
    (root,) = site.get("/api/v1/folders")
    (file,) = site.get(f"/api/v1/folders/{root['id']}")["files"]
    assert (file["name"], file["digest"], file["item"]) == ("a.jpg", None, None)


def test_names_that_are_no_text(quick: Served) -> None:
    quick.write("x", b"")
    with open(quick.root.encode() + b"/\xff.jpg", "wb") as file:
        file.write(picture(1))
    quick.run()
    site = Site(quick)
    (root,) = site.get("/api/v1/folders")
    assert [one["name"] for one in site.get(f"/api/v1/folders/{root['id']}")["files"]] == ["�.jpg"]


def test_several_libraries(tmp_path: Path, jails: CountingJails) -> None:
    served = make_served(tmp_path / "two", jails, libraries=("a", "b"))
    served.run()
    assert len(Site(served).get("/api/v1/folders")) == 2


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "1.0", "٣", "9" * 30])
def test_no_such_folder(site: Site, number: str) -> None:
    assert site.refused(f"/api/v1/folders/{number}") == (404, "not_found")


@pytest.mark.parametrize("query", ["cursor=x", "cursor=AAAA"])
def test_wrong_cursors(site: Site, query: str) -> None:
    (root,) = site.get("/api/v1/folders")
    assert site.refused(f"/api/v1/folders/{root['id']}?{query}") == (400, "bad_cursor")
