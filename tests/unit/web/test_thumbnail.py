"""The short way of a thumbnail that is in the store."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from media_server.catalog.database import open_catalog
from media_server.catalog.lookup import Lookup
from media_server.model.digest import Digest
from media_server.web.problem import Refusal
from media_server.web.thumbnail import Thumbnail
from support.asgi import ask
from support.media import picture

if TYPE_CHECKING:
    from support.library import Served


class Nobody:
    """Makes nothing, and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def thumbnail(self, digest: Digest, client: str) -> bytes | None:
        self.asked += 1
        return None


@pytest.fixture
def maker() -> Nobody:
    return Nobody()


@pytest.fixture
def pictured(quick: Served, maker: Nobody) -> Thumbnail:
    quick.write("a.jpg", picture(1))
    quick.run()
    lookup = Lookup(open_catalog(quick.catalog_path))
    return Thumbnail(lookup, quick.large(), maker.thumbnail)


def test_a_stored_one_is_a_path_for_the_server(
    pictured: Thumbnail, maker: Nobody, quick: Served
) -> None:
    (digest,) = quick.listing()
    stored = quick.large().put(Digest.parse(digest), "thumbnail", b"png")
    answer = asyncio.run(ask(pictured, f"/thumbnail/{digest}", pathsend=True))
    assert (answer.status, answer.path, answer.body) == (200, stored, b"")
    assert answer.headers["content-length"] == "3"
    assert asyncio.run(ask(pictured, f"/thumbnail/{digest}")).body == b"png"
    head = asyncio.run(ask(pictured, f"/thumbnail/{digest}", method="HEAD", pathsend=True))
    assert (head.path, head.body, head.headers["content-length"]) == (None, b"", "3")
    assert maker.asked == 0


def test_looking_at_one_keeps_it_longer(pictured: Thumbnail, quick: Served) -> None:
    (shown,) = quick.listing()
    large = pictured._large
    large.room.limit_bytes = 10
    large.put(Digest.parse(shown), "thumbnail", bytes(4))
    with large.transaction() as connection:
        connection.execute("UPDATE large_rendition SET used_ns = 1")
    large.put(Digest(b"\1" * 32), "thumbnail", bytes(4))
    assert asyncio.run(ask(pictured, f"/thumbnail/{shown}")).status == 200
    large.put(Digest(b"\2" * 32), "thumbnail", bytes(4))
    assert large.find(Digest.parse(shown), "thumbnail") is not None
    assert large.find(b"\1" * 32, "thumbnail") is None


def test_one_that_cannot_be_made(pictured: Thumbnail, maker: Nobody, quick: Served) -> None:
    (digest,) = quick.listing()
    with pytest.raises(Refusal, match="no_thumbnail"):
        asyncio.run(ask(pictured, f"/thumbnail/{digest}"))
    assert maker.asked == 1


def test_nothing_is_made_for_strangers(pictured: Thumbnail, maker: Nobody, quick: Served) -> None:
    stranger = Digest(bytes(32))
    quick.large().put(stranger, "thumbnail", b"planted")
    with pytest.raises(Refusal, match="no_thumbnail"):
        asyncio.run(ask(pictured, f"/thumbnail/{stranger.hex()}"))
    with pytest.raises(Refusal, match="bad_digest"):
        asyncio.run(ask(pictured, "/thumbnail/x"))
    assert maker.asked == 0
