"""Room for the bodies of requests: in memory from their first byte until they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.web.gate import Shares, client_of
from media_server.web.headers import header

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from starlette.types import Scope

# What is read from a body takes up to three times as much.
_MOST_BYTES: Final = 64 << 20
_BYTES_OF_ONE: Final = 32 << 20


class Bodies:
    """Keeps the bodies of all requests together within bounds, and those of one client."""

    def __init__(self) -> None:
        """Begin with none."""
        self._shares = Shares(_MOST_BYTES, each=_BYTES_OF_ONE)

    def room(self, scope: Scope, max_bytes: int) -> AbstractContextManager[None]:
        """Room for the body of a request, as long as the context lasts.

        Args:
            scope: of the request.
            max_bytes: the most that is read of it, which counts where it does not say its length.

        Raises:
            Refusal: on entering, when there is none.
        """
        said = header(scope, b"content-length")
        chunked = header(scope, b"transfer-encoding") is not None
        size_bytes = max_bytes
        if said and said.isascii() and said.isdigit() and not chunked:
            size_bytes = min(int(said[:20]), max_bytes)
        return self._shares.place(client_of(scope), max(1, size_bytes))
