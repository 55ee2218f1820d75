"""`GET /list` and `GET /thumbnail/<sha256>`: the whole library in one answer, and its pictures."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get


def test_an_entry_has_name_path_time_and_date_of_a_file(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    assert get("/list").json()[digest("2021/Rome/fountain.jpg")] == {
        "filename": "fountain.jpg",
        "last_modified": 1_600_000_000.0,
        "file_path": str(library / "2021/Rome/fountain.jpg"),
        "original_creation_date": 1_626_332_400.0,  # 2021-07-15 09:00:00 +02:00
    }


def test_each_image_and_video_is_listed_by_the_sha256_of_its_bytes(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    """Damaged ones too; sidecars and other files are not."""
    others = {".xmp", ".txt"}
    media = [path for path in library.rglob("*.*") if path.suffix not in others]
    assert set(get("/list").json()) == {digest(str(path)) for path in media}


def test_copies_are_one_entry_that_shows_the_smallest_path(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    assert digest("2021/Rome/colosseum.jpg") == digest("backup/colosseum.jpg")
    entry = get("/list").json()[digest("backup/colosseum.jpg")]
    assert entry["file_path"] == str(library / "2021/Rome/colosseum.jpg")


def test_nothing_is_sent_again_that_has_not_changed(get: Get) -> None:
    answer = get("/list")
    again = get("/list", if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_head_has_the_headers_of_get(get: Get, digest: Callable[[str], str]) -> None:
    for path in ("/list", f"/thumbnail/{digest('2021/Rome/colosseum.jpg')}"):
        whole, head = get(path), get(path, method="HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.body))
        assert head.headers["ETag"] == whole.headers["ETag"]


def test_the_list_is_compressed_for_who_asks(get: Get) -> None:
    packed = get("/list", accept_encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == get("/list").body


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
def test_curl_reads_it_compressed_and_plain(get: Get, url: str) -> None:
    for words in ([], ["--compressed"]):
        told = subprocess.run(["curl", "-sS", "-f", *words, f"{url}/list"], capture_output=True)
        assert json.loads(told.stdout) == get("/list").json()


def test_a_thumbnail_is_a_png_of_256_pixels_with_the_picture_in_the_middle(
    get: Get, digest: Callable[[str], str]
) -> None:
    answer = get(f"/thumbnail/{digest('2021/Rome/fountain.jpg')}")
    assert answer.headers["Content-Type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.body))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGBA", (256, 256))
    # 80 × 120 pixels are not enlarged; around them it is clear.
    assert picture.getchannel("A").getbbox() == (88, 68, 168, 188)


def test_a_thumbnail_may_be_kept_for_a_year(get: Get, digest: Callable[[str], str]) -> None:
    answer = get(f"/thumbnail/{digest('2021/Rome/colosseum.jpg').upper()}")
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    again = get(
        f"/thumbnail/{digest('2021/Rome/colosseum.jpg')}", if_none_match=answer.headers["ETag"]
    )
    assert again.status == 304


@pytest.mark.parametrize("name", ["2020/walk.mp4", "drawing.svg", "broken/empty.jpg"])
def test_what_has_no_thumbnail_is_listed_all_the_same(
    get: Get, digest: Callable[[str], str], name: str
) -> None:
    assert digest(name) in get("/list").json()
    answer = get(f"/thumbnail/{digest(name)}")
    assert (answer.status, answer.json()["code"]) == (404, "no_thumbnail")


def test_an_unknown_digest_is_404_and_what_is_no_digest_400(get: Get) -> None:
    assert get(f"/thumbnail/{'0' * 64}").status == 404
    assert get("/thumbnail/colosseum.jpg").status == 400
