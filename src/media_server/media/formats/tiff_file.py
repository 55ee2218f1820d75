"""A TIFF file: size and metadata, which are the same structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.layout import Layout
from media_server.media.tiff import Tiff

if TYPE_CHECKING:
    from media_server.media.source import Source

_NEW_SUBFILE_TYPE = 0x00FE
_IMAGE_WIDTH, _IMAGE_LENGTH = 0x0100, 0x0101
_WANTED = frozenset({_NEW_SUBFILE_TYPE, _IMAGE_WIDTH, _IMAGE_LENGTH})
_REDUCED = 1


def read_tiff(source: Source) -> Layout:
    """The size of the first picture of a TIFF file; its metadata is read in place.

    Returns:
        Without a size when the first picture is a preview of another, as in camera raw files.

    Raises:
        TruncatedError: the file ends before its directory.
        CorruptError: no directory, or no size in it.
    """
    tiff = Tiff(source.read_at)
    if tiff.first >= source.size_bytes:
        raise TruncatedError("the TIFF ends before its directory")
    main = tiff.directory(tiff.first, _WANTED).entries
    if (tiff.integer(main.get(_NEW_SUBFILE_TYPE)) or 0) & _REDUCED:
        return Layout(None, None, source.read_at)
    width_px = tiff.integer(main.get(_IMAGE_WIDTH))
    height_px = tiff.integer(main.get(_IMAGE_LENGTH))
    if not width_px or not height_px:
        raise CorruptError("the TIFF has no size")
    return Layout(width_px, height_px, source.read_at)
