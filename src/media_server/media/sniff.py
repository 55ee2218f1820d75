"""What a file is, from its first bytes. The name is never asked."""

from __future__ import annotations

from typing import Final, Literal, get_args

from media_server.media.marks import is_icon, is_pcx, pnm_size

RawMime = Literal[
    "image/x-raw",
    "image/x-adobe-dng",
    "image/x-canon-cr2",
    "image/x-canon-cr3",
    "image/x-canon-crw",
    "image/x-epson-erf",
    "image/x-fuji-raf",
    "image/x-hasselblad-3fr",
    "image/x-kodak-dcr",
    "image/x-minolta-mrw",
    "image/x-nikon-nef",
    "image/x-olympus-orf",
    "image/x-panasonic-rw2",
    "image/x-pentax-pef",
    "image/x-phaseone-iiq",
    "image/x-samsung-srw",
    "image/x-sigma-x3f",
    "image/x-sony-arw",
]
"""Types that hold what a camera's sensor saw."""

StillMime = Literal[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/bmp",
    "image/tiff",
    "image/avif",
    "image/heic",
    "image/heif",
    "image/jxl",
    "image/jp2",
    "image/jpx",
    "image/vnd.adobe.photoshop",
    "image/x-icon",
    "image/x-pcx",
    "image/x-tga",
    "image/x-portable-bitmap",
    "image/x-portable-graymap",
    "image/x-portable-pixmap",
]

Mime = StillMime | RawMime

SNIFF_BYTES: Final = 512
"""How many bytes from the start `sniff` wants to see."""

HEIF_MIMES: Final[tuple[Mime, ...]] = ("image/heic", "image/heif")
"""Types whose pictures are coded in HEVC, as far as the program reads them."""

PNM_MIMES: Final[tuple[Mime, ...]] = (
    "image/x-portable-bitmap",
    "image/x-portable-graymap",
    "image/x-portable-pixmap",
)

RAW_MIMES: Final[tuple[RawMime, ...]] = get_args(RawMime)

_STARTS: Final[dict[bytes, Mime]] = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"II+\0": "image/tiff",
    b"MM\0+": "image/tiff",
    b"\xff\x0a": "image/jxl",
    b"\0\0\0\x0cJXL \r\n\x87\n": "image/jxl",
    b"\xff\x4f\xff\x51": "image/jp2",
    b"8BPS\0\1": "image/vnd.adobe.photoshop",
    b"8BPS\0\2": "image/vnd.adobe.photoshop",
    b"IIRO": "image/x-olympus-orf",
    b"IIRS": "image/x-olympus-orf",
    b"MMOR": "image/x-olympus-orf",
    b"IIU\0": "image/x-panasonic-rw2",
    b"FUJIFILMCCD-RAW": "image/x-fuji-raf",
    b"FOVb": "image/x-sigma-x3f",
    b"\0MRM": "image/x-minolta-mrw",
}
_PNM: Final[dict[int, Mime]] = {
    **dict.fromkeys(b"14", "image/x-portable-bitmap"),
    **dict.fromkeys(b"25", "image/x-portable-graymap"),
    **dict.fromkeys(b"36", "image/x-portable-pixmap"),
}
_JP2_SIGNATURE = b"\0\0\0\x0cjP  \r\n\x87\n"
# BITMAPCOREHEADER to BITMAPV5HEADER: the header's own size stands right behind the file header.
_BMP_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
# ISO/IEC 23008-12, annex B: brands of files whose pictures are coded in HEVC.
_HEVC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
_AV1_BRANDS = frozenset({b"avif", b"avis"})
_ANY_CODEC_BRANDS = frozenset({b"mif1", b"msf1", b"mif2"})


def sniff(head: bytes) -> Mime | None:
    """The type of a still picture, or None.

    "image/tiff" may still turn out to be a camera's raw file, and a TGA has no mark at its
    beginning: `inspect.identify` looks further.

    Args:
        head: the first `SNIFF_BYTES` of the file, or all of a shorter one.
    """
    for start, mime in _STARTS.items():
        if head.startswith(start):
            return mime
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES:
        return "image/bmp"
    if head.startswith(_JP2_SIGNATURE):
        return "image/jpx" if head[20:24] == b"jpx " else "image/jp2"
    if head[6:14] == b"HEAPCCDR":
        return "image/x-canon-crw"
    if is_icon(head):
        return "image/x-icon"
    if pnm_size(head):
        return _PNM[head[1]]
    return "image/x-pcx" if is_pcx(head) else None


def _sniff_brands(head: bytes) -> Mime | None:
    size_bytes = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    if major == b"crx ":
        return "image/x-canon-cr3"
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
