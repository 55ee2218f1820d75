"""Which files of one folder are one thing: photo and film, RAW and JPEG, picture and sidecar.

Pure: names and facts go in, links come out, the same ones whatever the order. Nothing is looked
for outside the folder. The time grows in step with the number of names, also where they were
chosen to hurt: what could be anybody's is left to nobody.

The rules, by kind:

- `live_photo`: a picture and a short film with the same content id; else with the same name but
  for the extension, unless they have different content ids, the film is longer than 5 s (Apple's
  have 3), or both tell an instant and these are more than a day apart: cameras number from 1 again.
- `raw_jpeg`: a camera's JPEG or HEIC, and the RAW of the same name.
- `sidecar_xmp`: `x.jpg.xmp` is of `x.jpg`; `x.xmp` is of each file `x.*` that has no such one, the
  RAW first.
- `takeout_json`: as `takeout_name` tells; the film of a Live Photo and an edited picture share the
  JSON of the original.
- `edited`: `IMG_E1234` is `IMG_1234` after the iPhone's editor, and `IMG_1234.AAE` is how it got
  there; `x-edited` is what Google made of `x`. The primary is the original.
- `burst`: pictures with the same burst id. The primary is the one the camera calls the cover, else
  the first by name.

A file may be in several links: the primary of a Live Photo may be an original with an edited part.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, get_args

from media_server.library.folder_links import (
    FolderLinks,
    Link,
    LinkKind,
    Loose,
    LooseCode,
    Member,
    Sidecar,
)
from media_server.library.takeout_match import match_takeout
from media_server.library.takeout_name import original_stem
from media_server.model.media_type import is_raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["FolderLinks", "Link", "Loose", "Member", "Sidecar", "link_folder"]

MAX_LIVE_S: Final = 5.0
# Not less: the time of a GPS fix may be old, and cameras write local time for UTC.
MAX_LIVE_APART_S: Final = 86_400.0
_MAX_SAME_NAME = 64  # no folder that people made has more files of one name

_KINDS: Final = {kind: at for at, kind in enumerate(get_args(LinkKind))}
_CAMERA_STILLS = ("image/heic", "image/heif", "image/jpeg")
_LIVE_FILMS = ("video/quicktime", "video/mp4", "video/x-m4v")
# Apple's editor: IMG_1234 becomes IMG_E1234.
_APPLE_EDITED = re.compile(r"(?P<before>img_)e(?P<number>[0-9]{4,})")
_APPLE_RECIPE = re.compile(r"^img_[eo](?=[0-9]{4,}$)")


@dataclass(slots=True)
class _Folder:
    """The members, and by which names they are found; all lists by name."""

    members: dict[str, Member]
    by_stem: dict[str, list[Member]]
    """Without extension, lower case."""
    by_lower: dict[str, list[str]]
    links: set[Link] = field(default_factory=set)
    loose: set[Loose] = field(default_factory=set)

    def link(self, kind: LinkKind, primary: str, part: str) -> None:
        self.links.add(Link(kind, primary, part))


def link_folder(members: Iterable[Member], sidecars: Iterable[Sidecar]) -> FolderLinks:
    """What belongs together in a folder, and what is loose.

    Args:
        members: all media files of the folder, in any order.
        sidecars: all its sidecars, in any order; other files than sidecars are ignored.
    """
    ordered = sorted(members, key=lambda member: member.name)
    folder = _Folder({member.name: member for member in ordered}, defaultdict(list), {})
    for member in ordered:
        folder.by_stem[_stem(member.name).lower()].append(member)
        folder.by_lower.setdefault(member.name.lower(), []).append(member.name)
    by_kind: dict[str, list[Sidecar]] = defaultdict(list)
    for sidecar in sorted(sidecars, key=lambda one: one.name):
        by_kind[sidecar.name.lower().rpartition(".")[2]].append(sidecar)
    _link_live_photos(folder)
    _link_raws(folder)
    _link_edited(folder)
    _link_recipes(folder, by_kind["aae"])
    _link_bursts(folder)
    _link_xmp(folder, by_kind["xmp"])
    _link_takeout(folder, by_kind["json"])
    links = sorted(folder.links, key=lambda link: _place(folder, link))
    loose = sorted(folder.loose, key=lambda one: (one.name, one.code))
    return FolderLinks(tuple(links), tuple(loose))


def _place(folder: _Folder, link: Link) -> tuple[int, bool, str, str]:
    raw = _is_raw(folder.members[link.primary])
    return _KINDS[link.kind], not raw, link.primary, link.part


def _stem(name: str) -> str:
    at = name.rfind(".")
    return name[:at] if at > 0 else name


def _is_film(member: Member) -> bool:
    return member.mime.startswith("video/")


def _is_raw(member: Member) -> bool:
    return is_raw(member.mime)


def _is_picture(member: Member) -> bool:
    return not _is_film(member)


# Live Photos


def _link_live_photos(folder: _Folder) -> None:
    pictures, films = _by(folder, _content_id, _is_picture), _by(folder, _content_id, _is_film)
    for content_id, with_it in pictures.items():
        if content_id in films:
            _pair(folder, with_it, films[content_id])
    linked = {link.primary for link in folder.links} | {link.part for link in folder.links}
    for same_name in folder.by_stem.values():
        _pair_by_name(folder, [one for one in same_name if one.name not in linked])
    linked = {link.primary for link in folder.links} | {link.part for link in folder.links}
    lacking: tuple[tuple[dict[str, list[Member]], dict[str, list[Member]], LooseCode], ...] = (
        (pictures, films, "movie_missing"),
        (films, pictures, "photo_missing"),
    )
    for here, there, code in lacking:
        for content_id in here.keys() - there.keys():
            alone = (one for one in here[content_id] if one.name not in linked)
            folder.loose.update(Loose(one.name, code) for one in alone)


def _content_id(member: Member) -> str | None:
    return member.content_id


def _burst_id(member: Member) -> str | None:
    return member.burst_id


def _by(
    folder: _Folder, key: Callable[[Member], str | None], wanted: Callable[[Member], bool]
) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in folder.members.values():
        value = key(member)
        if value and wanted(member):
            found[value].append(member)
    return dict(found)


def _pair(folder: _Folder, pictures: list[Member], films: list[Member]) -> None:
    """Pairs of one content id: by name first, then one by one, the rest with the first."""
    best: dict[str, Member] = {}
    for picture in sorted(pictures, key=_preference):
        best.setdefault(_stem(picture.name).lower(), picture)
    left = []
    for film in films:
        picture_of_name = best.pop(_stem(film.name).lower(), None)
        if picture_of_name is None:
            left.append(film)
        else:
            folder.link("live_photo", picture_of_name.name, film.name)
    free = sorted(best.values(), key=_preference) or [min(pictures, key=_preference)]
    for at, film in enumerate(left):
        folder.link("live_photo", free[min(at, len(free) - 1)].name, film.name)


def _pair_by_name(folder: _Folder, same_name: list[Member]) -> None:
    pictures = sorted(filter(_is_picture, same_name), key=_preference)
    if not pictures:
        return
    for film in same_name:
        if film.mime in _LIVE_FILMS and _may_be_pair(pictures[0], film):
            folder.link("live_photo", pictures[0].name, film.name)


def _may_be_pair(picture: Member, film: Member) -> bool:
    if picture.content_id and film.content_id and picture.content_id != film.content_id:
        return False
    if film.duration_s is not None and film.duration_s > MAX_LIVE_S:
        return False
    if picture.instant_s is None or film.instant_s is None:
        return True
    return abs(picture.instant_s - film.instant_s) <= MAX_LIVE_APART_S


def _preference(member: Member) -> tuple[bool, bool, int, str]:
    """The picture that stands for the others of its name comes first."""
    edited = _original(_stem(member.name)) is not None
    known = member.mime in _CAMERA_STILLS
    at = _CAMERA_STILLS.index(member.mime) if known else len(_CAMERA_STILLS)
    return _is_raw(member), edited, at, member.name


# RAW, edited pictures, bursts


def _link_raws(folder: _Folder) -> None:
    for same_name in folder.by_stem.values():
        stills = [member for member in same_name if member.mime in _CAMERA_STILLS]
        if stills:
            still = min(stills, key=_preference)
            for raw in filter(_is_raw, same_name):
                folder.link("raw_jpeg", still.name, raw.name)


def _original(stem: str) -> str | None:
    """The lower-case stem of what an editor made this from; None where none did."""
    match = _APPLE_EDITED.fullmatch(stem.lower())
    if match is not None:
        return match["before"] + match["number"]
    original = original_stem(stem)
    return None if original is None else original.lower()


def _link_edited(folder: _Folder) -> None:
    for stem, same_name in folder.by_stem.items():
        original = _original(_stem(same_name[0].name))
        sources = folder.by_stem.get(original, []) if original else []
        for wanted in (_is_picture, _is_film):
            alike = list(filter(wanted, sources)) if original != stem else []
            if alike:
                primary = min(alike, key=_preference).name
                for edited in filter(wanted, same_name):
                    folder.link("edited", primary, edited.name)


def _link_recipes(folder: _Folder, recipes: list[Sidecar]) -> None:
    for recipe in recipes:
        stem = _stem(recipe.name).lower()
        # IMG_O1234.AAE, IMG_1234.AAE: recipes of IMG_1234; without it, of what came of it.
        plain = _APPLE_RECIPE.sub("img_", stem)
        found = folder.by_stem.get(plain) or folder.by_stem.get(plain.replace("img_", "img_e", 1))
        if found:
            some = found[:_MAX_SAME_NAME]
            pictures = list(filter(_is_picture, some)) or some
            folder.link("edited", min(pictures, key=_preference).name, recipe.name)
        else:
            folder.loose.add(Loose(recipe.name, "orphan_sidecar"))


def _link_bursts(folder: _Folder) -> None:
    for burst in _by(folder, _burst_id, _is_picture).values():
        cover = min(burst, key=lambda member: ("cover" not in member.name.lower(), member.name))
        for member in burst:
            if member is not cover:
                folder.link("burst", cover.name, member.name)


# XMP


def _link_xmp(folder: _Folder, sidecars: list[Sidecar]) -> None:
    left: list[Sidecar] = []
    own: set[str] = set()
    for sidecar in sidecars:
        exact = _stem(sidecar.name)
        found = [exact] if exact in folder.members else folder.by_lower.get(exact.lower(), [])
        if len(found) == 1:
            folder.link("sidecar_xmp", found[0], sidecar.name)
            own.add(found[0])
        elif found:
            folder.loose.add(Loose(sidecar.name, "ambiguous_sidecar"))
        else:
            left.append(sidecar)
    for sidecar in left:
        _link_to_all(folder, sidecar, folder.by_stem.get(_stem(sidecar.name).lower(), []), own)


def _link_to_all(folder: _Folder, sidecar: Sidecar, found: list[Member], own: set[str]) -> None:
    if len(found) > _MAX_SAME_NAME:
        folder.loose.add(Loose(sidecar.name, "ambiguous_sidecar"))
        return
    exact = [member for member in found if _stem(member.name) == _stem(sidecar.name)]
    takers = [member.name for member in exact or found if member.name not in own]
    for name in takers:
        folder.link("sidecar_xmp", name, sidecar.name)
    if not takers:
        folder.loose.add(Loose(sidecar.name, "overruled_sidecar" if found else "orphan_sidecar"))


# Google Takeout


def _link_takeout(folder: _Folder, sidecars: list[Sidecar]) -> None:
    films = {name: _is_film(member) for name, member in folder.members.items()}
    jsons, loose = match_takeout(films, sidecars)
    folder.loose.update(loose)
    if not jsons:
        return
    photos = _photos(folder, jsons)
    for name, member in folder.members.items():
        owner = _json_owner(folder, member, jsons, photos)
        if owner is not None:
            # Who shares gets the first: links must not grow with files times sidecars.
            for json in jsons[owner] if owner == name else jsons[owner][:1]:
                folder.link("takeout_json", name, json)


def _photos(folder: _Folder, jsons: dict[str, list[str]]) -> dict[str, str]:
    """The pictures with a JSON, by what their films are called without extension."""
    photos: dict[str, str] = {}
    for name in sorted(jsons):
        if _is_picture(folder.members[name]):
            stem = _stem(name).lower()
            photos.setdefault(stem, name)
            # Pixel phones: the film of PXL_1.MP.jpg is PXL_1.MP4.
            photos.setdefault(stem.removesuffix(".mp"), name)
    return photos


def _json_owner(
    folder: _Folder, member: Member, jsons: dict[str, list[str]], photos: dict[str, str]
) -> str | None:
    """The media file whose JSON holds for this one: itself, its photo or its original."""
    if member.name in jsons:
        return member.name
    stem = _stem(member.name)
    if _is_film(member) and stem.lower() in photos:
        return photos[stem.lower()]
    original = _original(stem)
    sources = folder.by_stem.get(original, []) if original else []
    owners = [one for one in sources[:_MAX_SAME_NAME] if one.name in jsons]
    return min(owners, key=_preference).name if owners else None
