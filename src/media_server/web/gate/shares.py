"""What many clients share, so that no one of them takes it from the others."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


class Shares:
    """Places of one kind: so many in all, and fewer for each client. For the event loop alone.

    There is an entry for each client that holds a place, and none for others.
    """

    def __init__(self, most: int, *, each: int, retry_s: int = 2) -> None:
        """Begin with all places free.

        Args:
            most: places in all, ≥ 1.
            each: how many of them one client may hold, ≥ 1.
            retry_s: when who is turned away should come again.
        """
        self._most = most
        self._each = each
        self._again = {"Retry-After": str(retry_s)}
        self._held: dict[str, int] = {}
        self._free = most

    def held(self, client: str) -> int:
        """How many places a client holds."""
        return self._held.get(client, 0)

    def take(self, client: str, count: int = 1) -> bool:
        """Take places for a client, if he may have so many and there are so many."""
        held = self._held.get(client, 0) + count
        if held > self._each or count > self._free:
            return False
        self._held[client] = held
        self._free -= count
        return True

    def give_back(self, client: str, count: int = 1) -> None:
        """Free places that were taken."""
        self._free += count
        left = self._held[client] - count
        if left:
            self._held[client] = left
        else:
            del self._held[client]

    def claim(self, client: str, count: int = 1) -> None:
        """Take places for a client.

        Raises:
            Refusal: the client holds too many already, or all clients together do.
        """
        if self.take(client, count):
            return
        if self.held(client) + count > self._each:
            raise Refusal(
                "too_many_requests",
                "Too many requests of your address are under way; wait for some of them.",
                headers=self._again,
            )
        raise Refusal("busy", headers=self._again)

    @contextmanager
    def place(self, client: str, count: int = 1) -> Iterator[None]:
        """Hold places as long as the context lasts.

        Raises:
            Refusal: as in `claim`, on entering.
        """
        self.claim(client, count)
        try:
            yield
        finally:
            self.give_back(client, count)
