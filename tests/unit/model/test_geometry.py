"""Sizes of pictures."""

from __future__ import annotations

import pytest

from media_server.model.geometry import Size


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations_5_to_8_lie_on_their_side(orientation: int) -> None:
    upright = Size(4, 3).upright(orientation)
    assert upright == (Size(3, 4) if orientation >= 5 else Size(4, 3))


@pytest.mark.parametrize(
    ("size", "fitted"),
    [
        (Size(4_000, 3_000), Size(256, 192)),
        (Size(3_000, 4_000), Size(192, 256)),
        (Size(4_000, 3), Size(256, 1)),
        (Size(40, 30), Size(40, 30)),
        (Size(256, 256), Size(256, 256)),
        (Size(1, 1), Size(1, 1)),
    ],
)
def test_fits_without_growing_or_vanishing(size: Size, fitted: Size) -> None:
    assert size.fit_within(256) == fitted


def test_an_edge_has_a_pixel() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Size(1, 1).fit_within(0)


def test_pixels() -> None:
    assert Size(4_000, 3_000).pixels == 12_000_000
