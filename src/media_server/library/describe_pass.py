"""Choosing what each asset shows: from its content, and from what lies beside its file."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from media_server.catalog import details, sidecars
from media_server.catalog.details import Chosen
from media_server.library.choosing import first, gathered, position_of
from media_server.library.dating import date_of
from media_server.library.link_pass import decode_facts, decode_sidecar
from media_server.library.places import place_at
from media_server.model.finding import is_misnamed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from media_server.catalog.database import Catalog
    from media_server.catalog.details import Undescribed
    from media_server.media.facts import Fact, FactName

_PAGE_ASSETS = 500
_encode = msgspec.json.encode


@dataclass(slots=True)
class _Beside:
    """What lies beside the files of an asset."""

    sidecar: list[Fact] = field(default_factory=list)
    takeout: list[Fact] = field(default_factory=list)


def describe_assets(
    catalog: Catalog, *, stopping: Callable[[], bool], now_ns: Callable[[], int] = time.time_ns
) -> int:
    """Describe all assets of which something is new.

    Returns:
        How many there were.
    """
    done = behind = 0
    while not stopping():
        with catalog.read() as connection:
            page = details.undescribed(connection, behind=behind, most=_PAGE_ASSETS)
            digests = [one.digest for one in page]
            said = sidecars.of_files(connection, digests)
        if not page:
            break
        behind = page[-1].asset_id
        beside = _by_digest(said)
        nothing = _Beside()
        now = now_ns()
        rows = [
            (one.asset_id, choose(one, beside.get(one.digest, nothing), now_ns=now)) for one in page
        ]
        with catalog.write() as connection:
            details.describe(connection, rows)
        done += len(page)
    return done


def _by_digest(said: Sequence[tuple[bytes, str, str]]) -> dict[bytes, _Beside]:
    found: dict[bytes, _Beside] = defaultdict(_Beside)
    for digest, kind, text in said:
        facts = decode_sidecar(text).facts
        if kind == "takeout_json":
            found[digest].takeout += facts
        else:
            found[digest].sidecar += facts
    return found


def choose(one: Undescribed, beside: _Beside, *, now_ns: int) -> Chosen:
    """What an asset shows."""
    facts = decode_facts(one.facts)
    everything = (facts, beside.sidecar, beside.takeout)
    taken = date_of(
        *everything,
        file_name=one.name.decode("utf-8", "replace"),
        mtime_ns=one.mtime_ns,
        now_ns=now_ns,
    )
    sources = {"taken": taken.source}
    place = position_of(*everything)
    where = None
    if place is not None:
        sources["position"] = place.source
        where = place_at(place.latitude, place.longitude)

    def pick(name: FactName) -> Fact | None:
        found = first(name, *everything)
        if found is not None:
            sources[name] = found.source
        return found

    def text(name: FactName) -> str | None:
        found = pick(name)
        return str(found.value) if found else None

    rating = pick("rating")
    duration = pick("duration_s")
    keywords = gathered("keyword", *everything)
    people = gathered("person", *everything)
    return Chosen(
        taken_local=taken.local.isoformat(),
        taken_offset_min=taken.offset_min,
        taken_ns=_within_64_bits(taken.instant_ns),
        taken_source=taken.source,
        taken_certainty=taken.certainty,
        taken_precision=taken.precision,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        altitude_m=place.altitude_m if place else None,
        make=text("make"),
        model=text("model"),
        lens=text("lens"),
        rating=int(rating.value) if rating else None,
        title=text("title"),
        description=text("description"),
        keywords=_encode(keywords).decode() if keywords else None,
        people=_encode(people).decode() if people else None,
        duration_ms=round(float(duration.value) * 1000) if duration else None,
        country=where.country if where else None,
        region=where.region if where else None,
        city=where.city if where else None,
        sources=_encode(sources).decode(),
        misnamed=is_misnamed(one.name, one.mime),
    )


def _within_64_bits(instant_ns: int) -> int:
    return max(-(2**63), min(2**63 - 1, instant_ns))
