"""Counts the files that a command opens in a folder, with strace."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from server import MeasureError


def files_opened(command: Sequence[str], folder: Path, work: Path) -> int:
    """How many times the command and its children opened a file, not a directory, in `folder`.

    Raises:
        MeasureError: the command failed.
    """
    trace = work / "strace.txt"
    # -y writes the path of a descriptor next to it, also of the one that a call gives back.
    options = ["-f", "-y", "-qq", "-e", "trace=open,openat,openat2", "-o", str(trace)]
    ended = subprocess.run(["strace", *options, *command], capture_output=True, text=True)
    if ended.returncode:
        raise MeasureError(f"under strace it ended with {ended.returncode}: {ended.stderr[-500:]}")
    inside = re.compile(rf"= \d+<({re.escape(str(folder.resolve()))}/.*)>$")
    with trace.open(errors="replace") as lines:
        opened = (match[1] for match in map(inside.search, map(str.rstrip, lines)) if match)
        return sum(not Path(path).is_dir() for path in opened)
