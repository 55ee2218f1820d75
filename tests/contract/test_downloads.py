"""`POST /api/v1/downloads`: many originals in one archive, promised first and fetched then."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get, Post

HARD = 'names/Zoë & "friends" 100%.jpg'
tools = pytest.mark.skipif(
    not all(map(shutil.which, ("curl", "unzip", "sha256sum"))), reason="no curl, unzip or sha256sum"
)


def test_an_archive_is_promised_with_its_exact_size(
    get: Get, post: Post, library: Path, digest: Callable[[str], str]
) -> None:
    names = ["2021/Rome/colosseum.jpg", HARD, "2020/walk.mp4"]
    wanted = {"digests": [digest(name) for name in names], "name": "holidays"}
    answer = post("/api/v1/downloads", wanted)
    assert answer.status == 201
    promised = answer.json()
    assert answer.headers["Location"] == promised["url"]
    assert (promised["name"], promised["files"]) == ("holidays.zip", 3)
    assert promised["expires_s"] == 600

    key = promised["url"].removeprefix("/api/v1/downloads/")
    fetched = get(f"/api/v1/downloads/{key}")
    assert fetched.headers["Content-Type"] == "application/zip"
    assert fetched.headers["Content-Length"] == str(promised["size_bytes"])
    assert len(fetched.body) == promised["size_bytes"]
    assert 'filename="holidays.zip"' in fetched.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(fetched.body)) as archive:
        told = [f"{library.name}/{name}" for name in names]
        assert archive.namelist() == [*told, "SHA256SUMS"]
        for name, path in zip(told, names, strict=True):
            assert archive.read(name) == (library / path).read_bytes()
            assert archive.getinfo(name).compress_type == zipfile.ZIP_STORED


def test_what_a_search_finds_can_be_fetched(get: Get, post: Post, library: Path) -> None:
    promised = post("/api/v1/downloads", {"query": "2019"}).json()
    with zipfile.ZipFile(io.BytesIO(get(promised["url"]).body)) as archive:
        assert sorted(archive.namelist()) == [
            "SHA256SUMS",
            *(f"{library.name}/2019/day/{number}.jpg" for number in range(5)),
        ]


@tools
def test_unzip_and_sha256sum_find_it_whole(
    post: Post, url: str, digest: Callable[[str], str], tmp_path: Path
) -> None:
    wanted = {"digests": [digest("2021/Rome/colosseum.jpg"), digest(HARD)], "name": "two"}
    at = url + post("/api/v1/downloads", wanted).json()["url"]
    subprocess.run(["curl", "-sS", "-f", "-OJ", at], cwd=tmp_path, check=True)
    subprocess.run(["unzip", "-t", "-q", "two.zip"], cwd=tmp_path, check=True)
    utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run(["unzip", "-q", "two.zip"], cwd=tmp_path, check=True, env=utf8)
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True)
    assert (checked.returncode, checked.stdout.count(b": OK")) == (0, 2), checked.stderr


def test_an_archive_is_whole_or_is_not_promised(post: Post, digest: Callable[[str], str]) -> None:
    answer = post("/api/v1/downloads", {"digests": [digest("drawing.svg"), "0" * 64]})
    assert (answer.status, answer.json()["code"]) == (404, "no_asset")
    assert "0" * 64 in answer.json()["detail"]
    answer = post("/api/v1/downloads", {"query": "unheard"})
    assert (answer.status, answer.json()["code"]) == (404, "no_asset")


def test_how_much_it_is_can_be_asked_first(
    post: Post, library: Path, digest: Callable[[str], str]
) -> None:
    name = "2021/Rome/colosseum.jpg"
    of_one = {"assets": 1, "size_bytes": (library / name).stat().st_size}
    assert post("/api/v1/downloads/size", {"digests": [digest(name)]}).json() == of_one
    everything = post("/api/v1/downloads/size", {"query": ""}).json()
    others = post("/api/v1/downloads/size", {"query": "", "without": [digest(name)]}).json()
    assert everything["assets"] - others["assets"] == 1
    assert everything["size_bytes"] - others["size_bytes"] == of_one["size_bytes"]


def test_wrong_wishes_are_refused(get: Get, post: Post) -> None:
    wishes: list[dict[str, object]] = [
        {},
        {"digests": []},
        {"digests": ["x"]},
        {"digests": ["0" * 64], "query": "rome"},
        {"digests": ["0" * 64], "without": ["0" * 64]},
    ]
    for wrong in wishes:
        answer = post("/api/v1/downloads", wrong)
        assert (answer.status, answer.json()["code"]) == (400, "bad_body")
    answer = post("/api/v1/downloads", {"query": "rome ("})
    assert (answer.status, answer.json()["code"]) == (400, "bad_query")
    answer = get("/api/v1/downloads/nothing")
    assert (answer.status, answer.json()["code"]) == (404, "not_found")
