"""Texts of people in EXIF: titles, descriptions, keywords; and how old text is decoded.

Source: EXIF 3.0 section 4.6.6 (UserComment), Microsoft's XP tags ('Photo Metadata Policies').
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from media_server.media.facts import MAX_TEXT_CHARS, Fact, FactName, text_fact

if TYPE_CHECKING:
    from media_server.media.tiff import Entry, Tiff

_IMAGE_DESCRIPTION = 0x010E
_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F
USER_COMMENT: Final = 0x9286
TAGS: Final = frozenset(
    {_IMAGE_DESCRIPTION, _XP_TITLE, _XP_COMMENT, _XP_KEYWORDS, _XP_SUBJECT, USER_COMMENT}
)
"""Of the main directory and, UserComment, of the EXIF directory."""

_MAX_TEXT_BYTES = 4 * MAX_TEXT_CHARS
_MAX_KEYWORDS = 100
_XP_TEXTS: Final[tuple[tuple[int, FactName, str], ...]] = (
    (_XP_TITLE, "title", "EXIF:XPTitle"),
    (_XP_COMMENT, "description", "EXIF:XPComment"),
    (_XP_SUBJECT, "description", "EXIF:XPSubject"),
)
_CODE_BYTES = 8

# What cameras write into every photo; some phones note the scene mode.
_DEFAULTS: Final = frozenset(
    {
        *("ascii", "binary comment", "charset=ascii", "default", "jpeg", "untitled"),
        *("exif_jpeg_420", "exif_jpeg_422", "exif_jpeg_picture", "exif_jpeg_t422"),
        *("samsung", "samsung camera pictures", "sony dsc"),
        *("btf", "cof", "dav", "edf", "fbt", "hdr", "hdrpl", "mde", "nor", "oznor", "ozedf"),
        *("ptr", "rhdr", "sdr"),
    }
)
_DEFAULT_ENDS = ("digital camera", "digital still camera")
_DEFAULT_STARTS = ("dcim\\", "dcim/", "filter:", "oplus_", "<digimax", "<kenox")


def caption_facts(tiff: Tiff, entries: dict[int, Entry]) -> list[Fact]:
    """Title, descriptions and keywords, those of the standard's own tag before Windows'."""
    found: list[Fact | None] = []
    if _IMAGE_DESCRIPTION in entries:
        text = decode_text(tiff.text(entries[_IMAGE_DESCRIPTION], _MAX_TEXT_BYTES) or b"")
        found.append(description_fact(text, "EXIF:ImageDescription"))
    for tag, name, source in _XP_TEXTS:
        if tag in entries:
            found.append(text_fact(name, _xp_text(tiff, entries[tag]), source))
    if _XP_KEYWORDS in entries:
        words = _xp_text(tiff, entries[_XP_KEYWORDS]).split(";", _MAX_KEYWORDS)[:_MAX_KEYWORDS]
        found += [text_fact("keyword", word, "EXIF:XPKeywords") for word in words]
    if USER_COMMENT in entries:
        raw = tiff.data(entries[USER_COMMENT], _MAX_TEXT_BYTES) or b""
        found.append(description_fact(_user_comment(raw, tiff.order), "EXIF:UserComment"))
    return [fact for fact in found if fact]


def description_fact(text: str, source: str) -> Fact | None:
    """A description; None for what the camera wrote and not a person."""
    fact = text_fact("description", text, source)
    if fact is None:
        return None
    plain = str(fact.value).casefold()
    if plain in _DEFAULTS or plain.endswith(_DEFAULT_ENDS) or plain.startswith(_DEFAULT_STARTS):
        return None
    return fact


def decode_text(raw: bytes) -> str:
    """Text of unknown encoding up to its first NUL: UTF-8, or else Latin-1."""
    raw = raw.partition(b"\0")[0]
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _xp_text(tiff: Tiff, entry: Entry) -> str:
    raw = tiff.data(entry, _MAX_TEXT_BYTES) or b""
    return raw.decode("utf-16-le", "ignore").partition("\0")[0]


def _user_comment(raw: bytes, order: str) -> str:
    code, text = raw[:_CODE_BYTES], raw[_CODE_BYTES:]
    if code == b"UNICODE\0":
        return _utf16(text, order)
    if code == b"JIS\0\0\0\0\0":
        return text.partition(b"\0")[0].decode("iso2022_jp", "ignore")
    if code in (b"ASCII\0\0\0", bytes(_CODE_BYTES)):
        return decode_text(text)
    return ""  # no code of the standard: what follows is seldom text


def _utf16(raw: bytes, order: str) -> str:
    """UTF-16 by its mark; without one in the block's byte order, which some writers get wrong."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "ignore").partition("\0")[0]
    # Of most scripts the high byte is small, spaces and digits have zero there.
    first, second = raw[0::2].count(0), raw[1::2].count(0)
    if first != second:
        order = "big" if first > second else "little"
    return raw.decode("utf-16-be" if order == "big" else "utf-16-le", "ignore").partition("\0")[0]
