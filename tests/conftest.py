"""What all tests share: a pool of jails, and how long hypothesis searches."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from media_server.media.jail.pool import JailPool
from support.library import CountingJails, InstantJails, Served, make_served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENT = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples at each run, so that a change that passes here passes everywhere.
settings.register_profile(
    "default", derandomize=True, deadline=None, suppress_health_check=_PATIENT
)
settings.register_profile(
    "nightly", max_examples=2_000, deadline=None, suppress_health_check=_PATIENT, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives all that needs the browser to one worker, and first; any other test to who is free.

    Marks of `--dist loadgroup` would say the same, but pytest-xdist 3.8 loses them with pytest 9.2.
    """
    from xdist.scheduler import LoadScopeScheduling  # only where pytest-xdist is used

    class BrowserFirst(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/e2e/") else nodeid

    return BrowserFirst(config, log)


@pytest.fixture(autouse=True)
def databases_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes what a test has left open: from Python 3.13 on an open database warns when it goes."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def connect_and_note(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", connect_and_note)
    yield
    for connection in opened:
        connection.close()


@pytest.fixture(scope="session")
def jail_pool() -> Iterator[JailPool]:
    """Real jails, started when first needed."""
    pool = JailPool(size=2)
    yield pool
    pool.close()


@pytest.fixture
def jails(jail_pool: JailPool) -> CountingJails:
    """The real jails, with this test's own counts."""
    return CountingJails(jail_pool)


@pytest.fixture
def served(tmp_path: Path, jails: CountingJails) -> Served:
    """An empty library, ingested through real jails."""
    return make_served(tmp_path, jails)


@pytest.fixture
def quick(tmp_path: Path) -> Served:
    """An empty library whose files count as no pictures: nothing is decoded."""
    return make_served(tmp_path, InstantJails())
