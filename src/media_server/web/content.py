"""What a body is called: its type, its name, and whether a browser may show it in its place.

What browsers run (HTML, SVG, XML, PDF and whatever comes) must never be shown under our address,
so only what begins like a picture of pixels or a film is; all else is saved to a file.
"""

from __future__ import annotations

import re
from typing import Final, get_args
from urllib.parse import quote

from media_server.media.sniff import SNIFF_BYTES, Mime, sniff
from media_server.media.video_sniff import VIDEO_SNIFF_BYTES, VideoMime, sniff_video

HEAD_BYTES: Final = max(SNIFF_BYTES, VIDEO_SNIFF_BYTES)
"""How many bytes from the start `content_type` wants to see."""

UNKNOWN: Final = "application/octet-stream"

_KNOWN: Final = frozenset(one for kind in (*get_args(Mime), VideoMime) for one in get_args(kind))
_SHOWN: Final = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "image/bmp",
        "image/tiff",
        "image/avif",
        "image/heic",
        "image/heif",
        "image/jxl",
        "image/x-icon",
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
        "video/ogg",
    }
)
_SHUT_IN: Final = b"sandbox; default-src 'none'"
# A browser makes a page around a lone picture or film. Chromium's fetches the film once more, which
# needs the origin, and fits the picture to the screen with style attributes. Nothing in such a page
# is ours, and without scripts it can do nothing with the origin.
_SHUT_IN_SHOWN: Final = (
    b"sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self'; "
    b"style-src 'unsafe-inline'"
)

# Separators, controls, and marks that turn the direction of writing, which hide an ending.
_HOSTILE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f/\\\u2028-\u202e\u2066-\u2069\ufeff]")
# RFC 6266, appendix D: no percent sign either, as some decode it.
_NOT_PLAIN: Final = re.compile(r'[^\x20-\x7e]|["\\%]')
# `attr-char` of RFC 8187, section 3.2.1, besides letters and digits.
_ATTR_CHARS: Final = "!#$&+-.^_`|~"


def content_type(head: bytes, mime: str) -> str:
    """The type of a content, by what it begins with and never by a name.

    Args:
        head: its first `HEAD_BYTES`.
        mime: what it was found to be when it was read; believed only where the first bytes do
            not speak against it, as it may come from the name of a file that could not be read.
    """
    begins = sniff(head) or sniff_video(head)
    if begins is None:
        return UNKNOWN
    # A camera's raw file begins like a TIFF.
    return mime if begins == "image/tiff" and mime in _KNOWN else begins


def content_headers(mime: str, name: bytes, *, saved: bool) -> list[tuple[bytes, bytes]]:
    """Type, name and rules for a body.

    Args:
        mime: its type.
        name: of the file, any bytes.
        saved: whether it is to be saved, even if it could be shown.
    """
    shown = mime in _SHOWN
    return [
        (b"content-type", mime.encode()),
        (b"content-disposition", disposition(name, saved=saved or not shown)),
        (b"content-security-policy", _SHUT_IN_SHOWN if shown else _SHUT_IN),
    ]


def disposition(name: bytes, *, saved: bool) -> bytes:
    """`Content-Disposition` (RFC 6266), with the name in ASCII for old clients and in full.

    Args:
        name: of the file, any bytes.
        saved: whether it is an attachment.
    """
    text = _HOSTILE.sub("_", name.decode("utf-8", "replace")) or "_"
    plain = _NOT_PLAIN.sub("_", text)
    full = quote(text, safe=_ATTR_CHARS)
    word = "attachment" if saved else "inline"
    return f"{word}; filename=\"{plain}\"; filename*=UTF-8''{full}".encode("ascii")
