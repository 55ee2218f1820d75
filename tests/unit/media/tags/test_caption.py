from __future__ import annotations

from collections.abc import Callable

import pytest

from media_server.media.tags.caption import decode_text
from media_server.media.tags.exif import parse_exif

Build = Callable[..., bytes]
Row = tuple[int, int, int, bytes]


def told(build_tiff: Build, *main: Row, order: str = "<") -> list[tuple[str, object, str]]:
    facts = parse_exif(build_tiff(list(main), [], order=order)).facts
    return [(fact.name, fact.value, fact.source.removeprefix("EXIF:")) for fact in facts]


def xp(tag: int, value: str) -> Row:
    raw = value.encode("utf-16-le") + b"\0\0"
    return tag, 1, len(raw), raw


def described(raw: bytes) -> Row:
    return 0x010E, 2, len(raw), raw


def comment(raw: bytes) -> Row:
    return 0x9286, 7, len(raw), raw


def test_descriptions_of_people_and_of_cameras(build_tiff: Build) -> None:
    assert told(build_tiff, described(b"At the lake\0")) == [
        ("description", "At the lake", "ImageDescription")
    ]
    for default in (
        *(b"OLYMPUS DIGITAL CAMERA         \0", b"SONY DSC\0", b"   \0", b"\0\0\0\0\0"),
        *(b"KODAK Digital Still Camera\0", b"DCIM\\100MEDIA\\DJI_0001.JPG\0", b"oplus_1048864\0"),
    ):
        assert told(build_tiff, described(default)) == []


def test_windows_texts(build_tiff: Build) -> None:
    rows = [
        *(xp(0x9C9B, "Títle"), xp(0x9C9C, "A comment"), xp(0x9C9E, "one; two;;three")),
        xp(0x9C9F, "Subject"),
    ]
    assert told(build_tiff, *rows) == [
        ("title", "Títle", "XPTitle"),
        ("description", "A comment", "XPComment"),
        ("description", "Subject", "XPSubject"),
        *(("keyword", word, "XPKeywords") for word in ("one", "two", "three")),
    ]
    assert told(build_tiff, (0x9C9B, 1, 5, b"a\0\x00\xd8\0")) == [("title", "a", "XPTitle")]


@pytest.mark.parametrize(
    ("raw", "order", "text"),
    [
        (b"ASCII\0\0\0plain  \0junk", "<", "plain"),
        (b"\0\0\0\0\0\0\0\0caf\xc3\xa9", "<", "café"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-le"), "<", "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-be"), ">", "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16-be"), "<", "Grüße"),
        (b"UNICODE\0" + "Grüße".encode("utf-16"), ">", "Grüße"),
        (b"UNICODE\0" + "日本".encode("utf-16-be"), ">", "日本"),
        (b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp"), "<", "日本"),
        (b"plain text without a code", "<", None),
        (b"ASCII\0\0\0" + b" " * 50, "<", None),
        (b"ASC", "<", None),
    ],
)
def test_user_comments(build_tiff: Build, raw: bytes, order: str, text: str | None) -> None:
    expected = [("description", text, "UserComment")] if text else []
    assert told(build_tiff, comment(raw), order=order) == expected


def test_text_of_unknown_encoding() -> None:
    assert decode_text(b"caf\xc3\xa9\0rest") == "café"
    assert decode_text(b"caf\xe9") == "café"
