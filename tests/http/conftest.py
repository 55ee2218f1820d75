"""One server with one of everything, for tests that only ask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support.album import ZONE, fill
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one of everything."""
    folder = tmp_path_factory.mktemp("http") / "album"
    fill(os.fspath(folder))
    return folder


@pytest.fixture(scope="session")
def site(album: Path) -> Iterator[Server]:
    """A server of the album, with nothing left to do."""
    with Server(album, env={"TZ": ZONE}) as server:
        yield server.settle()
