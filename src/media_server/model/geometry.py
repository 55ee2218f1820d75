"""Sizes and orientation of pictures."""

from __future__ import annotations

from dataclasses import dataclass

# EXIF 3.0, tag 0x0112: values 5 to 8 lie on their side.
_SIDEWAYS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels, both ≥ 1."""

    width_px: int
    height_px: int

    def upright(self, orientation: int) -> Size:
        """The size after the EXIF orientation (1 to 8) has been applied."""
        if orientation in _SIDEWAYS:
            return Size(self.height_px, self.width_px)
        return self

    def fit_within(self, edge_px: int) -> Size:
        """Size of the largest picture of the same shape whose longer edge is at most `edge_px`.

        Args:
            edge_px: longest allowed edge in pixels, ≥ 1.

        Returns:
            Never larger than this size; both edges at least 1.

        Raises:
            ValueError: `edge_px` < 1.
        """
        if edge_px < 1:
            raise ValueError("edge_px must be at least 1")
        longest = max(self.width_px, self.height_px)
        if longest <= edge_px:
            return self
        return Size(
            max(1, round(self.width_px * edge_px / longest)),
            max(1, round(self.height_px * edge_px / longest)),
        )

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return self.width_px * self.height_px
