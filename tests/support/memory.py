"""What the processes of a program take, seen from outside while they run. Linux only."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

from support.server import process_tree

_EVERY_S = 0.01
_LOOKS_A_TREE = 10


class MemoryWatch:
    """Notes the most memory that each process has had, from the first of a tree down.

    Attributes:
        jails: of the processes that decode, in bytes by process id.
        others: the same of all others.
    """

    def __init__(self, root: int) -> None:
        """Watch a process and all below it, while the context lasts."""
        self.jails: dict[int, int] = {}
        self.others: dict[int, int] = {}
        self._root = root
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        looks = 0
        while not self._ended.wait(_EVERY_S):
            self._look(anew=looks % _LOOKS_A_TREE == 0)
            looks += 1
        self._look(anew=True)

    def _look(self, *, anew: bool) -> None:
        if anew:
            self._find()
        for found in (self.jails, self.others):
            for pid in found:
                found[pid] = max(found[pid], peak_bytes(pid))

    def _find(self) -> None:
        for pid, _ in process_tree(self._root):
            if pid in self.jails:
                continue
            if is_jail(pid):  # before it became one, it was a copy of its parent
                self.others.pop(pid, None)
                self.jails[pid] = 0
            else:
                self.others.setdefault(pid, 0)


def peak_bytes(pid: int) -> int:
    """The most memory that a process has had since `forget_peak`; 0 once it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0


def forget_peak(pid: int) -> None:
    """Let the most memory be what it has now. Source: proc(5), clear_refs."""
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def is_jail(pid: int) -> bool:
    """Whether it decodes."""
    with suppress(OSError):
        return b"media_server.media.jail" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
