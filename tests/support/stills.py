"""Still pictures that no encoder at hand would write: raw files, Photoshop documents, HDR PNGs."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 128, 0), (0, 0, 255), (255, 255, 255)
# How an upright scene is laid down so that the orientation turns it back.
LAID = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
_FORMS = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "LL", SIGNED_RATIONAL: "ll"}

Row = tuple[int, int, list[int]]
"""Tag, type and values."""


def scene(width: int = 80, height: int = 60) -> Image.Image:
    """Four quarters: red, green / blue, white."""
    picture = Image.new("RGB", (width, height), WHITE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    picture.paste(GREEN, (width // 2, 0, width, height // 2))
    picture.paste(BLUE, (0, height // 2, width // 2, height))
    return picture


def laid(picture: Image.Image, orientation: int) -> Image.Image:
    """The picture as a camera would store it that says `orientation`."""
    turn = LAID[orientation]
    return picture if turn is None else picture.transpose(turn)


def exif(orientation: int) -> bytes:
    """An EXIF block with JPEG's prefix."""
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def jpeg(picture: Image.Image, **options: object) -> bytes:
    """A JPEG of high quality."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, **options)
    return file.getvalue()


def text(words: str) -> list[int]:
    """The values of an ASCII entry."""
    return [*words.encode(), 0]


def directory(rows: list[Row], at: int, following: int = 0, order: str = "<") -> bytes:
    """A TIFF directory that stands at `at`, and behind it what does not fit into its rows."""
    head = struct.pack(order + "H", len(rows))
    values_at = at + 2 + 12 * len(rows) + 4
    values = b""
    for tag, kind, numbers in sorted(rows):
        form = _FORMS[kind]
        raw = struct.pack(order + form[0] * len(numbers), *numbers)
        count = len(numbers) // len(form)
        field = raw.ljust(4, b"\0")
        if len(raw) > 4:
            field = struct.pack(order + "L", values_at + len(values))
            values += raw + bytes(len(raw) % 2)
        head += struct.pack(order + "HHL", tag, kind, count) + field
    return head + struct.pack(order + "L", following) + values


def mosaic(picture: Image.Image, neutral: tuple[int, int, int]) -> bytes:
    """What a sensor with the usual filters (red, green / green, blue) sees, in 16 bits.

    Args:
        picture: the scene.
        neutral: how much of white each filter lets through, in hundredths.
    """
    rgb = np.asarray(picture.convert("RGB"), np.float64) / 255
    light = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    light *= np.array(neutral) / 100
    seen = light[:, :, 1].copy()
    seen[0::2, 0::2] = light[0::2, 0::2, 0]
    seen[1::2, 1::2] = light[1::2, 1::2, 2]
    # A sensor is never dark or full: LibRaw scales what it finds.
    return (seen * 60_000 + 2_000).astype("<u2").tobytes()


def dng(
    picture: Image.Image,
    *,
    orientation: int = 1,
    preview: bytes | None = None,
    version: bool = True,
    make: str = "Nobody",
    mark: bytes = b"",
    neutral: tuple[int, int, int] = (100, 100, 100),
) -> bytes:
    """A raw file: the sensor's picture below a main directory, which may have a JPEG preview.

    Args:
        picture: as the sensor saw it; sides even.
        orientation: said in the main directory.
        preview: a JPEG for the main directory; None gives it a picture of 8×8 grey pixels.
        version: whether the file calls itself a DNG.
        make: the camera's maker.
        neutral: as in `mosaic`, and said in the file.
        mark: what stands behind TIFF's own header, an even number of bytes.
    """
    begin = 8 + len(mark)
    width, height = picture.size
    shown = Image.open(io.BytesIO(preview)).size if preview else (8, 8)
    small = preview or bytes([128]) * (8 * 8 * 3)
    pixels = mosaic(picture, neutral)
    start = begin + len(small) + len(small) % 2
    data = small.ljust(start - begin, b"\0") + pixels
    main_at = begin + len(data)
    common: list[Row] = [
        (0x010F, ASCII, text(make)),
        (0x0110, ASCII, text("Model")),
        (0x0112, SHORT, [orientation]),
    ]
    if version:
        # XYZ to the camera's colours: sRGB's, so that the camera sees what the picture shows.
        matrix = [32405, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572]
        common += [
            (0xC612, BYTE, [1, 4, 0, 0]),
            (0xC614, ASCII, text("Nobody Model")),
            (0xC621, SIGNED_RATIONAL, [n for value in matrix for n in (value, 10_000)]),
            (0xC628, RATIONAL, [n for share in neutral for n in (share, 100)]),
            (0xC65A, SHORT, [21]),
        ]
    main: list[Row] = [
        *common,
        (0x00FE, LONG, [1]),
        (0x0100, LONG, [shown[0]]),
        (0x0101, LONG, [shown[1]]),
        (0x0102, SHORT, [8, 8, 8]),
        (0x0103, SHORT, [7 if preview else 1]),
        (0x0106, SHORT, [6 if preview else 2]),
        (0x0111, LONG, [begin]),
        (0x0115, SHORT, [3]),
        (0x0116, LONG, [shown[1]]),
        (0x0117, LONG, [len(small)]),
    ]
    raw_at = main_at + len(directory([*main, (0x014A, LONG, [0])], main_at))
    raw: list[Row] = [
        (0x00FE, LONG, [0]),
        (0x0100, LONG, [width]),
        (0x0101, LONG, [height]),
        (0x0102, SHORT, [16]),
        (0x0103, SHORT, [1]),
        (0x0106, SHORT, [32_803]),
        (0x0111, LONG, [start]),
        (0x0115, SHORT, [1]),
        (0x0116, LONG, [height]),
        (0x0117, LONG, [len(pixels)]),
        (0x828D, SHORT, [2, 2]),
        (0x828E, BYTE, [0, 1, 1, 2]),
    ]
    if version:
        raw += [(0xC61A, SHORT, [2_000]), (0xC61D, SHORT, [62_000])]
    main.append((0x014A, LONG, [raw_at]))
    head = struct.pack("<2sHL", b"II", 42, main_at)
    return head + mark + data + directory(main, main_at) + directory(raw, raw_at)


def png(width: int, height: int, rows: bytes, *chunks: bytes, depth: int = 8) -> bytes:
    """An RGB PNG of filtered rows, with further chunks (kind and content) before the pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">L", zlib.crc32(kind + data))
        return struct.pack(">L", len(data)) + kind + data + crc

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", width, height, depth, 2, 0, 0, 0))
    extra = b"".join(chunk(data[:4], data[4:]) for data in chunks)
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + extra + body


def deep_png(numbers: np.ndarray, *chunks: bytes) -> bytes:
    """A PNG of (height, width, 3) numbers of 16 bits."""
    height, width = numbers.shape[:2]
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in numbers)
    return png(width, height, rows, *chunks, depth=16)


def psd(
    picture: Image.Image,
    *,
    depth: int = 8,
    packed: bool = True,
    version: int = 1,
    resources: dict[int, bytes] | None = None,
    transparent: bool = False,
) -> bytes:
    """A flattened Photoshop document of mode L, RGB, RGBA, CMYK or LAB."""
    mode = {"L": 1, "RGB": 3, "RGBA": 3, "CMYK": 4, "LAB": 9}[picture.mode]
    width, height = picture.size
    rows: list[bytes] = []
    for band in picture.split():
        numbers = np.asarray(band)
        if picture.mode == "CMYK":
            numbers = 255 - numbers
        wide = numbers.astype(">u2") * 257 if depth == 16 else numbers
        rows += [row.astype(">u2" if depth == 16 else "u1").tobytes() for row in wide]
    if packed:
        rows = [_packbits(row) for row in rows]
        form = ">H" if version == 1 else ">L"
        body = b"\0\1" + b"".join(struct.pack(form, len(row)) for row in rows) + b"".join(rows)
    else:
        body = b"\0\0" + b"".join(rows)
    blocks = b"".join(
        b"8BIM" + struct.pack(">HHL", kind, 0, len(data)) + data + bytes(len(data) % 2)
        for kind, data in (resources or {}).items()
    )
    count = -1 if transparent else 1
    wide_form = ">L" if version == 1 else ">Q"
    layers = struct.pack(wide_form, 2) + struct.pack(">h", count)
    head = struct.pack(
        ">4sH6xHLLHH", b"8BPS", version, len(picture.getbands()), height, width, depth, mode
    )
    return (
        head
        + struct.pack(">L", 0)
        + struct.pack(">L", len(blocks))
        + blocks
        + struct.pack(wide_form, len(layers))
        + layers
        + body
    )


def _packbits(row: bytes) -> bytes:
    """Without any packing: runs of up to 128 bytes as they are."""
    parts = (row[at : at + 128] for at in range(0, len(row), 128))
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def matrix_profile(
    primaries: tuple[tuple[float, float], ...],
    gamma: float,
    white_point: tuple[float, float] = (0.3127, 0.3290),
) -> bytes:
    """An ICC profile of three primaries with a white (of D65), and one gamma for all."""
    x, y = white_point
    white = np.array([x / y, 1.0, (1 - x - y) / y])
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in primaries]).T
    to_xyz = columns * np.linalg.solve(columns, white)
    bradford = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    d50 = np.array([0.9642, 1.0, 0.8249])
    adapted = (
        np.linalg.inv(bradford) @ np.diag((bradford @ d50) / (bradford @ white)) @ bradford @ to_xyz
    )

    def fixed(values: np.ndarray) -> bytes:
        return b"".join(struct.pack(">l", round(float(value) * 65_536)) for value in values)

    name = b"Test"
    described = b"desc" + bytes(4) + struct.pack(">L", len(name) + 1) + name + bytes(1 + 78)
    curve = b"curv" + bytes(4) + struct.pack(">LH", 1, round(gamma * 256)) + bytes(2)
    tags = [(b"desc", described.ljust(-(-len(described) // 4) * 4, b"\0"))]
    tags += [(b"wtpt", b"XYZ " + bytes(4) + fixed(d50))]
    for index, kind in enumerate((b"rXYZ", b"gXYZ", b"bXYZ")):
        tags.append((kind, b"XYZ " + bytes(4) + fixed(adapted[:, index])))
    tags += [(kind, curve) for kind in (b"rTRC", b"gTRC", b"bTRC")]
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">L", len(tags)), b""
    for kind, content in tags:
        table += struct.pack(">4sLL", kind, at + len(data), len(content))
        data += content
    head = struct.pack(
        ">L4sL4s4s4s", at + len(data), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ "
    )
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + fixed(d50)
    profile = head.ljust(128, b"\0") + table + data
    ImageCms.ImageCmsProfile(io.BytesIO(profile))  # readable
    return profile
