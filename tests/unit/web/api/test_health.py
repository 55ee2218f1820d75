"""The health list of the API tells what `media-server health` tells, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from media_server.catalog import findings
from media_server.model.finding import SENTENCES
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served


@pytest.fixture
def site(served: Served) -> Site:
    for number in range(4):
        served.write(f"text {number}.jpg", b"no picture %d" % number)
    served.write("empty.jpg", b"")
    served.write("again/empty.jpg", b"")
    served.write("really a jpeg.png", picture(3, taken="2020:01:02 03:04:05"))
    served.write("nobody's.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    served.run()
    return Site(served)


def everything(site: Site, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = site.get(f"/api/v1/health?limit=2&cursor={cursor}&{query}")
        found += answer["findings"]
        cursor = answer["next"]
    return found


def test_pages_are_the_whole(site: Site) -> None:
    with site.parts.catalog.read() as connection:
        whole = sorted((one.code, one.path) for one in findings.find(connection))
    assert sorted((one["code"], one["path"]) for one in everything(site)) == whole
    assert len(whole) == len(set(whole)) > 8


def test_counts(site: Site) -> None:
    found = everything(site)
    counts = site.get("/api/v1/health")["counts"]
    assert counts == {code: sum(one["code"] == code for one in found) for code in SENTENCES}
    assert counts["zero_byte"] == 2
    assert counts["wrong_extension"] == 5
    assert counts["orphan_sidecar"] == 1


@pytest.mark.parametrize("code", ["zero_byte", "wrong_extension", "undated", "parked"])
def test_one_kind(site: Site, code: str) -> None:
    found = everything(site, f"code={code}")
    assert {one["code"] for one in found} <= {code}
    assert len(found) == site.get("/api/v1/health")["counts"][code]


def test_a_finding(site: Site) -> None:
    found = {one["path"]: one for one in everything(site, "code=wrong_extension")}
    one = found["really a jpeg.png"]
    assert one["sentence"] == SENTENCES["wrong_extension"]
    assert one["detail"] == "image/jpeg"
    assert one["item"]["name"] == "really a jpeg.png"
    assert one["item"]["digest"] == one["digest"]
    (orphan,) = everything(site, "code=orphan_sidecar")
    assert orphan["item"] is None
    asset = site.get(f"/api/v1/assets/{one['digest']}")
    assert [trouble["code"] for trouble in asset["health"]] == ["wrong_extension"]


def test_wrong_questions(site: Site) -> None:
    assert site.refused("/api/v1/health?code=ugly") == (400, "bad_parameter")
    assert site.refused("/api/v1/health?cursor=AAAA") == (400, "bad_cursor")
