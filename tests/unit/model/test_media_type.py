"""A fixed table says which names are media."""

from __future__ import annotations

import pytest

from media_server.model.media_type import BY_EXTENSION, media_type


@pytest.mark.parametrize(
    "name",
    [
        *(b"a.jpg", b"a.JPEG", b"a.png", b"a.gif", b"a.webp", b"a.bmp", b"a.tiff", b"a.heic"),
        *(b"a.avif", b"a.jxl", b"a.jp2", b"a.psd", b"a.ico", b"a.tga", b"a.pcx", b"a.ppm"),
        *(b"a.dng", b"a.cr2", b"a.CR3", b"a.nef", b"a.arw", b"a.raf", b"a.rw2", b"a.rwl"),
    ],
)
def test_pictures(name: bytes) -> None:
    found = media_type(name)
    assert found is not None
    assert (found.kind, found.pictured) == ("image", True)


def test_drawings_are_listed_and_never_decoded() -> None:
    found = media_type(b"a.svg")
    assert found is not None
    assert (found.kind, found.pictured) == ("image", False)


@pytest.mark.parametrize("name", [b"a.mp4", b"a.MOV", b"a.avi", b"a.mkv", b"a.webm", b"a.3gp"])
def test_videos(name: bytes) -> None:
    found = media_type(name)
    assert found is not None
    assert (found.kind, found.pictured) == ("video", False)


@pytest.mark.parametrize(
    "name",
    [
        b"",
        b".",
        b"jpg",
        b".jpg",
        b"a",
        b"a.",
        b"a.jpg.gz",
        b"a.txt",
        b"a.jpg ",
        b"a.jpg\n",
        b"a.mp3",
    ],
)
def test_no_media(name: bytes) -> None:
    assert media_type(name) is None


def test_only_the_last_dot_counts() -> None:
    assert media_type(b"a.txt.png") == media_type(b"\xff\n.PNG") == BY_EXTENSION[b"png"]


def test_table_is_in_order() -> None:
    for extension, kind in BY_EXTENSION.items():
        assert extension == extension.lower()
        assert kind.mime.startswith(kind.kind + "/")
