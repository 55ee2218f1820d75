"""Whoever follows the changes ends up with what is there, however they were cut into pages."""

from __future__ import annotations

import asyncio
import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from media_server.catalog.changes import BEGINNING
from media_server.model.access import Access
from media_server.web.api import changes
from media_server.web.api import follow as follow_cursor
from media_server.web.api.changes import ChangesApi
from media_server.web.application import Application
from media_server.web.gate import Gate
from media_server.web.gate.sessions import Sessions
from media_server.web.router import Router
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from starlette.types import Message

    from support.library import Served


@pytest.fixture
def site(quick: Served) -> Site:
    for number in range(5):
        quick.write(f"{number}.jpg", picture(number))
    quick.run()
    return Site(quick)


def follow(site: Site, cursor: str = "", *, limit: int = 2) -> tuple[dict[str, str], str]:
    """What a client knows after following all changes: digest → name, and the cursor."""
    known: dict[str, str] = {}
    while True:
        answer = site.get(f"/api/v1/changes?since={cursor}&limit={limit}")
        assert len(answer["items"]) + len(answer["removed"]) <= limit
        known |= {one["digest"]: one["name"] for one in answer["items"]}
        known |= dict.fromkeys(answer["removed"], "")
        cursor = answer["cursor"]
        if not answer["more"]:
            return known, cursor


def test_from_the_beginning(site: Site, quick: Served) -> None:
    known, _ = follow(site)
    assert known == {digest: path for path, digest in quick.paths().items()}


def test_catching_up(site: Site, quick: Served) -> None:
    known, cursor = follow(site)
    assert follow(site, cursor) == ({}, cursor)
    os.unlink(quick.at("0.jpg"))
    os.rename(quick.at("1.jpg"), quick.at("renamed.jpg"))
    quick.write("new.jpg", picture(7))
    quick.run()
    told, behind = follow(site, cursor)
    known |= told
    there = {digest: path for path, digest in quick.paths().items()}
    assert {digest: name for digest, name in known.items() if name} == there
    assert follow(site, behind) == ({}, behind)


def test_from_now(site: Site) -> None:
    answer = site.get("/api/v1/changes?since=now")
    assert (answer["items"], answer["removed"], answer["more"]) == ([], [], False)
    assert answer["cursor"] == site.get("/api/v1/timeline")["cursor"]
    assert follow(site, answer["cursor"])[0] == {}


def test_another_catalog_is_told_to_begin_anew(site: Site, quick: Served) -> None:
    _, cursor = follow(site)
    os.unlink(quick.catalog_path)
    for ending in ("-wal", "-shm"):
        if os.path.exists(quick.catalog_path + ending):
            os.unlink(quick.catalog_path + ending)
    quick.run()
    assert Site(quick).refused(f"/api/v1/changes?since={cursor}") == (410, "gone")


@pytest.mark.parametrize("cursor", ["x", "AAAA", "%C3%A9", "now%20", "a" * 5000, "3gAA", "lf8"])
def test_absurd_cursors(site: Site, cursor: str) -> None:
    assert site.refused(f"/api/v1/changes?since={cursor}") == (400, "bad_cursor")


class Client:
    """Listens to events, and leaves after some."""

    def __init__(self, most: int, *, takes: bool = True) -> None:
        self.status = 0
        self.events: list[tuple[str, Any]] = []
        self._most = most
        self._takes = takes
        self._left = asyncio.Event()
        self.heard = asyncio.Event()

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    def leave(self) -> None:
        self._left.set()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if not self._takes:
            await asyncio.Event().wait()
        if self.status != 200:
            return
        for event in message.get("body", b"").decode().split("\n\n"):
            lines = (line.partition(": ") for line in event.splitlines())
            fields = {name: value for name, _, value in lines}
            if "event" in fields:
                self.events.append((fields["event"], json.loads(fields["data"])))
                self.heard.set()
        if len(self.events) >= self._most:
            self._left.set()


class Events:
    """The route alone, behind a gate."""

    def __init__(self, site: Site, gate: Gate | None = None) -> None:
        self.api = ChangesApi(site.parts.catalog, site.parts.lookup)
        self._application = Application(Router(self.api.routes()), gate or Gate())

    async def listen(
        self, client: Client, since: str = "now", *, method: str = "GET", **headers: str
    ) -> None:
        """Until the stream ends."""
        sent = {"host": "localhost", **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": "/api/v1/events",
            "query_string": b"since=" + since.encode(),
            "http_version": "1.1",
            "client": ("127.0.0.1", 50_000),
            "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in sent.items()],
        }
        async with asyncio.timeout(30):
            await self._application(scope, client.receive, client.send)


def test_events_tell_what_comes(site: Site, quick: Served) -> None:
    async def scene() -> list[tuple[str, Any]]:
        events, client = Events(site), Client(most=2)
        listening = asyncio.create_task(events.listen(client))
        await client.heard.wait()
        quick.write("new.jpg", picture(7))
        await asyncio.to_thread(quick.run)
        await listening
        assert events.api._listeners == 0
        assert not events.api.listening.held("127.0.0.1")
        return client.events

    (_, first), (kind, second) = asyncio.run(scene())
    assert (first["items"], first["removed"]) == ([], [])
    assert kind == "change"
    assert [one["name"] for one in second["items"]] == ["new.jpg"]


def test_a_browser_that_comes_back_misses_nothing(site: Site) -> None:
    _, cursor = follow(site, limit=1000)
    start = site.get("/api/v1/changes?limit=3")["cursor"]

    async def scene() -> Client:
        client = Client(most=1)
        await Events(site).listen(client, last_event_id=start)
        return client

    ((_, told),) = asyncio.run(scene()).events
    assert len(told["items"]) == 2
    assert told["cursor"] == cursor


def test_a_browser_whose_cursor_is_gone_begins_anew(site: Site) -> None:
    gone = follow_cursor.write("another", BEGINNING)

    async def scene() -> Client:
        client = Client(most=1)
        await Events(site).listen(client, last_event_id=gone)
        return client

    client = asyncio.run(scene())
    assert (client.status, client.events) == (200, [("reset", {})])


@pytest.mark.parametrize("takes", [True, False])
def test_a_stream_ends_with_the_session_that_opened_it(
    takes: bool, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_CHECK_S", 0.1)
    access = Access(sha256(b"correct-horse-battery").digest())

    async def scene() -> None:
        sessions = Sessions("", b"key")
        events = Events(site, Gate(access, sessions=sessions))
        session_id = sessions.begin()
        cookie = f"media-server-{sessions.server}={session_id}"
        by_cookie, by_token = Client(most=99, takes=takes), Client(most=99)
        ending = asyncio.create_task(events.listen(by_cookie, cookie=cookie))
        staying = asyncio.create_task(
            events.listen(by_token, authorization="Bearer correct-horse-battery")
        )
        await by_token.heard.wait()
        await asyncio.sleep(0.3)
        assert not ending.done()
        sessions.end([session_id])
        await asyncio.wait_for(ending, 1)
        await asyncio.sleep(0.3)
        assert not staying.done()
        assert events.api._listeners == 1
        by_token.leave()
        await staying

    asyncio.run(scene())


def test_one_client_leaves_streams_to_others(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_LISTENERS_OF_ONE", 2)

    async def scene() -> None:
        events = Events(site)
        clients = [Client(most=99) for _ in range(3)]
        streams = [asyncio.create_task(events.listen(one)) for one in clients]
        await asyncio.wait_for(streams[2], 5)
        await asyncio.gather(*(one.heard.wait() for one in clients[:2]))
        assert [one.status for one in clients] == [200, 200, 429]
        for one in clients:
            one.leave()
        await asyncio.gather(*streams)
        # Neither a question about the stream nor a cursor that is none keeps a place.
        for _ in range(3):
            asked = Client(most=1)
            await events.listen(asked, method="HEAD")
            wrong = Client(most=1)
            await events.listen(wrong, since="x")
            assert (asked.status, wrong.status) == (200, 400)

    asyncio.run(scene())


def test_events_refuse_what_is_no_cursor(site: Site) -> None:
    assert site.refused("/api/v1/events?since=x") == (400, "bad_cursor")
