"""Dates as video containers write them: seconds since 1904, and text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from media_server.media.facts import Fact
from media_server.media.tags.moment import parse_iso8601

_EPOCH_1904: Final = datetime(1904, 1, 1, tzinfo=UTC)
_EPOCH_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_1904_TO_1970_S: Final = 2_082_844_800
# A day alone is no time of capture: `2019-07-01T12:34` is the least.
_MIN_CHARS: Final = 16


def stamp_fact(text: str, source: str) -> Fact | None:
    """A date in text as a fact: with `Z` an instant, else wall time, with its offset if it has one.

    Args:
        text: such as `2019-07-01T12:34:56+0200`.
        source: as in `Fact`.
    """
    text = text.strip()
    moment = parse_iso8601(text) if len(text) >= _MIN_CHARS else None
    if moment is None or moment.replace(tzinfo=UTC) in (_EPOCH_1904, _EPOCH_1970):
        return None
    return Fact("captured_utc" if text.endswith("Z") else "captured", moment.isoformat(), source)


def instant_fact(since_1904_s: int, source: str) -> Fact | None:
    """A time of creation as a fact; None for 0 and for the other ways of saying nothing.

    The box counts from 1904. Some cameras count from 1970: what would lie before 1970 is read so.

    Args:
        since_1904_s: as in the box, ≥ 0.
        source: as in `Fact`.
    """
    if since_1904_s in (0, _1904_TO_1970_S):
        return None
    epoch = _EPOCH_1904 if since_1904_s > _1904_TO_1970_S else _EPOCH_1970
    try:
        moment = epoch + timedelta(seconds=since_1904_s)
    except OverflowError:
        return None
    return Fact("captured_utc", moment.isoformat(), source)
