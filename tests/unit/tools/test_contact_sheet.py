from __future__ import annotations

import importlib.util
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from support.clips import make_clip
from support.stills import exif, jpeg, laid, scene

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[3]
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)


@pytest.fixture(scope="module")
def contact_sheet() -> ModuleType:
    spec = importlib.util.spec_from_file_location("contact_sheet", ROOT / "tools/contact_sheet.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    turned = laid(scene(640, 480), 6)
    (folder / "a turned.jpg").write_bytes(jpeg(turned, exif=exif(6)))
    (folder / "b film.mp4").write_bytes(make_clip("mp4", "libx264", (320, 240)))
    (folder / "c damaged.jpg").write_bytes(jpeg(scene(640, 480))[:400])
    (folder / "IMG_20200102_030405.png").write_bytes(_png())
    return folder


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def near(colour: object, wanted: object) -> bool:
    assert isinstance(colour, tuple)
    assert isinstance(wanted, tuple)
    return all(abs(one - other) < 24 for one, other in zip(colour, wanted, strict=True))


def test_each_file_has_its_place(
    contact_sheet: ModuleType, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sheet.png"
    assert contact_sheet.main([str(folder), str(out), "--columns", "4"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    with Image.open(out) as sheet:
        step = (sheet.width - 6) // 4
        pixels = [
            [sheet.getpixel((6 + place * step + x, 6 + y)) for x, y in ((100, 110), (220, 210))]
            for place in range(4)
        ]
    checks, turned, film, damaged = pixels
    assert all(near(one, checks[0]) or near(one, (90, 90, 90)) for one in checks)
    for found in (turned, film):
        assert near(found[0], RED)
        assert near(found[1], WHITE)
    assert damaged == [(60, 60, 60)] * 2


def test_what_stands_below(contact_sheet: ModuleType, folder: Path, tmp_path: Path) -> None:
    contact_sheet.scan(folder, tmp_path)
    found = {tile.lines[0]: tile for tile in contact_sheet.tiles(tmp_path)}
    assert found["a turned.jpg"].lines[2] == "image/jpeg 640x480 orientation 6"
    assert found["c damaged.jpg"].lines[2].startswith("TRUNCATED: image/jpeg")
    assert found["c damaged.jpg"].picture is None
    assert found["IMG_20200102_030405.png"].lines[1].startswith("2020-01-02 03:04:05 ")
    assert found["b film.mp4"].picture is not None


def test_many_files_take_several_sheets(contact_sheet: ModuleType, tmp_path: Path) -> None:
    places = [contact_sheet.Tile(None, (f"{number}.jpg",)) for number in range(5)]
    paths = contact_sheet.write(places, tmp_path / "sheet.webp", columns=2, rows=1)
    assert [path.name for path in paths] == [f"sheet-{number}.webp" for number in (1, 2, 3)]
    assert all(path.exists() for path in paths)


def test_a_long_name_loses_its_middle(contact_sheet: ModuleType) -> None:
    short = contact_sheet._shortened("IMG_" + "x" * 100 + ".jpg")
    assert len(short) <= 54
    assert short.startswith("IMG_x")
    assert short.endswith("x.jpg")


def test_an_empty_folder_has_no_sheet(
    contact_sheet: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert contact_sheet.main([str(empty), str(tmp_path / "sheet.png")]) == 1
    assert "nothing to show" in capsys.readouterr().out
