"""Thumbnails made when they are asked for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from media_server.catalog.database import open_catalog
from media_server.media.reading import Failure
from media_server.model.digest import Digest
from media_server.store.small import SmallStore
from media_server.web.on_demand import OnDemand
from support.library import InstantJails
from support.media import picture

if TYPE_CHECKING:
    from media_server.media.reading import Outcome
    from media_server.media.wire import Task
    from support.library import CountingJails, Served


def on_demand(served: Served, jails: CountingJails | InstantJails) -> OnDemand:
    catalog = open_catalog(served.catalog_path)
    return OnDemand(catalog, SmallStore(served.small_path), served.large(), jails)


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


def test_an_unknown_asset_and_one_without_a_picture(served: Served, jails: CountingJails) -> None:
    served.write("a.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")
    served.run()
    before = jails.sources["thumbnail"]
    making = on_demand(served, jails)
    assert asyncio.run(making.thumbnail(only_digest(served))) is None
    assert asyncio.run(making.thumbnail(Digest(bytes(32)))) is None
    assert jails.sources["thumbnail"] == before
