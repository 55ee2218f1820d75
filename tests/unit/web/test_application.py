"""Who answers what; and that a fault of the program is an answer, too."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from starlette.responses import PlainTextResponse

from media_server.model.access import Access
from media_server.web import contract
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.route import Route
from media_server.web.router import Router
from support.asgi import Answer, ask

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Slow:
    """An application whose only route waits until it is told."""

    def __init__(self) -> None:
        self.free = threading.Event()
        self.begun: list[str] = []
        route = Route(method="GET", path="/slow", needs="read", answer=self._answer)
        self.application = Application(Router([route]), Gate(Access(open_to_network=True)))

    def _answer(self, call: Call[None, None]) -> ASGIApp:
        self.begun.append(call.scope["client"][0])
        assert self.free.wait(20)
        return PlainTextResponse("done")

    def asked(self, client: str, times: int = 1) -> list[asyncio.Task[Answer]]:
        """Some requests of a client, under way."""
        return [
            asyncio.create_task(ask(self.application, "/slow", client=client)) for _ in range(times)
        ]

    async def turned_away(self, client: str) -> tuple[int, str, str]:
        """Status, code and `Retry-After` of an answer that comes at once."""
        answer = await asyncio.wait_for(ask(self.application, "/slow", client=client), 5)
        return answer.status, answer.json()["code"], answer.headers["retry-after"]


def test_when_too_many_wait_for_a_thread_the_next_is_told_to_come_again() -> None:
    async def crowd() -> None:
        slow = Slow()
        served = [one for number in range(4) for one in slow.asked(f"10.0.0.{number}", 34)]
        await asyncio.sleep(0.2)
        try:
            assert await slow.turned_away("10.0.0.9") == (503, "busy", "2")
        finally:
            slow.free.set()
        assert {one.status for one in await asyncio.gather(*served)} == {200}

    asyncio.run(crowd())


def test_one_client_takes_no_more_than_its_share_of_threads_and_places() -> None:
    async def crowd() -> None:
        slow = Slow()
        greedy = slow.asked("2001:db8::1", 63) + slow.asked("2001:db8::2")
        await asyncio.sleep(0.2)
        modest = slow.asked("192.0.2.1", 2)
        await asyncio.sleep(0.2)
        try:
            # Two of eight threads are left, whoever came first.
            assert slow.begun == ["2001:db8::1"] * 6 + ["192.0.2.1"] * 2
            assert await slow.turned_away("2001:db8::3") == (429, "too_many_requests", "2")
        finally:
            slow.free.set()
        assert {one.status for one in await asyncio.gather(*greedy, *modest)} == {200}
        again = await asyncio.gather(*slow.asked("2001:db8::1", 64))
        assert {one.status for one in again} == {200}
        assert not slow.application._threads._turns

    asyncio.run(crowd())


class Wanted(msgspec.Struct):
    """A body."""

    name: str


class Sender:
    """Sends the beginning of a body, and its end when it is told to."""

    def __init__(self, application: Application, length: int | None, client: str) -> None:
        self.answer = Answer()
        self._ends = asyncio.Event()
        length_header = [] if length is None else [(b"content-length", b"%d" % length)]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/take",
            "query_string": b"",
            "http_version": "1.1",
            "client": (client, 50_000),
            "headers": [
                (b"host", b"localhost"),
                (b"content-type", b"application/json"),
                *length_header,
            ],
        }
        self.asking = asyncio.ensure_future(application(scope, self._receive, self.answer.take))

    async def _receive(self) -> Message:
        await self._ends.wait()
        return {"type": "http.request", "body": b'{"name":"x"}', "more_body": False}

    async def end(self) -> int:
        self._ends.set()
        await self.asking
        return self.answer.status


def test_bodies_are_taken_while_there_is_room_for_them() -> None:
    async def take(call: Call[None, Wanted]) -> ASGIApp:
        return PlainTextResponse(call.body.name)

    taking = Route(
        method="POST",
        path="/take",
        needs="change",
        answer=take,
        body=Wanted,
        max_body_bytes=8 << 20,
    )
    application = Application(Router([taking]), Gate(Access(open_to_network=True)))

    def begin(length: int | None, client: str, times: int) -> list[Sender]:
        return [Sender(application, length, client) for _ in range(times)]

    async def crowd() -> None:
        small = begin(20_000, "10.0.0.1", 64)
        whole = begin(None, "10.0.0.1", 3)  # without a length: as long as it may be
        await asyncio.sleep(0.05)
        assert await begin(None, "10.0.0.1", 1)[0].end() == 429
        whole += begin(8 << 20, "10.0.0.2", 4)
        await asyncio.sleep(0.05)
        assert await begin(8 << 20, "10.0.0.3", 1)[0].end() == 503
        assert await begin(12, "10.0.0.3", 1)[0].end() == 200
        for one in [*small, *whole]:
            assert await one.end() == 200
        assert await begin(None, "10.0.0.1", 1)[0].end() == 200

    asyncio.run(crowd())
