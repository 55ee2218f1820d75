"""`GET /api/v1/assets/{digest}/original`: the bytes themselves, at an address for ever."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from contract.client import until
from contract.library import photo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get, Post, Start

curl = pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
HARD = 'names/Zoë & "friends" 100%.jpg'


def test_they_are_the_bytes_of_the_file(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    for name in ("2021/Rome/colosseum.jpg", "2020/walk.mp4", "2020/raw/DSC_0007.dng", HARD):
        answer = get(f"/api/v1/assets/{digest(name)}/original")
        assert answer.body == (library / name).read_bytes()
        assert answer.headers["Content-Length"] == str(len(answer.body))


def test_a_client_can_check_what_it_got(get: Get, digest: Callable[[str], str]) -> None:
    """`Repr-Digest` is that of RFC 9530; the strong ETag is the digest itself."""
    answer = get(f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/original")
    packed = base64.b64encode(hashlib.sha256(answer.body).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{packed}:"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.body).hexdigest()}"'


def test_the_type_is_that_of_the_content_whatever_the_name_says(
    get: Get, digest: Callable[[str], str]
) -> None:
    types = {
        "2021/Rome/colosseum.jpg": "image/jpeg",
        "broken/really_a_jpeg.png": "image/jpeg",
        "2020/walk.mp4": "video/mp4",
        "2020/raw/DSC_0007.dng": "image/x-adobe-dng",
        "broken/empty.jpg": "application/octet-stream",
    }
    for name, mime in types.items():
        answer = get(f"/api/v1/assets/{digest(name)}/original")
        assert (name, answer.headers["Content-Type"]) == (name, mime)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_browser_could_run_is_saved_and_never_shown(
    get: Get, digest: Callable[[str], str]
) -> None:
    answer = get(f"/api/v1/assets/{digest('drawing.svg')}/original")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_a_picture_is_shown_in_its_place_but_saved_when_that_is_asked(
    get: Get, digest: Callable[[str], str]
) -> None:
    at = f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/original"
    assert get(at).headers["Content-Disposition"].startswith("inline;")
    assert get(f"{at}?download=1").headers["Content-Disposition"].startswith("attachment;")


def test_it_keeps_its_name(get: Get, digest: Callable[[str], str]) -> None:
    """RFC 6266: one in plain ASCII for old clients, one with all signs for the others."""
    named = get(f"/api/v1/assets/{digest(HARD)}/original").headers["Content-Disposition"]
    found = re.fullmatch(r"inline; filename=\"([ -~]*)\"; filename\*=UTF-8''([!-~]*)", named)
    assert found
    assert found[1] == "Zo_ & _friends_ 100_.jpg"
    assert unquote(found[2]) == HARD.rpartition("/")[2]


def test_one_range_is_answered_in_part(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    whole = (library / "2020/walk.mp4").read_bytes()
    at, size = f"/api/v1/assets/{digest('2020/walk.mp4')}/original", len(whole)
    for asked, first, last in (
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, size - 1),  # a player that jumps
        ("bytes=-100", size - 100, size - 1),  # and one that looks for the index at the end
        (f"bytes=0-{'9' * 400}", 0, size - 1),
    ):
        part = get(at, range=asked)
        assert part.status == 206
        assert part.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert part.headers["Content-Length"] == str(last - first + 1)
        assert part.body == whole[first : last + 1]


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "bytes=" + ",".join(["0-0"] * 10_000), "lines=1-2", "bytes=9-1"]
)
def test_several_ranges_and_what_is_none_are_answered_with_the_whole(
    get: Get, library: Path, digest: Callable[[str], str], asked: str
) -> None:
    answer = get(f"/api/v1/assets/{digest('2020/walk.mp4')}/original", range=asked)
    assert (answer.status, answer.body) == (200, (library / "2020/walk.mp4").read_bytes())
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_range_behind_the_end_is_refused_with_the_size(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    size = (library / "2020/walk.mp4").stat().st_size
    answer = get(f"/api/v1/assets/{digest('2020/walk.mp4')}/original", range=f"bytes={size}-")
    assert (answer.status, answer.json()["code"]) == (416, "bad_range")
    assert answer.headers["Content-Range"] == f"bytes */{size}"


def test_a_range_of_other_bytes_is_answered_with_the_whole(
    get: Get, digest: Callable[[str], str]
) -> None:
    """`If-Range`: so a client never puts together halves of two contents."""
    at, etag = f"/api/v1/assets/{digest('2020/walk.mp4')}/original", digest("2020/walk.mp4")
    assert get(at, range="bytes=0-9", if_range=f'"{etag}"').status == 206
    assert get(at, range="bytes=0-9", if_range='"other"').status == 200


def test_it_may_be_kept_for_ever(get: Get, digest: Callable[[str], str]) -> None:
    at = f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/original"
    answer = get(at)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    again = get(at, if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@curl
def test_curl_saves_it_under_its_name(
    url: str, library: Path, digest: Callable[[str], str], tmp_path: Path
) -> None:
    at = f"{url}/api/v1/assets/{digest('2020/walk.mp4')}/original"
    subprocess.run(["curl", "-sS", "-f", "-OJ", at], cwd=tmp_path, check=True)
    assert (tmp_path / "walk.mp4").read_bytes() == (library / "2020/walk.mp4").read_bytes()


@curl
def test_curl_reads_ranges_and_goes_on_with_what_was_broken_off(
    url: str, library: Path, digest: Callable[[str], str], tmp_path: Path
) -> None:
    whole, part = (library / "2020/walk.mp4").read_bytes(), tmp_path / "part"
    at = f"{url}/api/v1/assets/{digest('2020/walk.mp4')}/original"
    got = subprocess.run(["curl", "-sS", "-f", "-r", "10-19", at], capture_output=True, check=True)
    assert got.stdout == whole[10:20]
    part.write_bytes(whole[:1_000])
    subprocess.run(["curl", "-sS", "-f", "-C", "-", "-o", part, at], check=True)
    assert part.read_bytes() == whole


def test_the_address_stays_when_the_file_moves(get: Get, post: Post, new: Path) -> None:
    content = photo("teal", taken="2017:01:01 00:00:00")
    at = f"/api/v1/assets/{hashlib.sha256(content).hexdigest()}/original"
    (new / "before.jpg").write_bytes(content)
    post("/api/v1/libraries/scan")
    until(lambda: get(at).status == 200)
    (new / "below").mkdir()
    (new / "before.jpg").rename(new / "below/after.jpg")
    post("/api/v1/libraries/scan")
    until(lambda: get(at).status == 200)
    assert get(at).body == content
    assert 'filename="after.jpg"' in get(at).headers["Content-Disposition"]


def test_other_bytes_at_its_path_are_never_sent(get: Get, post: Post, new: Path) -> None:
    content = photo("teal", taken="2017:01:02 00:00:00")
    at = f"/api/v1/assets/{hashlib.sha256(content).hexdigest()}/original"
    (new / "before.jpg").write_bytes(content)
    post("/api/v1/libraries/scan")
    until(lambda: get(at).status == 200)
    (new / "before.jpg").write_bytes(photo("navy"))
    answer = get(at)
    assert (answer.status, answer.json()["code"]) == (404, "no_original")


def test_the_address_stays_when_catalog_and_pictures_are_deleted(
    start: Start, tmp_path: Path
) -> None:
    folder, content = tmp_path / "photos", photo("teal", taken="2017:01:01 00:00:00")
    folder.mkdir()
    (folder / "a.jpg").write_bytes(content)
    at = f"/api/v1/assets/{hashlib.sha256(content).hexdigest()}/original"
    for _ in range(2):
        with start(folder, "--data_dir", str(tmp_path / "data")) as server:
            answer = server.get(at)
            assert (answer.status, answer.body) == (200, content)
        shutil.rmtree(tmp_path / "data")


def test_another_server_with_the_same_bytes_has_the_same_address(
    get: Get, start: Start, library: Path, digest: Callable[[str], str], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(library / "2021/Rome/colosseum.jpg", tmp_path / "elsewhere/x.jpg")
    at = f"/api/v1/assets/{digest('2021/Rome/colosseum.jpg')}/original"
    with start(tmp_path / "elsewhere") as other:
        here, there = get(at), other.get(at)
        assert (there.status, there.body) == (200, here.body)
        for name in ("ETag", "Repr-Digest", "Content-Type", "Cache-Control"):
            assert there.headers[name] == here.headers[name]
