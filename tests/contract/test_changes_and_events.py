"""`GET /api/v1/changes` and `/api/v1/events`: a client that was away catches up exactly.

A client keeps a replica, digest → item, and the cursor of the last answer it has taken in.
"""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from contract.client import PATIENCE_S
from contract.library import photo, xmp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from contract.client import Client
    from contract.conftest import Get, Start

Replica = dict[str, dict[str, Any]]


def take_in(replica: Replica, told: dict[str, Any]) -> str:
    """Bring a replica up to what an answer tells. Returns the cursor to be kept."""
    for digest in told["removed"]:
        replica.pop(digest, None)
    for item in told["items"]:
        replica[item["digest"]] = item
    return str(told["cursor"])


def catch_up(get: Get, replica: Replica, cursor: str, limit: int) -> str:
    """Take in all that has changed behind a cursor; an empty one is the beginning."""
    more = True
    while more:
        told = get(f"/api/v1/changes?since={cursor}&limit={limit}").json()
        assert len(told["items"]) + len(told["removed"]) <= limit
        cursor, more = take_in(replica, told), told["more"]
    return cursor


def read_afresh(get: Get) -> Replica:
    """The items of all files, folder by folder."""
    found: Replica = {}
    folders = [root["id"] for root in get("/api/v1/folders").json()]
    while folders:
        folder = get(f"/api/v1/folders/{folders.pop()}?limit=1000").json()
        folders += [one["id"] for one in folder["folders"]]
        found |= {one["digest"]: one["item"] for one in folder["files"]}
    return found


def change_all_kinds(folder: Path) -> None:
    """After `some`: added, changed, removed, moved, copied, and described by a sidecar."""
    (folder / "added.jpg").write_bytes(photo("lime", taken="2016:06:01 12:00:00"))
    (folder / "changed.jpg").write_bytes(photo("lime", taken="2016:06:02 12:00:00"))
    (folder / "removed.jpg").unlink()
    (folder / "moved.jpg").rename(folder / "elsewhere.jpg")
    (folder / "copy.jpg").write_bytes((folder / "copied.jpg").read_bytes())
    (folder / "told.jpg.xmp").write_text(xmp(rating=2))


def some(folder: Path) -> None:
    """Pictures to which all of that happens."""
    for number, name in enumerate(("changed", "removed", "moved", "copied", "told", "left")):
        content = photo("gold", taken=f"2016:05:0{number + 1} 12:00:00")
        (folder / f"{name}.jpg").write_bytes(content)


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_from_the_beginning_it_tells_everything(get: Get, limit: int) -> None:
    replica: Replica = {}
    catch_up(get, replica, "", limit)
    assert replica == read_afresh(get)
    assert len(replica) == 19


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_with_a_kept_cursor_a_replica_becomes_what_a_fresh_read_is(
    get: Get, scanned: Callable[[], None], new: Path, limit: int
) -> None:
    some(new)
    scanned()
    replica: Replica = {}
    cursor = catch_up(get, replica, "", limit)
    change_all_kinds(new)
    scanned()
    before = dict(replica)
    cursor = catch_up(get, replica, cursor, limit)
    assert replica == read_afresh(get) != before
    names = {item["name"]: item for item in replica.values()}
    assert {"added.jpg", "elsewhere.jpg"} <= set(names)
    assert not {"removed.jpg", "moved.jpg"} & set(names)
    assert names["told.jpg"]["rating"] == 2
    # And nothing is told twice.
    told = get(f"/api/v1/changes?since={cursor}").json()
    assert told == {"items": [], "removed": [], "cursor": cursor, "more": False}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_changes_between_the_pages_are_not_lost(
    get: Get, scanned: Callable[[], None], new: Path, limit: int
) -> None:
    some(new)
    scanned()
    replica: Replica = {}
    told = get(f"/api/v1/changes?limit={limit}").json()
    cursor = take_in(replica, told)
    change_all_kinds(new)
    scanned()
    catch_up(get, replica, cursor, limit)
    assert replica == read_afresh(get)


def test_now_is_a_cursor_without_anything_behind_it(get: Get) -> None:
    told = get("/api/v1/changes?since=now").json()
    assert (told["items"], told["removed"], told["more"]) == ([], [], False)
    assert told["cursor"] == get("/api/v1/timeline").json()["cursor"]


def test_a_cursor_of_another_catalog_is_gone_and_what_is_none_wrong(
    get: Get, start: Start, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    with start(tmp_path / "photos") as other:
        cursor = other.get("/api/v1/changes?since=now").json()["cursor"]
    answer = get(f"/api/v1/changes?since={cursor}")
    assert (answer.status, answer.json()["code"]) == (410, "gone")
    told = get(f"/api/v1/events?since={cursor}", accept="text/event-stream")
    assert (told.status, told.body) == (200, b"event: reset\nid\ndata: {}\n\n")
    for wrong in ("x", "AAAA", "%00", "a" * 5_000):
        answer = get(f"/api/v1/changes?since={wrong}")
        assert (answer.status, answer.json()["code"]) == (400, "bad_cursor")


def events(url: str, path: str, **headers: str) -> Iterator[dict[str, str]]:
    """The fields of each event, as they come."""
    where = urlsplit(url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE_S)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=named)
    answer = connection.getresponse()
    assert answer.headers["Content-Type"] == "text/event-stream"
    try:
        fields: dict[str, str] = {}
        while line := answer.readline().decode():
            if line == "\n" and fields:
                yield fields
                fields = {}
            elif not line.startswith(":"):
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
    finally:
        connection.close()


def test_events_tell_the_same_as_it_happens(
    get: Get, scanned: Callable[[], None], new: Path, client: tuple[Client, Path]
) -> None:
    url = client[0].url
    some(new)
    scanned()
    replica: Replica = {}
    cursor = catch_up(get, replica, "", 1000)
    change_all_kinds(new)
    scanned()
    # This client was away meanwhile, and goes on where it was.
    listening = events(url, f"/api/v1/events?since={cursor}")
    for event in listening:
        assert event["event"] == "change"
        cursor = take_in(replica, json.loads(event["data"]))
        assert event["id"] == cursor
        if replica == read_afresh(get):
            break
    # Now it listens, and something happens.
    (new / "left.jpg").unlink()
    scanned()
    for event in listening:
        cursor = take_in(replica, json.loads(event["data"]))
        if replica == read_afresh(get):
            break
    listening.close()  # type: ignore[attr-defined]  # it is a generator
    # A browser that comes back says where it was.
    (new / "added.jpg").unlink()
    scanned()
    again = events(url, "/api/v1/events?since=now", last_event_id=cursor)
    take_in(replica, json.loads(next(again)["data"]))
    assert replica == read_afresh(get)
    again.close()  # type: ignore[attr-defined]


def test_whoever_says_nothing_hears_of_what_comes_from_now_on(
    get: Get, client: tuple[Client, Path]
) -> None:
    listening = events(client[0].url, "/api/v1/events")
    told = json.loads(next(listening)["data"])
    assert (told["items"], told["removed"]) == ([], [])
    assert told["cursor"] == get("/api/v1/changes?since=now").json()["cursor"]
    listening.close()  # type: ignore[attr-defined]
