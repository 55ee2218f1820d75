"""One file of each format that people have, as corpus C needs them by the dozen.

Sizes are those of phones, cameras and scanners; the pixels are the scenes of `corpus`. The same
number gives the same file. Needs NumPy, and the libraries that the program itself decodes with.
"""

import functools
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import corpus

SEED = 1
SCAN_PX = (1654, 2339)  # A4 at 200 to the inch
SENT_PX = (2048, 1536)  # as messengers shrink photos
SMALL_PX = (640, 480)
CLIP_PX = (480, 270)
FILM_PX = (1920, 1080)
FILM_FRAMES = 50
RATE = 25
DRIFT_PX = 2

Maker = Callable[[np.random.Generator, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """Files of one format.

    Attributes:
        name: of their folder, and of their line in the table.
        suffix: of their names.
        number: how many keep two cores busy for some three seconds.
        make: one of them, from a source of chance and an EXIF block.
    """

    name: str
    suffix: str
    number: int
    make: Maker


def _scene(rng: np.random.Generator, size: tuple[int, int] = corpus.PHOTO_PX) -> Image.Image:
    return corpus.scene(rng, SEED, size)


def _by_pillow(form: str, size: tuple[int, int], **options: object) -> Maker:
    def make(rng: np.random.Generator, exif: bytes) -> bytes:
        out = io.BytesIO()
        _scene(rng, size).save(out, form, exif=exif, **options)
        return out.getvalue()

    return make


def _photo(rng: np.random.Generator, exif: bytes) -> bytes:
    image = _scene(rng)
    preview = corpus.jpeg(image.resize(corpus.PREVIEW_PX, Image.Resampling.BOX), 75)
    return corpus.jpeg(image, 90, corpus.with_preview(exif, preview))


def _small_photo(rng: np.random.Generator, exif: bytes) -> bytes:
    return corpus.jpeg(_scene(rng, SMALL_PX), 95, exif)


def _screenshot(rng: np.random.Generator, exif: bytes) -> bytes:
    out = io.BytesIO()
    corpus.screen(rng, SEED, (1080, 2400)).save(out, "PNG", exif=exif)
    return out.getvalue()


def _scan(rng: np.random.Generator, exif: bytes) -> bytes:
    out = io.BytesIO()
    # Pillow writes no packed TIFF with an EXIF directory; scanners know the date alone.
    tags = {0x0132: _first_date(exif).decode()}
    _scene(rng, SCAN_PX).save(out, "TIFF", compression="tiff_lzw", tiffinfo=tags)
    return out.getvalue()


def _first_date(exif: bytes) -> bytes:
    """The first date in an EXIF block, without the zero at its end."""
    colon = exif.index(b":")
    return exif[colon - 4 : colon + 15]


def _heic(rng: np.random.Generator, exif: bytes) -> bytes:
    import pillow_heif

    out = io.BytesIO()
    picture = pillow_heif.from_pillow(_scene(rng))
    # The usual preset takes twelve seconds a photo.
    picture.save(out, quality=60, exif=exif, enc_params={"preset": "ultrafast"})
    return out.getvalue()


def _jxl(rng: np.random.Generator, exif: bytes) -> bytes:
    import pylibjxl

    pixels = np.asarray(_scene(rng))
    data: bytes = pylibjxl.encode(pixels, effort=5, distance=1.0, exif=exif)
    return data


def _gif(rng: np.random.Generator, exif: bytes) -> bytes:
    del exif  # the format has no place for it
    wide = _scene(rng, (CLIP_PX[0] + 20 * DRIFT_PX, CLIP_PX[1])).quantize(128)
    frames = [
        wide.crop((step * DRIFT_PX, 0, step * DRIFT_PX + CLIP_PX[0], CLIP_PX[1]))
        for step in range(20)
    ]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    return out.getvalue()


def _psd(rng: np.random.Generator, exif: bytes) -> bytes:
    """Flattened, RGB, 8 bits, unpacked. Source: Adobe Photoshop File Formats, "File Header"."""
    picture = _scene(rng, SCAN_PX)
    head = struct.pack(">4sH6xHLLHH", b"8BPS", 1, 3, picture.height, picture.width, 8, 3)
    content = exif.removeprefix(b"Exif\0\0")
    content += bytes(len(content) % 2)
    resource = b"8BIM" + struct.pack(">HHL", 1058, 0, len(content)) + content
    planes = b"".join(band.tobytes() for band in picture.split())
    lengths = struct.pack(">LL", 0, len(resource))
    return head + lengths + resource + struct.pack(">LH", 0, 0) + planes


def _dng(preview_px: tuple[int, int] | None) -> Maker:
    def make(rng: np.random.Generator, exif: bytes) -> bytes:
        image = _scene(rng)
        small = image.resize(preview_px or (64, 48), Image.Resampling.BOX)
        return dng(image, corpus.jpeg(small, 85), exif)

    return make


BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED_RATIONAL = 1, 2, 3, 4, 5, 10
FORMS = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "L", RATIONAL: "L", SIGNED_RATIONAL: "l"}
# XYZ to a camera's colours; here those of sRGB.
TO_CAMERA = (32405, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572)


def dng(image: Image.Image, preview: bytes, exif: bytes) -> bytes:
    """A raw file with a JPEG in its main directory and the sensor's picture below it.

    Source: Adobe's DNG Specification 1.6, chapter 2; TIFF 6.0, section 2.
    """
    width, height = image.size
    pixels = _mosaic(image)
    shown = Image.open(io.BytesIO(preview))
    padded = preview + bytes(len(preview) % 2)
    sensor_at = 8 + len(padded)
    main_at = sensor_at + len(pixels)
    main: list[tuple[int, int, tuple[int, ...]]] = [
        (0x00FE, LONG, (1,)),
        (0x0100, LONG, (shown.width,)),
        (0x0101, LONG, (shown.height,)),
        (0x0102, SHORT, (8, 8, 8)),
        (0x0103, SHORT, (7,)),
        (0x0106, SHORT, (6,)),
        (0x010F, ASCII, tuple(b"Bench\0")),
        (0x0110, ASCII, tuple(b"Raw\0")),
        (0x0111, LONG, (8,)),
        (0x0112, SHORT, (1,)),
        (0x0115, SHORT, (3,)),
        (0x0116, LONG, (shown.height,)),
        (0x0117, LONG, (len(preview),)),
        (0x0132, ASCII, (*_first_date(exif), 0)),
        (0x014A, LONG, (0,)),
        (0xC612, BYTE, (1, 4, 0, 0)),
        (0xC614, ASCII, tuple(b"Bench Raw\0")),
        (0xC621, SIGNED_RATIONAL, tuple(n for value in TO_CAMERA for n in (value, 10_000))),
        (0xC628, RATIONAL, (1, 1) * 3),
        (0xC65A, SHORT, (21,)),
    ]
    sensor_dir_at = main_at + len(_directory(main, main_at))
    main = [(tag, kind, (sensor_dir_at,) if tag == 0x014A else v) for tag, kind, v in main]
    sensor = [
        (0x00FE, LONG, (0,)),
        (0x0100, LONG, (width,)),
        (0x0101, LONG, (height,)),
        (0x0102, SHORT, (16,)),
        (0x0103, SHORT, (1,)),
        (0x0106, SHORT, (32_803,)),
        (0x0111, LONG, (sensor_at,)),
        (0x0115, SHORT, (1,)),
        (0x0116, LONG, (height,)),
        (0x0117, LONG, (len(pixels),)),
        (0x828D, SHORT, (2, 2)),
        (0x828E, BYTE, (0, 1, 1, 2)),
        (0xC61D, LONG, (65_535,)),
    ]
    head = struct.pack("<2sHL", b"II", 42, main_at)
    directories = _directory(main, main_at) + _directory(sensor, sensor_dir_at)
    return head + padded + pixels + directories


def _mosaic(image: Image.Image) -> bytes:
    """What a sensor with the usual filters (red, green / green, blue) sees, in 16 bits."""
    curve = (np.linspace(0, 1, 256) ** 2.2 * 60_000 + 2_000).astype("<u2")
    light = curve[np.asarray(image)]
    seen = light[:, :, 1].copy()
    seen[0::2, 0::2] = light[0::2, 0::2, 0]
    seen[1::2, 1::2] = light[1::2, 1::2, 2]
    return bytes(seen.tobytes())


def _directory(rows: list[tuple[int, int, tuple[int, ...]]], at: int) -> bytes:
    """A TIFF directory that stands at `at`, and behind it what does not fit into its rows."""
    values_at = at + 2 + 12 * len(rows) + 4
    head, values = struct.pack("<H", len(rows)), b""
    for tag, kind, numbers in rows:
        raw = struct.pack(f"<{len(numbers)}{FORMS[kind]}", *numbers)
        count = len(numbers) // (2 if kind in (RATIONAL, SIGNED_RATIONAL) else 1)
        field = raw.ljust(4, b"\0")
        if len(raw) > 4:
            field = struct.pack("<L", values_at + len(values))
            values += raw + bytes(len(raw) % 2)
        head += struct.pack("<HHL", tag, kind, count) + field
    return head + bytes(4) + values


def _film(form: str, codec: str, muxing: dict[str, str], **options: str) -> Maker:
    """Two seconds of a still that drifts."""

    def make(rng: np.random.Generator, exif: bytes) -> bytes:
        import av

        del exif
        width, height = FILM_PX
        wide = np.asarray(_scene(rng, (width + FILM_FRAMES * DRIFT_PX, height)))
        out = io.BytesIO()
        with av.open(out, "w", format=form, options=muxing) as container:
            stream: Any = container.add_stream(codec, rate=RATE, options=options)
            stream.width, stream.height = width, height
            stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
            stream.gop_size = RATE
            for step in range(FILM_FRAMES):
                pixels = np.ascontiguousarray(wide[:, DRIFT_PX * step :][:, :width])
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                frame.pts, frame.time_base = step, Fraction(1, RATE)
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        return out.getvalue()

    return make


X264 = {"preset": "veryfast", "threads": "1"}
X265 = {"preset": "ultrafast", "x265-params": "crf=18:log-level=none:pools=none:frame-threads=1"}
VP9 = {"deadline": "realtime", "cpu-used": "8", "threads": "1", "b": "8M"}
# Otherwise the container gets a number of its own each time.
SAME = {"fflags": "+bitexact"}
CARD = {"mpegts_m2ts_mode": "1"}  # AVCHD, as cameras write it to their cards

JP2 = {"irreversible": True, "quality_layers": [12]}

KINDS = (
    Kind("JPEG 12 MP", ".jpg", 100, _photo),
    Kind("PNG screenshot", ".png", 160, _screenshot),
    Kind("HEIC 12 MP", ".heic", 12, _heic),
    Kind("AVIF 12 MP", ".avif", 24, _by_pillow("AVIF", corpus.PHOTO_PX, speed=10, max_threads=1)),
    Kind("WebP 3 MP", ".webp", 90, _by_pillow("WEBP", SENT_PX, quality=80, method=2)),
    Kind("TIFF 4 MP", ".tif", 40, _scan),
    Kind("JPEG XL 12 MP", ".jxl", 12, _jxl),
    Kind("JPEG 2000 4 MP", ".jp2", 20, _by_pillow("JPEG2000", SCAN_PX, **JP2)),
    Kind("GIF animated", ".gif", 250, _gif),
    Kind("PSD 4 MP", ".psd", 60, _psd),
    Kind("DNG 12 MP with preview", ".dng", 40, _dng((2016, 1512))),
    Kind("DNG 12 MP without", ".dng", 24, _dng(None)),
    Kind("MP4 H.264 1080p", ".mp4", 40, _film("mp4", "libx264", {}, **X264)),
    Kind("MOV HEVC 1080p", ".mov", 50, _film("mov", "libx265", {}, **X265)),
    Kind("WebM VP9 1080p", ".webm", 30, _film("webm", "libvpx-vp9", SAME, **VP9)),
    Kind("MTS H.264 1080p", ".mts", 30, _film("mpegts", "libx264", CARD, **X264)),
    Kind("AVI MJPEG 1080p", ".avi", 80, _film("avi", "mjpeg", {}, b="20M")),
)
START = Kind("start", ".jpg", 8, _small_photo)
"""A few photos that take next to no time, each more than what goes to a jail in a batch."""
TINY = corpus.Recipe(tiny=8_000, seed=SEED)


def name(each: int | None) -> str:
    """A folder name for corpus C with at most `each` files a format."""
    return "formats" if each is None else f"formats-each{each}"


def tasks(each: int | None) -> list[corpus.Task]:
    """All that makes up corpus C: a folder for each format, `start` and `tiny`."""
    numbers = [kind.number if each is None else min(each, kind.number) for kind in KINDS]
    return [
        *(
            functools.partial(make_one, at, number)
            for at, many in enumerate(numbers)
            for number in range(many)
        ),
        *(functools.partial(make_one, None, number) for number in range(START.number)),
        *(functools.partial(_tiny, task) for task in corpus.tasks(TINY)),
    ]


def make_one(at: int | None, number: int, folder: Path) -> None:
    """One file of `KINDS[at]`; None is for `START`."""
    kind = START if at is None else KINDS[at]
    rng = np.random.default_rng((SEED, 10, len(KINDS) if at is None else at, number))
    when = corpus.moment(number, kind.number, rng)
    camera = corpus.CAMERAS[int(rng.integers(len(corpus.CAMERAS)))]
    exif = corpus.exif_of(when, camera, 1, corpus.PHOTO_PX, f"{number:032x}", (47.5, 8.7))
    data = kind.make(rng, exif)
    corpus.put(folder / kind.name, f"F{number:04d}{kind.suffix}", data, when)


def _tiny(task: corpus.Task, folder: Path) -> None:
    task(folder / "tiny")
