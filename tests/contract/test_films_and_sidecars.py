"""What lies in a picture or beside it: films of Live Photos and motion photos, and sidecars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.library import motion_photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get


def test_the_film_of_a_live_photo_lies_beside_it(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    answer = get(f"/api/v1/assets/{digest('2020/Paris/IMG_0001.jpg')}/movie")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "video/quicktime")
    assert answer.body == (library / "2020/Paris/IMG_0001.mov").read_bytes()


def test_the_film_of_a_motion_photo_is_cut_out_of_it(
    get: Get, digest: Callable[[str], str]
) -> None:
    film = motion_photo()[1]
    answer = get(f"/api/v1/assets/{digest('2020/motion.jpg')}/movie")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "video/mp4")
    assert answer.body == film
    assert 'filename="motion.mp4"' in answer.headers["Content-Disposition"]


def test_a_player_may_ask_for_ranges_of_either(get: Get, digest: Callable[[str], str]) -> None:
    for name in ("2020/Paris/IMG_0001.jpg", "2020/motion.jpg"):
        whole = get(f"/api/v1/assets/{digest(name)}/movie")
        part = get(f"/api/v1/assets/{digest(name)}/movie", range="bytes=4-11")
        assert (part.status, part.body) == (206, whole.body[4:12])
        assert part.headers["Content-Range"] == f"bytes 4-11/{len(whole.body)}"


def test_a_picture_without_a_film_has_none(get: Get, digest: Callable[[str], str]) -> None:
    answer = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/movie")
    assert (answer.status, answer.json()["code"]) == (404, "no_rendition")


def test_a_sidecar_is_sent_as_it_is_and_never_shown(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    at = f"/api/v1/assets/{digest('2021/Rome/fountain.jpg')}"
    (sidecar,) = get(at).json()["sidecars"]
    number = sidecar["url"].removeprefix(f"{at}/sidecars/")
    answer = get(f"/api/v1/assets/{digest('2021/Rome/fountain.jpg')}/sidecars/{number}")
    assert answer.body == (library / "2021/Rome/fountain.jpg.xmp").read_bytes()
    assert answer.headers["Content-Type"] == "text/xml"
    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="fountain.jpg.xmp"'
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_another_assets_sidecar_is_not_found(get: Get, digest: Callable[[str], str]) -> None:
    (sidecar,) = get(f"/api/v1/assets/{digest('2021/Rome/fountain.jpg')}").json()["sidecars"]
    number = sidecar["url"].rpartition("/")[2]
    answer = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/sidecars/{number}")
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
