from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.media.sniff import HEIF_MIMES, PNM_MIMES, RAW_MIMES, sniff
from media_server.model.media_type import is_raw

_BMP = b"BM" + bytes(12)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (_BMP + b"\x28\0\0\0", "image/bmp"),
        (_BMP + b"\x0c\0\0\0", "image/bmp"),
        (b"II*\0\x08\0\0\0", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "image/tiff"),
        (b"II+\0\x08\0\0\0", "image/tiff"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", "image/avif"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif"),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", "image/heif"),
        (b"\xff\x0a\x00", "image/jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", "image/jp2"),
        (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpx ", "image/jpx"),
        (b"\xff\x4f\xff\x51\0\x2f", "image/jp2"),
        (b"8BPS\0\1", "image/vnd.adobe.photoshop"),
        (b"8BPS\0\2", "image/vnd.adobe.photoshop"),
        (b"P1\n8 8\n", "image/x-portable-bitmap"),
        (b"P5 8 8 255\n", "image/x-portable-graymap"),
        (b"P6\n# x\n8 8\n255\n", "image/x-portable-pixmap"),
        (b"\0\0\1\0\1\0\x20\x20\0\0\1\0\x20\0\0\1\0\0\x16\0\0\0", "image/x-icon"),
        (b"\0\0\2\0\1\0\x20\x20\0\0\5\0\7\0\0\1\0\0\x16\0\0\0", "image/x-icon"),
        (b"IIRO\x08\0\0\0", "image/x-olympus-orf"),
        (b"IIRS\x08\0\0\0", "image/x-olympus-orf"),
        (b"MMOR\0\0\0\x08", "image/x-olympus-orf"),
        (b"IIU\0\x18\0\0\0", "image/x-panasonic-rw2"),
        (b"FUJIFILMCCD-RAW 0201", "image/x-fuji-raf"),
        (b"FOVb\0\0\2\0", "image/x-sigma-x3f"),
        (b"\0MRM\0\0\1\0", "image/x-minolta-mrw"),
        (b"II\x1a\0\0\0HEAPCCDR", "image/x-canon-crw"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "image/x-canon-cr3"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(head: bytes, mime: str) -> None:
    assert sniff(head) == mime


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff\xd8",
        b"text, and not a picture",
        b"BM is how this text begins, with no header behind it",
        b"RIFF\0\0\0\0AVI LIST",
        b"\0\0\0\x18ftypmp42\0\0\0\0isommp42",
        b"\0\0\0\x18ftypqt  \0\0\0\0qt  ",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"P6 is how this line begins",
        b"P7\nWIDTH 8\n",
        b"8BPS\0\3",
        b"\0\0\1\xba\x44\0\4\0\4\1\1\x89\xc3\xf8" + bytes(20),  # an MPEG program stream
        b"\0\0\1\0\0\0" + bytes(16),
        b"\0\0\1\0\1\0\x20\x20\0\0\1\0\x20\0\0\1\0\0\x04\0\0\0",
        b"\n\5\1\x08" + bytes(124),
        b"\n\5\1\x08\0\0\0\0\x4f\0\x3b\0".ljust(65, b"\0") + b"\3\x10\0".ljust(63, b"\0"),
        b"\n\5\1\x08 and more text" + b" " * 120,
    ],
)
def test_everything_else_is_nothing(head: bytes) -> None:
    assert sniff(head) is None


def test_brands_behind_the_type_box_do_not_count() -> None:
    assert sniff(b"\0\0\0\x10ftypmif1\0\0\0\0heic") == "image/heif"


@given(st.binary(max_size=64))
def test_any_bytes_have_an_answer(head: bytes) -> None:
    sniff(head)
    sniff(b"\0\0\0\xffftyp" + head)


def test_every_type_of_raw_is_one_by_name_too() -> None:
    assert all(is_raw(mime) for mime in RAW_MIMES)
    assert not any(is_raw(mime) for mime in (*HEIF_MIMES, *PNM_MIMES, "image/tiff", "image/x-icon"))
