"""Builders of media that no encoder would write."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest

# (tag, field type, number of values, raw value)
Row = tuple[int, int, int, bytes]
BuildTiff = Callable[..., bytes]


def _directory(rows: list[Row], at: int, following: int, order: str) -> bytes:
    head = struct.pack(order + "H", len(rows))
    data_at = at + 2 + 12 * len(rows) + 4
    data = b""
    for tag, kind, count, raw in rows:
        if len(raw) <= 4:
            head += struct.pack(order + "HHL4s", tag, kind, count, raw)
        else:
            head += struct.pack(order + "HHLL", tag, kind, count, data_at + len(data))
            data += raw
    return head + struct.pack(order + "L", following) + data


@pytest.fixture
def build_tiff() -> BuildTiff:
    """Make a TIFF structure of a main, an EXIF, a thumbnail and a GPS directory."""

    def build(
        main: list[Row] = [],  # noqa: B006
        exif: list[Row] = [],  # noqa: B006
        thumbnail: bytes = b"",
        order: str = "<",
        gps: list[Row] = [],  # noqa: B006
    ) -> bytes:
        rows = list(main)
        pointers = [(0x8769, 4, 1, b"1234")] * (1 + bool(gps))
        exif_at = 8 + len(_directory([*main, *pointers], 8, 0, order))
        gps_at = exif_at + len(_directory(exif, exif_at, 0, order))
        if exif:
            rows.append((0x8769, 4, 1, struct.pack(order + "L", exif_at)))
        if gps:
            rows.append((0x8825, 4, 1, struct.pack(order + "L", gps_at)))
        second_at = gps_at + len(_directory(gps, gps_at, 0, order))
        out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", 8)
        out += _directory(rows, 8, second_at if thumbnail else 0, order)
        out = out.ljust(exif_at, b"\0") + _directory(exif, exif_at, 0, order)
        out += _directory(gps, gps_at, 0, order)
        if thumbnail:
            at = second_at + 2 + 12 * 2 + 4
            pair = [(0x0201, at), (0x0202, len(thumbnail))]
            second = [(tag, 4, 1, struct.pack(order + "L", value)) for tag, value in pair]
            out += _directory(second, second_at, 0, order) + thumbnail
        return out

    return build
