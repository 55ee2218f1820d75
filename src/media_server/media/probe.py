"""Reads the facts of a picture from its content, without decoding the picture itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.bmp import read_bmp
from media_server.media.errors import EmptyError, UnrecognisedError
from media_server.media.exif import Exif, read_exif
from media_server.media.gif import read_gif
from media_server.media.isobmff import read_isobmff
from media_server.media.jpeg import read_jpeg
from media_server.media.picture import GRID_EDGE_PX
from media_server.media.png import read_png
from media_server.media.reading import Reading
from media_server.media.sniff import HEIF_MIMES, SNIFF_BYTES, Mime, sniff
from media_server.media.tiff_file import read_tiff
from media_server.media.webp import read_webp
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.media.layout import Layout
    from media_server.media.picture import Picture
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
}
# EXIF orientations from here on lie on their side.
_SIDEWAYS = 5
_NO_EXIF = Exif()
# libheif takes the whole file into memory; a phone's has 2 to 10 MB.
_MAX_HEIF_BYTES = 50_000_000


def inspect(source: Source) -> tuple[Mime, Layout, Exif, int]:
    """What a picture is and where its parts lie: (type, layout, EXIF, orientation 1 to 8).

    Raises:
        MediaError: empty, unrecognised, truncated or corrupt.
    """
    if not source.size_bytes:
        raise EmptyError("the file is empty")
    mime = sniff(source.read_at(0, SNIFF_BYTES))
    if mime is None:
        raise UnrecognisedError("the content is no picture of a known format")
    layout = _READERS[mime](source)
    exif = read_exif(layout.exif) if layout.exif is not None else _NO_EXIF
    return mime, layout, exif, layout.orientation or exif.orientation or 1


def probe(source: Source) -> Reading:
    """The facts of a picture, and the preview that its camera embedded.

    Raises:
        MediaError: empty, unrecognised, truncated or corrupt.
    """
    mime, layout, exif, orientation = inspect(source)
    width_px, height_px = layout.width_px, layout.height_px
    if orientation >= _SIDEWAYS:
        width_px, height_px = height_px, width_px
    local, offset_min, origin = exif.capture or (None, None, None)
    return Reading(
        mime,
        width_px,
        height_px,
        orientation,
        local,
        offset_min,
        origin,
        _preview(mime, layout, exif, orientation, source),
    )


def _preview(
    mime: Mime, layout: Layout, exif: Exif, orientation: int, source: Source
) -> Picture | None:
    if layout.width_px is None or layout.height_px is None:
        return None
    stored = Size(layout.width_px, layout.height_px)
    if max(stored.width_px, stored.height_px) <= GRID_EDGE_PX:
        return None  # it is as quickly decoded itself
    # Imported late: most files of a large folder have been probed before any pixel is needed.
    if layout.coded_preview and mime in HEIF_MIMES and source.size_bytes <= _MAX_HEIF_BYTES:
        from media_server.media.preview import render_coded_preview

        return render_coded_preview(source)
    embedded = exif.thumbnail or (layout.preview() if layout.preview else None)
    if embedded is None:
        return None
    from media_server.media.preview import render_preview

    return render_preview(embedded, stored, orientation)
