"""A library of real pictures, and what an undisturbed run makes of it."""

from __future__ import annotations

import io
import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from support.library import Entry, manifest
from support.media import noise, picture
from support.program import Program, grids

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A library, and what the program says of it when nothing goes wrong."""

    root: str
    originals: dict[str, tuple[object, ...]]
    listing: dict[str, Entry]
    grids: dict[str, tuple[str, int, int, int]]


def _photo(number: int) -> bytes:
    """A picture that takes some milliseconds to decode."""
    random.seed(number)
    small = Image.frombytes("RGB", (40, 30), random.randbytes(3_600))
    out = io.BytesIO()
    small.resize((1_600, 1_200)).save(out, "JPEG", quality=80)
    return out.getvalue()


def fill(root: Path) -> None:
    """Write some photos, some small pictures, some copies, and some that are damaged."""
    for number in range(60):
        data = _photo(number)
        _write(root / f"photos/{number % 5}/{number}.jpg", data)
        if number % 10 == 0:
            _write(root / f"copies/{number}.jpg", data)
            _write(root / f"damaged/{number}.jpg", data[: len(data) // 2])
    for number in range(60):
        form = ("JPEG", "PNG", "WEBP", "GIF")[number % 4]
        _write(root / f"small/{number}.{form.lower()}", picture(number, form=form))
    _write(root / "text.jpg", b"no picture")
    _write(root / "empty.png", b"")
    _write(root / "video.mp4", noise(1, 300_000))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    root, data_dir = folder / "library", str(folder / "data")
    fill(root)
    os.mkdir(data_dir)
    originals = manifest(root)
    scan = Program([str(root)], data_dir, "scan")
    assert scan.run() == 0, scan.log()
    with Program([str(root)], data_dir) as program:
        program.wait_until_done()
        listing = program.listing()
    assert len(listing) == 60 + 6 + 60 + 3
    found = grids(data_dir)
    assert len(found) >= 120
    return Undisturbed(str(root), originals, listing, found)
