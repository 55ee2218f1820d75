"""Keeping answers: when one is made, and what becomes of it."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from media_server.catalog import listing
from media_server.catalog.database import Catalog, open_catalog
from media_server.catalog.lookup import Lookup
from media_server.web import list_answer
from media_server.web.list_answer import ListAnswer
from support.asgi import Answer, ask
from support.catalog import list_many
from support.limits import files_up_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection
    from starlette.types import Message, Scope


class CountingCatalog(Catalog):
    """Counts its reading transactions."""

    reads = 0

    @contextmanager
    def read(self) -> Iterator[object]:  # type: ignore[override]  # only passed on
        self.reads += 1
        with super().read() as connection:
            yield connection


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CountingCatalog]:
    path = str(tmp_path / "catalog.sqlite")
    open_catalog(path).close()
    list_many(tmp_path, 9_000)
    catalog = CountingCatalog(path)
    yield catalog
    catalog.close()


@pytest.fixture
def listed(catalog: CountingCatalog, tmp_path: Path) -> Iterator[ListAnswer]:
    lookup = Lookup(catalog)
    (tmp_path / "listing").mkdir()
    (tmp_path / "listing" / "left-over.part").write_bytes(b"x")
    yield ListAnswer(catalog, lookup, str(tmp_path / "listing"))
    lookup.close()


def test_many_at_once_make_it_once(
    listed: ListAnswer, catalog: CountingCatalog, tmp_path: Path
) -> None:
    async def many() -> list[Answer]:
        return await asyncio.gather(*(ask(listed, "/list") for _ in range(20)))

    answers = asyncio.run(many())
    assert catalog.reads == 1
    assert len({answer.body for answer in answers}) == 1
    assert len(answers[0].json()) == 9_000
    again = asyncio.run(ask(listed, "/list"))
    assert int(again.headers["content-length"]) == len(again.body)
    assert catalog.reads == 1
    assert len(os.listdir(tmp_path / "listing")) == 1  # what was left over is gone


def test_a_server_that_takes_paths_gets_one(listed: ListAnswer) -> None:
    asyncio.run(ask(listed, "/list"))
    answer = asyncio.run(ask(listed, "/list", pathsend=True))
    assert answer.path is not None
    assert os.path.getsize(answer.path) == int(answer.headers["content-length"])
    assert answer.body == b""


def test_a_change_is_seen_at_once(listed: ListAnswer, tmp_path: Path) -> None:
    before = asyncio.run(ask(listed, "/list"))
    list_many(tmp_path, 1, first=10_000)
    after = asyncio.run(ask(listed, "/list", headers={"If-None-Match": before.headers["etag"]}))
    assert after.status == 200
    assert len(after.json()) == 9_001


def test_an_old_answer_outlives_those_who_were_just_given_it(
    listed: ListAnswer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_answer, "_GRACE_S", 0.3)

    async def change() -> None:
        await ask(listed, "/list")
        old = await ask(listed, "/list", pathsend=True)
        list_many(tmp_path, 1, first=10_000)
        await ask(listed, "/list")
        new = await ask(listed, "/list", pathsend=True)
        assert [is_there(old), is_there(new)] == [True, True]
        await asyncio.sleep(0.6)
        assert [is_there(old), is_there(new)] == [False, True]

    asyncio.run(change())


def is_there(answer: Answer) -> bool:
    assert answer.path is not None
    return os.path.exists(answer.path)


def test_a_full_disk_stops_keeping_not_showing(
    listed: ListAnswer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with files_up_to(100_000):
        answer = asyncio.run(ask(listed, "/list", pathsend=True))
    assert answer.status == 200
    assert len(answer.json()) == 9_000
    assert os.listdir(tmp_path / "listing") == []
    assert "cannot keep" in caplog.text
    assert asyncio.run(ask(listed, "/list")).body == answer.body
    assert len(os.listdir(tmp_path / "listing")) == 1


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110 (nothing tells)
            await asyncio.sleep(0.01)


class Halting:
    """Has the making of an answer wait after its first piece."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = threading.Event()
        pages = listing.pages

        def halting(connection: Connection) -> Iterator[bytes]:
            for at, page in enumerate(pages(connection)):
                yield page
                if at == 0:
                    assert self.go_on.wait(20)

        monkeypatch.setattr(listing, "pages", halting)


@pytest.fixture
def halting(monkeypatch: pytest.MonkeyPatch) -> Halting:
    return Halting(monkeypatch)


def test_what_is_there_is_sent_before_it_is_whole(
    listed: ListAnswer, halting: Halting, tmp_path: Path
) -> None:
    """And all of it is of the moment in which it was begun."""

    async def read() -> Answer:
        answer = Answer()
        asking = asyncio.ensure_future(listed(_SCOPE, _nothing, answer.take))
        await until(lambda: bool(answer.body))
        assert answer.status == 200
        assert "content-length" not in answer.headers
        list_many(tmp_path, 1, first=10_000)
        halting.go_on.set()
        await asking
        return answer

    assert len(asyncio.run(read()).json()) == 9_000
    assert len(asyncio.run(ask(listed, "/list")).json()) == 9_001


_SCOPE: Scope = {"type": "http", "method": "GET", "path": "/list", "headers": []}


async def _nothing() -> Message:
    raise AssertionError("nothing is read")


def test_who_asks_after_a_change_does_not_get_what_was_begun_before(
    listed: ListAnswer, halting: Halting, tmp_path: Path
) -> None:
    async def read() -> tuple[Answer, Answer]:
        first = asyncio.ensure_future(ask(listed, "/list"))
        await asyncio.sleep(0.2)
        list_many(tmp_path, 1, first=10_000)
        second = asyncio.ensure_future(ask(listed, "/list"))
        await asyncio.sleep(0.1)
        assert not second.done()
        halting.go_on.set()
        return await asyncio.gather(first, second)

    assert [len(answer.json()) for answer in asyncio.run(read())] == [9_000, 9_001]


def test_head_waits_for_the_length(listed: ListAnswer) -> None:
    answer = asyncio.run(ask(listed, "/list", method="HEAD"))
    whole = asyncio.run(ask(listed, "/list"))
    assert answer.body == b""
    assert int(answer.headers["content-length"]) == len(whole.body)


def test_damage_is_told_to_who_asks(
    listed: ListAnswer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(connection: Connection) -> Iterator[bytes]:
        raise sqlite3.DatabaseError("database disk image is malformed")

    with monkeypatch.context() as patched:
        patched.setattr(listing, "pages", broken)
        with pytest.raises(sqlite3.DatabaseError):
            asyncio.run(ask(listed, "/list"))
    assert os.listdir(tmp_path / "listing") == []
    assert len(asyncio.run(ask(listed, "/list")).json()) == 9_000


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is made ahead is made without waiting for the version to settle."""
    for name in ("_LOOK_S", "_SETTLED_S", "_SETTLED_TIMES"):
        monkeypatch.setattr(list_answer, name, 0.01)


@pytest.mark.usefixtures("at_once")
def test_made_ahead_is_what_was_asked_for(
    listed: ListAnswer, catalog: CountingCatalog, tmp_path: Path
) -> None:
    async def wait() -> None:
        listed.make_ahead()
        await asyncio.sleep(0.3)
        assert catalog.reads == 0  # nobody has asked for any
        await ask(listed, "/list", headers={"Accept-Encoding": "gzip"})
        list_many(tmp_path, 1, first=10_000)
        await until(lambda: catalog.reads == 2)
        await asyncio.sleep(0.3)
        await ask(listed, "/list", headers={"Accept-Encoding": "gzip"})
        assert catalog.reads == 2

    asyncio.run(wait())


@pytest.mark.usefixtures("at_once")
def test_a_new_process_makes_ahead_what_the_one_before_was_asked_for(
    catalog: CountingCatalog, tmp_path: Path
) -> None:
    (tmp_path / "listing").mkdir()
    (tmp_path / "listing" / "another-version.zstd").write_bytes(b"x")
    lookup = Lookup(catalog)

    async def wait() -> None:
        listed = ListAnswer(catalog, lookup, str(tmp_path / "listing"))
        listed.make_ahead()
        name = f"{lookup.listing_version()}.zstd"
        await until(lambda: os.listdir(tmp_path / "listing") == [name])

    asyncio.run(wait())
    lookup.close()


@pytest.mark.usefixtures("at_once")
def test_a_full_disk_is_tried_once_for_each_version(
    listed: ListAnswer, catalog: CountingCatalog
) -> None:
    async def wait() -> None:
        await ask(listed, "/list")
        listed.make_ahead()
        await asyncio.sleep(0.5)

    with files_up_to(100_000):
        asyncio.run(wait())
    assert catalog.reads == 2


@pytest.mark.usefixtures("at_once")
def test_what_nobody_waits_for_gives_way_to_a_newer_version(
    listed: ListAnswer, halting: Halting, catalog: CountingCatalog, tmp_path: Path
) -> None:
    async def wait() -> Answer:
        listed._lines["identity"].asked_s = time.monotonic()
        listed.make_ahead()
        await until(lambda: catalog.reads == 1)
        list_many(tmp_path, 1, first=10_000)
        asking = asyncio.ensure_future(ask(listed, "/list"))
        await asyncio.sleep(0.1)
        halting.go_on.set()
        return await asking

    assert len(asyncio.run(wait()).json()) == 9_001
    assert len(os.listdir(tmp_path / "listing")) == 1  # the first was not made to its end
