from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from typing import TYPE_CHECKING

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_server.media.errors import EmptyError, MediaError, UnrecognisedError
from media_server.media.probe import probe
from media_server.media.source import BytesSource

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
}


def exif(orientation: int = 6) -> Image.Exif:
    block = Image.Exif()
    block[0x0112] = orientation
    details = block.get_ifd(0x8769)
    details[0x9003] = "2019:07:01 12:34:56"
    details[0x9291] = "25"
    details[0x9011] = "+02:00"
    return block


def encode(form: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_type_and_size_of_every_format(form: str) -> None:
    reading = probe(BytesSource(encode(form)))
    assert reading.mime == FORMATS[form]
    assert (reading.width_px, reading.height_px, reading.orientation) == (40, 30, 1)
    assert (reading.captured_local, reading.captured_source) == (None, None)
    assert reading.preview is None


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_date_and_upright_size(form: str) -> None:
    reading = probe(BytesSource(encode(form, exif=exif().tobytes())))
    assert (reading.width_px, reading.height_px, reading.orientation) == (30, 40, 6)
    assert reading.captured_local == "2019-07-01T12:34:56.250000"
    assert reading.captured_offset_min == 120
    assert reading.captured_source == "EXIF:DateTimeOriginal"


def test_an_embedded_preview(build_tiff: Callable[..., bytes]) -> None:
    block = build_tiff([(0x0112, 3, 1, b"\6\0")], [], encode("JPEG", (160, 120)))
    data = encode("JPEG", (640, 480), exif=b"Exif\0\0" + block)
    reading = probe(BytesSource(data))
    assert reading.preview is not None
    assert (reading.preview.width_px, reading.preview.height_px) == (120, 160)
    assert reading.preview.mime == "image/jpeg"


def test_a_small_picture_needs_no_preview(build_tiff: Callable[..., bytes]) -> None:
    block = build_tiff([], [], encode("JPEG", (160, 120)))
    data = encode("JPEG", (320, 240), exif=b"Exif\0\0" + block)
    assert probe(BytesSource(data)).preview is None


def test_the_preview_item_of_a_heic() -> None:
    file = io.BytesIO()
    picture = Image.new("RGB", (640, 480), "red")
    pillow_heif.from_pillow(picture).save(file, thumbnails=[160])
    reading = probe(BytesSource(file.getvalue()))
    assert reading.mime == "image/heic"
    assert (reading.width_px, reading.height_px) == (640, 480)
    assert reading.preview is not None
    assert (reading.preview.width_px, reading.preview.height_px) == (160, 120)


def test_the_container_of_a_heic_turns_it_whatever_exif_says() -> None:
    file = io.BytesIO()
    pixels = Image.new("RGB", (64, 48), "red").tobytes()
    pillow_heif.encode("RGB", (64, 48), pixels, file, exif=exif(6).tobytes())
    row = b"\x01\x12\x00\x03\x00\x00\x00\x01\x00"
    assert row + b"\6" in file.getvalue()
    reading = probe(BytesSource(file.getvalue().replace(row + b"\6", row + b"\3")))
    assert (reading.orientation, reading.width_px, reading.height_px) == (6, 48, 64)


def test_what_is_no_picture() -> None:
    with pytest.raises(EmptyError):
        probe(BytesSource(b""))
    with pytest.raises(UnrecognisedError):
        probe(BytesSource(b"text"))


def test_probing_loads_no_picture_library() -> None:
    """A hundred thousand small files are probed by processes that stay small."""
    code = (
        "import sys; from media_server.media.probe import probe; "
        "from media_server.media.source import BytesSource; "
        f"probe(BytesSource({encode('JPEG')!r})); "
        "sys.exit(bool({'PIL', 'pyvips', 'pillow_heif', 'numpy'} & set(sys.modules)))"
    )
    path = f"import sys; sys.path[:] = {sys.path!r}; "
    assert subprocess.run([sys.executable, "-c", path + code], check=False).returncode == 0


_MAGIC = [
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF\0\0\0\0WEBP",
    b"BM" + bytes(12) + b"\x28\0\0\0",
    b"II*\0",
    b"MM\0+",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\x01\0meta",
]


@given(st.sampled_from(_MAGIC), st.binary(max_size=200))
def test_any_bytes_give_a_reading_or_the_own_error(magic: bytes, rest: bytes) -> None:
    with contextlib.suppress(MediaError):
        probe(BytesSource(magic + rest))
