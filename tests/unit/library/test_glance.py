"""A first look at files that nobody has read."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from media_server.catalog import assets
from media_server.catalog.database import open_catalog
from media_server.library.glance import glance
from media_server.library.read import SMALL_FILE_BYTES
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading
from media_server.model.errors import FileUnsettled, FileVanished
from support.clips import make_clip
from support.library import InstantJails
from support.media import picture
from support.stills import scene

if TYPE_CHECKING:
    from media_server.catalog.assets import FileAt
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from support.library import CountingJails, Served

EMBEDDED = Picture("image/jpeg", 160, 120, b"embedded")
MADE = Picture("image/jpeg", 320, 240, b"made")
LARGE = picture(1) + bytes(SMALL_FILE_BYTES)


def found(served: Served, name: str, data: bytes) -> FileAt:
    """A file that the walk has found, as the catalog knows it."""
    served.write(name, data)
    served.scan()
    catalog = open_catalog(served.catalog_path)
    with catalog.read() as connection:
        (at,) = assets.unread_files(connection, most=2)
    catalog.close()
    return at


def reading(mime: str, preview: Picture | None) -> Reading:
    return Reading(mime, 4000, 3000, 1, None, None, None, preview)  # type: ignore[arg-type]


class Told(InstantJails):
    """Answers each task with what it was given for it, and notes which there were."""

    def __init__(self, **outcomes: Outcome) -> None:
        super().__init__(self._tell)
        self.outcomes = outcomes
        self.asked: list[str] = []

    def _tell(self, task: Task, source: bytes | int) -> Outcome:
        self.asked.append(task)
        return self.outcomes[task]


@pytest.mark.parametrize("data", [picture(1), LARGE], ids=["bytes", "descriptor"])
def test_what_the_camera_embedded_is_enough(served: Served, data: bytes) -> None:
    jails = Told(probe=reading("image/jpeg", EMBEDDED))
    assert glance(jails, found(served, "a.jpg", data)) == EMBEDDED
    assert jails.asked == ["probe"]


@pytest.mark.parametrize("data", [picture(1), LARGE], ids=["bytes", "descriptor"])
def test_else_it_is_decoded(served: Served, data: bytes) -> None:
    jails = Told(probe=reading("image/jpeg", None), grid=MADE)
    assert glance(jails, found(served, "a.jpg", data)) == MADE
    assert jails.asked == ["probe", "grid"]


def test_a_film_shows_a_frame_whatever_its_name_says(served: Served) -> None:
    jails = Told(probe=reading("video/mp4", None), poster=MADE)
    assert glance(jails, found(served, "a.jpg", LARGE)) == MADE
    assert jails.asked == ["probe", "poster"]


def test_a_film_is_not_probed(served: Served) -> None:
    jails = Told(poster=MADE)
    assert glance(jails, found(served, "a.MP4", LARGE)) == MADE
    assert jails.asked == ["poster"]


def test_what_has_taken_its_jail_down_is_not_tried_once_more(served: Served) -> None:
    jails = Told(probe=Failure("jail_died", "it died"), grid=MADE)
    assert glance(jails, found(served, "a.jpg", LARGE)) is None
    assert jails.asked == ["probe"]


def test_facts_may_be_broken_where_the_picture_is_not(served: Served) -> None:
    jails = Told(probe=Failure("corrupt", "no facts"), grid=MADE)
    assert glance(jails, found(served, "a.jpg", LARGE)) == MADE


def test_one_that_cannot_be_decoded(served: Served) -> None:
    jails = Told(probe=reading("image/jpeg", None), grid=Failure("corrupt", "it is broken"))
    assert glance(jails, found(served, "a.jpg", LARGE)) is None


@pytest.mark.parametrize("data", [picture(1), LARGE], ids=["bytes", "descriptor"])
def test_another_version_is_not_shown(served: Served, data: bytes) -> None:
    at = found(served, "a.jpg", data)
    served.write("a.jpg", data + b"more")
    jails = Told(probe=reading("image/jpeg", EMBEDDED))
    with pytest.raises(FileUnsettled):
        glance(jails, at)
    assert not jails.asked


def test_one_that_changes_meanwhile_is_not_shown(served: Served) -> None:
    at = found(served, "a.jpg", LARGE)

    def change(task: Task, source: bytes | int) -> Outcome:
        served.write("a.jpg", LARGE + b"more")
        return reading("image/jpeg", EMBEDDED)

    with pytest.raises(FileUnsettled):
        glance(InstantJails(change), at)


def test_one_that_is_gone(served: Served) -> None:
    at = found(served, "a.jpg", LARGE)
    os.unlink(served.at("a.jpg"))
    with pytest.raises(FileVanished):
        glance(Told(), at)


def test_nothing_stays_open(served: Served) -> None:
    at = found(served, "a.jpg", LARGE)
    before = os.listdir("/proc/self/fd")
    glance(Told(probe=reading("image/jpeg", None), grid=MADE), at)
    served.write("a.jpg", LARGE + b"more")
    with pytest.raises(FileUnsettled):
        glance(Told(), at)
    assert os.listdir("/proc/self/fd") == before


def test_in_real_jails(served: Served, jails: CountingJails) -> None:
    out = io.BytesIO()
    scene(640, 480).save(out, "JPEG")
    made = glance(jails, found(served, "a.jpg", out.getvalue()))
    assert made is not None
    assert Image.open(io.BytesIO(made.data)).size == (320, 240)
    os.unlink(served.at("a.jpg"))
    served.run()
    film = found(served, "b.mp4", make_clip("mp4", "libx264", size=(64, 48)))
    made = glance(jails, film)
    assert made is not None
    assert Image.open(io.BytesIO(made.data)).size == (64, 48)
