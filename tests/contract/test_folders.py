"""`GET /api/v1/folders`: the libraries as they are on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract.conftest import Get


def test_there_is_a_root_for_each_library(get: Get) -> None:
    (root,) = get("/api/v1/folders").json()
    assert (root["name"], root["files"]) == ("", 1)


def test_a_folder_tells_its_folders_by_name_with_a_picture_each(
    get: Get, digest: Callable[[str], str]
) -> None:
    (root,) = get("/api/v1/folders").json()
    folder = get(f"/api/v1/folders/{root['id']}").json()
    assert [(one["name"], one["files"]) for one in folder["folders"]] == [
        ("2019", 0),
        ("2020", 2),
        ("2021", 0),
        ("backup", 1),
        ("broken", 3),
        ("names", 1),
    ]
    backup = folder["folders"][3]
    assert backup["cover"] == digest("2021/Rome/colosseum.jpg")


def test_a_file_is_told_with_its_asset(get: Get, digest: Callable[[str], str]) -> None:
    (root,) = get("/api/v1/folders").json()
    (file,) = get(f"/api/v1/folders/{root['id']}").json()["files"]
    assert (file["name"], file["size_bytes"]) == ("drawing.svg", 71)
    assert file["modified"] == "2020-09-13T12:26:40.000Z"
    assert file["digest"] == file["item"]["digest"] == digest("drawing.svg")


def test_the_way_leads_down_and_back_up(get: Get) -> None:
    (root,) = get("/api/v1/folders").json()
    inside = get(f"/api/v1/folders/{root['id']}").json()["folders"]
    (year,) = [one for one in inside if one["name"] == "2021"]
    (place,) = get(f"/api/v1/folders/{year['id']}").json()["folders"]
    rome = get(f"/api/v1/folders/{place['id']}").json()
    assert [one["name"] for one in rome["files"]] == ["colosseum.jpg", "fountain.jpg"]
    assert [(one["id"], one["name"]) for one in rome["parents"]] == [
        (root["id"], ""),
        (year["id"], "2021"),
    ]


def test_pages_of_any_size_give_each_file_once(get: Get) -> None:
    (root,) = get("/api/v1/folders").json()
    (year,) = [
        one
        for one in get(f"/api/v1/folders/{root['id']}").json()["folders"]
        if one["name"] == "2019"
    ]
    (day,) = get(f"/api/v1/folders/{year['id']}").json()["folders"]
    for limit in (1, 2, 3):
        names, cursor = [], ""
        while cursor is not None:
            page = get(f"/api/v1/folders/{day['id']}?limit={limit}&cursor={cursor}").json()
            names += [one["name"] for one in page["files"]]
            cursor = page["next"]
        assert names == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg"]


def test_an_unknown_folder_is_404(get: Get) -> None:
    for number in ("0", "999999", "-1", "x"):
        answer = get(f"/api/v1/folders/{number}")
        assert (answer.status, answer.json()["code"]) == (404, "not_found")
