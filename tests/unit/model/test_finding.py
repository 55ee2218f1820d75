"""What a name says and what a content is."""

from __future__ import annotations

from typing import get_args

import pytest

from media_server.model.finding import SENTENCES, FindingCode, is_misnamed


def test_every_code_has_its_sentence() -> None:
    assert set(SENTENCES) == set(get_args(FindingCode))


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        (b"a.jpg", "image/jpeg"),
        (b"a.JPE", "image/jpeg"),
        (b"a.mov", "video/mp4"),
        (b"a.3gp", "video/quicktime"),
        (b"a.heic", "image/avif"),
        (b"a.hif", "image/heic"),
        (b"a.apng", "image/png"),
        (b"a.nef", "image/tiff"),
        (b"a.nef", "image/x-raw"),
        (b"a.tif", "image/x-adobe-dng"),
        (b"a.cr2", "image/x-canon-cr2"),
        (b"a.pgm", "image/x-portable-anymap"),
        (b"a.mts", "video/mpeg"),
        (b"a.webm", "video/x-matroska"),
        (b"a.txt", "image/jpeg"),
    ],
)
def test_named_well(name: bytes, mime: str) -> None:
    assert not is_misnamed(name, mime)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        (b"a.jpg", "image/png"),
        (b"a.png", "image/webp"),
        (b"a.heic", "image/jpeg"),
        (b"a.nef", "image/jpeg"),
        (b"a.jpg", "image/x-adobe-dng"),
        (b"a.tga", "image/x-pcx"),
        (b"a.pgm", "image/x-pcx"),
        (b"a.mp4", "video/webm"),
        (b"a.mov", "image/heic"),
    ],
)
def test_named_wrongly(name: bytes, mime: str) -> None:
    assert is_misnamed(name, mime)
