"""Which files this process opens, and how: seen through Python's audit events."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_recordings: list[Opens] = []


class Opens:
    """Names given to `os.open`, as they were given: relative ones mostly."""

    def __init__(self) -> None:
        self.files: list[bytes] = []
        self.written: list[bytes] = []

    def note(self, path: object, flags: int) -> None:
        if not isinstance(path, str | bytes) or flags & os.O_DIRECTORY:
            return
        name = os.fsencode(path)
        self.files.append(name)
        if flags & _WRITING:
            self.written.append(name)


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _recordings:
        path, _, flags = arguments
        for one in _recordings:
            one.note(path, flags if isinstance(flags, int) else 0)


# A hook cannot be taken away again; without a recording it does nothing.
sys.addaudithook(_hook)


@contextmanager
def recording_opens() -> Iterator[Opens]:
    """Record the files, not folders, that are opened inside the block, in all threads."""
    opens = Opens()
    _recordings.append(opens)
    try:
        yield opens
    finally:
        _recordings.remove(opens)
