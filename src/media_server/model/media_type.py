"""Which file names are media, and of what type. A fixed table: never the host's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MediaType:
    """A type of media file.

    Attributes:
        mime: the IANA media type, or the customary one.
        kind: still picture or moving one.
        pictured: whether this program can decode it to a picture.
        raw: whether it holds what a camera's sensor saw.
    """

    mime: str
    kind: Literal["image", "video"]
    pictured: bool
    raw: bool = False


def _image(mime: str, *, pictured: bool = True) -> MediaType:
    return MediaType(f"image/{mime}", "image", pictured)


def _raw(mime: str) -> MediaType:
    return MediaType(f"image/{mime}", "image", pictured=True, raw=True)


def _video(mime: str) -> MediaType:
    return MediaType(f"video/{mime}", "video", pictured=False)


_JPEG = _image("jpeg")
_TIFF = _image("tiff")
_HEIC = _image("heic")
_HEIF = _image("heif")
_MPEG = _video("mpeg")
_MTS = _video("mp2t")
_RAW = _raw("x-raw")
_JP2 = _image("jp2")

BY_EXTENSION: dict[bytes, MediaType] = {
    b"jpg": _JPEG,
    b"jpeg": _JPEG,
    b"jpe": _JPEG,
    b"jfif": _JPEG,
    b"png": _image("png"),
    b"apng": _image("apng"),
    b"gif": _image("gif"),
    b"webp": _image("webp"),
    b"bmp": _image("bmp"),
    b"dib": _image("bmp"),
    b"tif": _TIFF,
    b"tiff": _TIFF,
    b"avif": _image("avif"),
    b"heic": _HEIC,
    b"heif": _HEIF,
    b"hif": _HEIF,
    b"jxl": _image("jxl"),
    b"jp2": _JP2,
    b"j2k": _JP2,
    b"jpx": _image("jpx"),
    b"svg": _image("svg+xml", pictured=False),
    b"ico": _image("x-icon"),
    b"psd": _image("vnd.adobe.photoshop"),
    b"tga": _image("x-tga"),
    b"pcx": _image("x-pcx"),
    b"ppm": _image("x-portable-pixmap"),
    b"pgm": _image("x-portable-graymap"),
    b"pbm": _image("x-portable-bitmap"),
    b"pnm": _image("x-portable-anymap"),
    b"dng": _raw("x-adobe-dng"),
    b"cr2": _raw("x-canon-cr2"),
    b"cr3": _raw("x-canon-cr3"),
    b"crw": _raw("x-canon-crw"),
    b"nef": _raw("x-nikon-nef"),
    b"nrw": _raw("x-nikon-nrw"),
    b"arw": _raw("x-sony-arw"),
    b"sr2": _raw("x-sony-sr2"),
    b"srf": _raw("x-sony-srf"),
    b"orf": _raw("x-olympus-orf"),
    b"rw2": _raw("x-panasonic-rw2"),
    b"raf": _raw("x-fuji-raf"),
    b"pef": _raw("x-pentax-pef"),
    b"srw": _raw("x-samsung-srw"),
    b"x3f": _raw("x-sigma-x3f"),
    b"kdc": _raw("x-kodak-kdc"),
    b"dcr": _raw("x-kodak-dcr"),
    b"mrw": _raw("x-minolta-mrw"),
    b"3fr": _raw("x-hasselblad-3fr"),
    b"iiq": _raw("x-phaseone-iiq"),
    b"erf": _raw("x-epson-erf"),
    b"rwl": _RAW,
    b"mp4": _video("mp4"),
    b"m4v": _video("x-m4v"),
    b"mov": _video("quicktime"),
    b"qt": _video("quicktime"),
    b"avi": _video("x-msvideo"),
    b"mkv": _video("x-matroska"),
    b"webm": _video("webm"),
    b"3gp": _video("3gpp"),
    b"3g2": _video("3gpp2"),
    b"mpg": _MPEG,
    b"mpeg": _MPEG,
    b"mpe": _MPEG,
    b"m2v": _MPEG,
    b"mts": _MTS,
    b"m2ts": _MTS,
    b"wmv": _video("x-ms-wmv"),
    b"asf": _video("x-ms-asf"),
    b"flv": _video("x-flv"),
    b"ogv": _video("ogg"),
    b"insv": _video("mp4"),
}


def media_type(name: bytes) -> MediaType | None:
    """The type a file's name says it has, or None where it is no media.

    Only the part after the last dot counts, in any case; a name that begins with its only dot
    (`.jpg`) has no extension.
    """
    dot = name.rfind(b".")
    return BY_EXTENSION.get(name[dot + 1 :].lower()) if dot > 0 else None


_RAW_MIMES = frozenset(kind.mime for kind in BY_EXTENSION.values() if kind.raw)


def is_raw(mime: str) -> bool:
    """Whether a type, by name or by content, is that of what a camera's sensor saw."""
    return mime in _RAW_MIMES
