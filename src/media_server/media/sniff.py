"""What a file is, from its first bytes. The name is never asked."""

from __future__ import annotations

from typing import Final, Literal

Mime = Literal[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/tiff",
    "image/avif",
    "image/heic",
    "image/heif",
]

SNIFF_BYTES: Final = 512
"""How many bytes from the start `sniff` wants to see."""

HEIF_MIMES: Final[tuple[Mime, ...]] = ("image/heic", "image/heif")
"""Types whose pictures are coded in HEVC, as far as the program reads them."""

_TIFF_MAGIC = frozenset({b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"})
# BITMAPCOREHEADER to BITMAPV5HEADER: the header's own size stands right behind the file header.
_BMP_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
# ISO/IEC 23008-12, annex B: brands of files whose pictures are coded in HEVC.
_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_AV1_BRANDS = frozenset({b"avif", b"avis"})
_ANY_CODEC_BRANDS = frozenset({b"mif1", b"msf1", b"mif2"})


def sniff(head: bytes) -> Mime | None:
    """The type of a still picture, or None.

    Args:
        head: the first `SNIFF_BYTES` of the file, or all of a shorter one.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] in _TIFF_MAGIC:
        return "image/tiff"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES:
        return "image/bmp"
    return None


def _sniff_brands(head: bytes) -> Mime | None:
    size_bytes = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, size_bytes, 4)}
    if major in _AV1_BRANDS:
        return "image/avif"
    if major in _HEVC_BRANDS:
        return "image/heic"
    if not brands & _ANY_CODEC_BRANDS:
        return None
    if brands & _AV1_BRANDS:
        return "image/avif"
    return "image/heic" if brands & _HEVC_BRANDS else "image/heif"
