"""Types by content, and names that harm nobody."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.content import UNKNOWN, content_headers, content_type, disposition
from support.media import picture

TOKEN = re.compile(
    rb"(inline|attachment); filename=\"([\x20\x21\x23\x24\x26-\x5b\x5d-\x7e]*)\"; "
    rb"filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})+"
)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (picture(1), "image/jpeg"),
        (picture(1, form="PNG"), "image/png"),
        (b"<html><script>alert(1)</script>", UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN),
        (b"%PDF-1.7", UNKNOWN),
        (b"", UNKNOWN),
    ],
)
def test_what_the_name_says_is_not_believed(head: bytes, mime: str) -> None:
    for told in ("image/jpeg", "text/html", "image/svg+xml"):
        assert content_type(head, told) == mime


def test_raw_files_begin_like_a_tiff() -> None:
    tiff = b"II*\0\x08\0\0\0"
    assert content_type(tiff, "image/x-nikon-nef") == "image/x-nikon-nef"
    assert content_type(tiff, "text/html") == "image/tiff"


def headers(mime: str, *, saved: bool = False) -> dict[bytes, bytes]:
    return dict(content_headers(mime, b"a.jpg", saved=saved))


@pytest.mark.parametrize(
    "mime", [UNKNOWN, "text/html", "image/svg+xml", "text/xml", "application/pdf", "image/x-raw"]
)
def test_what_may_be_run_is_shut_in(mime: str) -> None:
    found = headers(mime)
    assert found[b"content-disposition"].startswith(b"attachment;")
    assert found[b"content-security-policy"] == b"sandbox; default-src 'none'"


def test_pictures_and_films_are_shown_unless_they_are_to_be_saved() -> None:
    for mime in ("image/jpeg", "image/heic", "video/mp4"):
        assert headers(mime)[b"content-disposition"].startswith(b"inline;")
        policy = headers(mime)[b"content-security-policy"]
        assert policy.startswith(b"sandbox allow-same-origin; default-src 'none'; ")
        assert b"script" not in policy
        assert headers(mime, saved=True)[b"content-disposition"].startswith(b"attachment;")


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        (b"a b.jpg", "a b.jpg", "a%20b.jpg"),
        ("Zoë.jpg".encode(), "Zo_.jpg", "Zo%C3%AB.jpg"),
        (b'a"b\\c.jpg', "a_b_c.jpg", "a%22b_c.jpg"),
        (b"a\r\nSet-Cookie: x", "a__Set-Cookie: x", "a__Set-Cookie%3A%20x"),
        (b"\xff.jpg", "_.jpg", "%EF%BF%BD.jpg"),
        (b"100%41.jpg", "100_41.jpg", "100%2541.jpg"),
        ("a\u202egpj.exe".encode(), "a_gpj.exe", "a_gpj.exe"),
        (b"", "_", "_"),
    ],
)
def test_both_forms_of_a_name(name: bytes, plain: str, full: str) -> None:
    expected = f"inline; filename=\"{plain}\"; filename*=UTF-8''{full}"
    assert disposition(name, saved=False).decode() == expected


@given(st.binary(max_size=300))
def test_any_name_is_one_header(name: bytes) -> None:
    found = disposition(name, saved=True)
    assert TOKEN.fullmatch(found)
    text = unquote(found.rpartition(b"''")[2].decode(), errors="strict")
    assert not re.search(r"[\x00-\x1f\x7f/\\]", text)
