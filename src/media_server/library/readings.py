"""What the jail reads from a content, as the catalog keeps it."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from media_server.catalog import assets, details
from media_server.catalog.assets import NewAsset
from media_server.catalog.schema import Grid
from media_server.library.pictures import failed_picture
from media_server.media.reading import Failure, Reading
from media_server.model.capture_time import CaptureTime
from media_server.model.media_type import media_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from media_server.catalog.assets import Outdated
    from media_server.catalog.database import Catalog
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome
    from media_server.model.media_type import MediaType

METADATA_VERSION = 2
"""Raised when contents are read for more, or better: then what was read before is read again."""

NO_FACTS = "[]"

HOPELESS = frozenset({"empty", "unrecognised", "timeout", "jail_died"})
"""Codes of readings of content that no decoder will make anything of, whatever its header says, or
that takes its jail down before anything is decoded."""


def is_read(kind: MediaType | None) -> bool:
    """Whether the jail is asked about files whose name says this."""
    return kind is not None and (kind.pictured or kind.kind == "video")


def facts_of(outcome: Outcome | None) -> str:
    """All facts of a reading as JSON; none of anything else."""
    if not isinstance(outcome, Reading) or not outcome.facts:
        return NO_FACTS
    return msgspec.json.encode(outcome.facts).decode()


def as_asset(
    name: bytes, digest: bytes, ctime_ns: int, outcome: Outcome | None, *, sha1: bytes | None = None
) -> NewAsset:
    """The row of an asset.

    Args:
        name: of a file that holds it.
        digest: its identity.
        ctime_ns: of that file: the contract's creation date where the content has none.
        outcome: what the jail said; None where it was not asked.
        sha1: of the same bytes as the digest, where it is known.
    """
    kind = media_type(name)
    if not isinstance(outcome, Reading):
        mime = kind.mime if kind else "application/octet-stream"
        grid = Grid.NONE if is_read(kind) else Grid.NOT_PICTURED
        if isinstance(outcome, Failure) and outcome.code in HOPELESS:
            grid = Grid.FAILED
        return NewAsset(
            digest, mime, None, None, None, None, None, ctime_ns, METADATA_VERSION, grid, sha1
        )
    return NewAsset(
        digest,
        outcome.mime,
        outcome.width_px,
        outcome.height_px,
        outcome.captured_local,
        outcome.captured_offset_min,
        outcome.captured_source,
        _created_ns(outcome, ctime_ns),
        METADATA_VERSION,
        Grid.ROUGH if outcome.preview else Grid.NONE,
        sha1,
        outcome.preview.colour if outcome.preview else None,
    )


def _created_ns(reading: Reading, otherwise_ns: int) -> int:
    if reading.captured_local is None:
        return otherwise_ns
    local = datetime.fromisoformat(reading.captured_local)
    source = reading.captured_source or ""
    try:
        instant = CaptureTime(local, reading.captured_offset_min, source).instant_ns()
    except (OverflowError, ValueError, OSError):
        return otherwise_ns
    # Beyond what the catalog's integers hold lie only the years 1 to 1677 and from 2262 on.
    return instant if abs(instant) < 2**63 else otherwise_ns


class Readings:
    """Reads contents again that an older version of the program has read."""

    def __init__(self, catalog: Catalog) -> None:
        """Take where the assets are."""
        self._catalog = catalog

    def page(self, connection: Connection, *, behind: Outdated | None, most: int) -> list[Outdated]:
        """Assets with an older `metadata_version`."""
        return assets.outdated(
            connection, metadata_version=METADATA_VERSION, behind=behind, most=most
        )

    def task(self, one: Outdated) -> Task:
        """Read facts."""
        del one
        return "probe"

    def keep(self, done: Sequence[tuple[Outdated, Outcome]]) -> None:
        """Keep what was read. What failed in an older version gets another try."""
        rows, facts, failures = [], [], []
        for one, outcome in done:
            assert one.file is not None
            row = as_asset(one.file.name, one.digest, 0, outcome)
            if one.grid in (Grid.ROUGH, Grid.FINAL):
                row = row._replace(grid=one.grid)
            elif row.grid == Grid.ROUGH:  # its preview is not kept here
                row = row._replace(grid=Grid.NONE)
            rows.append(row)
            facts.append((one.digest, facts_of(outcome)))
            if isinstance(outcome, Failure):
                failures.append(failed_picture(one.digest, "probe", outcome))
        with self._catalog.write() as connection:
            assets.clear_failures(connection, [one.digest for one, _ in done])
            assets.reread(connection, rows)
            details.keep_facts(connection, facts)
            assets.record_failures(connection, failures, now_ns=time.time_ns())
