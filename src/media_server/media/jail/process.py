"""One jail as the pool sees it: a process, a socket, and what came back.

Trusts nothing that a jail answers. Not for several threads at a time.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from media_server.media.facts import is_sane
from media_server.media.jail import wire
from media_server.media.picture import Picture
from media_server.media.reading import Failure, FailureCode, Outcome, Reading
from media_server.media.tags.sidecar import SidecarReading

if TYPE_CHECKING:
    from collections.abc import Sequence

_START_S = 30.0
_STOP_S = 2.0
# Between a dying process's socket closing and its exit status.
_LAST_WORDS_S = 0.5
_EXPECTED: dict[wire.Task, type[Reading | SidecarReading | Picture]] = {
    "probe": Reading,
    "sidecar": SidecarReading,
    "grid": Picture,
    "thumbnail": Picture,
    "preview": Picture,
    "poster": Picture,
}
# `-I` and `-S` keep the environment, the user's folder and start-up hooks out of the jail; it gets
# this process's own module path instead, which is right for every kind of installation. `-B`: it
# may not write compiled modules, so it need not try.
_BOOT = (
    "import sys; sys.path[:] = sys.argv[1:-1]; "
    "from media_server.media.jail.main import main; main()"
)


@dataclass(frozen=True, slots=True)
class JailLimits:
    """What one jail may use.

    Attributes:
        address_space_bytes: RLIMIT_AS, libraries included, for most files; see
            `confine.memory_limit_bytes`.
        cpu_s: processor seconds for each source.
        wall_s: seconds for each source, counted from the last sign of life.
        reading_wall_s: the same where no picture is made, which takes milliseconds. A source that
            hangs among others hangs once more alone before it is given up.
        open_files: RLIMIT_NOFILE.
        sources: a jail is replaced after this many.
        idle_s: a jail is stopped after this long without work.
    """

    address_space_bytes: int = 512 << 20
    cpu_s: int = 30
    wall_s: float = 30.0
    reading_wall_s: float = 10.0
    open_files: int = 256
    sources: int = 10_000
    idle_s: float = 10.0


class JailFault(Exception):
    """The jail must be replaced; `failure` says why, in words for the source that caused it."""

    def __init__(self, code: FailureCode, detail: str) -> None:
        super().__init__(detail)
        self.failure = Failure(code, detail)


class JailProcess:
    """A running jail."""

    def __init__(self, limits: JailLimits, command: Sequence[str] | None) -> None:
        """Start a process; it serves after `greet`.

        Args:
            limits: what it may use.
            command: what to start; the number of the socket's descriptor is appended. None starts
                the real one.

        Raises:
            JailFault: it could not be started.
        """
        self._limits = limits
        self._served = 0
        ours, theirs = socket.socketpair()
        self._connection = ours
        try:
            with theirs:
                self._process = _spawn(command, theirs)
        except OSError as error:
            ours.close()
            raise _not_started() from error

    def greet(self, niceness: int, out_of_reach: bytes) -> wire.Greeting:
        """Tell it its limits, and wait until it has confined itself.

        Args:
            niceness: added to this process's own.
            out_of_reach: a file that it must not be able to open.

        Returns:
            What it said. It serves only if that is sound; kill and reap it otherwise.

        Raises:
            JailFault: it said nothing; kill and reap it.
        """
        limits = self._limits
        setup = wire.Setup(
            limits.address_space_bytes, limits.cpu_s, limits.open_files, niceness, out_of_reach
        )
        try:
            self._connection.settimeout(_START_S)
            wire.send_frame(self._connection, wire.encode_setup(setup))
            reply = wire.receive_frame(self._connection, time.monotonic() + _START_S)
            return wire.decode_greeting(reply)
        except (OSError, wire.WireError, msgspec.MsgspecError) as error:
            raise _not_started() from error

    @property
    def worn(self) -> bool:
        """Whether it has served its time."""
        return self._served >= self._limits.sources

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def run(self, task: wire.Task, sources: Sequence[bytes | int], outcomes: list[Outcome]) -> None:
        """Do a task for all sources, one after the other.

        Args:
            task: what to do.
            sources: contents or descriptors; the descriptors stay the caller's.
            outcomes: grows by one for each source done, in order, also when this fails.

        Raises:
            JailFault: it died, hung, or answered nonsense; kill and reap it.
        """
        wanted = len(outcomes) + len(sources)
        wall_s = self._limits.wall_s
        if task in ("probe", "sidecar"):
            wall_s = min(wall_s, self._limits.reading_wall_s)
        try:
            self._send(task, sources)
            while len(outcomes) < wanted:
                deadline_s = time.monotonic() + wall_s
                frame = wire.receive_frame(self._connection, deadline_s)
                got = _checked(frame, task, wanted - len(outcomes))
                outcomes += got
                self._served += len(got)
        except TimeoutError as error:
            raise JailFault("timeout", "decoding took longer than the limit") from error
        except (OSError, wire.GoneError) as error:
            raise self._obituary() from error
        except wire.WireError as error:
            raise _nonsense() from error

    def _send(self, task: wire.Task, sources: Sequence[bytes | int]) -> None:
        request = wire.Request(
            task, [None if isinstance(source, int) else source for source in sources]
        )
        descriptors = [source for source in sources if isinstance(source, int)]
        self._connection.settimeout(self._limits.wall_s)
        wire.send_frame(self._connection, wire.encode_request(request))
        wire.send_descriptors(self._connection, descriptors)

    def _obituary(self) -> JailFault:
        """Why it hung up; waits a moment for the process to be gone."""
        try:
            status = self._process.wait(_LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            return JailFault("jail_died", "the decoder process hung up")
        if status == -signal.SIGXCPU:
            return JailFault("timeout", "decoding took more processor time than the limit")
        if status < 0:
            return JailFault("jail_died", f"the decoder process was ended by signal {-status}")
        return JailFault("jail_died", f"the decoder process ended with status {status}")

    def stop(self) -> None:
        """Have it end by itself, and reap it; kill it if it does not."""
        self._connection.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_S)
        self.kill()
        self.reap()

    def kill(self) -> None:
        """Kill it and whatever it may have started. May be called from any thread."""
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def reap(self) -> None:
        """Take its exit status, so that no zombie stays, and close the socket."""
        self._connection.close()
        # A process in an uninterruptible read dies later; subprocess reaps it then.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_S)


def _not_started() -> JailFault:
    return JailFault("jail_died", "the decoder process cannot be started")


def _spawn(command: Sequence[str] | None, theirs: socket.socket) -> subprocess.Popen[bytes]:
    if command is None:
        # Absolute, since the jail's working directory is another.
        paths = [os.path.abspath(entry) for entry in sys.path]
        command = [sys.executable, "-I", "-S", "-B", "-c", _BOOT, *paths]
    return subprocess.Popen(  # noqa: S603 - a fixed command, no shell
        [*command, str(theirs.fileno())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(theirs.fileno(),),
        # A group, to be killed as one; not a session, which Linux would schedule as an equal of the
        # whole server, whatever its niceness.
        process_group=0,
        cwd="/",
        env=jail_environment(),
    )


def jail_environment() -> dict[str, str]:
    """All variables that a jail is started with."""
    environment = {
        "LC_ALL": "C.UTF-8",
        # One arena, and up to 16 MB kept between two sources: by itself glibc would take a photo's
        # bytes anew from the kernel each time, page by page, which costs a tenth of its decoding.
        "MALLOC_ARENA_MAX": "1",
        "MALLOC_MMAP_THRESHOLD_": "32000000",
        "MALLOC_TRIM_THRESHOLD_": "16000000",
        # The pool has a process a core. Each further thread of OpenBLAS, which numpy brings along,
        # would take 32 MB of address space when it is loaded.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "VIPS_BLOCK_UNTRUSTED": "1",
        "VIPS_CONCURRENCY": "1",
    }
    # Where the interpreter itself is a shared library, the loader may need this to find it.
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return environment


def _nonsense() -> JailFault:
    return JailFault("jail_died", "the decoder process answered nonsense")


def _checked(frame: bytes, task: wire.Task, at_most: int) -> list[Outcome]:
    """The outcomes of a reply, if they are what was asked for.

    Raises:
        JailFault: they are not.
    """
    try:
        outcomes = wire.decode_outcomes(frame)
    except msgspec.MsgspecError as error:
        raise _nonsense() from error
    expected = (_EXPECTED[task], Failure)
    if len(outcomes) > at_most or not all(
        isinstance(outcome, expected) and _is_sane(outcome) for outcome in outcomes
    ):
        raise _nonsense()
    return outcomes


def _is_sane(outcome: Outcome) -> bool:
    """What the types alone cannot say."""
    if isinstance(outcome, Failure):
        return outcome.detail.isprintable()
    if isinstance(outcome, Reading):
        return (
            _has_sane_date(outcome)
            and (outcome.width_px is None) == (outcome.height_px is None)
            and is_sane(outcome.facts)
        )
    if isinstance(outcome, SidecarReading):
        return is_sane(outcome.facts)
    return True


def _has_sane_date(reading: Reading) -> bool:
    if reading.captured_local is None:
        return reading.captured_offset_min is None and reading.captured_source is None
    try:
        datetime.fromisoformat(reading.captured_local)
    except ValueError:
        return False
    return reading.captured_source is not None
