"""A change below a root is noticed at once."""

from __future__ import annotations

import os
import select
import signal
from typing import TYPE_CHECKING

from media_server.library.watch import watch

if TYPE_CHECKING:
    from pathlib import Path


def test_changes_are_told(tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    reading, writing = os.pipe()
    pid = os.fork()  # `watch` does not return
    if pid == 0:

        def tell() -> None:
            os.write(writing, b"x")

        watch([os.fsencode(tmp_path)], tell)
        os._exit(1)
    try:
        told = False
        for number in range(20):  # the watcher takes a moment to begin
            (tmp_path / "album" / f"{number}.jpg").touch()
            told = bool(select.select([reading], [], [], 0.5)[0])
            if told:
                break
        assert told
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)
