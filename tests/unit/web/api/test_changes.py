"""Whoever follows the changes ends up with what is there, however they were cut into pages."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from media_server.web.api.changes import ChangesApi, EventsQuery
from media_server.web.route import Call
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

    def __init__(self, most: int) -> None:
        self.events: list[tuple[str, Any]] = []
        self._most = most
        self._left = asyncio.Event()
        self.heard = asyncio.Event()

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        for event in message.get("body", b"").decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in event.splitlines())
            if "event" in fields:
                self.events.append((fields["event"], json.loads(fields["data"])))
                self.heard.set()
        if len(self.events) >= self._most:
            self._left.set()


async def listen(api: ChangesApi, client: Client, since: str, **headers: str) -> None:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "headers": pairs}
    answer = await api._events(Call(scope, {}, EventsQuery(since), None))
    async with asyncio.timeout(30):
        await answer(scope, client.receive, client.send)


def test_events_tell_what_comes(site: Site, quick: Served) -> None:
    async def scene() -> list[tuple[str, Any]]:
        api = ChangesApi(site.parts.catalog, site.parts.lookup)
        client = Client(most=2)
        listening = asyncio.create_task(listen(api, client, "now"))
        await client.heard.wait()
        quick.write("new.jpg", picture(7))
        await asyncio.to_thread(quick.run)
        await listening
        assert api._listeners == 0
        return client.events

    (_, first), (kind, second) = asyncio.run(scene())
    assert (first["items"], first["removed"]) == ([], [])
    assert kind == "change"
    assert [one["name"] for one in second["items"]] == ["new.jpg"]


def test_a_browser_that_comes_back_misses_nothing(site: Site) -> None:
    _, cursor = follow(site, limit=1000)
    start = site.get("/api/v1/changes?limit=3")["cursor"]

    async def scene() -> Client:
        api = ChangesApi(site.parts.catalog, site.parts.lookup)
        client = Client(most=1)
        await listen(api, client, "now", last_event_id=start)
        return client

    ((_, told),) = asyncio.run(scene()).events
    assert len(told["items"]) == 2
    assert told["cursor"] == cursor


def test_events_refuse_what_changes_refuses(site: Site) -> None:
    assert site.refused("/api/v1/events?since=x") == (400, "bad_cursor")
