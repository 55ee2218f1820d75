"""`GET /api/v1/health`: what is wrong with the files of the libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get


def test_each_kind_is_counted(get: Get) -> None:
    counts = get("/api/v1/health").json()["counts"]
    assert counts == {
        "unreadable": 0,
        "zero_byte": 1,
        "truncated": 1,
        "failed": 0,
        "parked": 0,
        "too_big": 0,
        "wrong_extension": 1,
        "undated": 4,
        "orphan_sidecar": 0,
        "broken_pair": 0,
    }


def test_a_finding_names_the_file_and_says_what_is_wrong(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    answer = get("/api/v1/health?code=wrong_extension").json()
    assert answer["findings"][0].pop("item")["name"] == "really_a_jpeg.png"  # as lists show it
    assert answer["findings"] == [
        {
            "code": "wrong_extension",
            "sentence": "Its content is of another type than its name says.",
            "detail": "image/jpeg",
            "library": str(library),
            "path": "broken/really_a_jpeg.png",
            "digest": digest("broken/really_a_jpeg.png"),
        }
    ]


def test_pages_of_any_size_give_each_finding_once(get: Get) -> None:
    whole = get("/api/v1/health").json()["findings"]
    assert len(whole) == 7
    for limit in (1, 2, 3):
        read, cursor = [], ""
        while cursor is not None:
            page = get(f"/api/v1/health?limit={limit}&cursor={cursor}").json()
            read += page["findings"]
            cursor = page["next"]
        assert read == whole


def test_unknown_kinds_and_cursors_are_refused(get: Get) -> None:
    for wrong, code in (("code=ugly", "bad_parameter"), ("cursor=AAAA", "bad_cursor")):
        answer = get(f"/api/v1/health?{wrong}")
        assert (answer.status, answer.json()["code"]) == (400, code)
