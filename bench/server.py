"""The server under test: starts and stops it, and asks it how far it is.

The only module that knows the program's command line and its JSON.
"""

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from watch import Watch, process_table, tree_of

POLL_S = 0.02
STOP_S = 10
LIMIT_S = 1800
DAMAGED = ("unreadable", "zero_byte", "truncated", "failed", "parked", "too_big")


class MeasureError(Exception):
    """Something measured did not do what it should; the message says what."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer, wholly received. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


def get(port: int, path: str, headers: dict[str, str] | None = None) -> Reply:
    """GET from this machine, on a connection of its own.

    Raises:
        OSError, http.client.HTTPException: there was no answer.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, named, response.read())
    finally:
        connection.close()


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Health:
    """How far the server is, from GET /healthz."""

    scanning: bool
    scans: int
    files: int
    assets: int
    unhashed: int
    unpictured: int
    rough: int
    failed: int

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read the answer of /healthz."""
        answer: dict[str, Any] = json.loads(body)
        libraries, counts = answer["libraries"], answer["counts"]
        return cls(
            scanning=any(library["scanning"] for library in libraries),
            scans=min((library["scans"] for library in libraries), default=0),
            files=counts["files"],
            assets=counts["assets"],
            unhashed=counts["unhashed"],
            unpictured=counts["unpictured"],
            rough=counts["rough"],
            failed=counts["failed"] + counts["parked"],
        )

    def knows(self, files: int) -> bool:
        """Whether every file has been found."""
        return self.files >= files

    def identified(self, files: int) -> bool:
        """Whether every file's digest is known."""
        return self.knows(files) and self.unhashed == 0

    def shows_something(self, files: int) -> bool:
        """Whether everything that can have a picture has one, be it a rough one."""
        return self.identified(files) and self.unpictured == 0

    def finished(self, files: int) -> bool:
        """Whether there is nothing left to do."""
        done = self.shows_something(files) and self.rough == 0
        return done and self.scans > 0 and not self.scanning


@dataclass(frozen=True, slots=True)
class Program:
    """How to call the program: the words before its options."""

    words: tuple[str, ...] = (str(Path(sys.executable).parent / "media-server"),)

    def serve(self, library: Path, data_dir: Path, port: int) -> list[str]:
        """The command that serves one library."""
        folders = ["--storage_dir", str(library), "--data_dir", str(data_dir)]
        return [*self.words, *folders, "--port", str(port)]

    def scan(self, library: Path, data_dir: Path) -> list[str]:
        """The command that indexes one library and ends."""
        return [*self.words, "scan", "--storage_dir", str(library), "--data_dir", str(data_dir)]

    def pictures(self, library: Path, data_dir: Path) -> int:
        """How many pictures a scan has made; films have theirs, too.

        Raises:
            MeasureError: a file of the library is damaged, or so the program thinks.
        """
        folders = ["--storage_dir", str(library), "--data_dir", str(data_dir)]
        asked = subprocess.run(
            [*self.words, "health", *folders, "--json"], capture_output=True, text=True
        )
        try:
            counts: dict[str, int] = json.loads(asked.stdout)["counts"]
        except (ValueError, KeyError) as error:
            raise MeasureError(f"health gives no sense: {asked.stderr[-500:]}") from error
        damaged = {code: number for code, number in counts.items() if code in DAMAGED and number}
        if damaged:
            raise MeasureError(f"{library.name}: {damaged}")
        with contextlib.closing(sqlite3.connect(data_dir / "renditions.sqlite")) as store:
            query = "SELECT count(*) FROM rendition WHERE kind = 'grid' AND NOT rough"
            return int(store.execute(query).fetchone()[0])


class Server:
    """The running server. Leaving the context stops it, and waits for its last process.

    Attributes:
        port: where it listens on the loopback address.
        started: `time.monotonic()` just before the process was made.
        listening_s: seconds from then until it first answered.
        watch: what its process tree uses.
    """

    def __init__(
        self, program: Program, library: Path, data_dir: Path, *options: str, log: Path
    ) -> None:
        self.port = free_port()
        self._log = log
        with log.open("ab") as out:
            self.started = time.monotonic()
            self._process = subprocess.Popen(
                [*program.serve(library, data_dir, self.port), *options],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        self.watch = Watch(self._process.pid)
        try:
            self.listening_s = self._wait_listening()
        except MeasureError:
            self._stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def since_start_s(self) -> float:
        """Seconds since the process was made."""
        return time.monotonic() - self.started

    def health(self) -> Health:
        """How far it is now.

        Raises:
            MeasureError: it has ended, or gives no sense.
        """
        try:
            return Health.parse(self.get("/healthz").body)
        except (ValueError, KeyError) as error:
            raise MeasureError(f"/healthz gives no sense: {error!r}") from error

    def get(self, path: str, headers: dict[str, str] | None = None) -> Reply:
        """GET a path.

        Raises:
            MeasureError: there was no answer.
        """
        try:
            return get(self.port, path, headers)
        except (OSError, http.client.HTTPException) as error:
            raise MeasureError(f"no answer to {path}: {error!r}\n{self._last_words()}") from error

    def progress(self) -> Iterator[Health]:
        """How far it is, again and again, so seldom that the asking is not a load.

        Raises:
            MeasureError: it does not answer, or is asked for more than `LIMIT_S`.
        """
        while self.since_start_s() < LIMIT_S:
            asked = time.monotonic()
            yield self.health()
            took_s = time.monotonic() - asked
            time.sleep(max(POLL_S, 5 * took_s, self.since_start_s() / 100))
        raise MeasureError(f"not finished after {LIMIT_S} s: {self.health()}")

    def wait_finished(self, files: int) -> float:
        """Wait until nothing is left to do. Returns the seconds since the start."""
        for health in self.progress():
            if health.finished(files):
                break
        return self.since_start_s()

    def _wait_listening(self) -> float:
        while self.since_start_s() < 120:
            if self._process.poll() is not None:
                raise MeasureError(f"ended with {self._process.returncode}\n{self._last_words()}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if get(self.port, "/healthz").status == 200:
                    return self.since_start_s()
            time.sleep(POLL_S)
        raise MeasureError(f"not listening after 120 s\n{self._last_words()}")

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])

    def _stop(self) -> None:
        """Ask it to end, then make every process of the tree end."""
        pids = tree_of(self._process.pid, process_table())
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.watch.__exit__()
        end = time.monotonic() + 2
        while (left := process_table().keys() & pids) and time.monotonic() < end:
            time.sleep(POLL_S)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
