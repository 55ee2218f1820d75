"""Photoshop documents: the flattened picture that Photoshop keeps beside the layers."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from media_server.media.decode.colour import to_srgb
from media_server.media.decode.decoder import MAX_FRAME_PIXELS
from media_server.media.decode.pillow import opened, plain, scale
from media_server.media.decode.turn import turn_upright
from media_server.media.errors import TooLargeError, TruncatedError, UnsupportedError
from media_server.media.formats.psd import PsdHeader, read_psd_header, read_psd_profile
from media_server.media.source import BytesSource
from media_server.model.geometry import Size

if TYPE_CHECKING:
    from PIL.Image import Image

    from media_server.media.source import Source

_GREY, _RGB, _DUOTONE = 1, 3, 8
_RAW, _RUN_LENGTHS = 0, 1
# Held twice, beside what the libraries take.
_MAX_DATA_BYTES = 130_000_000
_BYTE, _SHORT, _LONG = 1, 3, 4
_PACKBITS = 32_773
_PLANES_APART = 2


def decode_psd(source: Source, edge_px: int, orientation: int) -> Image:
    """As in `Decoder`."""
    header = read_psd_header(source)
    if header.width_px * header.height_px > MAX_FRAME_PIXELS:
        raise TooLargeError("more pixels than the limit for pictures decoded as a whole")
    if header.depth == 16 or header.version == 2:
        from media_server.media.decode.vips import decode_vips

        return decode_vips(BytesSource(_as_tiff(source, header)), edge_px, orientation)
    if header.depth > 8:
        raise UnsupportedError("Photoshop documents of 32 bits a channel cannot be read")
    with opened(source, "PSD") as picture:
        picture.load()
        profile = picture.info.get("icc_profile")
        small = plain(picture)
        if small.mode == "RGBA" and not header.is_transparent:
            small = small.convert("RGB")  # a selection kept as a channel hides nothing
        small = scale(small, Size(*picture.size).fit_within(edge_px))
        return turn_upright(to_srgb(small, profile), orientation)


def _as_tiff(source: Source, header: PsdHeader) -> bytes:
    """The flattened picture as a TIFF: both formats pack rows alike, so nothing is unpacked."""
    colours = {_GREY: 1, _DUOTONE: 1, _RGB: 3}.get(header.mode)
    if colours is None or header.depth not in (8, 16) or header.channels < colours:
        raise UnsupportedError("Photoshop documents of this kind cannot be read")
    if source.size_bytes - header.picture_at > _MAX_DATA_BYTES:
        raise TooLargeError("more bytes than the limit for Photoshop documents")
    data = source.read_at(header.picture_at, _MAX_DATA_BYTES)
    packing = int.from_bytes(data[:2], "big")
    if packing == _RUN_LENGTHS:
        at, lengths = _packed_rows(data, header, colours)
    elif packing == _RAW:
        at, lengths = 2, [header.width_px * header.height_px * header.depth // 8] * colours
    else:
        raise UnsupportedError("Photoshop documents packed in this way cannot be read")
    if at + sum(lengths) > len(data):
        raise TruncatedError("the file ends before its picture does")
    offsets = []
    for length in lengths:
        offsets.append(8 + at)
        at += length
    entries = [
        (0x0100, _LONG, [header.width_px]),
        (0x0101, _LONG, [header.height_px]),
        (0x0102, _SHORT, [header.depth] * colours),
        (0x0103, _SHORT, [_PACKBITS if packing == _RUN_LENGTHS else 1]),
        (0x0106, _SHORT, [1 if colours == 1 else 2]),
        (0x0111, _LONG, offsets),
        (0x0115, _SHORT, [colours]),
        (0x0116, _LONG, [1 if packing == _RUN_LENGTHS else header.height_px]),
        (0x0117, _LONG, lengths),
        (0x011C, _SHORT, [_PLANES_APART]),
    ]
    profile = read_psd_profile(source)
    if profile:
        entries.append((0x8773, _BYTE, list(profile)))
    behind = 8 + len(data) + len(data) % 2
    head = struct.pack(">2sHL", b"MM", 42, behind)
    # Joined at once: each copy is as large as the picture.
    return b"".join((head, data, bytes(len(data) % 2), _directory(entries, behind)))


def _packed_rows(data: bytes, header: PsdHeader, colours: int) -> tuple[int, list[int]]:
    """(where the first row begins, length of each row) of the colours, one after the other."""
    form, form_bytes = ("H", 2) if header.version == 1 else ("L", 4)
    rows, all_rows = colours * header.height_px, header.channels * header.height_px
    table = struct.Struct(f">{rows}{form}")
    if len(data) < 2 + table.size:
        raise TruncatedError("the file ends before its picture does")
    return 2 + all_rows * form_bytes, list(table.unpack_from(data, 2))


def _directory(entries: list[tuple[int, int, list[int]]], at: int) -> bytes:
    """A TIFF directory that stands at `at`, and its values."""
    forms = {_BYTE: "B", _SHORT: "H", _LONG: "L"}
    rows = struct.pack(">H", len(entries))
    values_at = at + 2 + 12 * len(entries) + 4
    values = b""
    for tag, kind, numbers in entries:
        raw = struct.pack(f">{len(numbers)}{forms[kind]}", *numbers)
        if len(raw) <= 4:
            field = raw.ljust(4, b"\0")
        else:
            field = struct.pack(">L", values_at + len(values))
            values += raw + bytes(len(raw) % 2)
        rows += struct.pack(">HHL", tag, kind, len(numbers)) + field
    return rows + bytes(4) + values
