"""What becomes of files that a scan has missed: removed, held for a human, or long forgotten."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.catalog import assets, files, libraries
from media_server.model.errors import RemovalsChanged

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from media_server.catalog.database import Catalog
    from media_server.catalog.libraries import Library
    from media_server.store.large import LargeStore
    from media_server.store.small import SmallStore

# A scan that would lose more than both waits for a human: a disk that is away, a wrong mount
# and a slip of the hand look the same, and only a human can tell.
_BRAKE_FILES = 100
_BRAKE_SHARE = 0.25
_PURGE_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What was done about missed files: how many were removed, how many are held."""

    removed: int
    held: int


def settle_removals(catalog: Catalog, library: Library) -> Settled:
    """Remove files that a scan has missed, unless they are so many that a human must look.

    Files whose content has turned up elsewhere are moves and do not count. Files that may still
    turn up among those to be read stay until these have been read: a moved photo is never gone.
    """
    with catalog.write() as connection:
        removed = _remove(connection, library, "moved")
        lost = files.count_lost(connection, library.library_id)
        known = libraries.count_files(connection, library.library_id)
        if lost > _BRAKE_FILES and lost > known * _BRAKE_SHARE:
            if files.count_uncertain(connection, library.library_id):
                return Settled(removed, 0)
            libraries.set_state(connection, library.library_id, "held", held=lost)
            return Settled(removed, lost)
        removed += _remove(connection, library, "certain")
        if library.state == "held":
            libraries.set_state(connection, library.library_id, "online")
    return Settled(removed, 0)


def confirm_removals(catalog: Catalog, library: Library, *, expected: int | None = None) -> int:
    """Remove all files that a scan has missed, as a human has confirmed.

    Args:
        catalog: where they stand; a scan may be under way, and others may confirm the same.
        library: of the files.
        expected: how many were shown to the human; None where he has not been asked about a number.

    Returns:
        How many were removed.

    Raises:
        RemovalsChanged: others than these would be removed, or the library is not held; then none
            is.
    """
    with catalog.write() as connection:
        removed = _remove(connection, library, "all", with_folders=False)
        held = libraries.release(connection, library.library_id)
        if expected is not None and not (held and removed == expected):
            raise RemovalsChanged(f"{library.shown}: not {expected} removals any more")
    return removed


def _remove(
    connection: Connection, library: Library, which: files.Removed, *, with_folders: bool = True
) -> int:
    return files.remove_gone(
        connection,
        library.library_id,
        now_ns=time.time_ns(),
        which=which,
        with_folders=with_folders,
    )


def purge_missing(catalog: Catalog, small: SmallStore, large: LargeStore, *, grace_s: int) -> int:
    """Forget assets, with their renditions, whose last file has been gone for `grace_s` seconds.

    Returns:
        How many were forgotten.
    """
    before_ns = time.time_ns() - grace_s * 1_000_000_000
    purged = 0
    while True:
        with catalog.write() as connection:
            digests = assets.long_missing(connection, before_ns=before_ns, most=_PURGE_AT_A_TIME)
            if not digests:
                return purged
            # Cut short from here on, nothing seems to have a picture that has none.
            assets.lose_grids(connection, digests)
        small.remove(digests)
        large.remove(digests)
        with catalog.write() as connection:
            assets.purge(connection, digests)
        # For what was made meanwhile: whoever made it looks for its asset afterwards.
        large.remove(digests)
        purged += len(digests)


def remove_strangers(catalog: Catalog, large: LargeStore) -> int:
    """Remove large renditions of assets that are not known, as a purge cut short leaves behind.

    Returns:
        Of how many assets.
    """
    removed = 0
    for digests in large.digests(at_a_time=_PURGE_AT_A_TIME):
        with catalog.read() as connection:
            strangers = set(digests) - assets.existing(connection, digests)
        if strangers:
            large.remove(strangers)
            removed += len(strangers)
    return removed
