"""What the README promises, end to end: the real command on a folder of photos and videos."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING

from support.album import encoded
from support.clips import box, make_clip
from support.media import picture
from support.server import Server, is_settled

if TYPE_CHECKING:
    from pathlib import Path

from PIL import Image

PHOTOS = 250


def made_media(folder: Path) -> dict[str, str]:
    """A folder of photos and videos; digest → path of each."""
    made = {}
    for number in range(PHOTOS):
        place = folder / f"20{number % 20:02}"
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"IMG_{number:04}.jpg"
        path.write_bytes(picture(number, size=(1600, 1200), taken="2020:01:02 03:04:05"))
        made[hashlib.sha256(path.read_bytes()).hexdigest()] = str(path)
    film = make_clip("mp4", "libx264")
    for number in range(3):
        path = folder / f"video_{number}.mp4"
        path.write_bytes(film + box(b"free", b"%d" % number))
        made[hashlib.sha256(path.read_bytes()).hexdigest()] = str(path)
    path = folder / "drawing.png"
    path.write_bytes(encoded(Image.new("RGBA", (500, 500), (9, 9, 9, 9)), "PNG"))
    made[hashlib.sha256(path.read_bytes()).hexdigest()] = str(path)
    return made


def state_of(folder: Path) -> dict[str, tuple[int, int, str]]:
    """All that may not change: mode, time and content of each file."""
    return {
        str(path): (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in [folder, *folder.rglob("*")]
    }


def test_a_folder_becomes_a_served_library(tmp_path: Path) -> None:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    made = made_media(folder)
    before = state_of(folder)

    with Server(folder) as server:  # listed while it is still being read
        seen: set[str] = set()
        grew = 0
        while not is_settled(server.health()):
            listed = server.list()
            assert seen <= listed.keys() <= made.keys()
            assert all(listed[key]["file_path"] == made[key] for key in listed)
            grew += len(listed) > len(seen)
            seen = set(listed)
        assert server.list().keys() == made.keys()
        assert grew >= 1
        for digest, path in list(made.items())[::25]:
            expected = 404 if path.endswith(".mp4") else 200
            assert server.get(f"/thumbnail/{digest}").status == expected
        whole = server.get("/list").body

    with Server(folder) as server:  # known at once after a restart, and read no more
        assert server.get("/list").body == whole
        server.settle()
        assert server.get("/list").body == whole

    assert state_of(folder) == before


def test_stopped_in_the_middle_it_goes_on_where_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "Pictures"
    folder.mkdir()
    made = made_media(folder)
    pictured = 0
    for number in range(3):
        with Server(folder) as server:
            server.wait(lambda: server.health()["counts"]["assets"] > 0)
            time.sleep(0.3 * number)
            counts = server.health()["counts"]
            assert counts["assets"] - counts["unpictured"] >= pictured
            pictured = counts["assets"] - counts["unpictured"]
            began_s = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began_s < 5
    with Server(folder) as server:
        server.settle()
        assert server.list().keys() == made.keys()
        counts = server.health()["counts"]
        assert counts["failed"] == counts["parked"] == 0
