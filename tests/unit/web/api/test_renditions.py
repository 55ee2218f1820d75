"""Pictures of assets: kept ones, rough ones, and those made now."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from media_server.media.picture import Picture
from media_server.media.reading import Failure
from media_server.store.small import Rendition, SmallStore
from media_server.web import on_demand
from support.asgi import ask
from support.clips import make_clip
from support.library import InstantJails, digest_of
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    import pytest

    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import Served

PHOTO = picture(1, size=(300, 200))
DIGEST = bytes.fromhex(digest_of(PHOTO))
AT = f"/api/v1/assets/{digest_of(PHOTO)}/renditions"
MADE = Picture("image/webp", 3, 2, b"RIFFmade")
FOR_EVER = "private, max-age=31536000, immutable"


def unpictured(served: Served, *names: str) -> Site:
    """A library of which no picture has been made yet."""
    for name in names or ("a.jpg",):
        served.write(name, PHOTO)
    served.run()
    forget(served)
    return Site(served)


def forget(served: Served) -> None:
    site = Site(served)
    small = SmallStore(served.small_path)
    small.remove([DIGEST])
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE asset SET grid = 0")
        connection.exec_driver_sql("DELETE FROM failure")


def test_all_kinds(served: Served) -> None:
    served.write("a.jpg", PHOTO)
    served.run()
    site = Site(served)
    for kind in ("grid", "preview", "thumbnail"):
        for _ in range(2):  # made, and kept
            answer = site.ask(f"{AT}/{kind}")
            assert answer.status == 200
            assert answer.headers["cache-control"] == FOR_EVER
            assert answer.headers["etag"] == f'"{digest_of(PHOTO)}-{kind}"'
            assert answer.headers["content-type"].startswith("image/")
            assert int(answer.headers["content-length"]) == len(answer.body) > 0
            assert site.ask(f"{AT}/{kind}", if_none_match=answer.headers["etag"]).status == 304
        head = site.ask(f"{AT}/{kind}", method="HEAD")
        assert (head.status, head.body, head.headers) == (200, b"", answer.headers)
    for kind in ("poster", "other", "GRID"):
        assert site.refused(f"{AT}/{kind}") == (404, "no_rendition")
    assert site.refused(f"/api/v1/assets/{'0' * 64}/renditions/grid") == (404, "no_asset")
    assert site.refused("/api/v1/assets/x/renditions/grid") == (400, "bad_digest")


def test_a_film(served: Served) -> None:
    film = make_clip("mp4", "libx264", size=(64, 48))
    served.write("a.mp4", film)
    served.run()
    site, at = Site(served), f"/api/v1/assets/{digest_of(film)}/renditions"
    assert site.ask(f"{at}/poster").body == site.ask(f"{at}/grid").body
    assert site.refused(f"{at}/thumbnail") == (404, "no_rendition")


def test_a_rough_one_is_not_kept_for_long(quick: Served) -> None:
    site = unpictured(quick)
    SmallStore(quick.small_path).put([Rendition(DIGEST, "grid", "image/jpeg", 3, 2, True, b"data")])
    answer = site.ask(f"{AT}/grid")
    assert (answer.status, answer.body) == (200, b"data")
    assert answer.headers["cache-control"] == "private, max-age=10"
    assert answer.headers["etag"].endswith('-rough"')


def test_one_that_is_not_there_is_made_once_and_kept(quick: Served) -> None:
    jails = quick.jails = InstantJails(lambda task, source: MADE)
    site = unpictured(quick)
    jails.sources.clear()

    async def ask_all() -> list[bytes]:
        asked = [ask(site.application, f"{AT}/grid") for _ in range(20)]
        return [one.body for one in await asyncio.gather(*asked)]

    assert asyncio.run(ask_all()) == [MADE.data] * 20
    assert jails.sources == {"grid": 1}
    assert SmallStore(quick.small_path).get(DIGEST, "grid") == Rendition(
        DIGEST, "grid", "image/webp", 3, 2, False, MADE.data
    )
    assert site.get(AT.removesuffix("/renditions"))["picture"] == "ready"
    assert site.ask(f"{AT}/grid").headers["cache-control"] == FOR_EVER
    quick.run()
    assert jails.sources == {"grid": 1}


def test_one_that_fails_is_not_tried_again(quick: Served) -> None:
    def fail(task: Task, source: bytes | int) -> Outcome:
        return Failure("corrupt", "it is broken")

    jails = quick.jails = InstantJails(fail)
    site = unpictured(quick)
    jails.sources.clear()
    for _ in range(2):
        assert site.refused(f"{AT}/grid") == (404, "no_rendition")
    assert jails.sources == {"grid": 1}
    assert site.get(AT.removesuffix("/renditions"))["picture"] == "failed"


def test_what_cannot_be_made_now_says_so(quick: Served) -> None:
    site = unpictured(quick)
    os.unlink(quick.at("a.jpg"))
    for kind in ("grid", "preview"):
        assert site.refused(f"{AT}/{kind}") == (404, "no_original")
    with site.parts.catalog.write() as connection:
        connection.exec_driver_sql("UPDATE library SET state = 'offline'")
    answer = site.ask(f"{AT}/grid")
    assert (answer.status, answer.json()["code"]) == (503, "offline")
    assert answer.headers["retry-after"] == "60"


def test_of_an_asset_forgotten_meanwhile_nothing_is_left(served: Served) -> None:
    site = unpictured(served)
    maker = site.parts.on_demand

    def forget_it(task: Task, source: bytes | int) -> Outcome:
        with site.parts.catalog.write() as connection:
            connection.exec_driver_sql("DELETE FROM asset")
        return MADE

    maker._jails = InstantJails(forget_it)
    site.ask(f"{AT}/grid")
    assert SmallStore(served.small_path).get(DIGEST, "grid") is None


def test_more_than_can_be_made(quick: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(on_demand, "_MOST_UNDER_WAY", 0)
    answer = unpictured(quick).ask(f"{AT}/grid")
    assert (answer.status, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "5"


def test_a_full_disk_stops_keeping_and_not_showing(
    quick: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick.jails = InstantJails(lambda task, source: MADE)
    site = unpictured(quick)

    def full(self: SmallStore, renditions: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(SmallStore, "put", full)
    assert site.ask(f"{AT}/grid").body == MADE.data
