"""Who answers what; and that a fault of the program is an answer, too."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import PlainTextResponse

from media_server.web import contract
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.route import Route
from media_server.web.router import Router
from support.asgi import Answer, ask

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from media_server.web.route import Call


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("at /home/somebody/secret")


async def half_broken(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("too late")


def answer(path: str, method: str = "GET") -> Answer:
    application = site(
        PlainTextResponse("list"), PlainTextResponse("thumbnail"), PlainTextResponse("health")
    )
    return asyncio.run(ask(application, path, method=method))


def site(listed: ASGIApp, pictured: ASGIApp, health: ASGIApp, **choices: Any) -> Application:
    return Application(Router(contract.routes(listed, pictured, health)), Gate(), **choices)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/list", b"list"),
        ("//list", b"list"),
        ("/healthz", b"health"),
        ("/thumbnail/x", b"thumbnail"),
        ("///thumbnail/x", b"thumbnail"),
    ],
)
def test_who_answers(path: str, body: bytes) -> None:
    assert answer(path).body == body


@pytest.mark.parametrize(
    "path",
    ["", "/", "//", "*", "list", "/list/", "/thumbnail", "/thumbnail/", "/thumbnail/x/y", "/LIST"],
)
def test_nobody(path: str) -> None:
    assert answer(path).status == 404


def test_methods() -> None:
    assert answer("/list", "POST").status == 405
    assert answer("/nowhere", "POST").status == 404
    assert answer("*", "OPTIONS").status == 200
    assert answer("/list", "OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_fault_is_a_problem_that_gives_nothing_away(caplog: pytest.LogCaptureFixture) -> None:
    got = asyncio.run(ask(site(broken, broken, broken), "/list"))
    assert got.status == 500
    assert got.json()["code"] == "internal"
    assert b"secret" not in got.body
    assert "secret" in caplog.text


def test_a_fault_after_the_beginning_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    got = asyncio.run(ask(site(half_broken, broken, broken), "/list"))
    assert (got.status, got.body) == (200, b"")
    assert "too late" in caplog.text


def test_when_too_many_wait_for_a_thread_the_next_is_told_to_come_again() -> None:
    free = threading.Event()

    def slow(call: Call[None, None]) -> ASGIApp:
        assert free.wait(20)
        return PlainTextResponse("done")

    application = Application(
        Router([Route(method="GET", path="/slow", needs="read", answer=slow)]), Gate()
    )

    async def crowd() -> tuple[Answer, list[Answer]]:
        waiting = [asyncio.create_task(ask(application, "/slow")) for _ in range(8 + 128)]
        await asyncio.sleep(0.2)
        try:
            turned_away = await asyncio.wait_for(ask(application, "/slow"), 5)
        finally:
            free.set()
        return turned_away, await asyncio.gather(*waiting)

    turned_away, served = asyncio.run(crowd())
    assert (turned_away.status, turned_away.json()["code"]) == (503, "busy")
    assert turned_away.headers["retry-after"] == "2"
    assert {one.status for one in served} == {200}
