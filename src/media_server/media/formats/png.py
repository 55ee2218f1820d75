"""PNG: size and metadata.

Source: PNG third edition (W3C, 2025), chunks IHDR, eXIf, tEXt, zTXt, iTXt and section 11.3.3.2
(keywords); XMP Specification part 3 section 1.1.5; ImageMagick's 'Raw profile type' convention for
metadata in text chunks.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from media_server.media.errors import CorruptError, TruncatedError
from media_server.media.facts import Fact, text_fact
from media_server.media.layout import MAX_XMP_BYTES, Layout, within
from media_server.media.source import Source, Window
from media_server.media.tags.caption import decode_text, description_fact
from media_server.media.tags.iptc import find_iptc
from media_server.media.tags.moment import parse_iso8601, parse_mail_date

if TYPE_CHECKING:
    from collections.abc import Iterator

# A screen-sized PNG has some hundred IDAT chunks, a huge one with 8 kB chunks ten thousand.
MAX_CHUNKS: Final = 50_000
MAX_EXIF_BYTES: Final = 1_000_000

_HEAD_BYTES = 4_096
_CHUNK = struct.Struct(">L4s")
_SIZE = struct.Struct(">LL")

_TEXT_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_EXIF_PROFILES = frozenset({b"Raw profile type exif", b"Raw profile type APP1"})
_XMP_PROFILE = b"Raw profile type xmp"
_IPTC_PROFILES = frozenset({b"Raw profile type iptc", b"Raw profile type 8bim"})
_KEYWORDS = frozenset(
    {_XMP_KEYWORD, _XMP_PROFILE, b"Title", b"Description", b"Creation Time"}
    | _EXIF_PROFILES
    | _IPTC_PROFILES
)
# Hexadecimal digits, in lines.
_MAX_TEXT_BYTES = 2 * MAX_EXIF_BYTES + 100_000
_MAX_TEXTS = 32


def read_png(source: Source) -> Layout:
    """Where the parts of a PNG lie. EXIF may stand behind the picture.

    Raises:
        TruncatedError: the file ends within its first chunk.
        CorruptError: the first chunk is no image header, or a side is zero.
    """
    window = Window(source, _HEAD_BYTES, _HEAD_BYTES)
    head = window.take(8, 16)
    if len(head) < 16:
        raise TruncatedError("the PNG ends within its header")
    if head[4:8] != b"IHDR":
        raise CorruptError("the PNG does not begin with an image header")
    width_px, height_px = _SIZE.unpack(head[8:])
    if not width_px or not height_px:
        raise CorruptError("the PNG has a side of zero pixels")
    texts = _Texts()
    exif = _read_chunks(window, texts) or texts.exif
    return Layout(
        width_px,
        height_px,
        within(exif) if exif else None,
        xmp=(texts.xmp,) if texts.xmp else (),
        iptc=texts.iptc,
        facts=tuple(texts.facts),
    )


def _read_chunks(window: Window, texts: _Texts) -> bytes | None:
    """The EXIF block in a chunk of its own; `texts` takes what stands in text chunks."""
    exif = None
    for kind, at, length in chunks(window):
        if kind == b"eXIf":
            exif = exif or without_prefix(window.take(at, min(length, MAX_EXIF_BYTES)))
        elif kind in _TEXT_CHUNKS:
            texts.add(kind, window.take(at, min(length, _MAX_TEXT_BYTES)))
    return exif


def chunks(window: Window) -> Iterator[tuple[bytes, int, int]]:
    """(kind, offset of the content, its length) of the chunks of a PNG, up to its end."""
    at = 8
    for _ in range(MAX_CHUNKS):
        header = window.take(at, _CHUNK.size)
        if len(header) < _CHUNK.size:
            return
        length, kind = _CHUNK.unpack(header)
        if kind == b"IEND":
            return
        yield kind, at + _CHUNK.size, length
        at += 12 + length


def without_prefix(block: bytes) -> bytes:
    """The block from its byte-order mark on; some writers leave JPEG's `Exif` prefix before it."""
    return block[6:] if block.startswith(b"Exif\0\0") else block


class _Texts:
    """What is read of the text chunks."""

    def __init__(self) -> None:
        self.exif: bytes | None = None
        self.xmp: bytes | None = None
        self.iptc: bytes | None = None
        self.facts: list[Fact] = []
        self._left = _MAX_TEXTS

    def add(self, kind: bytes, chunk: bytes) -> None:
        """Read a chunk, if its keyword is known and not too many have been."""
        keyword, _, body = chunk.partition(b"\0")
        if keyword not in _KEYWORDS or not self._left:
            return
        self._left -= 1
        text = _text(kind, body)
        if text is None:
            return
        if keyword == _XMP_KEYWORD:
            self.xmp = self.xmp or text[:MAX_XMP_BYTES]
        elif keyword in _EXIF_PROFILES:
            self.exif = self.exif or _profile(text)
        elif keyword == _XMP_PROFILE:
            self.xmp = self.xmp or _profile(text)
        elif keyword in _IPTC_PROFILES:
            self.iptc = self.iptc or find_iptc(_profile(text) or b"")
        else:
            # tEXt and zTXt are Latin-1, iTXt is UTF-8; the former hold UTF-8 often enough.
            fact = _fact(keyword.decode("ascii"), decode_text(text))
            if fact is not None:
                self.facts.append(fact)


def _fact(keyword: str, text: str) -> Fact | None:
    source = "PNG:" + keyword.replace(" ", "")
    if keyword == "Title":
        return text_fact("title", text, source)
    if keyword == "Description":
        return description_fact(text, source)
    moment = parse_mail_date(text) or parse_iso8601(text)
    return Fact("captured", moment.isoformat(), source) if moment is not None else None


def _text(kind: bytes, body: bytes) -> bytes | None:
    """The text of a chunk behind its keyword, inflated within bounds; None when broken."""
    packed = kind == b"zTXt"
    if packed:
        body = body[1:]
    elif kind == b"iTXt":
        packed = body[:1] == b"\1"
        # Behind two bytes on packing: the language, and the keyword in it.
        parts = body[2:].split(b"\0", 2)
        if len(parts) < 3:
            return None
        body = parts[2]
    if not packed:
        return body
    try:
        return zlib.decompressobj().decompress(body, _MAX_TEXT_BYTES)
    except zlib.error:
        return None


def _profile(text: bytes) -> bytes | None:
    """Undo the 'Raw profile' form: a name, a byte count, then hexadecimal digits in lines."""
    lines = text.split(b"\n", 3)
    try:
        return without_prefix(bytes.fromhex(lines[3].decode("ascii")))
    except (IndexError, ValueError):
        return None
