"""What a probe of a file's content found, or why it found nothing."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from media_server.media.facts import MAX_FACTS, Fact
from media_server.media.picture import Picture
from media_server.media.sniff import Mime  # noqa: TC001 - msgspec reads it at run time
from media_server.media.tags.sidecar import SidecarReading
from media_server.media.video_sniff import VideoMime  # noqa: TC001

CaptureSource = Literal["EXIF:DateTimeOriginal", "EXIF:DateTimeDigitized", "EXIF:DateTime"]

FailureCode = Literal[
    "empty",
    "unrecognised",
    "truncated",
    "corrupt",
    "too_large",
    "unsupported",
    "out_of_memory",
    "timeout",
    "jail_died",
]

MAX_DETAIL_CHARS = 200

_Edge = Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]
# ISO 8601 as `datetime.isoformat` writes it: 19 characters, or 26 with microseconds.
_LocalTime = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^\d{4}-(0[1-9]|1[0-2])-[0-3]\d"
        r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{6})?\Z",
        max_length=26,
    ),
]


class Reading(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="reading",
    forbid_unknown_fields=True,
    gc=False,
):
    """Facts read from a file's content, without decoding its main picture.

    Attributes:
        mime: the sniffed type.
        width_px: width of the upright picture; None where the file does not say.
        height_px: height of the upright picture; None where the file does not say.
        orientation: how the stored picture must be turned, as in EXIF; 1 (not at all) where the
            file says nothing valid.
        captured_local: the camera's wall time, readable by `datetime.fromisoformat`.
        captured_offset_min: minutes east of UTC, where the camera said so.
        captured_source: the tag `captured_local` was read from.
        preview: the preview the camera embedded, upright and small; None without one.
        facts: everything else that the file says, in the order EXIF, container, XMP,
            IPTC.
    """

    mime: Mime | VideoMime
    width_px: _Edge | None
    height_px: _Edge | None
    orientation: Annotated[int, msgspec.Meta(ge=1, le=8)]
    captured_local: _LocalTime | None
    captured_offset_min: Annotated[int, msgspec.Meta(ge=-900, le=900)] | None
    captured_source: CaptureSource | None
    preview: Picture | None
    facts: Annotated[list[Fact], msgspec.Meta(max_length=MAX_FACTS)] = []


class Failure(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="failure",
    forbid_unknown_fields=True,
    gc=False,
):
    """Why a file gave no reading or picture.

    Attributes:
        code: stable; what programs compare.
        detail: a short sentence for people, at most 200 printable characters, without a path.
    """

    code: FailureCode
    detail: Annotated[str, msgspec.Meta(max_length=MAX_DETAIL_CHARS)]


Outcome = Reading | SidecarReading | Picture | Failure
