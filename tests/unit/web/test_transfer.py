"""Long bodies: at the client's speed, whole or cut."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from media_server.model.errors import FileUnsettled
from media_server.web import transfer
from media_server.web.gate.arrival import Arrival
from media_server.web.problem import Refusal
from media_server.web.transfer import Transfers

if TYPE_CHECKING:
    from starlette.types import Message, Scope


class Zeros:
    """A body, which may fail."""

    def __init__(self, size_bytes: int, *, fails_at: int | None = None) -> None:
        self.size_bytes = size_bytes
        self.fails_at = fails_at
        self.asked: list[int] = []
        self.closed = 0
        self._done = 0

    def read(self, most_bytes: int) -> bytes:
        self.asked.append(most_bytes)
        if self.fails_at is not None and self._done >= self.fails_at:
            raise FileUnsettled("it has changed")
        self._done += most_bytes
        return bytes(most_bytes)

    def close(self) -> None:
        self.closed += 1


class Client:
    """Takes pieces, and may stop doing so, and may leave."""

    def __init__(self, *, stops_after: int | None = None, slow_s: float = 0) -> None:
        self.pieces: list[int] = []
        self.ended = False
        self.left = asyncio.Event()
        self._stops_after = stops_after
        self._slow_s = slow_s

    async def send(self, message: Message) -> None:
        if self._stops_after is not None and len(self.pieces) >= self._stops_after:
            await asyncio.Event().wait()
        if self._slow_s:
            await asyncio.sleep(self._slow_s)
        self.pieces.append(len(message["body"]))
        self.ended = not message.get("more_body", False)

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}


SIZE = 3 * transfer._LARGE_BYTES + 1


def test_whole_in_large_pieces() -> None:
    async def run() -> None:
        client, body, transfers = Client(), Zeros(SIZE), Transfers()
        await transfers.send({}, client.receive, client.send, body)
        assert (sum(client.pieces), client.ended, body.closed) == (SIZE, True, 1)
        assert max(client.pieces) == transfer._LARGE_BYTES
        assert not transfers._lanes.held("")

    asyncio.run(run())


def test_an_empty_body_has_an_end() -> None:
    async def run() -> None:
        client = Client()
        await Transfers().send({}, client.receive, client.send, Zeros(0))
        assert client.ended

    asyncio.run(run())


def test_who_is_slow_gets_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_SLOW_S", 0.005)

    async def run() -> None:
        client = Client(slow_s=0.01)
        await Transfers().send({}, client.receive, client.send, Zeros(SIZE))
        # The second was begun to be read before it was known how long the first would take.
        assert client.pieces[2:4] == [64 * 1024] * 2

    asyncio.run(run())


def test_so_many_at_once_get_large_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_LANES", 1)

    async def run() -> None:
        transfers, first, second = Transfers(), Client(stops_after=0), Client()
        stopped = asyncio.ensure_future(transfers.send({}, first.receive, first.send, Zeros(SIZE)))
        await asyncio.sleep(0.05)
        await transfers.send({}, second.receive, second.send, Zeros(SIZE))
        assert max(second.pieces) == 64 * 1024
        first.left.set()
        await stopped
        assert not transfers._lanes.held("")

    asyncio.run(run())


def come_from(address: str) -> Scope:
    return {"type": "http", "arrival": Arrival({}, address, "", "", True, False)}


def test_one_client_leaves_large_ones_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_LANES_OF_ONE", 1)

    async def run() -> None:
        transfers, stalled = Transfers(), Client(stops_after=0)
        here, away = come_from("192.0.2.1"), come_from("192.0.2.2")
        sending = asyncio.ensure_future(
            transfers.send(here, stalled.receive, stalled.send, Zeros(SIZE))
        )
        await asyncio.sleep(0.05)
        for scope, largest in ((here, 64 * 1024), (away, transfer._LARGE_BYTES)):
            client = Client()
            await transfers.send(scope, client.receive, client.send, Zeros(SIZE))
            assert max(client.pieces) == largest
        stalled.left.set()
        await sending

    asyncio.run(run())


def test_one_client_leaves_places_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "_MOST", 3)
    monkeypatch.setattr(transfer, "_MOST_OF_ONE", 2)
    transfers = Transfers()
    here, away = come_from("192.0.2.1"), come_from("192.0.2.2")
    with transfers.place(here), transfers.place(here):
        with pytest.raises(Refusal) as refused, transfers.place(here):
            pass
        assert refused.value.code == "too_many_requests"
        with transfers.place(away), pytest.raises(Refusal) as full, transfers.place(away):
            pass
        assert full.value.code == "busy"
    with transfers.place(here):
        pass


def test_one_that_cannot_be_finished_has_no_end() -> None:
    async def run() -> None:
        client, body = Client(), Zeros(SIZE, fails_at=600_000)
        await Transfers().send({}, client.receive, client.send, body)
        assert sum(client.pieces) < SIZE
        assert not client.ended
        assert body.closed

    asyncio.run(run())


def test_who_leaves_while_nothing_is_taken_leaves_nothing() -> None:
    async def run() -> None:
        client, body, transfers = Client(stops_after=2), Zeros(SIZE), Transfers()
        sending = asyncio.ensure_future(transfers.send({}, client.receive, client.send, body))
        await asyncio.sleep(0.05)
        assert not body.closed
        client.left.set()
        await asyncio.wait_for(sending, 5)
        assert (len(client.pieces), body.closed) == (2, 1)
        assert not transfers._lanes.held("")
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())
