"""`GET /api/v1/assets/{digest}/renditions/{kind}`: pictures of an asset, each of its size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.conftest import Get


@pytest.mark.parametrize("kind", ["grid", "preview"])
@pytest.mark.parametrize("name", ["2021/Rome/fountain.jpg", "2020/Paris/tower.jpg"])
def test_a_picture_is_shown_upright_and_never_enlarged(
    get: Get, digest: Callable[[str], str], name: str, kind: str
) -> None:
    answer = get(f"/api/v1/assets/{digest(name)}/renditions/{kind}")
    asset = get(f"/api/v1/assets/{digest(name)}").json()
    shown = Image.open(io.BytesIO(answer.body))
    assert shown.size == (asset["width_px"], asset["height_px"])
    assert answer.headers["Content-Type"] == Image.MIME[shown.format or ""]


def test_a_thumbnail_is_that_of_the_specification(get: Get, digest: Callable[[str], str]) -> None:
    of = digest("2021/Rome/colosseum.jpg")
    answer = get(f"/api/v1/assets/{of}/renditions/thumbnail")
    assert (answer.headers["Content-Type"], answer.body) == (
        "image/png",
        get(f"/thumbnail/{of}").body,
    )


def test_a_film_has_a_poster(get: Get, digest: Callable[[str], str]) -> None:
    answer = get(f"/api/v1/assets/{digest('2020/walk.mp4')}/renditions/poster")
    assert Image.open(io.BytesIO(answer.body)).size == (64, 48)


def test_it_may_be_kept_for_ever(get: Get, digest: Callable[[str], str]) -> None:
    at = f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/renditions/grid"
    answer = get(at)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert get(at, if_none_match=answer.headers["ETag"]).status == 304


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2021/Rome/colosseum.jpg", "poster"),
        ("2021/Rome/colosseum.jpg", "enormous"),
        ("2020/walk.mp4", "thumbnail"),
        ("drawing.svg", "grid"),
        ("broken/empty.jpg", "grid"),
        ("broken/cut.jpg", "preview"),
    ],
)
def test_a_picture_that_cannot_be_is_404(
    get: Get, digest: Callable[[str], str], name: str, kind: str
) -> None:
    answer = get(f"/api/v1/assets/{digest(name)}/renditions/{kind}")
    assert (answer.status, answer.json()["code"]) == (404, "no_rendition")
