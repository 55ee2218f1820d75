"""Uses of large renditions: noted in memory at no cost to a request, and written now and then."""

from __future__ import annotations

import threading
import time

from media_server.store.files import KINDS

# Of those already written, so many are remembered for each kind: some 100 bytes each.
_REMEMBERED = 50_000


class Uses:
    """Which renditions were used and are to be written. Safe for any number of threads."""

    def __init__(self, refresh_s: float) -> None:
        """Have each rendition written at most once in `refresh_s` seconds."""
        self._refresh_s = refresh_s
        self._noted: dict[str, set[bytes]] = {kind: set() for kind in KINDS}
        self._taking = threading.Lock()
        # Below: belongs to the holder of the lock.
        self._written: dict[str, set[bytes]] = {kind: set() for kind in KINDS}
        self._since_s = time.monotonic()

    def note(self, digest: bytes, kind: str) -> None:
        """Note a use. Takes no lock and waits for nothing."""
        self._noted[kind].add(digest)

    def take(self) -> list[tuple[bytes, str]]:
        """The (digest, kind) that were used since the last call and not written lately."""
        with self._taking:
            now_s = time.monotonic()
            if now_s - self._since_s >= self._refresh_s:
                self._since_s = now_s
                self._written = {kind: set() for kind in KINDS}
            taken = []
            for kind, written in self._written.items():
                noted, self._noted[kind] = self._noted[kind], set()
                # Not a loop over `noted`: another thread may be about to add to it.
                fresh = noted - written
                if len(written) + len(fresh) > _REMEMBERED:
                    written.clear()
                written |= fresh
                taken += [(digest, kind) for digest in fresh]
            return taken
