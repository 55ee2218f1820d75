"""Keeping answers: when one is made, and what becomes of it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from media_server.catalog.database import Catalog, open_catalog
from media_server.catalog.lookup import Lookup
from media_server.web import list_answer
from media_server.web.list_answer import ListAnswer
from support.asgi import Answer, ask
from support.catalog import list_many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    assert int(answers[0].headers["content-length"]) == len(answers[0].body)
    asyncio.run(ask(listed, "/list"))
    assert catalog.reads == 1
    assert len(os.listdir(tmp_path / "listing")) == 1  # what was left over is gone


def test_a_server_that_takes_paths_gets_one(listed: ListAnswer) -> None:
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
        old = await ask(listed, "/list", pathsend=True)
        list_many(tmp_path, 1, first=10_000)
        new = await ask(listed, "/list", pathsend=True)
        assert [is_there(old), is_there(new)] == [True, True]
        await asyncio.sleep(0.6)
        assert [is_there(old), is_there(new)] == [False, True]

    asyncio.run(change())


def is_there(answer: Answer) -> bool:
    assert answer.path is not None
    return os.path.exists(answer.path)


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond 100 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_stops_keeping_not_showing(
    listed: ListAnswer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with full_disk():
        answer = asyncio.run(ask(listed, "/list", pathsend=True))
    assert answer.status == 200
    assert len(answer.json()) == 9_000
    assert os.listdir(tmp_path / "listing") == []
    assert "cannot keep" in caplog.text
    assert asyncio.run(ask(listed, "/list")).body == answer.body
    assert len(os.listdir(tmp_path / "listing")) == 1
