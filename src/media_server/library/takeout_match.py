"""Which picture of a folder each JSON of Google Takeout is of.

First by the name alone, for all of them, the surest reading of a name first; what is left goes by
the title inside the JSON, to a picture that has none. Where a name fits several pictures, and no
title tells them apart, none gets it: a wrong date is worse than none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from media_server.library.folder_links import Loose
from media_server.library.takeout_name import json_key, media_keys, media_names_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from media_server.library.folder_links import LooseCode, Sidecar
    from media_server.library.takeout_name import TakeoutKey

# A picture's keys in classes: its name, its name with a number, and cut ones.
_CLASSES: Final = 4


@dataclass(slots=True)
class _Claim:
    """Who could be meant by a key: how many pictures and films, and the first of each."""

    picture: str | None = None
    film: str | None = None
    pictures: int = 0
    films: int = 0

    def add(self, name: str, *, film: bool) -> None:
        if film:
            self.films += 1
            self.film = self.film or name
        else:
            self.pictures += 1
            self.picture = self.picture or name

    def only(self) -> str | None:
        """The one picture; without pictures, the one film; None where there are several."""
        if self.pictures:
            return self.picture if self.pictures == 1 else None
        return self.film if self.films == 1 else None


_Claims = dict["TakeoutKey", list[_Claim]]


def match_takeout(
    films: Mapping[str, bool], sidecars: Iterable[Sidecar]
) -> tuple[dict[str, list[str]], list[Loose]]:
    """Find the picture, or film, of each JSON.

    Args:
        films: names of all media files, in order; whether each is a film.
        sidecars: those whose name ends in `.json`, in order.

    Returns:
        (names of JSONs by name of the media file, what is loose). JSON without a title inside is
        not Takeout's and never loose: folders hold JSON of any kind.
    """
    keyed = [(sidecar, json_key(sidecar.name)) for sidecar in sidecars]
    claims = _claims(films, {key for _, key in keyed})
    found: dict[str, list[str]] = defaultdict(list)
    left = []
    for sidecar, key in keyed:
        name = _by_key(claims, key)
        if name is None:
            left.append((sidecar, key))
        else:
            found[name].append(sidecar.name)
    names = {name for name in films if name not in found}
    loose = []
    for sidecar, key in left:
        name = _by_title(names, sidecar)
        if name is not None:
            found[name].append(sidecar.name)
        elif sidecar.title:
            code: LooseCode = "ambiguous_sidecar" if key in claims else "orphan_sidecar"
            loose.append(Loose(sidecar.name, code))
    return dict(found), loose


def _claims(films: Mapping[str, bool], wanted: set[TakeoutKey]) -> _Claims:
    """For each key that is asked for, the claims on it, by how sure they are."""
    found: _Claims = {}
    for name, film in films.items():
        for rank, key in enumerate(media_keys(name)):
            if key in wanted:
                claims = found.setdefault(key, [_Claim() for _ in range(_CLASSES)])
                claims[min(rank, _CLASSES - 1)].add(name, film=film)
    return found


def _by_key(claims: _Claims, key: TakeoutKey) -> str | None:
    for claim in claims.get(key, ()):
        if claim.pictures or claim.films:
            return claim.only()
    return None


def _by_title(names: set[str], sidecar: Sidecar) -> str | None:
    candidates = media_names_for(sidecar.name, sidecar.title) if sidecar.title else ()
    return next((name for name in candidates if name in names), None)
