from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

from media_server.media.tags.camera import stars_of_percent
from media_server.media.tags.exif import parse_exif

Build = Callable[..., bytes]
Row = tuple[int, int, int, bytes]


def text(tag: int, value: bytes, kind: int = 2) -> Row:
    return tag, kind, len(value) + 1, value + b"\0"


def ratio(tag: int, over: int, under: int, kind: int = 5) -> Row:
    return tag, kind, 1, struct.pack("<lL" if kind == 10 else "<LL", over, under)


def short(tag: int, *numbers: int) -> Row:
    return tag, 3, len(numbers), struct.pack(f"<{len(numbers)}H", *numbers)


def told(build_tiff: Build, main: list[Row], exif: list[Row]) -> list[tuple[str, object, str]]:
    facts = parse_exif(build_tiff(main, exif)).facts
    return [(fact.name, fact.value, fact.source.removeprefix("EXIF:")) for fact in facts]


def test_camera_lens_and_exposure(build_tiff: Build) -> None:
    main = [text(0x010F, b"Canon "), text(0x0110, "Kamera ä".encode(), kind=129)]
    exif = [
        *(ratio(0x829A, 1, 60), ratio(0x829D, 28, 10), short(0x8827, 200)),
        *(ratio(0x920A, 50, 1), short(0xA405, 75), text(0xA434, b"EF50mm f/1.8")),
    ]
    assert told(build_tiff, main, exif) == [
        ("make", "Canon", "Make"),
        ("model", "Kamera ä", "Model"),
        ("lens", "EF50mm f/1.8", "LensModel"),
        ("exposure_s", 1 / 60, "ExposureTime"),
        ("f_number", 2.8, "FNumber"),
        ("focal_length_mm", 50.0, "FocalLength"),
        ("focal_length_35mm", 75, "FocalLengthIn35mmFilm"),
        ("iso", 200, "PhotographicSensitivity"),
    ]


def test_zero_and_nonsense_are_absent(build_tiff: Build) -> None:
    main = [text(0x010F, b"   "), text(0x0110, b"")]
    exif = [
        *(ratio(0x829A, 0, 0), ratio(0x829D, 0, 10), short(0x8827, 0), ratio(0x920A, 5, 0)),
        *(short(0xA405, 0), text(0xA434, b"\0\0\0\0\0")),
    ]
    assert told(build_tiff, main, exif) == []


def test_fall_backs_count_only_without_the_tag_itself(build_tiff: Build) -> None:
    apex = [ratio(0x9201, 5, 1, kind=10), ratio(0x9202, 4, 1)]
    specification = struct.pack("<8L", 24, 1, 70, 1, 28, 10, 28, 10)
    lens: Row = (0xA432, 5, 4, specification)
    assert told(build_tiff, [], [*apex, lens]) == [
        ("exposure_s", 1 / 32, "ShutterSpeedValue"),
        ("f_number", 4.0, "ApertureValue"),
        ("lens", "24-70 mm f/2.8", "LensSpecification"),
    ]
    exif = [ratio(0x829A, 1, 60), ratio(0x829D, 28, 10), text(0xA434, b"Lens"), *apex, lens]
    assert [row[2] for row in told(build_tiff, [], exif)] == [
        *("LensModel", "ExposureTime", "FNumber")
    ]


def test_absurd_apex_values_and_unknown_lenses(build_tiff: Build) -> None:
    apex = [ratio(0x9201, -(2**31), 1, kind=10), ratio(0x9202, 2**32 - 1, 1)]
    assert told(build_tiff, [], [*apex, (0xA432, 5, 4, bytes(32))]) == []


@pytest.mark.parametrize("numbers", [(24, 1, 24, 1, 0, 0, 0, 0), (24, 1, 0, 0, 0, 0, 0, 0)])
def test_a_fixed_lens(build_tiff: Build, numbers: tuple[int, ...]) -> None:
    row: Row = (0xA432, 5, 4, struct.pack("<8L", *numbers))
    assert told(build_tiff, [], [row]) == [("lens", "24 mm", "LensSpecification")]


def test_speeds_beyond_sixteen_bits(build_tiff: Build) -> None:
    index: Row = (0x8832, 4, 1, struct.pack("<L", 102_400))
    found = told(build_tiff, [], [short(0x8827, 65_535), index])
    assert found == [("iso", 102_400, "RecommendedExposureIndex")]
    assert told(build_tiff, [], [short(0x8827, 100, 0)])[0][1] == 100


def test_ratings(build_tiff: Build) -> None:
    assert told(build_tiff, [short(0x4746, 4), short(0x4749, 75)], []) == [
        ("rating", 4, "Rating"),
        ("rating", 4, "RatingPercent"),
    ]
    assert told(build_tiff, [short(0x4746, 0), short(0x4749, 0)], []) == []
    assert told(build_tiff, [short(0x4746, 9), short(0x4749, 200)], []) == []


def test_stars_of_percent() -> None:
    windows = {1: 1, 25: 2, 50: 3, 75: 4, 99: 5, 100: 5, 0: None, -1: None, 101: None, None: None}
    assert {percent: stars_of_percent(percent) for percent in windows} == windows
