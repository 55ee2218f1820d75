"""The threads in which answers wait for SQLite and the disk, and who may wait for one of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

from anyio import CapacityLimiter, to_thread

from media_server.web.gate import Shares, client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.web.route import Call

Answer = TypeVar("Answer")

# Answers that wait for the disk at the same time; SQLite gains nothing from more.
_THREADS: Final = 8
# Of these one client gets so many at most: a question may take seconds, and somebody else's answer
# a millisecond.
_THREADS_OF_ONE: Final = 6
# Those who wait for one of them: more would wait longer than people do.
_MOST_WAITING: Final = 128
# Requests of one client that are answered or wait. Browsers ask for six things at once.
_PLACES_OF_ONE: Final = 64


class Threads:
    """Answers calls in threads: first come, first served, but none to who has his share already."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._limiter = CapacityLimiter(_THREADS)
        self._places = Shares(_THREADS + _MOST_WAITING, each=_PLACES_OF_ONE)
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def run(
        self, answer: Callable[[Call[object, object]], Answer], call: Call[object, object]
    ) -> Answer:
        """What a function answers, called in a thread as soon as it is this client's turn.

        Raises:
            Refusal: too many wait, of this client or of all.
        """
        client = client_of(call.scope)
        with self._places.place(client):
            turn = self._turns.get(client)
            if turn is None:
                turn = self._turns[client] = asyncio.Semaphore(_THREADS_OF_ONE)
            try:
                async with turn:
                    return await to_thread.run_sync(answer, call, limiter=self._limiter)
            finally:
                if self._places.held(client) == 1:  # this one, which is the last
                    del self._turns[client]
