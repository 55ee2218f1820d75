"""Those who have signed in with a browser.

Kept in memory, and in one small file of the data dir, so that a restart signs nobody out. Of each
session there is only a keyed hash (HMAC-SHA-256) of its id; the key is the hash of the access
token, so that with another token all sessions end.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import os
import secrets
import threading
import time
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_log = logging.getLogger(__name__)

LASTS_S: Final = 30 * 86_400
"""From signing in to the end of a session."""
_ID_BYTES = 32
_MOST = 1_000
_MOST_BYTES = 1 << 20


class _Kept(msgspec.Struct):
    """The file.

    Attributes:
        server: tells this server's cookie from that of another one on the same host: browsers keep
            cookies by host, whatever the port (RFC 6265, section 8.5).
        ends: hash of a session's id, in hex → second of its end.
    """

    server: str
    ends: dict[str, int]


class Sessions:
    """Begins, knows and ends sessions. Beginning and ending one waits for the disk."""

    def __init__(self, path: str, key: bytes, now: Callable[[], float] = time.time) -> None:
        """Read what is known.

        Args:
            path: of the file; where it cannot be written, sessions last until the restart. Empty
                for none.
            key: of the hashes.
            now: tells seconds since 1970.
        """
        self._path = path
        self._key = key
        self._now = now
        self._lock = threading.Lock()
        kept = _read(path) or _Kept(secrets.token_hex(4), {})
        self.server = kept.server
        self._ends = kept.ends

    def begin(self) -> str:
        """A new session's id: 256 random bits, in hex."""
        session_id = secrets.token_hex(_ID_BYTES)
        now_s = self._now()
        with self._lock:
            live = {one: ends for one, ends in self._ends.items() if ends > now_s}
            if len(live) >= _MOST:
                del live[min(live, key=live.__getitem__)]
            self._ends = {**live, self._hash(session_id): int(now_s) + LASTS_S}
            self._write()
        return session_id

    def is_live(self, session_id: str) -> bool:
        """Whether a session has begun and not ended."""
        return self._ends.get(self._hash(session_id), 0) > self._now()

    def end(self, session_ids: Iterable[str]) -> None:
        """End sessions; those that are none are passed over."""
        ended = {self._hash(one) for one in session_ids}
        with self._lock:
            left = {one: ends for one, ends in self._ends.items() if one not in ended}
            if len(left) < len(self._ends):
                self._ends = left
                self._write()

    def _hash(self, session_id: str) -> str:
        return hmac.digest(self._key, session_id.encode("utf-8", "replace"), "sha256").hex()

    def _write(self) -> None:
        if not self._path:
            return
        part = f"{self._path}.part"
        try:
            # Two restarts may overlap; the last one counts.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            with open(os.open(part, flags, 0o600), "wb") as out:
                out.write(msgspec.json.encode(_Kept(self.server, self._ends)))
            os.replace(part, self._path)
        except OSError as error:
            _log.warning("cannot keep who has signed in: %s", error.strerror)


def _read(path: str) -> _Kept | None:
    """The file; None where there is none that can be read."""
    try:
        with open(path, "rb") as file:
            found = msgspec.json.decode(file.read(_MOST_BYTES), type=_Kept)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return found if found.server.isalnum() and found.server.isascii() else None
