"""What can be wrong with a file of a library: stable codes, each with a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media_server.model.media_type import is_raw, media_type

FindingCode = Literal[
    "unreadable",
    "zero_byte",
    "truncated",
    "failed",
    "parked",
    "too_big",
    "wrong_extension",
    "undated",
    "orphan_sidecar",
    "broken_pair",
]

SENTENCES: dict[FindingCode, str] = {
    "unreadable": "The file could not be read.",
    "zero_byte": "The file is empty.",
    "truncated": "The file ends before its picture does.",
    "failed": "No picture can be made of it.",
    "parked": "Decoding it took down its decoder or too much memory, twice; it is left alone.",
    "too_big": "It has more pixels than the limit.",
    "wrong_extension": "Its content is of another type than its name says.",
    "undated": "Nothing tells when it was taken but the file's own time.",
    "orphan_sidecar": "A sidecar, but not of any one file beside it.",
    "broken_pair": "One half of a Live Photo, whose other half is not beside it.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one file.

    Attributes:
        code: what it is.
        library: the library's folder, as text.
        path: of the file below it, as text.
        detail: more about this one case, or nothing.
        digest: of the content, where it is known.
    """

    code: FindingCode
    library: str
    path: str
    detail: str
    digest: bytes | None = None


# Types that one name may stand for, as the programs that write them see it.
_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"video/mp4", "video/quicktime", "video/x-m4v", "video/3gpp", "video/3gpp2"}),
    frozenset({"image/heic", "image/heif", "image/avif"}),
    frozenset({"image/png", "image/apng"}),
    frozenset({"image/jp2", "image/jpx"}),
    frozenset({"video/mpeg", "video/mp2t"}),
    frozenset({"video/x-matroska", "video/webm"}),
    frozenset({"video/x-ms-wmv", "video/x-ms-asf"}),
)


def is_misnamed(name: bytes, mime: str) -> bool:
    """Whether a content of type `mime` lies under a name that says another."""
    kind = media_type(name)
    if kind is None or kind.mime == mime:
        return False
    said = kind.mime
    if is_raw(said) or is_raw(mime):  # a TIFF inside, and called by many names
        return not all(is_raw(one) or one == "image/tiff" for one in (said, mime))
    portable = "image/x-portable-"
    if said.startswith(portable) and mime.startswith(portable):
        return False
    return not any(said in family and mime in family for family in _FAMILIES)
