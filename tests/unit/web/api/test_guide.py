"""What the guide says is what the code does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import date
from typing import TYPE_CHECKING, get_args

import pytest

from media_server.catalog.publishing import SHAPE_SIGNS
from media_server.library.dating import Certainty
from media_server.model.query import fields
from media_server.model.query.parsing import parse
from media_server.model.query.tokens import MAX_SIGNS
from media_server.web.api import guide
from media_server.web.api.grammar import DATES, FOLDERS, NUMBERS, PLACES, WORDS, told
from media_server.web.api.values import CERTAINTIES
from support.site import Site

if TYPE_CHECKING:
    from support.library import Served

TODAY = date(2026, 7, 14)


@pytest.fixture
def site(quick: Served) -> Site:
    quick.run()
    return Site(quick)


@pytest.mark.parametrize("group", [WORDS, DATES, PLACES, FOLDERS, NUMBERS])
def test_each_example_of_a_search_is_understood(group: tuple[tuple[tuple[str, ...], str]]) -> None:
    for examples, finds in group:
        assert finds
        for one in examples:
            parse(one, TODAY, find_place=lambda name: (1.0, 2.0, 3.0))


def test_each_field_and_value_is_told() -> None:
    page = str(list(told()))
    for name in fields.NAMES:
        assert re.search(rf"`{name}[:<>=]", page), name
    for field in ("has", "is", "month"):
        for value in set(fields.CHOICES[field].values()):
            assert f"`{value}`" in page


def test_its_limits_are_those_of_the_code() -> None:
    text = "".join(one.text for one in guide.SECTIONS)
    assert f"At most {MAX_SIGNS:,} characters" in text


def test_each_certainty_is_told() -> None:
    assert tuple(CERTAINTIES) == get_args(Certainty)
    assert all(f"<code>{one}</code>" in "".join(guide.sections("http://x")) for one in CERTAINTIES)


def test_what_a_gallery_asks_about_is_there(site: Site) -> None:
    page = site.ask("/api/v1/docs").body.decode()
    assert "at most 1,000 characters" in page
    assert "1 to 1,000" in page
    assert "1 to 100 characters" in page
    assert page.count("<b>Required.</b>") >= 3
    assert "&quot;code&quot;:&quot;bad_query&quot;" in page
    assert "{site}" not in page
    assert "```" not in page
    assert "](" not in page
    # The order in which they are needed; each value once.
    assert page.index('id="get_timeline"') < page.index('id="value-Item"')
    assert page.index('id="value-Item"') < page.index('id="get_assets_digest"')
    values = re.findall(r'id="(value-\w+)"', page)
    assert len(values) == len(set(values))


def test_a_picture_s_kinds_are_told_to_programs(site: Site) -> None:
    paths = site.get("/api/v1/openapi.json")["paths"]
    found = paths["/api/v1/assets/{digest}/renditions/{kind}"]["get"]["parameters"]
    (kind,) = (one["schema"]["enum"] for one in found if one["name"] == "kind")
    assert kind == ["grid", "preview", "thumbnail", "poster"]


def test_the_decoder_of_the_timeline_s_signs_is_right(site: Site) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node")
    told = site.get("/api/v1/openapi.json")["paths"]["/api/v1/timeline"]["get"]["description"]
    (code,) = re.findall(r"```\n(.*?)```", told, flags=re.DOTALL)
    sizes = [(4000, 3000), (3000, 4000), (100, 100), (16, 9), (10_000, 1_000), (1_000, 10_000)]
    shapes = "".join(signs(*size) for size in sizes)
    script = f"{code}\nconsole.log(JSON.stringify(ratios({SHAPE_SIGNS!r}, {shapes!r})))"
    ran = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    for (width, height), found in zip(sizes, json.loads(ran.stdout), strict=True):
        assert found == pytest.approx(width / height, rel=0.003)


def signs(width: int, height: int) -> str:
    """As `catalog/publishing.py` writes them."""
    if width >= height:
        number = 2048 + round(2047 - 2047 * height / width)
    else:
        number = 2047 - round(2047 - 2047 * width / height)
    return SHAPE_SIGNS[number >> 6] + SHAPE_SIGNS[number & 63]
