"""Behind a real reverse proxy, nginx or Caddy, set up with the lines of the page about security."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

import pytest

from support.media import picture
from support.proxy import Proxy, program_path
from support.server import Reply, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PAGE = Path(__file__).parents[2] / "docs/security.md"
BASE = "/photos"
TOKEN = "correct-horse-battery"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
FORM = "application/x-www-form-urlencoded"
FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(range(256)) * 40_000
HERE = "127.0.0.1"
# Another computer, as far as the proxy can tell.
ELSEWHERE = "127.0.0.77"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("proxied") / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(picture(1, size=(600, 400), taken="2021:07:14 12:00:00"))
    (folder / "film.mp4").write_bytes(FILM)
    flags = ("--base_path", BASE, "--trusted_proxies", HERE)
    with Server(folder, *flags, env={"MEDIA_SERVER_TOKEN": TOKEN}) as running:
        running.wait(lambda: len(running.get("/list", BEARER).json()) == 2)
        yield running


def told_lines(kind: str, port: int) -> str:
    """What the page says to put into a proxy's configuration."""
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[1].replace("127.0.0.1:8000", f"127.0.0.1:{port}")


def stripped(lines: str) -> str:
    """The same, but that the path is taken away before it is passed on."""
    lines = re.sub(r"(proxy_pass http://[^;]*);", r"\1/;", lines)
    handled = r"handle_path /photos/* {\n reverse_proxy \1\n}"
    return re.sub(r"reverse_proxy /photos/\* (.*)", handled, lines)


@dataclass(frozen=True, slots=True)
class Front:
    """What a client sees."""

    port: int
    server: Server

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "GET",
        body: str | None = None,
        source: str = HERE,
    ) -> Reply:
        connection = http.client.HTTPConnection(
            HERE, self.port, timeout=30, source_address=(source, 0)
        )
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def sign_in(self, token: str, source: str = HERE, **forwarded: str) -> Reply:
        headers = {name.replace("_", "-"): value for name, value in forwarded.items()}
        headers |= {"Content-Type": FORM, "Origin": self.origin}
        body = f"token={quote(token)}&next=%2Flist"
        return self.ask(f"{BASE}/login", headers, method="POST", body=body, source=source)


@pytest.fixture(scope="module", params=["nginx", "nginx-stripped", "caddy", "caddy-stripped"])
def front(
    request: pytest.FixtureRequest, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    kind, _, way = request.param.partition("-")
    program = program_path(kind)
    if program is None:
        pytest.skip(f"there is no {kind} here")
    lines = told_lines({"caddy": "caddyfile"}.get(kind, kind), server.port)
    home = tmp_path_factory.mktemp(kind)
    with Proxy(kind, program, stripped(lines) if way else lines, home) as proxy:
        yield Front(proxy.port, server)


def digest(server: Server, name: str) -> str:
    found: dict[str, dict[str, str]] = server.get("/list", BEARER).json()
    return next(key for key, entry in found.items() if entry["filename"] == name)


def test_everything_is_there(front: Front) -> None:
    photo = digest(front.server, "a.jpg")
    listed = front.ask(f"{BASE}/list", BEARER)
    assert listed.body == front.server.get("/list", BEARER).body
    thumbnail = front.ask(f"{BASE}/thumbnail/{photo}", BEARER)
    assert (thumbnail.status, thumbnail.body[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert thumbnail.headers["X-Content-Type-Options"] == "nosniff"
    asset = front.ask(f"{BASE}/api/v1/assets/{photo}", BEARER).json()
    assert asset["original"] == f"{BASE}/api/v1/assets/{photo}/original"
    for path in (asset["original"], *asset["renditions"].values()):
        assert front.ask(path, BEARER).status == 200
    assert hashlib.sha256(front.ask(asset["original"], BEARER).body).hexdigest() == photo
    assert front.ask(f"{BASE}/api/v1/nothing", BEARER).json()["code"] == "not_found"
    assert front.ask("/list", BEARER).body != listed.body


def test_an_original_by_ranges(front: Front) -> None:
    path = f"{BASE}/api/v1/assets/{digest(front.server, 'film.mp4')}/original"
    whole = front.ask(path, BEARER)
    assert whole.body == FILM
    part = front.ask(path, {**BEARER, "Range": "bytes=5000000-6000000"})
    assert (part.status, part.body) == (206, FILM[5_000_000:6_000_001])
    assert part.headers["Content-Range"] == f"bytes 5000000-6000000/{len(FILM)}"
    etag = whole.headers["ETag"]
    assert front.ask(path, {**BEARER, "If-None-Match": etag}).status == 304
    again = {**BEARER, "Range": "bytes=-9", "If-Range": etag}
    assert front.ask(path, again).body == FILM[-9:]
    assert front.ask(path, {**BEARER, "Range": "bytes=999999999-"}).status == 416


def test_an_archive_and_a_body(front: Front) -> None:
    wanted = json.dumps({"digests": [digest(front.server, "film.mp4")]})
    headers = {**BEARER, "Content-Type": "application/json", "Origin": front.origin}
    made = front.ask(f"{BASE}/api/v1/downloads", headers, method="POST", body=wanted)
    assert made.status == 201
    assert made.headers["Location"].startswith(f"{BASE}/api/v1/downloads/")
    archive = front.ask(made.headers["Location"], BEARER)
    assert archive.status == 200
    assert FILM in archive.body


def test_the_description_tells_the_address_outside(front: Front) -> None:
    page = front.ask(f"{BASE}/api/v1/docs")
    assert page.status == 200
    text = page.body.decode()
    assert f"curl {front.origin}{BASE}/api/v1/timeline\n" in text
    (link,) = re.findall(r'href="([^"#]+)"', text)
    found = front.ask(urljoin(f"{BASE}/api/v1/docs", link)).json()
    assert found["servers"] == [{"url": BASE}]
    paths = [path for path in found["paths"] if "{" not in path and "get" in found["paths"][path]]
    assert front.ask(found["servers"][0]["url"] + paths[0], BEARER).status == 200


def test_signing_in_and_out(front: Front) -> None:
    page = {"Accept": "text/html"}
    asked = front.ask(f"{BASE}/list", page)
    assert (asked.status, asked.headers["Location"]) == (303, f"{BASE}/login?next=%2Flist")
    form = front.ask(asked.headers["Location"], page)
    assert f'action="{BASE}/login"'.encode() in form.body
    done = front.sign_in(TOKEN)
    assert (done.status, done.headers["Location"]) == (303, f"{BASE}/list")
    cookie = {"Cookie": done.headers["Set-Cookie"].partition(";")[0]}
    assert front.ask(f"{BASE}/list", cookie).status == 200
    out = front.ask(f"{BASE}/logout", {**cookie, "Origin": front.origin}, method="POST")
    assert (out.status, out.headers["Location"]) == (303, f"{BASE}/login")
    assert front.ask(f"{BASE}/list", cookie).status == 401
    other = {"Content-Type": FORM, "Origin": "http://evil.test"}
    refused = front.ask(f"{BASE}/login", other, method="POST", body=f"token={TOKEN}")
    assert (refused.status, refused.json()["code"]) == (403, "cross_site")


def wrong_from(server: Server) -> str:
    """Who has guessed a token last, as the log tells."""
    found: list[str] = re.findall(r"a wrong access token came from (\S+)", server.log())
    return found[-1]


def test_who_asks_is_known_and_cannot_be_made_up(front: Front) -> None:
    assert front.sign_in("wrong-wrong-wrong", ELSEWHERE).status == 401
    assert wrong_from(front.server) == ELSEWHERE
    for name in ("X_Forwarded_For", "Forwarded", "X_Real_IP"):
        said = {name: "for=192.0.2.9" if name == "Forwarded" else "192.0.2.9"}
        front.sign_in(TOKEN, ELSEWHERE)
        assert front.sign_in("wrong-wrong-wrong", ELSEWHERE, **said).status == 401
        assert wrong_from(front.server) == ELSEWHERE
    front.sign_in(TOKEN, ELSEWHERE)


def test_a_name_that_is_made_up_does_not_count(front: Front) -> None:
    reply = front.ask(f"{BASE}/api/v1/docs", {"X-Forwarded-Host": "localhost:1"})
    assert f"curl {front.origin}{BASE}/".encode() in reply.body
    assert front.ask(f"{BASE}/healthz", {"Host": "evil.test"}).status == 421


def test_who_is_no_proxy_is_not_believed(server: Server) -> None:
    direct = Front(server.port, server)
    reply = direct.sign_in("wrong-wrong-wrong", ELSEWHERE, X_Forwarded_For="192.0.2.9")
    assert reply.status == 401
    assert wrong_from(server) == ELSEWHERE
    direct.sign_in(TOKEN, ELSEWHERE)
    # And who is, is.
    direct.sign_in("wrong-wrong-wrong", HERE, X_Forwarded_For="192.0.2.9")
    assert wrong_from(server) == "192.0.2.9"


def test_events_come_as_they_happen(front: Front) -> None:
    follow_events(front)


def test_events_come_where_nginx_is_told_less(server: Server, tmp_path: Path) -> None:
    """By itself nginx keeps back what comes in HTTP/1.0, which it speaks unless told otherwise."""
    program = program_path("nginx")
    if program is None:
        pytest.skip("there is no nginx here")
    lines = told_lines("nginx", server.port).replace("proxy_http_version 1.1;", "")
    with Proxy("nginx", program, lines, tmp_path) as proxy:
        follow_events(Front(proxy.port, server))


def follow_events(front: Front) -> None:
    folder = front.server.data_dir.parent / "photos"
    path = folder / f"new-{front.port}.jpg"
    with closing(http.client.HTTPConnection(HERE, front.port, timeout=10)) as connection:
        connection.request("GET", f"{BASE}/api/v1/events", headers=BEARER)
        response = connection.getresponse()
        assert response.headers["Content-Type"] == "text/event-stream"
        assert response.readline() == b"event: change\n"  # where one begins
        path.write_bytes(picture(front.port))
        front.ask(f"{BASE}/api/v1/libraries/scan", BEARER, method="POST")
        while path.name.encode() not in (line := response.readline()):
            assert line
        path.unlink()
