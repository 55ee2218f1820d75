from __future__ import annotations

import importlib.util
import io
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[3]


@pytest.fixture
def compare_metadata() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "compare_metadata", ROOT / "tools/compare_metadata.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def photo(make: str) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = make
    exif[0x0112] = 6
    details = exif.get_ifd(0x8769)
    details[0x9003], details[0x9291], details[0x9011] = "2019:07:01 12:34:56", "250", "+02:00"
    exif.get_ifd(0x8825).update({1: "S", 2: (46.0, 57.0, 22.0), 3: "E", 4: (7.0, 26.0, 0.0)})
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "JPEG", exif=exif.tobytes())
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "one.jpg").write_bytes(photo("Canon"))
    (folder / "notes.txt").write_text("text")
    return folder


ANSWER = {
    "File:FileType": "JPEG",
    "File:ImageWidth": 40,
    "File:ImageHeight": 30,
    "IFD0:Make": "Canon",
    "IFD0:Orientation": 6,
    "ExifIFD:DateTimeOriginal": "2019:07:01 12:34:56",
    "ExifIFD:SubSecTimeOriginal": 250,
    "ExifIFD:OffsetTimeOriginal": "+02:00",
    "GPS:GPSLatitudeRef": "S",
    "GPS:GPSLatitude": 46.9561111111111,
    "GPS:GPSLongitudeRef": "E",
    "GPS:GPSLongitude": 7.43333333333333,
}


def pretend(tmp_path: Path, folder: Path, **changes: object) -> str:
    """A program that answers as ExifTool would about `folder`."""
    tags = {"SourceFile": str(folder / "one.jpg"), **ANSWER, **changes}
    text = [tags, {"SourceFile": str(folder / "notes.txt")}]
    program = tmp_path / "exiftool"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(text)}\nEND\n")
    program.chmod(0o755)
    return str(program)


def test_a_file_that_is_right_in_every_field(
    compare_metadata: ModuleType,
    tmp_path: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = compare_metadata.compare(folder, pretend(tmp_path, folder))
    assert (report.files, report.differing) == (1, {})
    assert list(report.unread) == ["notes.txt"]
    assert report.tallies["latitude"].right == 1
    report.print()
    assert "1 of 1 files have every field right: 100.0 %" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tag", "value", "kind", "field"),
    [
        ("IFD0:Make", "Nikon", "wrong", "make"),
        ("IFD0:Make", None, "extra", "make"),
        ("IFD0:Model", "D70", "missing", "model"),
        ("GPS:GPSLatitudeRef", "N", "wrong", "latitude"),
        ("ExifIFD:SubSecTimeOriginal", "26", "wrong", "sub-seconds"),
        ("ExifIFD:OffsetTimeOriginal", "+03:00", "wrong", "offset"),
        ("File:ImageWidth", 41, "wrong", "width"),
    ],
)
def test_differences_are_counted_and_listed(
    compare_metadata: ModuleType,
    tmp_path: Path,
    folder: Path,
    tag: str,
    value: object,
    kind: str,
    field: str,
) -> None:
    report = compare_metadata.compare(folder, pretend(tmp_path, folder, **{tag: value}))
    assert getattr(report.tallies[field], kind) == 1
    assert [line.split(":")[0] for line in report.differing["one.jpg"]] == [field]


@pytest.mark.skipif(not shutil.which("exiftool"), reason="ExifTool is not installed")
def test_exiftool_itself_agrees(compare_metadata: ModuleType, folder: Path) -> None:
    report = compare_metadata.compare(folder, shutil.which("exiftool"))
    assert (report.files, report.differing) == (1, {})
    assert report.tallies["longitude"].right == 1


def test_it_is_skipped_without_exiftool_or_folder(
    compare_metadata: ModuleType,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert compare_metadata.main([str(folder)]) == 0
    assert "ExifTool is not installed" in capsys.readouterr().out
    monkeypatch.setenv("PATH", str(Path(pretend(tmp_path, folder)).parent))
    assert compare_metadata.main([str(folder / "none")]) == 0
    assert "there is no folder" in capsys.readouterr().out
