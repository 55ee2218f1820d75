"""Slowing down those who guess."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.web.gate.client import network_of

if TYPE_CHECKING:
    from collections.abc import Callable

FREE = 5
"""Wrong guesses of one client that cost nothing."""
_LONGEST_S = 900.0
_FORGOTTEN_S = 3_600.0
_CLIENTS = 10_000
# Of all clients together, within the time after which they begin anew. More than people make by
# mistake; when it is used up, one guess of each client is free instead of five.
_OF_ALL = 300
_OF_ALL_S = 60.0


@dataclass(slots=True)
class _Guesser:
    failures: int = 0
    last_s: float = 0.0
    until_s: float = 0.0


class Throttle:
    """Counts wrong guesses by client: a network of 64 bits counts as one (RFC 6177).

    The table is bounded; the client who has guessed least recently goes first. Who guesses from one
    address keeps nobody at another one from signing in.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with nobody known; `now` tells seconds."""
        self._now = now
        self._guessers: OrderedDict[str, _Guesser] = OrderedDict()
        self._of_all = 0
        self._of_all_since_s = now()

    def wait_s(self, client: str) -> float:
        """How long a client has to wait before he may guess; 0 where he need not."""
        if not self._guessers:
            return 0.0
        found = self._guessers.get(network_of(client))
        return 0.0 if found is None else max(0.0, found.until_s - self._now())

    def failed(self, client: str) -> None:
        """A client has guessed wrongly."""
        now_s = self._now()
        if now_s - self._of_all_since_s > _OF_ALL_S:
            self._of_all, self._of_all_since_s = 0, now_s
        self._of_all += 1
        key = network_of(client)
        found = self._guessers.pop(key, None)
        if found is None or now_s - found.last_s > _FORGOTTEN_S:
            found = _Guesser()
        found.failures += 1
        found.last_s = now_s
        beyond = found.failures - (FREE if self._of_all <= _OF_ALL else 1)
        if beyond >= 0:
            found.until_s = now_s + min(_LONGEST_S, 2.0 ** min(beyond, 20))
        self._guessers[key] = found
        if len(self._guessers) > _CLIENTS:
            self._guessers.popitem(last=False)

    def succeeded(self, client: str) -> None:
        """A client was right: what he has guessed before is forgotten."""
        if self._guessers:
            self._guessers.pop(network_of(client), None)
