"""Picking up what changes: by `--rescan_interval`, by `--watch`; whole states only."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

import pytest

from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from pathlib import Path

# "Within a few seconds": one interval, one scan, and a machine that does other things too.
SOON_S = 8.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "photos"
    path.mkdir()
    for number in range(5):
        (path / f"{number}.jpg").write_bytes(picture(number))
    return path


def names(server: Server) -> set[str]:
    return {entry["filename"] for entry in server.list().values()}


@pytest.mark.parametrize("flag", [("--rescan_interval", "1"), ("--watch",)])
def test_everything_that_can_change(flag: tuple[str, ...], folder: Path) -> None:
    with Server(folder, *flag) as server:
        server.settle()
        time.sleep(1)  # a watcher needs a moment before it sees
        (folder / "new.jpg").write_bytes(picture(100))
        server.wait(lambda: "new.jpg" in names(server), SOON_S)
        assert server.get(f"/thumbnail/{server.digest('new.jpg')}").status == 200

        (folder / "new.jpg").unlink()
        server.wait(lambda: "new.jpg" not in names(server), SOON_S)

        before = server.digest("0.jpg")
        (folder / "0.jpg").write_bytes(picture(101))
        server.wait(lambda: server.digest("0.jpg") != before, SOON_S)

        kept_time = (folder / "1.jpg").stat()
        before = server.digest("1.jpg")
        (folder / "1.jpg").write_bytes(picture(102))
        os.utime(folder / "1.jpg", ns=(kept_time.st_atime_ns, kept_time.st_mtime_ns))
        server.wait(lambda: server.digest("1.jpg") != before, SOON_S)

        moved = server.digest("2.jpg")
        created = server.list()[moved]["original_creation_date"]
        thumbnail = server.get(f"/thumbnail/{moved}").body
        (folder / "sub").mkdir()
        (folder / "2.jpg").rename(folder / "sub" / "moved.jpg")
        server.wait(lambda: "moved.jpg" in names(server), SOON_S)
        assert server.digest("moved.jpg") == moved
        assert server.list()[moved]["original_creation_date"] == created
        assert server.get(f"/thumbnail/{moved}").body == thumbnail

        touched = server.list()[server.digest("3.jpg")]
        os.utime(folder / "3.jpg", (1_000_000_000, 1_234_567_890.25))
        server.wait(
            lambda: server.list()[server.digest("3.jpg")]["last_modified"] == 1234567890.25, SOON_S
        )
        date = server.list()[server.digest("3.jpg")]["original_creation_date"]
        assert date == touched["original_creation_date"]

        (folder / "4.jpg").rename(folder / "4.txt")
        server.wait(lambda: "4.jpg" not in names(server), SOON_S)
        assert names(server) == {"0.jpg", "1.jpg", "moved.jpg", "3.jpg"}


def test_the_list_is_never_torn_and_what_stays_never_blinks(folder: Path) -> None:
    for number in range(200, 350):
        (folder / f"stays_{number}.jpg").write_bytes(picture(number))
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        stays = {key for key, one in server.list().items() if one["filename"][:5] == "stays"}
        assert len(stays) == 150
        over = threading.Event()

        def come_and_go() -> None:
            number = 1000
            while not over.is_set():
                number += 1
                (folder / f"{number}.jpg").write_bytes(picture(number))
                if number % 3 == 0:
                    (folder / f"{number - 1}.jpg").unlink()
                os.utime(folder / "stays_200.jpg")
                time.sleep(0.01)

        changing = threading.Thread(target=come_and_go)
        changing.start()
        try:
            etags, sizes, until_s = set(), set(), time.monotonic() + 6
            while time.monotonic() < until_s:
                reply = server.get("/list", {"Accept-Encoding": "identity"})
                assert reply.status == 200
                assert stays <= reply.json().keys()
                etags.add(reply.headers["ETag"])
                sizes.add(len(reply.body))
        finally:
            over.set()
            changing.join()
        assert len(etags) >= 3
        assert len(sizes) >= 3


def test_the_same_version_is_the_same_answer(folder: Path) -> None:
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        first = server.get("/list")
        server.wait(lambda: server.health()["libraries"][0]["scans"] >= 3)
        again = server.get("/list")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.body == first.body


def test_a_folder_that_is_away_stays_listed(folder: Path) -> None:
    with Server(folder, "--rescan_interval", "1") as server:
        server.settle()
        listed = server.get("/list").body
        digest = server.digest("0.jpg")
        away = folder.rename(folder.parent / "away")
        server.wait(lambda: server.health()["status"] == "attention", SOON_S)
        assert server.health()["libraries"][0]["state"] == "offline"
        assert server.get("/list").body == listed
        assert server.get(f"/thumbnail/{digest}").status == 200
        away.rename(folder)
        server.wait(lambda: server.health()["status"] == "ok", SOON_S)
        assert server.get("/list").body == listed
