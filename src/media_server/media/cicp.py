"""What the colour numbers of a picture mean where no ICC profile says it: code points.

Source: ITU-T H.273 (07/2024) tables 2 and 3; the same numbers stand in PNG's cICP, in the colr box
of HEIF and AVIF, in JPEG XL and in the cicp tag of ICC profiles.
"""

from __future__ import annotations

from typing import Final, NamedTuple

PQ: Final = 16
HLG: Final = 18
LINEAR: Final = 8

GAMMA_2_2: Final = 4

ADOBE_RGB_PRIMARIES: Final = 256
"""Beyond what the standard numbers: for cameras that name Adobe RGB in EXIF and add no profile."""

# Against sRGB's, the others cannot be told by eye: those of television before HDR.
_WIDE_PRIMARIES = frozenset({9, 11, 12, ADOBE_RGB_PRIMARIES})
_TABLE_AT = 128
_MAX_TAGS = 100


class Cicp(NamedTuple):
    """Which primaries and which transfer function.

    Attributes:
        primaries: 1 is sRGB's, 9 BT.2020's, 11 and 12 P3's (11 with the white of cinemas).
        transfer: 13 is sRGB's, 16 PQ, 18 HLG.
    """

    primaries: int
    transfer: int

    @property
    def is_hdr(self) -> bool:
        """Whether there are brighter parts than white."""
        return self.transfer in (PQ, HLG)

    @property
    def is_srgb(self) -> bool:
        """Whether the numbers may be shown as they are.

        True as well for code points that no picture has: unknown ones mean sRGB here. BT.709's
        transfer function counts as sRGB's, as in browsers.
        """
        return not (self.is_hdr or self.transfer == LINEAR or self.primaries in _WIDE_PRIMARIES)


ADOBE_RGB: Final = Cicp(ADOBE_RGB_PRIMARIES, GAMMA_2_2)


def cicp_of_nclx(colr: bytes) -> Cicp | None:
    """The code points of a colr box's content; None when it holds a profile instead.

    Source: ISO/IEC 14496-12 section 12.1.5.
    """
    if colr[:4] not in (b"nclx", b"nclc") or len(colr) < 8:
        return None
    return Cicp(int.from_bytes(colr[4:6], "big"), int.from_bytes(colr[6:8], "big"))


def cicp_of_profile(profile: bytes) -> Cicp | None:
    """The code points that an ICC profile carries for HDR pictures; None without them.

    Source: ICC.1:2022 sections 7.3 and 10.3.
    """
    count = min(int.from_bytes(profile[_TABLE_AT : _TABLE_AT + 4], "big"), _MAX_TAGS)
    for at in range(_TABLE_AT + 4, _TABLE_AT + 4 + 12 * count, 12):
        if profile[at : at + 4] == b"cicp":
            start = int.from_bytes(profile[at + 4 : at + 8], "big")
            tag = profile[start : start + 12]
            if len(tag) == 12 and tag[:4] == b"cicp":
                return Cicp(tag[8], tag[9])
    return None
