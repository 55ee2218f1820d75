"""How one process asks another for something, without saying what: a pipe shared by forking."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RINGS_BYTES = 4096


class Bell:
    """Rung in one process, heard in the other. Rings that nobody has heard yet are one."""

    def __init__(self) -> None:
        """Make a bell, to be shared by forking."""
        self._heard, self._rung = os.pipe()
        os.set_blocking(self._rung, False)

    def ring(self) -> None:
        """Ring, from any thread."""
        with suppress(BlockingIOError):  # full of rings not heard yet
            os.write(self._rung, b"!")

    def listen(self, answer: Callable[[], None]) -> None:
        """Call `answer` for each ring, or for several at once, as long as the process lives."""
        while os.read(self._heard, _RINGS_BYTES):
            answer()
