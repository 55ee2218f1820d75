"""How an H.264 stream stores its pixels, from its sequence parameter set.

Source: ITU-T H.264, sections 7.3.2.1.1 and 9.1.
"""

from __future__ import annotations

from typing import Final

# The profiles that say more about their pixels than 8 bits and 4:2:0.
_HIGH_PROFILES: Final = frozenset({100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135})
_CHROMA: Final = {0: "gray", 1: "yuv420p", 2: "yuv422p", 3: "yuv444p"}
_MAX_ZEROS: Final = 32


def pixel_format(chroma: int, depth_bits: int) -> str | None:
    """FFmpeg's name for a way to store pixels.

    Args:
        chroma: `chroma_format_idc` of H.264 and HEVC, 0 to 3.
        depth_bits: of each sample.
    """
    name = _CHROMA.get(chroma)
    if name is None or not 8 <= depth_bits <= 16:
        return None
    return name if depth_bits == 8 else f"{name}{depth_bits}le"


def pixel_format_of_h264(unit: bytes) -> str | None:
    """The same from a sequence parameter set.

    Args:
        unit: the NAL unit with its one-byte header, without a start code.
    """
    if len(unit) < 5 or unit[0] & 31 != 7:
        return None
    if unit[1] not in _HIGH_PROFILES:
        return pixel_format(1, 8)
    bits = _Bits(unit[4:32])
    bits.golomb()  # seq_parameter_set_id
    chroma = bits.golomb()
    if chroma == 3:
        bits.take()  # separate_colour_plane_flag
    return pixel_format(chroma, 8 + bits.golomb())


class _Bits:
    """Bits one after the other; zero once they have run out."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self) -> int:
        byte, bit = divmod(self._at, 8)
        self._at += 1
        return self._data[byte] >> (7 - bit) & 1 if byte < len(self._data) else 0

    def golomb(self) -> int:
        """An unsigned Exp-Golomb number."""
        zeros = 0
        while not self.take() and zeros < _MAX_ZEROS:
            zeros += 1
        value = 1
        for _ in range(zeros):
            value = value << 1 | self.take()
        return value - 1
