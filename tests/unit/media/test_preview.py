from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from media_server.media.preview import render_preview
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from media_server.media.picture import Picture

PHOTO = Size(4032, 3024)


def jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    return file.getvalue()


def lit(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    picture = Image.new("RGB", (width, height), (255, 0, 0))
    picture.paste((0, 0, 255), (0, height // 2, width, height))
    return picture


def opened(picture: Picture | None) -> Image.Image:
    assert picture is not None
    image = Image.open(io.BytesIO(picture.data)).convert("RGB")
    assert image.size == (picture.width_px, picture.height_px)
    return image


def test_turned_like_the_main_picture() -> None:
    image = opened(render_preview(jpeg(lit(160, 120)), PHOTO, 6))
    assert image.size == (120, 160)
    right, left = image.getpixel((110, 80)), image.getpixel((10, 80))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert right[0] > 200
    assert left[2] > 200


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3000, 2000), (2000, 3000)])
def test_black_bars_are_cut(width: int, height: int) -> None:
    framed = Image.new("RGB", (160, 120), (3, 3, 3))
    inner = Size(width, height).fit_within(160)
    if inner.height_px > 120:
        inner = Size(round(120 * width / height), 120)
    place = ((160 - inner.width_px) // 2, (120 - inner.height_px) // 2)
    framed.paste(lit(inner.width_px, inner.height_px), place)
    image = opened(render_preview(jpeg(framed), Size(width, height), 1))
    assert image.size == (inner.width_px, inner.height_px)
    top = image.getpixel((image.width // 2, 1))
    assert isinstance(top, tuple)
    assert top[0] > 150


def test_a_preview_of_something_else_is_not_shown() -> None:
    assert render_preview(jpeg(lit(160, 120)), Size(1920, 1080), 1) is None


def test_a_preview_already_upright_is_not_turned_again() -> None:
    image = opened(render_preview(jpeg(lit(120, 160)), PHOTO, 6))
    assert image.size == (120, 160)
    top = image.getpixel((60, 10))
    assert isinstance(top, tuple)
    assert top[0] > 200


def test_a_preview_larger_than_any_screen_is_not_decoded() -> None:
    data = jpeg(lit(160, 120))
    at = data.index(b"\xff\xc0") + 5
    assert render_preview(data[:at] + b"\x0c\0\x10\0" + data[at + 4 :], PHOTO, 1) is None


def test_large_previews_become_small() -> None:
    image = opened(render_preview(jpeg(lit(1600, 1200)), PHOTO, 1))
    assert image.size == (320, 240)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", jpeg(lit(160, 120))[:300], jpeg(lit(8, 6))])
def test_broken_and_tiny_previews_are_none(data: bytes) -> None:
    assert render_preview(data, PHOTO, 1) is None
