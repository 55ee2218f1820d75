"""What is served and how: libraries, scans, settings, capabilities, and numbers for a monitor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from contract.client import until
from contract.library import photo

if TYPE_CHECKING:
    from pathlib import Path

    from contract.conftest import Get, Post


def test_a_library_tells_its_folder_its_state_and_how_many_files_it_has(
    get: Get, library: Path
) -> None:
    answer = get("/api/v1/libraries").json()
    assert answer["libraries"] == [
        {"id": 1, "root": str(library), "state": "online", "files": 20, "held_removals": 0}
    ]


def test_what_is_being_done_and_what_is_left_is_told(get: Get) -> None:
    answer = get("/api/v1/libraries").json()
    assert answer["step"] == "idle"
    left = ("unhashed", "unpictured", "rough", "parked")
    assert [answer["progress"][name] for name in left] == [0, 0, 0, 0]
    # The empty one and the one that is cut off.
    assert answer["progress"]["failed"] == 2


def test_a_scan_is_asked_for_and_over_when_its_number_has_grown(
    get: Get, post: Post, new: Path
) -> None:
    before = get("/api/v1/libraries").json()["scans"]
    (new / "a.jpg").write_bytes(photo("cyan"))
    answer = post("/api/v1/libraries/scan")
    assert (answer.status, answer.body) == (202, b"")
    until(lambda: get("/api/v1/libraries").json()["scans"] > before)
    assert get("/api/v1/libraries").json()["libraries"][0]["files"] == 21


def test_removals_are_confirmed_only_where_they_are_held(post: Post) -> None:
    answer = post("/api/v1/libraries/1/confirm-removals", {"held_removals": 5})
    assert (answer.status, answer.json()["code"]) == (409, "removals_changed")
    answer = post("/api/v1/libraries/99/confirm-removals", {"held_removals": 5})
    assert (answer.status, answer.json()["code"]) == (404, "not_found")


def test_each_setting_is_told_with_its_unit(get: Get, library: Path) -> None:
    settings = {one["name"]: one for one in get("/api/v1/settings").json()}
    assert settings["storage_dir"]["value"] == [str(library)]
    assert settings["rescan_interval"]["unit"] == "seconds"
    assert all(one["help"].endswith(".") for one in settings.values())


def test_what_the_server_can_decode_is_told_and_what_holds_its_decoders(get: Get) -> None:
    able = get("/api/v1/capabilities").json()
    assert re.fullmatch(r"[0-9]+\.[0-9]+.*", able["version"])
    assert {"image/jpeg", "image/heic", "image/x-adobe-dng"} <= set(able["pictures"])
    assert {"video/mp4", "video/quicktime"} <= set(able["videos"])
    assert set(able["jail_layers"]) == {"privileges", "memory", "landlock", "seccomp"}


def test_a_monitor_asks_whether_all_is_well(get: Get) -> None:
    answer = get("/healthz").json()
    assert answer["status"] == "ok"
    assert answer["counts"]["files"] == 20


def test_prometheus_reads_numbers(get: Get) -> None:
    answer = get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = answer.body.decode().splitlines()
    assert "media_server_files 20" in lines
    assert "# TYPE media_server_files gauge" in lines
    assert 'media_server_libraries{state="online"} 1' in lines
    for line in lines:
        assert re.fullmatch(r'# (HELP|TYPE) .*|[a-z_]+({[a-z]+="[^"]*"})? [0-9.e+]+', line), line
