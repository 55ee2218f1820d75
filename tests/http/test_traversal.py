"""Nothing outside the libraries is served, and nothing inside by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.server import Server

SECRET = b"root:x:0:0"
UP = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "%2E%2E%2F",
    "..%5c",
    "..\\",
    "%252e%252e%252f",
    "..%252f",
    "%c0%ae%c0%ae%c0%af",
    "%e0%80%ae%e0%80%ae/",
    "..;/",
    "....//",
    "..%00/",
    "%uff0e%uff0e%u2215",
    "..%ef%bc%8f",
]
BEGINNINGS = ["/", "/list/", "/thumbnail/", "/healthz/", "//", "/x/", "/list?", "/thumbnail/?"]


@pytest.mark.parametrize("up", UP)
def test_every_spelling_on_every_route(up: str, site: Server) -> None:
    for beginning in BEGINNINGS:
        for rest in ("etc/passwd", "etc%2fpasswd"):
            path = beginning + up * 8 + rest
            request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            answer = site.raw(request.encode())
            status = int(answer.split(b" ", 2)[1])
            assert status == 200 if beginning == "/list?" else 400 <= status < 500, path
            assert SECRET not in answer


@pytest.mark.parametrize("name", ["form.jpg", "notes.txt"])
def test_files_by_their_path(name: str, site: Server, album: Path) -> None:
    for path in (f"/{album}/{name}", f"/{name}", f"/list/{name}", f"/thumbnail/{name}"):
        assert 400 <= site.get(path).status < 500
    for path in (f"file://{album}/{name}", f"http://localhost/{album}/{name}"):
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        assert site.raw(request.encode()).split(b" ", 2)[1] in (b"400", b"404")


def test_nul_bytes(site: Server) -> None:
    for path in ("/list%00", "/%00", "/thumbnail/%00", "/healthz%00"):
        assert 400 <= site.get(path).status < 500
