"""What belongs together in a folder: the values that `linking` takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LinkKind = Literal["live_photo", "raw_jpeg", "sidecar_xmp", "takeout_json", "edited", "burst"]
LooseCode = Literal[
    "orphan_sidecar", "ambiguous_sidecar", "overruled_sidecar", "movie_missing", "photo_missing"
]


@dataclass(frozen=True, slots=True)
class Member:
    """A media file of the folder.

    Attributes:
        name: unique in the folder; bytes that are no UTF-8 as lone surrogates.
        mime: its type, by content if known.
        content_id: what ties a Live Photo together, or None.
        burst_id: what ties a burst together, or None.
        duration_s: of a film, where known.
        instant_s: seconds since 1970 when it was taken, only where the file says so surely.
    """

    name: str
    mime: str
    content_id: str | None = None
    burst_id: str | None = None
    duration_s: float | None = None
    instant_s: float | None = None


@dataclass(frozen=True, slots=True)
class Sidecar:
    """A file that describes another: its name ends in `.xmp`, `.json` or `.aae`.

    Attributes:
        name: unique in the folder.
        title: the name that Takeout's JSON gives for the original; None in others.
    """

    name: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """`part`, a media file or sidecar, belongs to the media file `primary`."""

    kind: LinkKind
    primary: str
    part: str


@dataclass(frozen=True, slots=True)
class Loose:
    """Something that should belong to something else and does not.

    Attributes:
        name: of the file or sidecar.
        code: `orphan_sidecar`, no file here that it could be of; `ambiguous_sidecar`, several;
            `overruled_sidecar`, each file that it could be of has one of its own;
            `movie_missing` and `photo_missing`, half of a Live Photo is not in this folder.
    """

    name: str
    code: LooseCode


@dataclass(frozen=True, slots=True)
class FolderLinks:
    """What belongs together in one folder.

    Attributes:
        links: by kind, in the order of `LinkKind`; of one kind RAWs first, then by name.
        loose: by name.
    """

    links: tuple[Link, ...]
    loose: tuple[Loose, ...]
