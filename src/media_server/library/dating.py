"""When a picture was taken, from all that is known: the file, its sidecars, its name, its time.

Every reading has a place in one order; the first sound one counts, and the others only help to
find its zone. The order and its reasons are told in docs/dating.md; the table is `ORDER`.

Pure, and never fails: dates that cannot be are passed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from media_server.library.choosing import position_of
from media_server.library.zone import offset_at, offset_since
from media_server.model.capture_time import CaptureTime
from media_server.model.name_date import date_in_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from media_server.library.choosing import Position
    from media_server.media.facts import Fact
    from media_server.model.name_date import Precision

Certainty = Literal["exact", "zone_by_gps", "local", "name", "guess"]

FIRST_PHOTOGRAPH: Final = datetime(1826, 1, 1)
"""Before Niépce's view from his window there is nothing to date."""


ORDER: Final = (
    "sidecar",
    "exif_original",
    "container",
    "container_utc",
    "xmp",
    "iptc",
    "sidecar_digitized",
    "exif_digitized",
    "xmp_digitized",
    "gps",
    "exif_changed",
    "takeout",
)
"""Where readings are from, the first that counts first; docs/dating.md tells what each means."""

NAME_SOURCE: Final = "name"
FILE_SOURCE: Final = "file:mtime"

# How far dates are to be believed: only among equals does the order above matter. A date in a
# file's name comes behind the sound ones.
_SOUND, _RESET, _FILE, _FUTURE, _FUTURE_FILE = range(5)

# How XMP, EXIF and IPTC call the moment of the shot, and that of the scan.
_ORIGINAL: Final = frozenset({"DateTimeOriginal", "DateCreated"})
_DIGITIZED: Final = frozenset({"CreateDate", "DateTimeDigitized"})

_EPOCH = datetime(1970, 1, 1)
_SECOND: Final = timedelta(seconds=1)
_DAY_NS: Final = 86_400 * 1_000_000_000
# What devices write that do not know the time: zero, in the ways of Unix, QuickTime and GPS.
_ZEROES: Final = frozenset({_EPOCH, datetime(1904, 1, 1), datetime(1980, 1, 6)})
# Where a camera's clock begins after its battery was out; also what a careful person writes who
# knows no more than the year. So it counts where nothing else is known, but as a guess.
_RESETS: Final = frozenset({datetime(1980, 1, 1), datetime(2000, 1, 1)})
# Offsets of the world's clocks since 1970 that are no whole hours, in minutes east.
_ODD_OFFSETS: Final = frozenset(
    {-570, -210, -150, 210, 270, 330, 345, 390, 510, 525, 570, 630, 690, 765, 825}
)
_FIRST_OFFSET_MIN: Final = -12 * 60
_LAST_OFFSET_MIN: Final = 14 * 60
_QUARTER_MIN: Final = 15
_MAX_OFFSET_MIN: Final = 15 * 60  # no clock ever stood further off, old summer times included


@dataclass(frozen=True, slots=True)
class Dated:
    """When it was taken.

    Attributes:
        local: wall time, without zone.
        offset_min: minutes east of UTC, or None where that is not known.
        instant_ns: nanoseconds since 1970-01-01 UTC; where the offset is not known, by this
            computer's zone or, for instants, as read.
        source: the tag or field it is from; `name:` and the pattern's name; `file:mtime`.
        certainty: `exact`, the offset or instant was read; `zone_by_gps`, the offset follows
            from the GPS time or position; `local`, a wall time without zone; `name`, from the
            file's name; `guess`, the file's time, or a date that is hard to believe.
        precision: the last part that is known.
    """

    local: datetime
    offset_min: int | None
    instant_ns: int
    source: str
    certainty: Certainty
    precision: Precision = "second"


class _Reading(NamedTuple):
    """One date: a wall time with or without offset, or where `utc` an instant."""

    rank: int
    moment: datetime
    offset_min: int | None
    utc: bool
    source: str


def date_of(
    facts: Sequence[Fact],
    sidecar_facts: Sequence[Fact],
    takeout_facts: Sequence[Fact],
    *,
    file_name: str,
    mtime_ns: int,
    now_ns: int,
) -> Dated:
    """The date that counts.

    Args:
        facts: what the file says.
        sidecar_facts: what its XMP sidecars say, the closest first.
        takeout_facts: what Google Takeout's JSON says.
        file_name: of the file, without folder.
        mtime_ns: of the file, nanoseconds since 1970 UTC.
        now_ns: the time now; what is more than a day later is hard to believe.
    """
    readings = sorted(_readings(facts, sidecar_facts, takeout_facts), key=_by_rank)
    known = _Known(readings, facts, sidecar_facts, takeout_facts)
    best: tuple[int, Dated] | None = None
    for reading in readings:
        dated = _with_zone(reading, known)
        tier = _tier(reading, dated, now_ns)
        if tier == _SOUND:
            return dated
        if best is None or tier < best[0]:
            best = tier, _as_guess(dated)
    named = _named(file_name, known)
    if named is not None and named.instant_ns <= now_ns + _DAY_NS:
        return named
    by_file = _file_time(mtime_ns)
    tier = _FILE if mtime_ns <= now_ns + _DAY_NS else _FUTURE_FILE
    if best is not None and best[0] < tier:
        return best[1]
    return by_file


class _Known:
    """What helps to find a zone; worked out when asked for."""

    def __init__(
        self,
        readings: list[_Reading],
        facts: Sequence[Fact],
        sidecar_facts: Sequence[Fact],
        takeout_facts: Sequence[Fact],
    ) -> None:
        self.readings = readings
        self._groups = facts, sidecar_facts, takeout_facts

    @cached_property
    def position(self) -> Position | None:
        return position_of(*self._groups)

    @property
    def gps(self) -> datetime | None:
        """The satellites' time."""
        for reading in self.readings:
            if reading.utc and "GPS" in reading.source:
                return reading.moment
        return None


# Readings


_RANKS: Final = {name: rank for rank, name in enumerate(ORDER)}


def _by_rank(reading: _Reading) -> int:
    return reading.rank


def _readings(
    facts: Sequence[Fact], sidecar_facts: Sequence[Fact], takeout_facts: Sequence[Fact]
) -> Iterator[_Reading]:
    for fact in sidecar_facts:
        if fact.name in ("captured", "captured_utc"):
            yield from _reading(fact, _sidecar_rank(fact))
    for fact in facts:
        if fact.name in ("captured", "captured_utc"):
            yield from _reading(fact, _file_rank(fact))
    for fact in takeout_facts:
        if fact.name == "captured_utc":
            yield from _reading(fact, "takeout")


def _sidecar_rank(fact: Fact) -> str:
    if fact.name == "captured_utc":
        return "gps"
    return "sidecar" if _tag(fact) in _ORIGINAL else "sidecar_digitized"


def _file_rank(fact: Fact) -> str:
    group, tag = fact.source.partition(":")[0], _tag(fact)
    if fact.name == "captured_utc":
        return "gps" if "GPS" in fact.source else "container_utc"
    if group.startswith("EXIF"):
        if tag == "DateTimeOriginal":
            return "exif_original"
        return "exif_digitized" if tag in _DIGITIZED else "exif_changed"
    if group.startswith("XMP"):
        return "xmp" if tag in _ORIGINAL else "xmp_digitized"
    return "iptc" if group.startswith("IPTC") else "container"


def _tag(fact: Fact) -> str:
    return fact.source.rpartition(":")[2]


def _reading(fact: Fact, name: str) -> Iterator[_Reading]:
    """The reading of a fact, unless it is no date or none that can be."""
    try:
        moment = datetime.fromisoformat(str(fact.value))
        offset = moment.utcoffset()
    except (ValueError, OverflowError):
        return
    utc = fact.name == "captured_utc"
    local = moment.replace(tzinfo=None, fold=0)
    if utc and offset:
        return  # no instant in the form that was agreed
    if local < FIRST_PHOTOGRAPH or local in _ZEROES:
        return
    offset_min = None if offset is None or utc else round(offset / timedelta(minutes=1))
    if offset_min is not None and abs(offset_min) > _MAX_OFFSET_MIN:
        offset_min = None
    if offset_min is not None and local - timedelta(minutes=offset_min) in _ZEROES:
        return
    yield _Reading(_RANKS[name], local, offset_min, utc, fact.source)


def _tier(reading: _Reading, dated: Dated, now_ns: int) -> int:
    if dated.instant_ns > now_ns + _DAY_NS:
        return _FUTURE
    if reading.moment in _RESETS and reading.rank != _RANKS["sidecar"]:
        return _RESET
    return _SOUND


def _as_guess(dated: Dated) -> Dated:
    return Dated(
        dated.local,
        dated.offset_min,
        dated.instant_ns,
        dated.source,
        "guess",
        dated.precision,
    )


# Zones


def _with_zone(reading: _Reading, known: _Known) -> Dated:
    if reading.utc:
        return _instant(reading.moment, reading.source, "exact", known.position)
    local, offset_min = _completed(reading, known.readings)
    certainty: Certainty = "exact"
    if offset_min is None:
        certainty = "zone_by_gps"
        offset_min = _offset_by_gps(local, known)
    if offset_min is None:
        certainty = "local"
    return Dated(local, offset_min, _instant_ns(local, offset_min), reading.source, certainty)


def _completed(reading: _Reading, readings: list[_Reading]) -> tuple[datetime, int | None]:
    """Wall time and offset, completed by what other readings say of the same second.

    Sidecars repeat the camera's time without its offset and fractions; and some cameras write the
    offset beside one of their three dates only.
    """
    local, offset_min = reading.moment, reading.offset_min
    second = local.replace(microsecond=0)
    for other in readings:
        if not other.utc and other.moment - second < _SECOND and other.moment >= second:
            if offset_min is None:
                offset_min = other.offset_min
            if not local.microsecond:
                local = other.moment
    return local, offset_min


def _offset_by_gps(local: datetime, known: _Known) -> int | None:
    gps = known.gps
    offset_min = None if gps is None else _offset_between(local, gps)
    if offset_min is None and known.position is not None:
        offset_min = offset_at(known.position.latitude, known.position.longitude, local)
    return offset_min


def _offset_between(local: datetime, utc: datetime) -> int | None:
    """The offset that wall time and UTC of one moment make, where clocks stand so anywhere.

    GPS times may be of the last fix, some minutes before, and the camera's clock may be wrong:
    what is no offset of the world's is none here.
    """
    quarters = round((local - utc) / timedelta(minutes=_QUARTER_MIN))
    offset_min = quarters * _QUARTER_MIN
    if not _FIRST_OFFSET_MIN <= offset_min <= _LAST_OFFSET_MIN:
        return None
    return offset_min if offset_min % 60 == 0 or offset_min in _ODD_OFFSETS else None


def _instant(utc: datetime, source: str, certainty: Certainty, position: Position | None) -> Dated:
    """An instant as a wall time: of its place, else of this computer's zone with no offset."""
    instant = utc.replace(tzinfo=UTC)
    instant_ns = _instant_ns(utc, 0)
    offset_min = offset_since(position.latitude, position.longitude, instant) if position else None
    try:
        if offset_min is None:
            local = instant.astimezone().replace(tzinfo=None, fold=0)
        else:
            local = utc + timedelta(minutes=offset_min)
    except (OverflowError, ValueError, OSError):
        local, offset_min = utc, 0
    return Dated(local, offset_min, instant_ns, source, certainty)


def _instant_ns(local: datetime, offset_min: int | None) -> int:
    try:
        return CaptureTime(local, offset_min, "").instant_ns()
    except (OverflowError, ValueError, OSError):
        return CaptureTime(local, 0, "").instant_ns()


# Name and file


def _named(file_name: str, known: _Known) -> Dated | None:
    found = date_in_name(file_name)
    if found is None:
        return None
    source = f"{NAME_SOURCE}:{found.pattern}"
    if found.utc:
        return _instant(found.local, source, "name", known.position)
    offset_min = None
    if known.position is not None:
        offset_min = offset_at(known.position.latitude, known.position.longitude, found.local)
    instant_ns = _instant_ns(found.local, offset_min)
    return Dated(found.local, offset_min, instant_ns, source, "name", found.precision)


def _file_time(mtime_ns: int) -> Dated:
    seconds, rest_ns = divmod(mtime_ns, 1_000_000_000)
    try:
        utc = _EPOCH + timedelta(seconds=seconds, microseconds=rest_ns // 1_000)
    except OverflowError:
        utc = datetime.max if mtime_ns > 0 else datetime.min
    dated = _instant(utc, FILE_SOURCE, "guess", None)
    return Dated(dated.local, None, mtime_ns, FILE_SOURCE, "guess")
