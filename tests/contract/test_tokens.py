"""A server with an access token: what each may do without it, and how to show it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from contract.library import photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.client import Answer, Client
    from contract.conftest import Start

TOKEN = "correct-horse-battery"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, start: Start) -> Iterator[Client]:
    folder = tmp_path_factory.mktemp("guarded") / "photos"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(photo("red"))
    with start(folder, token=TOKEN) as server:
        yield server


def sign_in(server: Client, token: str) -> Answer:
    """What a browser sends when somebody fills in the page `/login`."""
    body = urlencode({"token": token, "next": "/list"}).encode()
    return server.post("/login", body, content_type=FORM, origin=server.url)


def test_without_it_nothing_is_answered(guarded: Client) -> None:
    for path in ("/list", "/metrics", "/api/v1/libraries", f"/api/v1/assets/{'0' * 64}/original"):
        answer = guarded.get(path)
        assert (answer.status, answer.json()["code"]) == (401, "not_signed_in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_program_sends_it_with_each_request(guarded: Client) -> None:
    bearer = f"Bearer {TOKEN}"
    for path in ("/list", "/metrics", "/api/v1/libraries", "/api/v1/settings"):
        assert guarded.get(path, authorization=bearer).status == 200
    assert guarded.post("/api/v1/libraries/scan", authorization=bearer).status == 202


def test_what_is_open_needs_none(guarded: Client) -> None:
    assert guarded.get("/healthz").json() == {"status": "ok"}
    for path in ("/api/v1/openapi.json", "/api/v1/docs", "/login"):
        assert guarded.get(path).status == 200


def test_the_description_says_what_each_address_needs(guarded: Client) -> None:
    paths = guarded.get("/api/v1/openapi.json").json()["paths"]
    assert paths["/api/v1/openapi.json"]["get"]["x-needs"] == "open"
    assert paths["/api/v1/search"]["get"]["x-needs"] == "read"
    assert paths["/api/v1/libraries/scan"]["post"]["x-needs"] == "change"
    assert paths["/api/v1/settings"]["get"]["x-needs"] == "admin"


def test_a_person_signs_in_and_out_with_a_browser(guarded: Client) -> None:
    page = guarded.get("/list", accept="text/html")
    assert (page.status, page.headers["Location"]) == (303, "/login?next=%2Flist")
    answer = sign_in(guarded, TOKEN)
    assert (answer.status, answer.headers["Location"]) == (303, "/list")
    cookie, _, rules = answer.headers["Set-Cookie"].partition("; ")
    assert {"HttpOnly", "SameSite=Strict"} <= set(rules.split("; "))
    assert guarded.get("/list", cookie=cookie).status == 200
    out = guarded.post("/logout", cookie=cookie, origin=guarded.url)
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert guarded.get("/list", cookie=cookie).status == 401


def test_the_token_is_shown_to_nobody(guarded: Client) -> None:
    settings = guarded.get("/api/v1/settings", authorization=f"Bearer {TOKEN}")
    assert TOKEN.encode() not in settings.body


def test_who_guesses_must_wait(guarded: Client) -> None:
    """Comes last here: all of this computer must wait then."""
    answers = [
        guarded.get("/list", authorization=f"Bearer wrong-{number}-wrong") for number in range(8)
    ]
    assert [one.status for one in answers[:5]] == [401] * 5
    assert answers[-1].status == 429
    assert answers[-1].json()["code"] == "too_many_requests"
    assert int(answers[-1].headers["Retry-After"]) >= 1
