"""What happens before anything is served, and what must not."""

from __future__ import annotations

import gc
import socket
from typing import TYPE_CHECKING

import pytest

from media_server import app
from media_server.model.access import Access
from media_server.model.errors import FileUnreadable
from media_server.model.settings import Settings
from media_server.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Served(Exception):
    """It has come as far as to serve."""


@pytest.fixture
def thawed() -> Iterator[None]:
    """Nothing stays hidden from the collector."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_serving_does_not_wait_for_the_map_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def serve(*_: object, **__: object) -> None:
        raise Served

    def look(path: str) -> None:
        looked.append(path)
        raise FileUnreadable

    monkeypatch.setattr(app, "Supervisor", serve)
    monkeypatch.setattr(app, "MapFile", look)
    settings = Settings(storage_dir=("photos",), map_file="hangs.pmtiles")
    place = Place(roots=(b"photos",), data_dir=str(tmp_path), lock_fd=-1, max_store_bytes=0)
    with socket.socket() as bound, pytest.raises(Served):
        app.run_server(settings, place, bound, Access())
    assert looked == []
