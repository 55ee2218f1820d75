"""`GET /api/v1/manifest`: the checksums of a library, for `sha256sum -c`."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contract.conftest import Get


def test_there_is_a_line_for_each_file_copies_too(
    get: Get, library: Path, digest: Callable[[str], str]
) -> None:
    answer = get("/api/v1/manifest")
    assert answer.headers["Content-Type"] == "text/plain"
    assert 'filename="SHA256SUMS"' in answer.headers["Content-Disposition"]
    others = {".xmp", ".txt"}
    media = [path for path in library.rglob("*.*") if path.suffix not in others]
    names = [str(path.relative_to(library)) for path in media]
    assert sorted(answer.body.decode().splitlines()) == sorted(
        f"{digest(name)}  {name}" for name in names
    )


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum")
def test_sha256sum_checks_the_library_with_it(get: Get, library: Path, tmp_path: Path) -> None:
    for query, count in (("", 20), ("?q=in:Paris", 2)):
        sums = tmp_path / "SHA256SUMS"
        sums.write_bytes(get(f"/api/v1/manifest{query}").body)
        checked = subprocess.run(["sha256sum", "-c", sums], cwd=library, capture_output=True)
        assert (checked.returncode, checked.stdout.count(b": OK")) == (0, count), checked.stderr


def test_a_selection_is_told_with_all_its_files(get: Get, digest: Callable[[str], str]) -> None:
    """The copy lies elsewhere, but it is the same asset."""
    of = digest("2021/Rome/colosseum.jpg")
    assert get("/api/v1/manifest?q=evening").body.decode().splitlines() == [
        f"{of}  2021/Rome/colosseum.jpg",
        f"{of}  backup/colosseum.jpg",
    ]


def test_libraries_go_by_their_numbers(get: Get) -> None:
    (library,) = get("/api/v1/libraries").json()["libraries"]
    whole = get("/api/v1/manifest").body
    assert get(f"/api/v1/manifest?library={library['id']}").body == whole
    for wrong in ("library=99", "library=x"):
        answer = get(f"/api/v1/manifest?{wrong}")
        assert (answer.status, answer.json()["code"]) == (400, "bad_parameter")
