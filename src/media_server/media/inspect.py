"""What a file is by its content, and where its parts lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.errors import EmptyError, UnrecognisedError
from media_server.media.formats.bmp import read_bmp
from media_server.media.formats.cr3 import read_cr3
from media_server.media.formats.gif import read_gif
from media_server.media.formats.ico import read_ico
from media_server.media.formats.isobmff import read_isobmff
from media_server.media.formats.jp2 import read_jp2
from media_server.media.formats.jpeg import read_jpeg
from media_server.media.formats.jxl import read_jxl
from media_server.media.formats.pcx import read_pcx
from media_server.media.formats.png import read_png
from media_server.media.formats.pnm import read_pnm
from media_server.media.formats.psd import read_psd
from media_server.media.formats.raw import (
    read_fuji,
    read_minolta,
    read_panasonic,
    read_sigma,
    read_tiff_raw,
    read_unsized,
    sniff_tiff_raw,
)
from media_server.media.formats.tga import is_tga, read_tga
from media_server.media.formats.tiff_file import read_tiff
from media_server.media.formats.webp import read_webp
from media_server.media.sniff import (
    HEIF_MIMES,
    PNM_MIMES,
    RAW_MIMES,
    SNIFF_BYTES,
    Mime,
    sniff,
)
from media_server.media.tags.exif import Exif, read_exif, read_orientation

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.media.layout import Layout
    from media_server.media.source import Source

_READERS: dict[Mime, Callable[[Source], Layout]] = {
    "image/jpeg": read_jpeg,
    "image/png": read_png,
    "image/gif": read_gif,
    "image/webp": read_webp,
    "image/bmp": read_bmp,
    "image/tiff": read_tiff,
    "image/avif": read_isobmff,
    **dict.fromkeys(HEIF_MIMES, read_isobmff),
    "image/jxl": read_jxl,
    "image/jp2": read_jp2,
    "image/jpx": read_jp2,
    "image/vnd.adobe.photoshop": read_psd,
    "image/x-icon": read_ico,
    "image/x-pcx": read_pcx,
    "image/x-tga": read_tga,
    **dict.fromkeys(PNM_MIMES, read_pnm),
    **dict.fromkeys(RAW_MIMES, read_tiff_raw),
    "image/x-canon-cr3": read_cr3,
    "image/x-canon-crw": read_unsized,
    "image/x-fuji-raf": read_fuji,
    "image/x-minolta-mrw": read_minolta,
    "image/x-panasonic-rw2": read_panasonic,
    "image/x-sigma-x3f": read_sigma,
}
_NO_EXIF = Exif()


def identify(source: Source) -> Mime | None:
    """What a picture is by its content, as far into it as that takes; None when it is none.

    Raises:
        EmptyError: the file has no bytes.
    """
    if not source.size_bytes:
        raise EmptyError("the file is empty")
    mime = sniff(source.read_at(0, SNIFF_BYTES))
    if mime == "image/tiff":
        return sniff_tiff_raw(source) or mime
    if mime is None and is_tga(source):
        return "image/x-tga"
    return mime


def inspect(source: Source) -> tuple[Mime, Layout, Exif, int]:
    """What a picture is and where its parts lie: (type, layout, EXIF, orientation 1 to 8).

    Raises:
        MediaError: empty, unrecognised, truncated or corrupt.
    """
    mime, layout = _layout(source)
    exif = read_exif(layout.exif) if layout.exif is not None else _NO_EXIF
    return mime, layout, exif, layout.orientation or exif.orientation or 1


def inspect_turning(source: Source) -> tuple[Mime, int]:
    """The type and the orientation of a picture, as `inspect` tells them, for much less.

    Raises:
        MediaError: as `inspect`.
    """
    mime, layout = _layout(source)
    if layout.orientation or layout.exif is None:
        return mime, layout.orientation or 1
    return mime, read_orientation(layout.exif) or 1


def _layout(source: Source) -> tuple[Mime, Layout]:
    mime = identify(source)
    if mime is None:
        raise UnrecognisedError("the content is no picture of a known format")
    return mime, _READERS[mime](source)
