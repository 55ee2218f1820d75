"""What the API says: the values that several resources share. Their docstrings describe the API.

Digests are 64 lower-case hexadecimal digits; names end in their units; what is not known is null.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

from media_server.catalog.schema import Grid, Kind
from media_server.model.finding import FindingCode  # noqa: TC001 - msgspec reads it at run time

KindName = Literal["photo", "video", "other"]
PictureState = Literal["pending", "rough", "ready", "failed", "none"]
LinkName = Literal["live_photo", "raw_jpeg", "edited", "burst"]
DigestText = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{64}\Z",
        description="SHA-256 of the bytes, 64 lower-case hexadecimal digits",
        examples=["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    ),
]

SearchText = Annotated[str, msgspec.Meta(max_length=1_000)]

CERTAINTIES: Final = {
    "exact": "the offset stands beside the wall time, or what was read is an instant",
    "zone_by_gps": "a wall time, whose offset follows from where it was taken",
    "local": "a wall time without a zone: `offset_min` is null",
    "name": "from the file's name",
    "guess": "the file's own time, or a date that is hard to believe",
}
"""How sure a time is, from the surest on."""

KINDS: dict[int, KindName] = {Kind.PHOTO: "photo", Kind.VIDEO: "video", Kind.OTHER: "other"}
PICTURE_STATES: dict[int, PictureState] = {
    Grid.NONE: "pending",
    Grid.ROUGH: "rough",
    Grid.FINAL: "ready",
    Grid.FAILED: "failed",
    Grid.NOT_PICTURED: "none",
}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An asset as lists and the timeline show it.

    Attributes:
        digest: SHA-256 of its bytes, its identity.
        name: of one of its files.
        kind: `photo`, `video`, or `other` of which no picture can be made.
        local: wall time where it was taken, ISO 8601 with milliseconds and without offset; its
            first ten characters are the day in the timeline.
        offset_min: minutes that this is ahead of UTC; null where that is not known.
        taken: the instant, ISO 8601 in UTC with milliseconds; without an offset it is `local` as
            read by the clock of the server.
        certainty: how sure the time is, see [times](docs#times); null until the asset has been
            looked into.
        width_px: of the upright picture; null where not known. height_px: of the same.
        duration_ms: of a video.
        picture: how far its grid picture is: `pending`, `rough` (what the camera embedded),
            `ready`, `failed` (there may be what the camera embedded: ask, and expect 404), or
            `none` where none can be made.
        live: whether it is a Live Photo or holds a film, which `/movie` gives.
        part: whether it is shown with another asset and not by itself, as the film of a Live Photo
            is, and the RAW beside its JPEG; the timeline leaves it out.
        rating: 0 to 5 stars, -1 for rejected.
        colour: the mean of its grid picture, `#rrggbb`, to be shown until the picture is there.
    """

    digest: DigestText
    name: str
    kind: KindName
    local: str
    offset_min: int | None
    taken: str
    certainty: str | None
    width_px: int | None
    height_px: int | None
    duration_ms: int | None
    picture: PictureState
    live: bool
    part: bool
    rating: int | None
    colour: str | None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Some assets, and where to go on.

    Attributes:
        items: in the order asked for.
        next: `cursor` of what follows; null at the end.
    """

    items: list[Item]
    next: str | None


class Reading(msgspec.Struct, frozen=True):
    """One thing that the content says.

    Attributes:
        name: such as `captured`, `f_number` or `keyword`.
        value: in the unit that the name ends in.
        source: the tag or field it was read from, such as `EXIF:FNumber`.
    """

    name: str
    value: str | float | int
    source: str


class Taken(msgspec.Struct, frozen=True):
    """When it was taken.

    Attributes:
        local: wall time there, ISO 8601 without offset.
        offset_min: minutes ahead of UTC, where known.
        instant: ISO 8601 in UTC; without an offset it is `local` as read by the server's clock.
        source: the tag, field or file that the time was read from.
        certainty: how sure it is, see [times](docs#times).
        precision: what the source tells: `second`, `minute`, `day` and so on.
    """

    local: str | None
    offset_min: int | None
    instant: str | None
    source: str | None
    certainty: str | None
    precision: str | None


class Place(msgspec.Struct, frozen=True):
    """Where it was taken.

    Attributes:
        latitude: WGS 84 degrees. longitude: of the same.
        altitude_m: above the sea.
        country: ISO 3166-1 alpha-2. region: first-level division. city: as people would say.
        source: the tag or field of the position.
    """

    latitude: float
    longitude: float
    altitude_m: float | None
    country: str | None
    region: str | None
    city: str | None
    source: str | None


class FileOf(msgspec.Struct, frozen=True):
    """A file that holds the asset.

    Attributes:
        library_id: number of the library.
        path: below the library's root; U+FFFD for bytes that are no UTF-8.
        size_bytes: of the content.
        modified: time of the last change, ISO 8601 in UTC.
        there: false when the last scan missed it.
    """

    library_id: int
    path: str
    size_bytes: int
    modified: str
    there: bool


class Linked(msgspec.Struct, frozen=True):
    """Another asset that belongs to this one.

    Attributes:
        kind: `live_photo`, `raw_jpeg`, `edited` or `burst`.
        role: what the other one is here: the `primary`, or a `part`.
        digest: of the other one.
        name: of its file.
    """

    kind: LinkName
    role: Literal["primary", "part"]
    digest: DigestText
    name: str


class SidecarOf(msgspec.Struct, frozen=True):
    """A file that describes the asset.

    Attributes:
        name: of the file. kind: `sidecar_xmp` or `takeout_json`.
        url: its bytes.
    """

    name: str
    kind: str
    url: str


class Trouble(msgspec.Struct, frozen=True):
    """Something wrong with the asset.

    Attributes:
        code: as in the health list. sentence: the code in words. detail: more about this case.
    """

    code: FindingCode
    sentence: str
    detail: str


class Asset(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one asset.

    Attributes:
        digest: its identity.
        sha1: SHA-1 of the same bytes, 40 hexadecimal digits; null until it is worked out.
        mime: type of the content. kind: `photo`, `video`, or `other` of which there is no picture.
        size_bytes: of the original.
        width_px: of the upright picture. height_px: of the same. duration_ms: of a video.
        created: `original_creation_date` of `GET /list`, in seconds since 1970 in UTC; for a
            gallery `taken` is the better time.
        taken: when. place: where, null where that is not known.
        title: as people wrote it. description: as people wrote it.
        keywords: that people gave it. people: who are in it.
        rating: 0 to 5 stars, -1 for rejected.
        make: of the camera. model: of the same. lens: as the camera names it.
        sources: where each of these was read from, by name.
        readings: everything that the content says, in the order it was found.
        files: all files that hold it.
        linked: assets that belong to it.
        sidecars: files that describe it.
        renditions: pictures of it, kind to address; what is not there yet is made when it is asked
            for. Empty where `picture` is `failed` or `none`.
        original: address of its bytes, for a `<video>` too.
        movie: address of the film of a Live Photo or motion photo; null for all others, videos too.
        picture: how far its grid picture is.
        health: what is wrong with it.
    """

    digest: DigestText
    sha1: str | None
    mime: str
    kind: KindName
    size_bytes: int
    width_px: int | None
    height_px: int | None
    duration_ms: int | None
    created: float
    taken: Taken
    place: Place | None
    title: str | None
    description: str | None
    keywords: list[str]
    people: list[str]
    rating: int | None
    make: str | None
    model: str | None
    lens: str | None
    sources: dict[str, str]
    readings: list[Reading]
    files: list[FileOf]
    linked: list[Linked]
    sidecars: list[SidecarOf]
    renditions: dict[str, str]
    original: str
    movie: str | None
    picture: PictureState
    health: list[Trouble]
