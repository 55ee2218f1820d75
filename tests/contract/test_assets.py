"""`GET /api/v1/assets/{digest}`: all that is known of one content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract.library import PARIS, ROME

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.conftest import Get


def test_a_picture_tells_what_it_is(get: Get, digest: Callable[[str], str]) -> None:
    asset = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}").json()
    assert asset["digest"] == digest("2021/Rome/colosseum.jpg")
    assert (asset["mime"], asset["kind"]) == ("image/jpeg", "photo")
    assert (asset["width_px"], asset["height_px"], asset["duration_ms"]) == (120, 80, None)
    assert (asset["make"], asset["model"]) == ("Canon", "Canon EOS R6")
    assert (asset["title"], asset["keywords"]) == ("Colosseum at dusk", ["evening", "ruins"])
    assert asset["rating"] == 5
    assert asset["picture"] == "ready"
    assert asset["health"] == []


def test_when_it_was_taken_comes_with_the_tag_that_says_so(
    get: Get, digest: Callable[[str], str]
) -> None:
    assert get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}").json()["taken"] == {
        "local": "2021-07-14T20:15:30",
        "offset_min": 120,
        "instant": "2021-07-14T18:15:30.000Z",
        "source": "EXIF:DateTimeOriginal",
        "certainty": "exact",
        "precision": "second",
    }


def test_a_date_without_an_offset_is_local_and_one_that_nothing_tells_a_guess(
    get: Get, digest: Callable[[str], str]
) -> None:
    local = get(f"/api/v1/assets/{digest('broken/really_a_jpeg.png')}").json()["taken"]
    assert (local["local"], local["offset_min"]) == ("2018-02-01T00:00:00", None)
    assert local["certainty"] == "local"
    guess = get(f"/api/v1/assets/{digest('drawing.svg')}").json()["taken"]
    assert (guess["source"], guess["certainty"]) == ("file:mtime", "guess")


def test_where_it_was_taken_has_the_name_of_the_place_that_people_would_say(
    get: Get, digest: Callable[[str], str]
) -> None:
    assert get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}").json()["place"] == {
        "latitude": ROME[0],
        "longitude": ROME[1],
        "altitude_m": None,
        "country": "IT",
        "region": "Lazio",
        "city": "Rome",
        "source": "EXIF:GPSLatitude",
    }
    tower = get(f"/api/v1/assets/{digest('2020/Paris/tower.jpg')}").json()["place"]
    assert (tower["latitude"], tower["longitude"]) == PARIS
    assert (tower["country"], tower["city"]) == ("FR", "Paris")


def test_everything_that_the_content_says_is_told_with_its_source(
    get: Get, digest: Callable[[str], str]
) -> None:
    asset = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}").json()
    assert {
        "name": "captured",
        "value": "2021-07-14T20:15:30+02:00",
        "source": "EXIF:DateTimeOriginal",
    } in asset["readings"]
    assert {"name": "keyword", "value": "ruins", "source": "XMP:Subject"} in asset["readings"]
    assert asset["sources"]["rating"] == "XMP:Rating"


def test_all_files_that_hold_it_are_told(get: Get, digest: Callable[[str], str]) -> None:
    files = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}").json()["files"]
    assert [one["path"] for one in files] == ["2021/Rome/colosseum.jpg", "backup/colosseum.jpg"]
    assert files[0] == {
        "library_id": 1,
        "path": "2021/Rome/colosseum.jpg",
        "size_bytes": files[0]["size_bytes"],
        "modified": "2020-09-13T12:26:40.000Z",
        "there": True,
    }


def test_a_sidecar_says_what_the_picture_does_not(get: Get, digest: Callable[[str], str]) -> None:
    asset = get(f"/api/v1/assets/{digest('2021/Rome/fountain.jpg')}").json()
    assert (asset["rating"], asset["keywords"]) == (4, ["water"])
    (sidecar,) = asset["sidecars"]
    assert (sidecar["name"], sidecar["kind"]) == ("fountain.jpg.xmp", "sidecar_xmp")


def test_a_live_photo_is_a_picture_with_a_film(get: Get, digest: Callable[[str], str]) -> None:
    still, film = digest("2020/Paris/IMG_0001.jpg"), digest("2020/Paris/IMG_0001.mov")
    asset = get(f"/api/v1/assets/{still}").json()
    assert asset["linked"] == [
        {"kind": "live_photo", "role": "part", "digest": film, "name": "IMG_0001.mov"}
    ]
    assert asset["movie"] == f"/api/v1/assets/{still}/movie"
    (other,) = get(f"/api/v1/assets/{film}").json()["linked"]
    assert (other["role"], other["digest"]) == ("primary", still)


def test_raw_and_jpeg_of_one_shot_belong_together(get: Get, digest: Callable[[str], str]) -> None:
    asset = get(f"/api/v1/assets/{digest('2020/raw/DSC_0007.jpg')}").json()
    assert asset["linked"] == [
        {
            "kind": "raw_jpeg",
            "role": "part",
            "digest": digest("2020/raw/DSC_0007.dng"),
            "name": "DSC_0007.dng",
        }
    ]


def test_a_film_has_a_length_and_a_poster(get: Get, digest: Callable[[str], str]) -> None:
    asset = get(f"/api/v1/assets/{digest('2020/walk.mp4')}").json()
    assert (asset["kind"], asset["mime"], asset["duration_ms"]) == ("video", "video/mp4", 2000)
    assert set(asset["renditions"]) == {"grid", "preview", "poster"}


def test_what_is_wrong_with_it_is_told(get: Get, digest: Callable[[str], str]) -> None:
    asset = get(f"/api/v1/assets/{digest('broken/cut.jpg')}").json()
    assert asset["picture"] == "failed"
    assert asset["renditions"] == {}
    assert [one["code"] for one in asset["health"]] == ["truncated"]


def test_addresses_lead_to_everything_else(get: Get, digest: Callable[[str], str]) -> None:
    at = f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}"
    asset = get(at).json()
    assert asset["original"] == f"{at}/original"
    assert asset["renditions"] == {
        "grid": f"{at}/renditions/grid",
        "preview": f"{at}/renditions/preview",
        "thumbnail": f"{at}/renditions/thumbnail",
    }


def test_an_unknown_digest_is_404_and_what_is_no_digest_400(get: Get) -> None:
    unknown, wrong = get(f"/api/v1/assets/{'0' * 64}"), get("/api/v1/assets/colosseum.jpg")
    assert (unknown.status, unknown.json()["code"]) == (404, "no_asset")
    assert (wrong.status, wrong.json()["code"]) == (400, "bad_digest")
