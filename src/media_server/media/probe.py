"""Reads the facts of a picture or film from its content, without decoding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.errors import UnrecognisedError
from media_server.media.inspect import inspect
from media_server.media.metadata import gather, picture_facts
from media_server.media.picture import GRID_EDGE_PX
from media_server.media.reading import Reading
from media_server.media.sniff import HEIF_MIMES, Mime
from media_server.media.tags.xmp import read_xmp
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, sniff_video
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from media_server.media.layout import Layout
    from media_server.media.picture import Picture
    from media_server.media.source import Source
    from media_server.media.tags.exif import Exif

# EXIF orientations from here on lie on their side.
_SIDEWAYS = 5
# libheif takes the whole file into memory; a phone's has 2 to 10 MB.
_MAX_HEIF_BYTES = 50_000_000


def probe(source: Source) -> Reading:
    """The facts of a picture or film, and the preview that the camera embedded in a picture.

    Raises:
        MediaError: empty, unrecognised, truncated or corrupt.
    """
    try:
        return _probe_picture(source)
    except UnrecognisedError:
        if sniff_video(source.read_at(0, VIDEO_SNIFF_BYTES)) is None:
            raise
    return _probe_film(source)


def _probe_film(source: Source) -> Reading:
    # Imported late: most folders hold pictures alone.
    from media_server.media.film.video import read_video

    found = read_video(source)
    said = read_xmp(found.xmp).facts if found.xmp else ()
    width_px = found.upright.width_px if found.upright else None
    height_px = found.upright.height_px if found.upright else None
    facts = gather(found.facts, said)
    return Reading(
        found.mime, width_px, height_px, found.orientation, None, None, None, None, facts
    )


def _probe_picture(source: Source) -> Reading:
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
        picture_facts(mime, layout, exif, source),
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
