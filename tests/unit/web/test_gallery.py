"""The page of the gallery, and the files that it is made of."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import brotli
import pytest

from media_server.model.access import Access
from media_server.web.application import Application
from media_server.web.gallery import BUILT, PATHS, POLICY, Gallery
from media_server.web.gate import Gate
from media_server.web.router import Router
from support.asgi import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[3]
PAGE = '<!doctype html><base href="/" /><script type="module" src="./assets/index-1.js"></script>'
SCRIPT = b"console.log(1)\n" * 100
DIGEST = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
MOST_FIRST_BYTES = 90_000

built = pytest.mark.skipif(
    os.environ.get("MEDIA_SERVER_NO_GALLERY", "0") not in ("", "0"), reason="built without"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a build makes."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "icons").mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "built-from").write_text("0")
    (folder / "sw.js").write_text("1")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "icons/mark.svg").write_text("<svg/>")
    script = folder / "assets/index-1.js"
    script.write_bytes(SCRIPT)
    script.with_name("index-1.js.br").write_bytes(brotli.compress(SCRIPT))
    script.with_name("index-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.js").write_text("secret")
    return folder


def site(folder: Path, base_path: str = "", token: str = "") -> Application:
    access = Access(sha256(token.encode()).digest()) if token else None
    routes = Gallery(os.fspath(folder)).routes()
    return Application(Router(routes), Gate(access), base_path=base_path)


def get(
    application: Application,
    path: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    *,
    pathsend: bool = False,
) -> Answer:
    return asyncio.run(ask(application, path, headers=headers, method=method, pathsend=pathsend))


@pytest.mark.parametrize("path", PATHS)
def test_one_page_at_each_address(folder: Path, path: str) -> None:
    answer = get(site(folder), path.format(digest=DIGEST, id=17))
    assert (answer.status, answer.body.decode()) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "accept-encoding"


def test_the_page_asks_for_nothing_that_is_inline_or_elsewhere() -> None:
    directives = dict(part.strip().partition(" ")[::2] for part in POLICY.split(";"))
    assert directives.pop("default-src") == "'none'"
    assert directives.pop("frame-ancestors") == "'none'"
    assert directives.pop("img-src") == "'self' blob:"
    assert directives.pop("require-trusted-types-for") == "'script'"
    assert directives.pop("trusted-types") == "svelte-trusted-html gallery"
    assert set(directives.values()) == {"'self'"}


@pytest.mark.parametrize("path", ["/", f"/photo/{DIGEST}", "/folders/17"])
@pytest.mark.parametrize("before", ["", "/photos"])
def test_the_page_knows_its_base(folder: Path, path: str, before: str) -> None:
    """Whether the proxy passes the base on or takes it away."""
    answer = get(site(folder, base_path="/photos"), before + path)
    assert answer.body.decode() == PAGE.replace('href="/"', 'href="/photos/"')


def test_a_base_is_no_markup(folder: Path) -> None:
    answer = get(site(folder, base_path='/a"><script>'), "/")
    assert answer.body.count(b"<script") == 1
    assert b'<base href="/a&quot;&gt;&lt;script&gt;/" />' in answer.body


def test_an_unchanged_page_is_not_sent_again(folder: Path) -> None:
    application = site(folder)
    tags = set()
    for encoding in ("identity", "br"):
        first = get(application, "/", {"accept-encoding": encoding})
        asked = {"accept-encoding": encoding, "if-none-match": first.headers["etag"]}
        again = get(application, "/", asked)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["content-security-policy"] == POLICY
        tags.add(first.headers["etag"])
    assert len(tags) == 2
    (folder / "index.html").write_text(PAGE + " ")
    assert get(site(folder), "/").headers["etag"] not in tags


def test_who_has_to_sign_in_is_led_there(folder: Path) -> None:
    application = site(folder, "/photos", "correct-horse-battery")
    answer = get(application, "/map?at=1,2,3", {"accept": "text/html,*/*"})
    assert answer.status == 303
    assert answer.headers["location"] == "/photos/login?next=%2Fmap%3Fat%3D1%2C2%2C3"
    assert get(application, "/").status == 401
    for path in ("/assets/index-1.js", "/sw.js", "/manifest.webmanifest", "/icons/mark.svg"):
        assert get(application, path).status == 200


@pytest.mark.parametrize(
    ("accepted", "encoding", "ending"),
    [
        ("gzip, deflate, br, zstd", "br", ".br"),
        ("gzip, deflate", "gzip", ".gz"),
        ("br;q=0, *", "gzip", ".gz"),
        ("br;q=0.5, gzip", "gzip", ".gz"),
        ("", None, ""),
        ("identity;q=0", None, ""),
    ],
)
def test_a_file_is_sent_as_it_was_compressed(
    folder: Path, accepted: str, encoding: str | None, ending: str
) -> None:
    application = site(folder)
    asked = {"accept-encoding": accepted}
    answer = get(application, "/assets/index-1.js", asked, pathsend=True)
    path = folder / f"assets/index-1.js{ending}"
    assert (answer.status, answer.path) == (200, os.fspath(path))
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["content-length"] == str(path.stat().st_size)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["x-content-type-options"] == "nosniff"
    sent = get(application, "/assets/index-1.js", asked)
    assert sent.body == path.read_bytes()
    asked["if-none-match"] = answer.headers["etag"]
    assert get(application, "/assets/index-1.js", asked).status == 304
    head = get(application, "/assets/index-1.js", {"accept-encoding": accepted}, "HEAD")
    assert (head.body, head.headers) == (b"", sent.headers)


@pytest.mark.parametrize("path", ["/sw.js", "/manifest.webmanifest", "/icons/mark.svg"])
def test_what_keeps_its_name_is_asked_about_each_time(folder: Path, path: str) -> None:
    answer = get(site(folder), path)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-cache")


def test_a_worker_may_fetch_from_here_alone(folder: Path) -> None:
    """It has the policy of its own file, not that of the page."""
    policy = get(site(folder), "/sw.js").headers["content-security-policy"]
    assert policy == "default-src 'none'; script-src 'self'; connect-src 'self'"
    svg = get(site(folder), "/icons/mark.svg").headers["content-security-policy"]
    assert svg.startswith("default-src 'none'; base-uri 'none'")


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/nothing.js",
        "/assets/index-1.js.br",
        "/assets/index-1.js.gz",
        "/assets/../index.html",
        "/assets/..%2findex.html",
        "/assets/..%2f..%2fsecret.js",
        "/assets/%2e%2e/built-from",
        "/assets/..%5csecret.js",
        "/assets/index-1.js%00",
        "/assets/index-1.js/",
        "/icons/../assets/index-1.js",
        "/icons/index-1.js",
        "/index.html",
        "/built-from",
        "/static/index.html",
        "/photo/",
        "/photo",
        "/nowhere",
    ],
)
def test_nothing_else_is_there(folder: Path, path: str) -> None:
    answer = get(site(folder), path)
    assert (answer.status, answer.json()["code"]) == (404, "not_found")


def test_without_a_build_the_page_says_so(tmp_path: Path) -> None:
    application = site(tmp_path / "nothing", "/photos")
    answer = get(application, "/")
    assert answer.status == 200
    assert b"built without its gallery" in answer.body
    assert b'href="/photos/api/v1/docs"' in answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert get(application, "/assets/index-1.js").status == 404


def test_a_page_without_a_base_is_no_page(folder: Path) -> None:
    (folder / "index.html").write_text("<!doctype html>")
    with pytest.raises(ValueError, match="has no <base"):
        site(folder)


@built
def test_what_is_built_fits_the_policy() -> None:
    page = Path(BUILT, "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r"""(?:src|href)=["']?(?:https?:|//|data:)""", page)
    for path in Path(BUILT).rglob("*"):
        assert path.suffix != ".map"


@built
def test_what_is_built_is_found_by_its_page() -> None:
    application = site(Path(BUILT), "/photos")
    page = get(application, "/").body.decode()
    named = re.findall(r'(?:src|href)="\./([^"]+\.\w+)"', page)
    assert len(named) >= 5
    for path in [*named, "sw.js"]:
        assert get(application, f"/photos/{path}").status == 200, path


@built
def test_licenses_of_what_is_bundled_come_with_it() -> None:
    """Of the page's scripts, and of the map's worker, which is a bundle of its own."""
    text = get(site(Path(BUILT)), "/licenses.txt").body.decode()
    assert re.search(r"(?m)^svelte\n\nCopyright .*Svelte Contributors", text)
    assert re.search(r"(?m)^pmtiles\n[^©]*Copyright 2021 Protomaps LLC", text)
    assert len(re.findall(r"(?m)^[a-z@/-]+\n\n", text)) >= 5


@built
def test_first_load_is_small() -> None:
    """JavaScript and CSS that are needed before the first picture, gzipped."""
    page = Path(BUILT, "index.html").read_text()
    named = re.findall(r'(?:src|href)="\./(assets/[^"]+\.(?:js|css))"', page)
    assert any(path.endswith(".css") for path in named)
    sizes = {path: len(gzip.compress(Path(BUILT, path).read_bytes(), 9)) for path in named}
    assert sum(sizes.values()) <= MOST_FIRST_BYTES, sizes


def test_both_sides_know_the_same_addresses() -> None:
    """Each path of the table is read by the gallery, and its worker answers it without a server."""
    route = (ROOT / "frontend/src/state/route.ts").read_text()
    worker = (ROOT / "frontend/src/worker/sw.ts").read_text()
    for path in PATHS:
        word = path.split("/")[1]
        assert f"'{word}'" in route, path
        assert re.search(rf"[(|]{word}[|)\\(]", worker), path
