"""What a sidecar says of the picture or film that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from media_server.media.errors import TooLargeError, UnrecognisedError
from media_server.media.facts import MAX_FACTS, Fact
from media_server.model.sidecar import MAX_SIDECAR_BYTES

if TYPE_CHECKING:
    from media_server.media.source import Source

# XML in any of its encodings, after what a text may begin with; JSON of an object.
_XML_STARTS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")
_BLANKS = b" \t\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class SidecarReading(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="sidecar",
    forbid_unknown_fields=True,
    gc=False,
):
    """What was read.

    Attributes:
        form: what it is.
        facts: what it says; for Takeout with the name of the original as a `title`.
    """

    form: Literal["xmp", "takeout"]
    facts: Annotated[tuple[Fact, ...], msgspec.Meta(max_length=MAX_FACTS)]


def read_sidecar(source: Source) -> SidecarReading:
    """Read a sidecar; which kind it is, its content tells.

    Raises:
        UnrecognisedError: it is none.
        CorruptError: it is broken.
        TooLargeError: it is larger than any sidecar.
    """
    if source.size_bytes > MAX_SIDECAR_BYTES:
        raise TooLargeError("too large for a sidecar")
    data = source.read_at(0, source.size_bytes)
    start = data[:256].lstrip(_BLANKS)
    if start.startswith(_XML_STARTS):
        from media_server.media.tags.xmp import parse_xmp

        facts = parse_xmp(data)
        if facts or b"xmpmeta" in data or "xmpmeta".encode("utf-16-le") in data:
            return SidecarReading("xmp", tuple(facts[:MAX_FACTS]))
    elif start.removeprefix(_BYTE_ORDER_MARK).startswith(b"{"):
        from media_server.media.tags.takeout import parse_takeout

        facts = parse_takeout(data)
        if facts:
            return SidecarReading("takeout", tuple(facts[:MAX_FACTS]))
    raise UnrecognisedError("no sidecar of a known form")
