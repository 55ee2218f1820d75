"""The gate of a real server: names, tokens, sessions, sites, proxies, and what no answer lacks."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from support.media import picture
from support.server import Server, in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.server import Reply

TOKEN = "correct-horse-battery"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASE = "/photos"
FORM = "application/x-www-form-urlencoded"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gate") / "photos"
    path.mkdir()
    (path / "a.jpg").write_bytes(picture(1))
    return path


def started(folder: Path, *flags: str) -> Server:
    return Server(folder, *flags, env={"MEDIA_SERVER_TOKEN": TOKEN})


@pytest.fixture(scope="module")
def guarded(folder: Path) -> Iterator[Server]:
    """A server that needs a token, below a base path, behind a proxy at this computer."""
    flags = ("--base_path", BASE, "--trusted_proxies", "127.0.0.1", "--allowed_hosts", "nas.test")
    with started(folder, *flags) as server:
        server.wait(lambda: server.get("/list", BEARER).json() != {})
        yield server


def post(server: Server, path: str, body: str, *headers: str) -> tuple[int, bytes]:
    """Status of a POST and the whole answer."""
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: localhost:{server.port}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    answer = server.raw(("\r\n".join(lines) + f"\r\n\r\n{body}").encode("latin-1"))
    return int(answer.split(b" ", 2)[1]), answer


def sign_in(server: Server, token: str = TOKEN, following: str = "/list") -> tuple[int, bytes]:
    body = f"token={quote(token)}&next={quote(following, safe='')}"
    origin = f"Origin: http://localhost:{server.port}"
    return post(server, "/login", body, f"Content-Type: {FORM}", origin)


def test_nobody_sees_anything_without_the_token(guarded: Server, folder: Path) -> None:
    digest = hashlib.sha256((folder / "a.jpg").read_bytes()).hexdigest()
    for path in ("/list", f"/thumbnail/{digest}", "/api/v1/libraries", f"/api/v1/assets/{digest}"):
        reply = guarded.get(path)
        assert (reply.status, reply.json()["code"]) == (401, "not_signed_in")
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="Media Server"'
        assert guarded.get(path, BEARER).status == 200
        page = guarded.get(BASE + path, {"Accept": "text/html"})
        assert (page.status, page.headers["Location"]) == (
            303,
            f"{BASE}/login?next={quote(path, safe='')}",
        )


def test_a_monitor_without_token_hears_the_status_alone(guarded: Server, folder: Path) -> None:
    assert guarded.get("/healthz").json() == {"status": "ok"}
    assert guarded.get("/healthz", BEARER).json()["libraries"][0]["root"] == str(folder)
    old = guarded.raw(b"GET /healthz HTTP/1.0\r\n\r\n")
    assert old.split(b" ", 2)[1] == b"200"
    assert str(folder).encode() not in old


def test_addresses_in_answers_carry_the_base_path(guarded: Server, folder: Path) -> None:
    digest = hashlib.sha256((folder / "a.jpg").read_bytes()).hexdigest()
    for path in (f"{BASE}/api/v1/assets/{digest}", f"/api/v1/assets/{digest}"):
        asset = guarded.get(path, BEARER).json()
        assert asset["original"] == f"{BASE}/api/v1/assets/{digest}/original"
        assert all(one.startswith(f"{BASE}/api/v1/") for one in asset["renditions"].values())
        assert guarded.get(asset["original"], BEARER).status == 200


def test_signing_in_and_out(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / "a.jpg").write_bytes((folder / "a.jpg").read_bytes())
    with started(copy) as server:
        status, answer = sign_in(server)
        assert status == 303
        assert b"\r\nlocation: /list\r\n" in answer
        found = re.search(rb"set-cookie: ([^;]+); [^\r]*HttpOnly; SameSite=Strict\r", answer)
        assert found
        cookie = {"Cookie": found[1].decode()}
        assert server.get("/list", cookie).status == 200
    with started(copy) as server:  # still signed in
        assert server.get("/list", cookie).status == 200
        status, answer = post(server, "/logout", "", f"Cookie: {cookie['Cookie']}")
        assert (status, b"Max-Age=0" in answer) == (303, True)
        assert server.get("/list", cookie).status == 401
        sign_in(server, token="wrong-wrong-wrong")
        session = cookie["Cookie"].partition("=")[2]
        server.stop()
        for secret in (TOKEN, session, "wrong-wrong-wrong"):
            assert secret not in server.log()
        for path in server.data_dir.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                assert TOKEN.encode() not in data
                assert session.encode() not in data
    with Server(copy, env={"MEDIA_SERVER_TOKEN": "another-token-0123456789"}) as server:
        assert server.get("/list", cookie).status == 401


@pytest.mark.parametrize(
    "following",
    ["//evil.test", "/\\evil.test", "http://evil.test", "/x\r\nSet-Cookie: a=b", "/\t/evil.test"],
)
def test_nobody_is_led_elsewhere_and_no_header_slips_in(following: str, guarded: Server) -> None:
    status, answer = sign_in(guarded, following=following)
    assert status == 303
    assert f"\r\nlocation: {BASE}/\r\n".encode() in answer
    assert answer.lower().count(b"set-cookie") == 1
    shown = guarded.get(f"/login?next={quote(following, safe='')}")
    assert shown.status == 200
    assert b"evil.test" not in shown.body
    for path in ("/list%0d%0aX-Evil:%201", "/x%0aX-Evil:1", "/thumbnail/%0d%0a%0d%0aX-Evil:1"):
        reply = guarded.get(path, {"Accept": "text/html"})
        assert reply.status in (303, 404)
        assert "X-Evil" not in reply.headers


def test_settings_show_no_secret(guarded: Server) -> None:
    reply = guarded.get("/api/v1/settings", BEARER)
    assert TOKEN.encode() not in reply.body
    shown = {one["name"]: one["value"] for one in reply.json()}
    assert shown["token"] == "(secret)"
    assert shown["base_path"] == BASE


HOSTS = [
    ("localhost", 200),
    ("localhost:1", 200),
    ("127.0.0.1", 200),
    ("[::1]", 200),
    ("NAS.test:443", 200),
    ("evil.example", 421),
    ("127.0.0.1.evil.example", 421),
    ("localhost.", 421),
    ("[::1%25lo]", 421),
    ("localhost:99999", 421),
    ("localhost:80:80", 421),
    ("10.0.0.1", 421),
    ("2130706433", 421),
    ("", 400),
    ("localhost\r\nHost: localhost", 400),
    ("localhost\r\nHost: evil.example", 400),
]


@pytest.mark.parametrize(("host", "status"), HOSTS)
def test_names_of_the_server(host: str, status: int, guarded: Server) -> None:
    for target in ("/healthz", "/nowhere", "/list", "*"):
        method = "OPTIONS" if target == "*" else "GET"
        head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        got = int(guarded.raw(head.encode()).split(b" ", 2)[1])
        assert got == status if status != 200 else got in (200, 401, 404), target


def test_another_name_in_the_target_does_not_count(guarded: Server) -> None:
    head = "GET http://localhost/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close"
    assert guarded.raw(f"{head}\r\n\r\n".encode()).split(b" ", 2)[1] == b"421"


def test_other_sites_change_nothing(site: Server) -> None:
    scan, own = "/api/v1/libraries/scan", f"Origin: http://localhost:{site.port}"
    assert post(site, scan, "")[0] == 202
    assert post(site, scan, "", own, "Sec-Fetch-Site: same-origin")[0] == 202
    for header in (
        "Origin: null",
        "Origin: http://evil.example",
        f"Origin: http://localhost:{site.port + 1}",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ):
        status, answer = post(site, scan, "", header)
        assert (status, b'"cross_site"' in answer) == (403, True)
    for kind in ("text/plain", FORM, "multipart/form-data", "application/jsonx", ""):
        body = '{"digests":[]}'
        assert post(site, "/api/v1/assets/lookup", body, f"Content-Type: {kind}")[0] == 415


def test_no_answer_invites_other_sites(site: Server) -> None:
    asked = {
        "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
        "Access-Control-Request-Private-Network": "true",
    }
    for path in ("/list", "/api/v1/libraries/scan", "/api/v1/assets/lookup", "/nowhere", "*"):
        for method in ("OPTIONS", "GET", "HEAD", "POST"):
            reply = site.get(path, asked, method)
            assert not [name for name in reply.headers if name.lower().startswith("access-control")]
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert site.get("/list", embedded).status == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert site.get("/list", followed).status == 200


def replies(server: Server) -> Iterator[Reply]:
    """One answer of each kind."""
    for method in ("GET", "HEAD", "OPTIONS", "POST", "DELETE", "PATCH"):
        for path in ("/list", "/healthz", "/thumbnail/x", "/nowhere", "/api/v1/settings"):
            for headers in ({}, BEARER, {"Host": "evil.example"}, {"Accept": "text/html"}):
                yield server.get(path, headers, method)
    etag = server.get("/list", BEARER).headers["ETag"]
    unchanged = server.get("/list", {**BEARER, "If-None-Match": etag})
    assert unchanged.status == 304
    yield unchanged


def test_headers_of_every_answer(guarded: Server) -> None:
    for reply in replies(guarded):
        for name, value in EVERYWHERE.items():
            assert reply.headers.get_all(name) == [value]
        (policy,) = reply.headers.get_all("Content-Security-Policy") or [""]
        assert policy.startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in policy
        assert "base-uri 'none'" in policy


def test_spoofed_addresses_of_clients(folder: Path, tmp_path: Path) -> None:
    with Server(folder, data_dir=tmp_path / "data") as server:
        for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"):
            reply = server.get("/api/v1/settings", {name: "127.0.0.1"})
            assert (reply.status, reply.json()["code"]) == (403, "not_allowed")
        assert server.get("/api/v1/settings").status == 200
        reply = server.get("/list", {"Host": "x.example", "X-Forwarded-Host": "localhost"})
        assert reply.status == 421


def test_two_thousand_guesses(folder: Path, tmp_path: Path) -> None:
    flags = ("--trusted_proxies", "127.0.0.1")
    environment = {"MEDIA_SERVER_TOKEN": TOKEN}
    with Server(folder, *flags, data_dir=tmp_path / "data", env=environment) as server:

        def guess(number: int) -> list[int]:
            found = []
            for turn in range(500):
                client = f"203.0.113.{(number * 500 + turn) % 200}"
                headers = {"Authorization": f"Bearer {turn}", "X-Forwarded-For": client}
                found.append(server.get("/list", headers).status)
            return found

        statuses = [one for some in in_threads(4, guess) for one in some]
        assert set(statuses) == {401, 429}
        # Of each client five at most were looked at, and one when all together were many.
        assert statuses.count(401) < 200 * 5
        owner = {**BEARER, "X-Forwarded-For": "198.51.100.1"}
        assert server.get("/list", owner).status == 200
