"""The shared samples against other decoders; and that the comparison would notice."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from support.references import DECODERS, Reference
from support.stills import LAID, scene

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[4]
SAMPLES = ROOT / ".." / "shared" / "samples"
# Of the larger ones a reference takes seconds: `tools/compare_pictures.py` compares all.
MAX_BYTES = 150_000


def loaded() -> ModuleType:
    name = "compare_pictures"
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tools/{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


compare_pictures = loaded()


def samples() -> list[Path]:
    found = compare_pictures.media_files(SAMPLES) if SAMPLES.is_dir() else []
    return [path for path in found if path.stat().st_size <= MAX_BYTES]


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the shared samples are not here")
def test_samples_are_what_other_decoders_show() -> None:
    rows = [compare_pictures.compare(path) for path in samples()]
    assert len([row for row in rows if row.found]) > 60
    assert [
        (row.path.name, row.faults) for row in rows if any(one.fault for _, one in row.found)
    ] == []
    assert [row.path.name for row in rows if row.refused] == []


def noise() -> Image.Image:
    small = np.random.default_rng(7).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(small).resize((160, 120), Image.Resampling.BICUBIC)


def fault(ours: Image.Image, reference: Image.Image) -> str:
    found = compare_pictures.difference(ours, Reference(reference.size, reference, "test"), 80)
    return str(found.fault)


def test_the_same_picture_is_the_same() -> None:
    assert fault(noise().resize((80, 60)), noise()) == ""


@pytest.mark.parametrize("orientation", [turn for turn in LAID if turn > 1])
def test_another_turning_is_told(orientation: int) -> None:
    turn = LAID[orientation]
    assert turn is not None
    square = noise().resize((120, 120))
    assert fault(square.transpose(turn).resize((80, 80)), square) == "turned otherwise"


def test_other_colours_sharpness_and_sizes_are_told() -> None:
    small = noise().resize((80, 60))
    assert fault(small.point(lambda value: min(255, value + 5)), noise()) == "another picture"
    swapped = Image.merge("RGB", small.split()[::-1])
    assert fault(swapped, noise()) == "another picture"
    shifted = Image.fromarray(np.roll(np.asarray(small), 4, axis=1))
    assert fault(shifted, noise()) == "another picture"
    assert fault(noise().resize((80, 58)), noise()) == "another size"


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene(400, 300).save(tmp_path / "good.png")
    scene(400, 300).save(tmp_path / "strange.bmp")
    (tmp_path / "broken.png").write_bytes((tmp_path / "good.png").read_bytes()[:200])
    (tmp_path / "notes.txt").write_text("text")
    assert compare_pictures.main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "1 of 1 compared" in printed
    assert "broken.png: refused: truncated" in printed
    assert "strange.bmp: not compared: nothing here decodes bmp but the program" in printed
    assert "notes" not in printed
    assert set(DECODERS) >= {"image/jpeg", "image/png"}


def test_a_fault_makes_it_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene(400, 300).save(tmp_path / "one.png")
    turned = scene(400, 300).transpose(Image.Transpose.ROTATE_180)
    wrong = Reference(turned.size, turned, "test")
    monkeypatch.setitem(compare_pictures.DECODERS, "image/png", lambda path: wrong)
    assert compare_pictures.main([str(tmp_path)]) == 1
