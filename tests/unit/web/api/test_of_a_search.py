"""A timeline, an archive and a manifest of what a search finds, and of nothing else."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from support.library import digest_of
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

SUMMER = picture(1, size=(40, 30), taken="2021:07:14 20:00:00")
WINTER = picture(2, size=(30, 40), taken="2020:01:02 10:00:00")


@pytest.fixture
def site(served: Served) -> Site:
    served.write("beach/summer.jpg", SUMMER)
    served.write("copy of summer.jpg", SUMMER)
    served.write("snow/winter.jpg", WINTER)
    served.run()
    return Site(served)


def test_timeline(site: Site) -> None:
    shape = site.get("/api/v1/timeline?q=2021")
    assert [(day, len(shapes)) for day, shapes in shape["days"]] == [("2021-07-14", 2)]
    found = site.get("/api/v1/timeline/items?day=9999-12-31&q=2021")["items"]
    assert [one["digest"] for one in found] == [digest_of(SUMMER)]
    assert site.get("/api/v1/timeline?q=nosuchword")["days"] == []
    assert len(site.get("/api/v1/timeline?q=")["days"]) == 2


def test_archive(site: Site) -> None:
    asked = {"query": "july 2021"}
    promised = site.ask("/api/v1/downloads", method="POST", body=asked).json()
    with zipfile.ZipFile(io.BytesIO(site.ask(promised["url"]).body)) as archive:
        names = archive.namelist()
        assert archive.read(names[0]) == SUMMER
    assert (promised["files"], len(names)) == (1, 2)


def test_manifest(site: Site) -> None:
    lines = site.ask("/api/v1/manifest?q=winter").body.decode().splitlines()
    assert lines == [f"{digest_of(WINTER)}  snow/winter.jpg"]
    assert len(site.ask("/api/v1/manifest?q=2021").body.splitlines()) == 2
    assert len(site.ask("/api/v1/manifest").body.splitlines()) == 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"digests": []},
        {"digests": [digest_of(SUMMER)], "query": "2021"},
        {"digests": [], "query": None},
    ],
)
def test_an_archive_is_of_one_or_the_other(site: Site, body: dict[str, object]) -> None:
    assert site.refused("/api/v1/downloads", method="POST", body=body) == (400, "bad_body")


def test_an_archive_of_nothing(site: Site) -> None:
    asked = {"query": "nosuchword"}
    assert site.refused("/api/v1/downloads", method="POST", body=asked) == (404, "no_asset")


@pytest.mark.parametrize(
    "path",
    ["timeline?q=nofield:x", "timeline/items?day=2021-07-14&q=rating%3E", "manifest?q=%22open"],
)
def test_a_wrong_search_is_told(site: Site, path: str) -> None:
    answer = site.ask(f"/api/v1/{path}")
    assert (answer.status, answer.json()["code"]) == (400, "bad_query")
    assert isinstance(answer.json()["at"], int)
