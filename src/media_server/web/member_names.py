"""Names of files in an archive: relative, safe to unpack anywhere, each there once."""

from __future__ import annotations

import re
from typing import Final

# What ends a name, divides a path on another system, or shows itself as something else.
_HOSTILE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028-\u202e\u2066-\u2069\ufeff]")
_NO_FOLDERS: Final = frozenset({"", ".", ".."})


class MemberNames:
    """Gives names, and remembers which have been given."""

    def __init__(self) -> None:
        """Begin with none."""
        self._given: set[str] = set()

    def name(self, root: bytes, path: bytes) -> bytes:
        """The name of a file: the folder of its library, then its path below that.

        Names that differ only in case count as the same, as on many disks they are.

        Args:
            root: path of the library.
            path: of the file, below it.
        """
        parts = [root.rstrip(b"/").rpartition(b"/")[2], *path.split(b"/")]
        safe = "/".join(_safe(part) for part in parts)
        name, number = safe, 1
        while name.casefold() in self._given:
            number += 1
            name = _numbered(safe, number)
        self._given.add(name.casefold())
        return name.encode()


def _safe(part: bytes) -> str:
    text = _HOSTILE.sub("_", part.decode("utf-8", "replace"))
    return "_" if text in _NO_FOLDERS else text


def _numbered(name: str, number: int) -> str:
    folder, slash, last = name.rpartition("/")
    dot = last.rfind(".")
    at = dot if dot > 0 else len(last)
    return f"{folder}{slash}{last[:at]} ({number}){last[at:]}"
