"""`/api/v1/pending`: a file shows as soon as it has been found, long before it has been read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from contract.client import until
from contract.library import photo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.client import Client
    from contract.conftest import Get, Start

TOKEN = "correct-horse-battery"
BEARER = f"Bearer {TOKEN}"
FILES = {
    # Takes minutes to read, and is the first that is read: so the others wait. Nothing but zeros
    # that no disk has to hold.
    "endless.mp4": "2021-07-15T10:00:00",
    "a.jpg": "2021-07-14T20:00:00",
    "b.jpg": "2021-07-14T08:00:00",
    "old/c.jpg": "1999-12-31T23:00:00",
}
ENDLESS_BYTES = 200_000_000_000


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory, start: Start) -> Iterator[Client]:
    """A server that has found all files, and reads the first."""
    folder = tmp_path_factory.mktemp("pending") / "photos"
    (folder / "old").mkdir(parents=True)
    for name, modified in FILES.items():
        path = folder / name
        path.write_bytes(photo("red", size=(640, 480)))
        if name == "endless.mp4":
            os.truncate(path, ENDLESS_BYTES)
        seconds = datetime.fromisoformat(modified).replace(tzinfo=UTC).timestamp()
        os.utime(path, (seconds, seconds))
    with start(folder, token=TOKEN) as server:
        until(lambda: server.get("/api/v1/pending", authorization=BEARER).json()["files"] == 4)
        yield server


def test_how_many_there_are_on_each_day(reading: Client) -> None:
    answer = reading.get("/api/v1/pending", authorization=BEARER)
    assert answer.json()["days"] == [["2021-07-15", 1], ["2021-07-14", 2], ["1999-12-31", 1]]
    etag = answer.headers["ETag"]
    unchanged = reading.get("/api/v1/pending", authorization=BEARER, if_none_match=etag)
    assert (unchanged.status, unchanged.body) == (304, b"")


def test_which_they_are_newest_first(reading: Client) -> None:
    at = "/api/v1/pending/items?day=2021-07-14&offset=1&limit=1"
    answer = reading.get(at, authorization=BEARER).json()
    (item,) = answer["items"]
    assert item | {"id": 0, "library_id": 0} == {
        "id": 0,
        "name": "b.jpg",
        "folder": "",
        "library_id": 0,
        "kind": "photo",
        "modified": "2021-07-14T08:00:00.000Z",
    }
    at = f"/api/v1/pending/items?cursor={answer['next']}"
    answer = reading.get(at, authorization=BEARER).json()
    assert [(one["folder"], one["name"]) for one in answer["items"]] == [("old", "c.jpg")]
    assert answer["next"] is None


def test_they_show_at_once(reading: Client) -> None:
    items = reading.get("/api/v1/pending/items", authorization=BEARER).json()["items"]
    assert reading.get("/list", authorization=BEARER).json() == {}
    for item in items[1:]:
        picture = reading.get(f"/api/v1/pending/{item['id']}/picture", authorization=BEARER)
        assert picture.status == 200
        assert picture.headers["Content-Type"] == "image/jpeg"
        assert picture.headers["Cache-Control"] == "private, max-age=60"
    broken = reading.get(f"/api/v1/pending/{items[0]['id']}/picture", authorization=BEARER)
    assert (broken.status, broken.json()["code"]) == (404, "no_rendition")


def test_of_what_has_been_read_there_is_nothing(get: Get) -> None:
    answer = get("/api/v1/pending").json()
    assert (answer["files"], answer["days"]) == (0, [])
    assert get("/api/v1/pending/items").json() == {"items": [], "next": None}


def test_its_picture_is_elsewhere_then(get: Get) -> None:
    answer = get("/api/v1/pending/1/picture")
    assert (answer.status, answer.body) == (303, b"")
    assert get(answer.headers["Location"]).status in {200, 404}  # it may be one without a picture
    answer = get("/api/v1/pending/999999999/picture")
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
