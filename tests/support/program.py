"""The real command, started as a person starts it, and what is left of it afterwards."""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any, Self

from support.library import Entry, digest_of, entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PR_SET_CHILD_SUBREAPER = 36
_LISTENS = re.compile(r"listens on http://\S+:(\d+)")
_started: set[int] = set()


def wait_for(condition: Callable[[], object], *, within_s: float = 20.0) -> None:
    """Wait until something is true.

    Raises:
        AssertionError: it did not become true.
    """
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, f"waited {within_s} s in vain"
        time.sleep(0.02)


class Program:
    """`media-server` on some folders and a data dir."""

    def __init__(
        self,
        roots: Sequence[str],
        data_dir: str,
        *words: str,
        prefix: Sequence[str] = (),
        preexec: Callable[[], None] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            roots: the storage folders.
            data_dir: where the catalog lies.
            words: further ones of the command line; a first `scan` is the command's name.
            prefix: a command that runs the command, such as strace.
            preexec: called in the new process.
        """
        named = [word for root in roots for word in ("--storage_dir", root)]
        command = [words[0]] if words[:1] == ("scan",) else ["--port", "0", "--jails", "2"]
        rest = words[1:] if words[:1] == ("scan",) else words
        self.words = [
            *prefix,
            sys.executable,
            "-m",
            "media_server",
            *command,
            *named,
            "--data_dir",
            data_dir,
            *rest,
        ]
        self.data_dir = data_dir
        self.preexec = preexec
        self.log_path = data_dir.rstrip("/") + ".log"
        self.port = 0

    def start(self) -> Self:
        """Start it; a server is waited for until it listens."""
        _adopt_orphans()
        self._others = set(_children_of(os.getpid(), zombies=True))
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MEDIA_SERVER_", "COV_"))
        }
        log_start = os.path.getsize(self.log_path) if os.path.exists(self.log_path) else 0
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**environment, "TZ": "UTC", "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=self._prepare,
            )
        _started.add(self.process.pid)
        if "scan" not in self.words:
            wait_for(lambda: self._listens(log_start) or self.process.poll() is not None)
        return self

    def _prepare(self) -> None:
        # A shell has what it runs in the background ignore Ctrl-C, and that is inherited.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self.preexec:
            self.preexec()

    def _listens(self, log_start: int) -> bool:
        with open(self.log_path, "rb") as log:
            log.seek(log_start)
            found = _LISTENS.search(log.read().decode())
        if found:
            self.port = int(found[1])
        return found is not None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def log(self) -> str:
        """All it ever said."""
        with open(self.log_path) as log:
            return log.read()

    def run(self, *, within_s: float = 60.0) -> int:
        """Start it and wait for its end. Returns the exit code."""
        self.start()
        try:
            return self.process.wait(within_s)
        finally:
            self.kill()

    def run_for(self, time_s: float) -> int | None:
        """Start it and kill it after a while. Returns the exit code if it ended by itself."""
        self.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(time_s)
        code = self.process.poll()
        self.kill()
        return code

    def end(self, *, within_s: float = 10.0) -> tuple[int, float]:
        """Ask it to end. Returns the exit code, and how many seconds it took."""
        began_s = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(within_s)
        return code, time.monotonic() - began_s

    def kill(self) -> None:
        """Kill -9 of the command's process group; jails have to notice by themselves."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        wait_for(lambda: not self.left_over(), within_s=6.0)

    def left_over(self) -> list[int]:
        """Processes it has left behind, which have lost their parent and still run."""
        found = []
        for pid in _children_of(os.getpid(), zombies=True):
            if pid in self._others or pid in _started:
                continue
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0]:
                    continue
            found.append(pid)
        return found

    def children(self) -> dict[str, list[int]]:
        """Process ids by what they do: `web`, `library`, `jail`."""
        found: dict[str, list[int]] = {"web": [], "library": [], "jail": []}
        for pid in _children_of(self.process.pid):
            # Both are forks of the supervisor; only the library process makes itself nicer.
            with contextlib.suppress(ProcessLookupError):
                nicer = _niceness(pid) > _niceness(self.process.pid)
                found["library" if nicer else "web"].append(pid)
            found["jail"] += _children_of(pid)
        return found

    def get(self, path: str, *, within_s: float = 20.0) -> tuple[int, bytes]:
        """Status and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=within_s)
        with closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def answers(self, path: str) -> bool:
        """Whether it answers at all, and well."""
        try:
            return self.get(path, within_s=5.0)[0] == 200
        except OSError:
            return False

    def health(self) -> dict[str, Any]:
        """The body of `/healthz`."""
        status, body = self.get("/healthz")
        assert status == 200
        return dict(json.loads(body))

    def listing(self) -> dict[str, Entry]:
        """The answer to `/list`."""
        status, body = self.get("/list")
        assert status == 200
        return entries(body)

    def is_done(self) -> bool:
        """Whether the library process has nothing left to do."""
        try:
            health = self.health()
        except OSError:
            return False
        counts = health["counts"]
        left = counts["unhashed"] + counts["unpictured"] + counts["rough"]
        return health["step"] == "idle" and not left

    def wait_until_done(self, *, within_s: float = 60.0) -> None:
        """Wait until everything is listed and pictured."""
        wait_for(self.is_done, within_s=within_s)


def grids(data_dir: str) -> dict[str, tuple[str, int, int, int]]:
    """Every grid picture in the store: digest → digest of the picture, width, height, rough."""
    path = os.path.join(data_dir, "renditions.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT digest, data, width_px, height_px, rough FROM rendition WHERE kind = 'grid'"
        )
        return {row[0].hex(): (digest_of(row[1]), *row[2:]) for row in rows}


def files_older_than(folder: str, when_s: float) -> list[str]:
    """Temporary files below a data dir that were last written before a time."""
    found = []
    for here, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(here, name)
            temporary = here.endswith("/incoming") or name.endswith(".part")
            if temporary and os.stat(path).st_mtime < when_s:
                found.append(path)
    return found


def _niceness(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def _adopt_orphans() -> None:
    """Have the kernel hand to this process what loses its parent below it."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _children_of(parent: int, *, zombies: bool = False) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and (zombies or fields[0] != "Z"):
            found.append(int(name))
    return sorted(found)
