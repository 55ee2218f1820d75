"""What the index of places is made of; and that one which is made is read."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from media_server.library.places.index import Index

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_places", ROOT / "tools/build_places.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def places(tool: ModuleType) -> list[Any]:
    """A city of 10 km, beside the sea at 0, 0, and what is around it."""

    def place(number: int, name: str, east_km: float, people: int, **more: Any) -> Any:
        known: dict[str, Any] = {
            "country": "FR", "region": "11", "feature": "PPL", "others": (),
        } | more  # fmt: skip
        return tool.Place(number, name, 46.0, 2.0 + east_km / 77.2, population=people, **known)

    return [
        place(1, "City", 0, 2_000_000, feature="PPLC", others=("Cité", "CTY", "Город")),
        place(2, "Middle", 2, 50_000),
        place(3, "Suburb", 7, 50_000),
        place(4, "Quarter", 14, 20_000, feature="PPLX"),
        place(5, "Newer", 9.5, 9_000, feature=None),
        place(6, "Newer village", 30, 900, feature=None),
        place(7, "Seat", 1, 50_000, feature="PPLA"),
        place(8, "Elsewhere", 1, 5_000, region="12"),
        place(9, "Twin", -5, 500_000),
        place(10, "Quarter of nothing", -200, 20_000, feature="PPLX"),
    ]


def test_what_is_part_of_what(tool: ModuleType) -> None:
    found = [int(one) for one in tool.parents(places(tool))]
    assert found == [0, 0, 2, 0, 0, 5, 6, 7, 8, 9]


def test_other_names(tool: ModuleType) -> None:
    city, *_ = places(tool)
    assert tool.other_names(city) == ["cite", "город"]


@pytest.mark.parametrize("longitude", [179.98, -179.98, 180.0, -180.0])
def test_the_180th_meridian_is_no_end(tool: ModuleType, tmp_path: Path, longitude: float) -> None:
    """Somewhere just behind it, and nothing on this side."""
    path = tmp_path / "places.npz"
    there = tool.Place(1, "There", -16.0, longitude, "FJ", "1", 5_000, "PPL", ())
    np.savez(path, **tool.build([there], {"FJ.1": "Region"}))
    index = Index(str(path))
    for east in (179.9, 179.99, 180.0, -180.0, -179.99, -179.9):
        assert index.where(-16.0, east, "Pacific/Fiji") == ("FJ", "Region", "There")
    assert index.where(-16.0, 179.5, "Pacific/Fiji") == ("FJ", None, None)


def test_what_is_made_is_read(tool: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "places.npz"
    np.savez(path, **tool.build(places(tool), {"FR.11": "Region"}))
    index = Index(str(path))
    east = {"Quarter": 14, "Suburb": 7, "City": 3, "Newer village": 52}
    assert [index.where(46.0, 2 + km / 77.2, "Europe/Paris") for km in east.values()] == [
        ("FR", "Region", "City"),
        ("FR", "Region", "Suburb"),
        ("FR", "Region", "City"),
        ("FR", "Region", "Newer village"),
    ]
    assert index.where(46.0, 2 + 60 / 77.2, "Europe/Paris") == ("FR", None, None)
    # Only those of the zone's countries count, wherever they are.
    assert index.where(46.0, 2.0, "Europe/Zurich") == ("CH", None, None)
    # Where no zone is known: only what is all but in a place.
    assert index.where(46.0, 2 + 34 / 77.2, "Etc/GMT") == ("FR", "Region", "Newer village")
    assert index.where(46.0, 2 + 40 / 77.2, "Etc/GMT") is None
    assert index.find("CITÉ") == index.find("city") is not None
    assert index.find("Город") == index.find("City")
