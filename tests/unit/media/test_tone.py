"""HDR and wide gamut in numbers, against the standards' own formulas in double precision."""

from __future__ import annotations

import io
import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from media_server.media.cicp import ADOBE_RGB, Cicp, cicp_of_nclx, cicp_of_profile
from media_server.media.decode.tone import to_srgb_numbers
from support.stills import matrix_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))


def srgb(light: float) -> float:
    light = min(max(light, 0.0), 1.0)
    return 255 * (light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055)


def one(numbers: tuple[float, float, float], cicp: Cicp) -> list[int]:
    coded = np.array(numbers, np.float32).reshape(1, 1, 3)
    return [int(value) for value in to_srgb_numbers(coded, cicp)[0, 0]]


@pytest.mark.parametrize("level", [0.0, 0.02, 0.25, 0.5, 0.75, 1.0])
def test_srgb_and_linear_grey(level: float) -> None:
    assert one((level,) * 3, Cicp(12, 13)) == pytest.approx([255 * level] * 3, abs=0.6)
    assert one((level,) * 3, Cicp(1, 8)) == pytest.approx([srgb(level)] * 3, abs=0.6)


@pytest.mark.parametrize("level", [0.1, 0.3, 0.5, 0.7])
def test_hlg_grey(level: float) -> None:
    """BT.2100 table 5, for a screen of 1,000 cd/m²; below white nothing is bent."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = level**2 / 3 if level <= 0.5 else (math.exp((level - c) / a) + b) / 12
    nits = 1_000 * scene**1.2
    assert nits < 203
    assert one((level,) * 3, Cicp(9, 18)) == pytest.approx([srgb(nits / 203)] * 3, abs=1)


def test_hlg_white_is_white() -> None:
    assert min(one((0.75,) * 3, Cicp(9, 18))) >= 253


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_numbers_of_any_width(kind: type) -> None:
    top = 1 if kind is np.float32 else np.iinfo(kind).max
    coded: NDArray[Any] = np.full((3, 2, 3), top, kind)
    assert to_srgb_numbers(coded, Cicp(12, 13)).tolist() == [[[255] * 3] * 2] * 3


def test_all_bands_of_rows_are_alike() -> None:
    coded = np.full((700, 1_000, 3), 30_000, np.uint16)
    found = to_srgb_numbers(coded, Cicp(9, 16))
    assert found.shape == (700, 1_000, 3)
    assert len(np.unique(found)) == 1


@pytest.mark.parametrize(
    ("cicp", "primaries", "gamma"), [(Cicp(12, 4), P3, 2.2), (ADOBE_RGB, ADOBE, 2.2)]
)
@pytest.mark.parametrize("colour", [(200, 120, 60), (60, 180, 90), (90, 90, 200), (128, 128, 128)])
def test_wide_gamut_as_a_colour_management_library_has_it(
    cicp: Cicp,
    primaries: tuple[tuple[float, float], ...],
    gamma: float,
    colour: tuple[int, int, int],
) -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(matrix_profile(primaries, gamma)))
    picture = Image.new("RGB", (1, 1), colour)
    wanted = ImageCms.profileToProfile(picture, profile, ImageCms.createProfile("sRGB"))
    assert wanted is not None
    found = to_srgb_numbers(np.asarray(picture), cicp)[0, 0]
    assert found == pytest.approx(np.asarray(wanted)[0, 0], abs=2)


def test_white_of_cinemas_is_white() -> None:
    assert one((1.0, 1.0, 1.0), Cicp(11, 13)) == [255, 255, 255]


def test_saturated_highlights_keep_their_hue() -> None:
    found = one((0.75, 0.4, 0.4), Cicp(1, 16))  # about 1,000 and 54 cd/m²
    assert found[0] > 200
    assert found[1] == found[2] < 150


@pytest.mark.parametrize(
    ("cicp", "hdr", "plain"),
    [
        (Cicp(1, 13), False, True),
        (Cicp(5, 6), False, True),
        (Cicp(2, 2), False, True),
        (Cicp(1, 1), False, True),
        (Cicp(12, 13), False, False),
        (Cicp(1, 8), False, False),
        (Cicp(9, 16), True, False),
        (Cicp(1, 18), True, False),
    ],
)
def test_what_may_be_shown_as_it_is(cicp: Cicp, *, hdr: bool, plain: bool) -> None:
    assert (cicp.is_hdr, cicp.is_srgb) == (hdr, plain)


def test_code_points_in_boxes() -> None:
    assert cicp_of_nclx(b"nclx\0\x09\0\x10\0\x09\x80") == (9, 16)
    assert cicp_of_nclx(b"nclc\0\1\0\1\0\1") == (1, 1)
    assert cicp_of_nclx(b"nclx\0\x09") is None
    assert cicp_of_nclx(b"profwhatever it is") is None


def test_code_points_in_a_profile() -> None:
    tag = b"cicp" + bytes(4) + bytes([9, 16, 0, 1])
    table = struct.pack(">L4sLL", 1, b"cicp", 144, 12)
    profile = bytes(128) + table + tag
    assert cicp_of_profile(profile) == (9, 16)
    assert cicp_of_profile(profile[:-2]) is None
    assert cicp_of_profile(matrix_profile(P3, 2.2)) is None
    assert cicp_of_profile(bytes(128) + b"\xff" * 40) is None
    assert cicp_of_profile(b"") is None
