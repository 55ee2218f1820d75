"""The page that signs people in, and out."""

from __future__ import annotations

import asyncio
import base64
import re
from hashlib import sha256
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from starlette.responses import Response

from media_server.model.access import Access
from media_server.web import contract
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.gate.arrival import Proxies
from media_server.web.login import Login, own_path
from media_server.web.router import Router
from support.asgi import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN = "correct-horse-battery"
ELSEWHERE = [
    "",
    "list",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://evil.example",
    "javascript:alert(1)",
    "/x\r\nSet-Cookie: a=b",
    "/x\\y",
    "/é",
    "/" + "a" * 3_000,
    "/\x00",
]


@pytest.fixture
def site() -> Application:
    gate = Gate(Access(sha256(TOKEN.encode()).digest()), proxies=Proxies(["10.0.0.1"]))
    stub = Response("reached")
    rows = [*contract.routes(stub, stub, stub), *Login(gate).routes()]
    return Application(Router(rows), gate, base_path="/photos")


def post(
    site: Application,
    fields: Mapping[str, str] | bytes,
    path: str = "/login",
    client: str = "127.0.0.1",
    **headers: str,
) -> Answer:
    sent = {"content-type": "application/x-www-form-urlencoded"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
    return asyncio.run(ask(site, path, method="POST", headers=sent, body=body, client=client))


def get(site: Application, path: str, client: str = "127.0.0.1", **headers: str) -> Answer:
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(ask(site, path, headers=headers, client=client))


def test_in_and_out(site: Application) -> None:
    own = {"host": "nas.localhost:1", "origin": "http://nas.localhost:1"}
    fields = {"token": TOKEN, "next": "/list?a=b"}
    assert post(site, fields, **own).status == 421
    own = {"host": "localhost:1", "origin": "http://localhost:1"}
    answer = post(site, fields, **own)
    assert (answer.status, answer.headers["location"]) == (303, "/photos/list?a=b")
    cookie, _, attributes = answer.headers["set-cookie"].partition("; ")
    assert re.fullmatch(r"media-server-[0-9a-f]{8}=[0-9a-f]{64}", cookie)
    assert attributes == "Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict"
    assert get(site, "/list", cookie=cookie).body == b"reached"
    out = post(site, {}, "/logout", cookie=cookie)
    assert (out.status, out.headers["location"]) == (303, "/photos/login")
    assert out.headers["set-cookie"].startswith(f"{cookie.partition('=')[0]}=; Max-Age=0; ")
    assert get(site, "/list", cookie=cookie).status == 401


def test_over_tls_the_cookie_is_of_this_host_alone(site: Application) -> None:
    proxied = {"x_forwarded_proto": "https"}
    answer = post(site, {"token": TOKEN}, client="10.0.0.1", **proxied)
    cookie, _, attributes = answer.headers["set-cookie"].partition("; ")
    assert cookie.startswith("__Host-media-server-")
    assert attributes == "Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict; Secure"
    said = {"cookie": cookie, "x-forwarded-proto": "https"}
    assert get(site, "/list", "10.0.0.1", **said).status == 200
    assert get(site, "/list", "10.0.0.1", cookie=cookie).status == 401
    spoofed = post(site, {"token": TOKEN}, client="10.0.0.2", **proxied)
    assert "__Host-" not in spoofed.headers["set-cookie"]


def test_in_german(site: Application) -> None:
    page = get(site, "/login", accept_language="de-AT,de;q=0.9,en;q=0.8").body.decode()
    assert '<html lang="de">' in page
    assert "<button>Anmelden</button>" in page
    assert "Sign in" not in page
    answer = post(site, {"token": "wrong"}, accept_language="de")
    assert (answer.status, "Das ist nicht das Token." in answer.body.decode()) == (401, True)
    # What is for programs stays as it is.
    page = post(site, b"\xff", accept_language="de").body.decode()
    assert "The form is not percent-encoded UTF-8." in page
    assert '<html lang="en">' in get(site, "/login", accept_language="fr").body.decode()


def test_a_wrong_token_and_too_many(site: Application) -> None:
    for _ in range(5):
        answer = post(site, {"token": "wrong", "next": '/"><script>'})
        assert (answer.status, "set-cookie" in answer.headers) == (401, False)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert b"That is not the token." in answer.body
        assert b"<script>" not in answer.body
    answer = post(site, {"token": TOKEN})
    assert (answer.status, answer.headers["retry-after"]) == (429, "1")
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("following", ELSEWHERE)
def test_nobody_is_led_elsewhere(following: str, site: Application) -> None:
    assert own_path(following) == "/"
    answer = post(site, {"token": TOKEN, "next": following})
    assert (answer.status, answer.headers["location"]) == (303, "/photos/")
    shown = get(site, f"/login?{urlencode({'next': following})}")
    assert shown.status == 200
    assert b'name="next" type="hidden" value="/"' in shown.body


@pytest.mark.parametrize("following", ["/", "/list", "/a//b?c=//d", "/x#y", "/@evil", "/%2f%2fx"])
def test_own_addresses_are_kept(following: str) -> None:
    assert own_path(following) == following


def test_the_page_has_no_script_and_its_own_policy(site: Application) -> None:
    answer = get(site, "/login?" + urlencode({"next": "/x\"'<>&"}))
    page = answer.body.decode()
    assert "<script" not in page.lower()
    assert 'action="/photos/login"' in page
    (value,) = re.findall(r'name="next" type="hidden" value="([^"]*)"', page)
    assert unescape(value) == "/x\"'<>&"
    (style,) = re.findall(r"<style>(.*)</style>", page, re.DOTALL)
    known = base64.b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert f"style-src 'sha256-{known}'" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    # Else browsers would send the form with `Origin: null`, which is refused.
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_who_is_signed_in_is_not_asked_again(site: Application) -> None:
    cookie = post(site, {"token": TOKEN}).headers["set-cookie"].partition(";")[0]
    for asked, following in (("/list?a=b", "/photos/list?a=b"), ("//evil.example", "/photos/")):
        answer = get(site, f"/login?{urlencode({'next': asked})}", cookie=cookie)
        assert (answer.status, answer.headers["location"]) == (303, following)
        assert answer.headers["cache-control"] == "no-store"


def test_who_follows_a_link_of_another_site_comes_again_with_his_cookie(site: Application) -> None:
    came = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"}
    answer = get(site, "/login?" + urlencode({"next": "/x?y=\"'&<"}), **came)
    page = answer.body.decode()
    (refresh,) = re.findall(r'<meta http-equiv="refresh" content="0;url=([^"]*)">', page)
    assert unescape(refresh) == "/photos/login?next=%2Fx%3Fy%3D%22%27%26%3C"
    assert "<form" not in page
    assert answer.headers["cache-control"] == "no-store"
    again = get(site, "/login?" + urlencode({"next": "/x"}), sec_fetch_site="same-origin")
    assert b"<form" in again.body


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize(
    "headers", [{"origin": "null"}, {"origin": "http://evil"}, {"sec_fetch_site": "cross-site"}]
)
def test_other_sites_sign_nobody_in_or_out(
    headers: dict[str, str], path: str, site: Application
) -> None:
    answer = post(site, {"token": TOKEN}, path, **headers)
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{}", "application/json", "unsupported_media_type"),
        (b"token=x", "text/plain", "unsupported_media_type"),
        (b"token=" + b"x" * 9_000, "application/x-www-form-urlencoded", "body_too_large"),
        (b"a=b&" * 100, "application/x-www-form-urlencoded", "bad_body"),
        (b"token=%ff", "application/x-www-form-urlencoded", "bad_body"),
        (b"token=\xff", "application/x-www-form-urlencoded", "bad_body"),
    ],
)
def test_other_bodies(body: bytes, kind: str, code: str, site: Application) -> None:
    assert post(site, body, content_type=kind).json()["code"] == code


def test_without_a_token_there_is_nothing_to_sign_in_with() -> None:
    assert Login(Gate()).routes() == []
