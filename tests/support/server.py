"""The real command, started on a port of its own, and spoken to over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMMAND = str(Path(sys.executable).parent / "media-server")
START_S = 30.0
SETTLE_S = 60.0
# What the program promises, and a little for a machine that does other things too.
STOP_S = 5.0 + 2.0


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, wholly received."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


class Server:
    """A running `media-server`. Leaving the context stops it and asserts a clean end.

    Attributes:
        port: where it listens on the loopback address.
        announced: the line on standard output that says so.
        data_dir: where its catalog and stores lie.
        process: the supervisor.
    """

    def __init__(
        self,
        library: Path,
        *flags: str,
        data_dir: Path | None = None,
        env: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        """Start it and wait until it says where it listens.

        Args:
            library: its storage folder; further ones go into `flags`.
            flags: further words.
            data_dir: by default a folder beside the library.
            env: variables besides the usual ones.
            prefix: a command that runs the command, in its own place.
        """
        self.data_dir = data_dir or library.parent / f"{library.name}-data"
        folders = ["--storage_dir", str(library), "--data_dir", str(self.data_dir)]
        self._log = library.parent / f"{library.name}-{time.monotonic_ns()}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [*prefix, COMMAND, *folders, "--port", "0", *flags],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**clean_environment(), **(env or {})},
            )
        assert self.process.stdout is not None
        self.announced = self.process.stdout.readline().decode()
        found = re.search(r"http://\S+:(\d+)", self.announced)
        assert found, f"it did not start: {self.announced}{self.log()}"
        self.port = int(found[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self.process.poll() is None:
            code = self.stop()
            if error is None:
                assert code == 0, self.log()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def log(self) -> str:
        """All it wrote to standard error so far."""
        return self._log.read_text(errors="replace")

    def get(
        self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
    ) -> Reply:
        """Ask, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def list(self) -> dict[str, dict[str, Any]]:
        """What `/list` answers."""
        answer: dict[str, dict[str, Any]] = self.get("/list").json()
        return answer

    def paths(self) -> set[str]:
        """The paths that `/list` shows."""
        return {entry["file_path"] for entry in self.list().values()}

    def digest(self, name: str) -> str:
        """The digest of the file that `/list` shows with this name."""
        return next(key for key, entry in self.list().items() if entry["filename"] == name)

    def health(self) -> dict[str, Any]:
        """What `/healthz` answers."""
        answer: dict[str, Any] = self.get("/healthz").json()
        return answer

    def wait(self, is_so: Callable[[], bool], timeout_s: float = SETTLE_S) -> float:
        """Wait until something is so. Returns the seconds it took."""
        began_s = time.monotonic()
        while not is_so():
            taken_s = time.monotonic() - began_s
            assert taken_s < timeout_s, f"not so after {taken_s:.1f} s\n{self.health()}{self.log()}"
            time.sleep(0.05)
        return time.monotonic() - began_s

    def settle(self) -> Self:
        """Wait until there is nothing left to do."""
        self.wait(lambda: is_settled(self.health()))
        return self

    def connect(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, request: bytes) -> bytes:
        """Send bytes, and read until the other side closes."""
        with self.connect() as connection:
            with contextlib.suppress(OSError):  # it may answer and close before it has all
                connection.sendall(request)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := connection.recv(65536):
                    answer += piece
            return answer

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Have it end as a user would, and assert that no process of it is left.

        Returns:
            Its exit code.
        """
        tree = process_tree(self.process.pid)
        self.process.send_signal(number)
        try:
            code = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            kill_tree(tree)
            raise AssertionError(f"not ended {STOP_S} s after the signal\n{self.log()}") from None
        deadline_s = time.monotonic() + 2
        while (left := tree & process_tree(None)) and time.monotonic() < deadline_s:
            time.sleep(0.02)
        kill_tree(left)
        assert not left, f"processes left: {left}"
        return code


def is_settled(health: dict[str, Any]) -> bool:
    """Whether there is nothing left to do."""
    counts = health["counts"]
    left = counts["unhashed"] + counts["unpictured"] + counts["rough"]
    scanned = all(library["scans"] > 0 for library in health["libraries"])
    return scanned and health["step"] == "idle" and not left


def clean_environment() -> dict[str, str]:
    """This process's, without settings of the program."""
    return {key: text for key, text in os.environ.items() if not key.startswith("MEDIA_SERVER_")}


def run(
    *words: str, env: Mapping[str, str] | None = None, timeout_s: float = START_S
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [COMMAND, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env={**clean_environment(), **(env or {})},
    )


def in_threads(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Results of `work(0)` … `work(count - 1)`, all begun at once."""
    results: list[Any] = [None] * count
    gate = threading.Barrier(count)

    def one(number: int) -> None:
        gate.wait()
        results[number] = work(number)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# A process by its id and the moment it was started: ids are used again.
Process = tuple[int, int]


def process_tree(root: int | None) -> set[Process]:
    """A process and all below it; with None, all processes. Those that have ended do not count."""
    parents: dict[int, int] = {}
    started: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()
            if fields[0] not in "ZX":
                parents[int(name)], started[int(name)] = int(fields[1]), int(fields[19])
    if root is None:
        return {(pid, at) for pid, at in started.items()}
    found, new = set(), {root}
    while new:
        found |= new
        new = {pid for pid, parent in parents.items() if parent in new} - found
    return {(pid, started[pid]) for pid in found if pid in started}


def kill_tree(processes: set[Process]) -> None:
    """Kill processes that a test has started."""
    for pid, _ in processes & process_tree(None):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
