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
from PIL import Image, PngImagePlugin, TiffImagePlugin

from media_server.media.errors import EmptyError, MediaError, UnrecognisedError
from media_server.media.facts import Fact
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


XMP = (
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Make="Canon"/></rdf:RDF>'
)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_facts_of_exif_come_before_those_of_xmp(form: str) -> None:
    options: dict[str, object] = {"exif": exif().tobytes()}
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options["pnginfo"] = info
    elif form == "TIFF":
        tags = TiffImagePlugin.ImageFileDirectory_v2()
        tags[700] = XMP
        tags[306] = "2019:07:01 12:34:56"
        options = {"tiffinfo": tags}
    else:
        options["xmp"] = XMP
    facts = probe(BytesSource(encode(form, (40, 30), **options))).facts
    assert [fact.name for fact in facts] == ["captured", "make"]
    assert facts[0].source.startswith("EXIF:DateTime")
    assert facts[1] == Fact("make", "Canon", "XMP:Make")


def test_an_animation_is_told() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    assert [fact.name for fact in probe(BytesSource(file.getvalue())).facts] == ["animated"]


def test_a_film_behind_the_picture_is_found() -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(40)
    item = (
        '<Container:Directory xmlns:Container="http://ns.google.com/photos/1.0/container/" '
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"><rdf:Seq><rdf:li>'
        f'<Container:Item Item:Semantic="MotionPhoto" Item:Length="{len(film)}"/>'
        "</rdf:li></rdf:Seq></Container:Directory></rdf:Description>"
    )
    packet = XMP.decode().replace('tiff:Make="Canon"/>', f">{item}").encode()
    data = encode("JPEG", xmp=packet)
    facts = {fact.name: fact.value for fact in probe(BytesSource(data + film)).facts}
    assert facts == {"motion_offset": len(data), "motion_bytes": len(film)}
    assert probe(BytesSource(data)).facts == []


def test_probing_loads_no_xml_parser_without_xmp() -> None:
    code = (
        "from media_server.media.probe import probe; "
        "from media_server.media.source import BytesSource; "
        f"probe(BytesSource({encode('JPEG', exif=exif().tobytes())!r})); "
        "sys.exit(bool({'defusedxml', 'pyexpat'} & set(sys.modules)))"
    )
    path = f"import sys; sys.path[:] = {sys.path!r}; "
    assert subprocess.run([sys.executable, "-c", path + code], check=False).returncode == 0
