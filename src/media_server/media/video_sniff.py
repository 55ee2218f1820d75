"""What kind of video a file is, from its first bytes. The name is never asked."""

from __future__ import annotations

from typing import Final, Literal

VideoMime = Literal[
    "video/mp4",
    "video/x-m4v",
    "video/quicktime",
    "video/3gpp",
    "video/3gpp2",
    "video/x-msvideo",
    "video/x-matroska",
    "video/webm",
    "video/mp2t",
    "video/mpeg",
    "video/x-ms-asf",
    "video/x-flv",
    "video/ogg",
]

VIDEO_SNIFF_BYTES: Final = 512
"""How many bytes from the start `sniff_video` wants to see."""

MOVIE_MIMES: Final[frozenset[VideoMime]] = frozenset(
    {"video/mp4", "video/x-m4v", "video/quicktime", "video/3gpp", "video/3gpp2"}
)
"""Types made of the boxes of ISO/IEC 14496-12 or of QuickTime, its ancestor."""

# ISO/IEC 13818-1: packets of 188 bytes, each begins with this byte. Blu-ray and AVCHD put 4 bytes
# of time before each.
_TS_SYNC = 0x47
_TS_PACKET_BYTES = 188
_M2TS_PACKET_BYTES = 192
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = 0x4282
_MAX_EBML_ELEMENTS = 16
# The boxes that QuickTime files without a type box begin with. Source: QuickTime File Format
# specification, "Movie files".
_OLD_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_STILL_BRANDS = frozenset(
    {b"mif1", b"msf1", b"mif2", b"miaf", b"avif", b"avis", b"crx ", b"jp2 ", b"jpx ", b"jxl "}
    | {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"heif"}
)
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_OGG_VIDEOS = (b"\x80theora", b"OVP80", b"\x01video", b"BBCD")


def sniff_video(head: bytes) -> VideoMime | None:
    """The type of a video, or None.

    Args:
        head: the first `VIDEO_SNIFF_BYTES` of the file, or all of a shorter one.
    """
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[4:8] in _OLD_BOXES and _is_box_size(int.from_bytes(head[:4], "big")):
        return "video/quicktime"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    if head.startswith(_EBML):
        return _by_doc_type(head)
    if head.startswith(_ASF_HEADER):
        return "video/x-ms-asf"
    if head.startswith(b"FLV\x01"):
        return "video/x-flv"
    if head.startswith(b"OggS"):
        return "video/ogg" if any(mark in head for mark in _OGG_VIDEOS) else None
    # ISO/IEC 11172-1 and 13818-1: a pack header; 11172-2 and 13818-2: a sequence header.
    if head.startswith((b"\0\0\x01\xba", b"\0\0\x01\xb3")):
        return "video/mpeg"
    return "video/mp2t" if _is_transport_stream(head) else None


def demuxer_for(mime: VideoMime, head: bytes) -> str:
    """FFmpeg's name of the one demuxer that reads this file.

    Args:
        mime: what `sniff_video` said.
        head: what it said it of.
    """
    if mime in MOVIE_MIMES:
        return "mov"
    if mime == "video/mpeg":
        return "mpegvideo" if head[3:4] == b"\xb3" else "mpeg"
    return _DEMUXERS[mime]


_DEMUXERS: Final[dict[VideoMime, str]] = {
    "video/x-msvideo": "avi",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/mp2t": "mpegts",
    "video/x-ms-asf": "asf",
    "video/x-flv": "flv",
    "video/ogg": "ogg",
}


def _by_brand(head: bytes) -> VideoMime | None:
    """By the major brand; what only its companions say counts against it. Source: mp4ra.org."""
    major = head[8:12]
    size_bytes = min(int.from_bytes(head[:4], "big"), len(head))
    others = {head[at : at + 4] for at in range(16, size_bytes, 4)}
    if major in _STILL_BRANDS or major in _SOUND_BRANDS:
        return None
    if major == b"qt  ":
        return "video/quicktime"
    if major.startswith(b"3g2"):
        return "video/3gpp2"
    if major.startswith((b"3gp", b"3ge", b"3gg", b"3gr", b"3gs", b"3gh")):
        return "video/3gpp"
    if major.startswith(b"M4V"):
        return "video/x-m4v"
    return None if others & _STILL_BRANDS and b"isom" not in others | {major} else "video/mp4"


def _is_box_size(size_bytes: int) -> bool:
    """0 means up to the end of the file, 1 that the size stands behind the name."""
    return size_bytes < 2 or size_bytes >= 8


def _by_doc_type(head: bytes) -> VideoMime | None:
    """Matroska or WebM. Source: RFC 8794, sections 11.1 and 11.2.4."""
    _, at = _vint(head, 4, keep_mark=False)
    for _ in range(_MAX_EBML_ELEMENTS):
        element, at = _vint(head, at, keep_mark=True)
        size_bytes, at = _vint(head, at, keep_mark=False)
        if at > len(head):
            break
        if element == _DOC_TYPE:
            name = head[at : at + size_bytes].rstrip(b"\0")
            return {b"webm": "video/webm", b"matroska": "video/x-matroska"}.get(name)  # type: ignore[return-value]
        at += size_bytes
    return None


def _vint(data: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length, and where the next thing begins; RFC 8794, section 4."""
    first = data[at] if at < len(data) else 0
    length = 9 - first.bit_length()
    value = int.from_bytes(data[at : at + length], "big")
    if not keep_mark:
        value &= (1 << (7 * length)) - 1
    return value, at + length


def _is_transport_stream(head: bytes) -> bool:
    """Whether three packets follow each other."""
    for start, step in ((0, _TS_PACKET_BYTES), (4, _M2TS_PACKET_BYTES)):
        marks = head[start : start + 2 * step + 1 : step]
        if len(marks) == 3 and all(mark == _TS_SYNC for mark in marks):
            return True
    return False
