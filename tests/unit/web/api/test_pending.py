"""What a walk has found shows before it has been read, and goes on showing afterwards."""

from __future__ import annotations

import asyncio
import itertools
import os
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.web import on_demand
from media_server.web.api import pending
from support.asgi import ask
from support.clips import make_clip
from support.library import InstantJails, digest_of
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import Served

MADE = Picture("image/webp", 3, 2, b"RIFFmade")
SHAPE, ITEMS = "/api/v1/pending", "/api/v1/pending/items"
# Wall times of the server's calendar.
FILES = {
    "new/a.jpg": "2021-07-14T23:59:59",
    "new/b.mp4": "2021-07-14T12:00:00",
    "c.svg": "2021-07-14T00:00:00",
    "d.jpg": "2021-07-13T23:59:59",
    "e.jpg": "1999-12-31T00:00:00",
}


def walk(served: Served, files: dict[str, str] = FILES) -> Site:
    """A library that was walked through and not read."""
    for number, (name, modified) in enumerate(files.items()):
        path = served.write(name, picture(number))
        seconds = datetime.fromisoformat(modified).timestamp()
        os.utime(path, (seconds, seconds))
    served.scan()
    return Site(served)


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def names(answer: Any) -> list[str]:
    return [one["name"] for one in answer["items"]]


def picture_of(site: Site, name: str) -> str:
    """Address of a pending file's picture."""
    found = {one["name"]: one["id"] for one in site.get(f"{ITEMS}?limit=1000")["items"]}
    return f"{SHAPE}/{found[name]}/picture"


@pytest.mark.usefixtures("zone")
def test_shape_and_items_by_the_calendar_of_the_server(quick: Served) -> None:
    site = walk(quick)
    shape = site.get(SHAPE)
    assert shape["days"] == [["2021-07-14", 3], ["2021-07-13", 1], ["1999-12-31", 1]]
    assert shape["files"] == 5
    everything = [name.rpartition("/")[2] for name in FILES]
    assert names(site.get(ITEMS)) == everything
    before = 0
    for day, count in shape["days"]:
        for offset in range(count):
            found = site.get(f"{ITEMS}?day={day}&offset={offset}")
            assert names(found) == everything[before + offset :]
        before += count
    for day, at in (("9999-12-31", 0), ("2021-07-15", 0), ("2010-01-01", 4), ("0001-01-01", 5)):
        assert names(site.get(f"{ITEMS}?day={day}")) == everything[at:], day


def test_an_item(quick: Served) -> None:
    site = walk(quick)
    (library,) = quick.libraries()
    items = site.get(ITEMS)["items"]
    assert [(one["folder"], one["kind"]) for one in items] == [
        ("new", "photo"),
        ("new", "video"),
        ("", "other"),
        ("", "photo"),
        ("", "photo"),
    ]
    modified = datetime.fromtimestamp(os.stat(quick.at("new/a.jpg")).st_mtime).astimezone()
    assert datetime.fromisoformat(items[0]["modified"]) == modified
    assert {one["library_id"] for one in items} == {library.library_id}
    assert len({one["id"] for one in items}) == 5


def test_page_by_page(quick: Served) -> None:
    site = walk(quick)
    pages, at = [], "day=9999-12-31"
    while at:
        answer = site.get(f"{ITEMS}?limit=2&{at}")
        pages.append(names(answer))
        at = answer["next"] and f"cursor={answer['next']}"
    assert [len(page) for page in pages] == [2, 2, 1]
    assert list(itertools.chain(*pages)) == names(site.get(ITEMS))
    assert site.get(f"{ITEMS}?limit=5")["next"] is None
    for asked in ("limit=0", "limit=1001", "offset=-1", "day=x", "other=1"):
        assert site.refused(f"{ITEMS}?{asked}") == (400, "bad_parameter")
    assert site.refused(f"{ITEMS}?cursor=x") == (400, "bad_cursor")


def test_times_at_both_ends(quick: Served) -> None:
    site = walk(quick)
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE file SET mtime_ns = ? WHERE id = 1", (2**63 - 1,))
        connection.exec_driver_sql("UPDATE file SET mtime_ns = ? WHERE id = 2", (-(2**63),))
    shape = site.get(SHAPE)
    first, last = shape["days"][0], shape["days"][-1]
    assert (first[1], last[1]) == (1, 1)
    assert len(site.get(f"{ITEMS}?day={first[0]}")["items"]) == 5
    assert len(site.get(f"{ITEMS}?day={last[0]}")["items"]) == 1
    assert len(site.get(f"{ITEMS}?day={last[0]}&offset=1")["items"]) == 0


def test_unchanged_it_is_not_sent_again(quick: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending, "_GOOD_FOR", 0)
    site = walk(quick)
    etag = site.ask(SHAPE).headers["etag"]

    def make(shapes: pending._Shapes) -> tuple[bytes, str]:
        raise AssertionError("it was worked out anew though nothing has changed")

    monkeypatch.setattr(pending._Shapes, "_make", make)
    assert site.ask(SHAPE, if_none_match=etag).status == 304


def test_what_has_been_read_is_not_among_them_but_in_changes(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "_GOOD_FOR", 0)
    site = walk(quick)
    before = site.ask(SHAPE)
    quick.run()
    after = site.ask(SHAPE, if_none_match=before.headers["etag"])
    assert (after.json()["days"], after.json()["files"]) == ([], 0)
    assert site.get(ITEMS) == {"items": [], "next": None}
    read = site.get(f"/api/v1/changes?since={before.json()['cursor']}")
    assert {one["name"] for one in read["items"]} == {name.rpartition("/")[2] for name in FILES}
    assert site.get(f"/api/v1/changes?since={after.json()['cursor']}")["items"] == []


def test_while_all_changes_it_costs_a_share_of_the_time(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = walk(quick)
    monkeypatch.setattr(pending, "_GOOD_FOR", 1_000_000)
    monkeypatch.setattr(pending, "_GOOD_FOR_MOST_S", 1_000_000)
    shape = site.get(SHAPE)
    quick.write("new/f.jpg", picture(77))
    quick.scan()
    assert site.get(SHAPE) == shape
    assert Site(quick).get(SHAPE)["files"] == 6


def test_however_much_it_costs_it_is_soon_made_anew(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = walk(quick)
    monkeypatch.setattr(pending, "_GOOD_FOR", 1_000_000)
    monkeypatch.setattr(pending, "_GOOD_FOR_MOST_S", 0.05)
    site.get(SHAPE)
    quick.write("new/f.jpg", picture(77))
    quick.scan()
    time.sleep(0.1)
    assert site.get(SHAPE)["files"] == 6


def made_once_for(site: Site, count: int, path: str) -> list[bytes]:
    async def ask_all() -> list[bytes]:
        asked = [ask(site.application, path) for _ in range(count)]
        return [one.body for one in await asyncio.gather(*asked)]

    return asyncio.run(ask_all())


def test_a_picture_is_made_once_and_kept_for_a_while(quick: Served) -> None:
    jails = quick.jails = InstantJails(lambda task, source: MADE)
    site = walk(quick)
    at = picture_of(site, "d.jpg")
    assert made_once_for(site, 20, at) == [MADE.data] * 20
    answer = site.ask(at)
    assert answer.headers["cache-control"] == "private, max-age=60"
    assert answer.headers["content-type"] == "image/webp"
    head = site.ask(at, method="HEAD")
    assert (head.status, head.body, head.headers) == (200, b"", answer.headers)
    again = site.ask(at, if_none_match=answer.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert jails.sources == {"probe": 1, "grid": 1}
    assert quick.rows("SELECT count(*) FROM asset") == [(0,)]


def test_pictures_by_real_jails(served: Served) -> None:
    served.write("a.jpg", picture(1, size=(640, 480)))
    served.write("b.mp4", make_clip("mp4", "libx264", size=(64, 48)))
    served.scan()
    site = Site(served)
    for name in ("a.jpg", "b.mp4"):
        answer = site.ask(picture_of(site, name))
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.body.startswith(b"\xff\xd8")


def test_read_meanwhile_a_tile_goes_on_showing(served: Served) -> None:
    site = walk(served, {"a.jpg": "2021-07-14T12:00:00"})
    at = picture_of(site, "a.jpg")
    served.run()
    for etag in ("*", site.ask(at).headers.get("etag", "x")):
        answer = site.ask(at, if_none_match=etag)
        assert (answer.status, answer.body) == (303, b"")
        assert answer.headers["cache-control"] == "private, no-cache"
    grid = f"/api/v1/assets/{digest_of(picture(0))}/renditions/grid"
    assert answer.headers["location"] == grid
    assert site.ask(grid).status == 200


def test_behind_a_proxy_too(served: Served) -> None:
    site = walk(served, {"a.jpg": "2021-07-14T12:00:00"})
    at = picture_of(site, "a.jpg")
    served.run()
    site.application._base_path = "/photos"
    grid = f"/photos/api/v1/assets/{digest_of(picture(0))}/renditions/grid"
    assert site.ask(f"/photos{at}").headers["location"] == grid


def test_one_that_is_read_again_shows_what_it_was(quick: Served) -> None:
    site = walk(quick, {"a.jpg": "2021-07-14T12:00:00"})
    at = picture_of(site, "a.jpg")
    quick.run()
    quick.write("a.jpg", picture(5))
    quick.scan()
    assert quick.rows("SELECT pending FROM file") == [(1,)]
    assert site.get(ITEMS)["items"] == []
    assert digest_of(picture(0)) in site.ask(at).headers["location"]
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE asset SET entry = NULL")
    assert site.refused(at) == (404, "not_found")


def test_no_picture(quick: Served) -> None:
    def fail(task: Task, source: bytes | int) -> Outcome:
        return Failure("corrupt", "it is broken")

    jails = quick.jails = InstantJails(fail)
    site = walk(quick)
    for _ in range(2):
        assert site.refused(picture_of(site, "d.jpg")) == (404, "no_rendition")
    assert jails.sources == {"probe": 1, "grid": 1}, "one that fails was tried again"
    assert site.refused(picture_of(site, "c.svg")) == (404, "no_rendition")
    assert jails.sources == {"probe": 1, "grid": 1}
    for number in ("0", "9999", "-1", "x", "1" * 30, "٣"):
        assert site.refused(f"{SHAPE}/{number}/picture") == (404, "not_found")


def test_another_file_in_its_place_is_not_shown(quick: Served) -> None:
    jails = quick.jails = InstantJails(lambda task, source: MADE)
    site = walk(quick)
    quick.write("d.jpg", b"another one")
    os.unlink(quick.at("e.jpg"))
    os.symlink("/etc/passwd", quick.at("e.jpg"))
    for name in ("d.jpg", "e.jpg"):
        assert site.refused(picture_of(site, name)) == (404, "no_original")
    assert not jails.sources


def test_of_a_library_that_is_away(quick: Served) -> None:
    site = walk(quick)
    at = picture_of(site, "d.jpg")
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE library SET state = 'offline'")
    answer = site.ask(at)
    assert (answer.status, answer.json()["code"]) == (503, "offline")
    assert answer.headers["retry-after"] == "60"
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE library SET served = 0")
    assert site.refused(at) == (404, "not_found")


def test_more_than_can_be_made(quick: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "_MOST_UNDER_WAY", 0)
    site = walk(quick)
    at = picture_of(site, "d.jpg")
    answer = site.ask(at)
    assert (answer.status, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_who_leaves_takes_nothing_with_him(quick: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the picture of others, nor does what fails then end in the log."""
    go_on = threading.Event()

    def slow(task: Task, source: bytes | int) -> Outcome:
        assert go_on.wait(5)
        quick.write("d.jpg", b"another one")
        return MADE

    quick.write("d.jpg", picture(3) + bytes(100_000))
    quick.scan()
    site = Site(quick)
    at = picture_of(site, "d.jpg")
    site.parts.on_demand._jails = InstantJails(slow)

    async def leave() -> None:
        asked = asyncio.ensure_future(ask(site.application, at))
        await asyncio.sleep(0.05)
        asked.cancel()
        go_on.set()
        await asyncio.wait(site.parts.on_demand._under_way.values(), timeout=5)

    asyncio.run(leave())
    assert not caplog.records


def test_a_poll_while_nothing_is_pending_is_small(quick: Served) -> None:
    site = walk(quick, {})
    assert site.get(SHAPE)["days"] == []
    assert len(site.ask(SHAPE).body) < 200
