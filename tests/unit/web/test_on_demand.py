"""Thumbnails made when they are asked for."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING

import pytest

from media_server.catalog.database import open_catalog
from media_server.library.settle import purge_missing, remove_strangers
from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.model.digest import Digest
from media_server.store.large import LargeStore
from media_server.store.small import SmallStore
from media_server.web.on_demand import OnDemand
from media_server.web.problem import Refusal
from support.clips import make_clip
from support.library import InstantJails
from support.media import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import CountingJails, Served


def on_demand(
    served: Served, jails: CountingJails | InstantJails, *, limit_bytes: int = 0
) -> OnDemand:
    catalog, large = open_catalog(served.catalog_path), served.large()
    large.room.limit_bytes = limit_bytes
    return OnDemand(catalog, SmallStore(served.small_path), large, jails)


def only_digest(served: Served) -> Digest:
    (digest,) = served.listing()
    return Digest.parse(digest)


def test_twenty_at_once_and_one_that_leaves(served: Served, jails: CountingJails) -> None:
    served.write("a.jpg", picture(1, size=(300, 200)))
    served.run()
    digest = only_digest(served)
    making = on_demand(served, jails)

    async def ask_all() -> set[bytes | None]:
        asked = [asyncio.ensure_future(making.thumbnail(digest)) for _ in range(20)]
        await asyncio.sleep(0)
        asked.pop(0).cancel()  # the one that began it
        return set(await asyncio.gather(*asked))

    (data,) = asyncio.run(ask_all())
    assert data is not None
    assert data.startswith(b"\x89PNG")
    assert jails.sources["thumbnail"] == 1
    with open(served.large().path(digest, "thumbnail"), "rb") as file:
        assert file.read() == data


def test_a_large_picture_comes_from_its_grid_picture(served: Served, jails: CountingJails) -> None:
    path = served.write("a.jpg", picture(1, size=(1200, 900)))
    served.run()
    with open(path, "wb") as file:  # it could not be made from this one
        file.write(b"other bytes")
    data = asyncio.run(on_demand(served, jails).thumbnail(only_digest(served)))
    assert data is not None


def test_one_that_fails_is_not_tried_again(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.run()
    tried = []

    def fail(task: Task, source: bytes | int) -> Outcome:
        tried.append(task)
        return Failure("corrupt", "it is broken")

    making = on_demand(served, InstantJails(fail))
    for _ in range(2):
        assert asyncio.run(making.thumbnail(only_digest(served))) is None
    assert tried == ["thumbnail"]


def test_one_client_leaves_room_for_others(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_server.web.on_demand._OF_ONE_CLIENT", 2)
    go_on = threading.Event()

    def slow(task: Task, source: bytes | int) -> Outcome:
        assert go_on.wait(5)
        return PREVIEW

    making = on_demand(served, InstantJails(slow))
    digests = [Digest.parse(f"{number:064x}") for number in range(4)]
    monkeypatch.setattr(making, "_make", lambda task, digest, render: slow(task, b""))

    async def ask() -> None:
        first = [asyncio.ensure_future(making.grid(one, "a")) for one in digests[:2]]
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as refused:
            await making.grid(digests[2], "a")
        assert refused.value.code == "too_many_requests"
        again = asyncio.ensure_future(making.grid(digests[0], "a"))  # made already, for anyone
        other = asyncio.ensure_future(making.grid(digests[3], "b"))
        await asyncio.sleep(0)
        go_on.set()
        assert await asyncio.gather(*first, again, other) == [PREVIEW] * 4
        assert await making.grid(digests[2], "a") == PREVIEW

    asyncio.run(ask())


def test_an_unknown_asset_and_one_without_a_picture(served: Served, jails: CountingJails) -> None:
    served.write("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    served.run()
    before = jails.sources["thumbnail"]
    making = on_demand(served, jails)
    assert asyncio.run(making.thumbnail(only_digest(served))) is None
    assert asyncio.run(making.thumbnail(Digest(bytes(32)))) is None
    assert jails.sources["thumbnail"] == before


PREVIEW = Picture("image/webp", 4, 3, b"RIFFpreview")


class MeetingJails(InstantJails):
    """Makes a preview, and does something else in the middle of it."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        super().__init__(self._make)
        self._meanwhile = meanwhile

    def _make(self, task: Task, source: bytes | int) -> Outcome:
        if task == "preview":
            self._meanwhile()
        return PREVIEW


def test_twenty_previews_at_once_and_the_one_that_is_kept(served: Served) -> None:
    served.write("a.jpg", picture(1, size=(300, 200)))
    served.run()
    digest = only_digest(served)
    everybody_asked = threading.Event()
    jails = MeetingJails(lambda: assert_true(everybody_asked.wait(5)))
    making = on_demand(served, jails)

    async def ask_all() -> list[object]:
        asked = [asyncio.ensure_future(making.preview(digest)) for _ in range(20)]
        await asyncio.sleep(0)
        everybody_asked.set()
        asked.pop(0).cancel()
        return await asyncio.gather(*asked)

    assert asyncio.run(ask_all()) == [PREVIEW] * 19
    assert jails.sources == {"preview": 1}
    kept = asyncio.run(making.preview(digest))
    assert kept == (served.large().path(digest, "preview"), "image/webp", len(PREVIEW.data))
    assert jails.sources == {"preview": 1}


def assert_true(value: object) -> None:
    assert value


def test_a_film_has_a_preview_and_no_thumbnail(served: Served, jails: CountingJails) -> None:
    served.write("a.mp4", make_clip("mp4", "libx264", size=(640, 360)))
    served.run()
    making = on_demand(served, jails)
    digest = only_digest(served)
    assert asyncio.run(making.thumbnail(digest)) is None
    made = asyncio.run(making.preview(digest))
    assert isinstance(made, Picture)
    assert (made.mime, made.width_px, made.height_px) == ("image/jpeg", 640, 360)
    assert jails.sources["thumbnail"] == 0


def test_a_thumbnail_and_a_preview_do_not_stand_in_for_each_other(served: Served) -> None:
    served.write("a.jpg", picture(1, size=(300, 200)))
    served.run()
    digest = only_digest(served)
    jails = MeetingJails()
    making = on_demand(served, jails)

    async def ask_both() -> None:
        await asyncio.gather(making.thumbnail(digest), making.preview(digest))

    asyncio.run(ask_both())
    assert jails.sources == {"thumbnail": 1, "preview": 1}


def test_a_preview_comes_from_the_first_original_within_reach(served: Served) -> None:
    for name in ("a.jpg", "b.jpg"):
        served.write(name, picture(1, size=(300, 200)))
    served.run()
    os.unlink(served.at("a.jpg"))
    assert asyncio.run(on_demand(served, MeetingJails()).preview(only_digest(served))) == PREVIEW
    other = only_digest(served)
    served.large().remove([other])
    os.unlink(served.at("b.jpg"))
    making = on_demand(served, MeetingJails())
    with pytest.raises(Refusal) as refused:
        asyncio.run(making.preview(other))
    assert refused.value.code == "no_original"
    assert served.rows("SELECT step FROM failure") == []


def test_a_preview_that_fails_is_not_tried_again(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.run()
    jails = InstantJails(lambda task, source: Failure("corrupt", "it is broken"))
    making = on_demand(served, jails)
    for _ in range(2):
        assert asyncio.run(making.preview(only_digest(served))) is None
    assert jails.sources == {"preview": 1}
    assert served.rows("SELECT step FROM failure") == [("preview",)]


def test_one_that_the_store_has_no_room_for_is_shown_all_the_same(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.run()
    making = on_demand(served, MeetingJails(), limit_bytes=1)
    for _ in range(2):
        assert asyncio.run(making.preview(only_digest(served))) == PREVIEW
    assert served.large().find(only_digest(served), "preview") is None


def test_of_an_asset_forgotten_meanwhile_nothing_is_left(served: Served) -> None:
    path = served.write("a.jpg", picture(1))
    served.run()
    digest = only_digest(served)

    def forget() -> None:
        os.unlink(path)
        served.scan()
        served.grace_s = -1
        served.run()
        assert served.counts().assets == 0

    asyncio.run(on_demand(served, MeetingJails(forget)).preview(digest))
    assert served.large().size().large_bytes == 0
    assert not os.path.exists(served.large().path(digest, "preview"))


def test_nor_of_one_forgotten_a_moment_later(served: Served) -> None:
    """Its renditions are removed, its preview is kept, and only then is it forgotten."""
    path = served.write("a.jpg", picture(1))
    served.run()
    digest = only_digest(served)
    os.unlink(path)
    served.run()
    large = served.large()

    class Between(SmallStore):
        def remove(self, digests: Iterable[bytes]) -> None:
            super().remove(digests)
            Late.armed = True

    class Late(LargeStore):
        armed = False

        def remove(self, digests: Iterable[bytes]) -> None:
            super().remove(digests)
            if Late.armed:
                Late.armed = False
                large.put(digest, "preview", b"data", mime="image/jpeg")

    late = Late(large.files, served.small_path)
    small = Between(served.small_path)
    assert purge_missing(open_catalog(served.catalog_path), small, late, grace_s=-1) == 1
    assert large.size().large_bytes == 0


def test_what_a_purge_cut_short_left_goes_at_the_next_start(served: Served) -> None:
    served.write("a.jpg", picture(1))
    served.run()
    known, stranger = only_digest(served), Digest(bytes(32))
    for digest in (known, stranger):
        served.large().put(digest, "thumbnail", b"png")
    served.run()
    assert served.large().find(known, "thumbnail") is not None
    assert served.large().find(stranger, "thumbnail") is None
    assert remove_strangers(open_catalog(served.catalog_path), served.large()) == 0


def test_a_preview_from_a_real_jail(served: Served, jails: CountingJails) -> None:
    served.write("a.jpg", picture(1, size=(3_000, 2_000)))
    served.run()
    digest = only_digest(served)
    made = asyncio.run(on_demand(served, jails).preview(digest))
    assert isinstance(made, Picture)
    assert made.mime == "image/jpeg"
    assert 1_600 <= made.width_px <= 2_048
    with open(served.large().path(digest, "preview"), "rb") as file:
        assert file.read() == made.data
