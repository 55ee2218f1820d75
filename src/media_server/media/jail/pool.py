"""A pool of jails: the parent's side of decoding untrusted bytes.

Owns the processes, the queue before them and every descriptor given to it. One thread for each
process; a process is started when there is work and stopped when there is none.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import deque
from concurrent.futures import Future, InvalidStateError
from dataclasses import dataclass
from typing import TYPE_CHECKING

from media_server.media.jail.process import JailFault, JailLimits, JailProcess
from media_server.media.jail.wire import DESCRIPTORS_PER_MESSAGE, Layers, Task
from media_server.media.reading import Failure, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["JailLimits", "JailPool", "JailState", "PoolClosedError"]

# One request: small enough that an urgent one behind it waits little, large enough that the
# message costs nothing beside the work.
_MAX_BATCH_BYTES = 8_000_000
_MAX_BATCH_SOURCES = 1_024
# A process that cannot be started now may start when the machine has memory again.
_START_DELAYS_S = (0.1, 0.5)


class PoolClosedError(RuntimeError):
    """The pool was closed before the work was done."""


@dataclass(frozen=True, slots=True)
class JailState:
    """Counts for a health report.

    Attributes:
        size: most jails at a time.
        running: processes alive.
        busy: jails at work.
        started_total: processes started since the pool was made.
        died_total: processes that ended otherwise than by the pool's wish.
        layers: what holds them, as the last one started said; None before the first.
    """

    size: int
    running: int
    busy: int
    started_total: int
    died_total: int
    layers: Layers | None = None


@dataclass(slots=True)
class _Job:
    """One call of `submit`. Its methods are called by the holder of the pool's lock."""

    task: Task
    future: Future[list[Outcome]]
    outcomes: list[list[Outcome]]
    missing: int
    begun: bool | None = None
    failed: bool = False

    def begin(self) -> bool:
        """Whether to work on it; False when it was cancelled before its first batch."""
        if self.begun is None:
            self.begun = self.future.set_running_or_notify_cancel()
        return self.begun

    def hand_in(self, number: int, outcomes: list[Outcome] | None) -> bool:
        """Take a batch's outcomes, or None for none; whether it was the last."""
        if outcomes is None:
            self.failed = True
        else:
            self.outcomes[number] = outcomes
        self.missing -= 1
        return self.missing == 0


@dataclass(slots=True)
class _Batch:
    """Neighbouring sources of one job, for one request."""

    job: _Job
    number: int
    sources: Sequence[bytes | int]

    def close(self) -> None:
        """Close its descriptors; once."""
        for source in self.sources:
            if isinstance(source, int):
                with contextlib.suppress(OSError):
                    os.close(source)
        self.sources = ()


class JailPool:
    """Runs tasks in jails. Safe for any number of threads."""

    def __init__(
        self,
        *,
        size: int,
        limits: JailLimits = JailLimits(),  # noqa: B008 - frozen
        niceness: int = 0,
        command: Sequence[str] | None = None,
        out_of_reach: bytes = b"/etc/passwd",
    ) -> None:
        """Make a pool; no process is started yet.

        Args:
            size: most jails at a time, ≥ 1.
            limits: what each may use.
            niceness: added to this process's own, ≥ 0.
            command: what to start instead of the real jail, for tests.
            out_of_reach: a file that each jail tries to open when it starts, and that it does not
                work with if it can.

        Raises:
            ValueError: `size` < 1.
        """
        if size < 1:
            raise ValueError("a pool has at least one jail")
        self._limits = limits
        self._niceness = niceness
        self._command = command
        self._out_of_reach = out_of_reach
        self._changed = threading.Condition()
        # All below belongs to the holder of `_changed`.
        self._urgent: deque[_Batch] = deque()
        self._normal: deque[_Batch] = deque()
        self._jails: dict[int, JailProcess] = {}
        self._layers: Layers | None = None
        self._closed = False
        self._busy = self._started_total = self._died_total = 0
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"jail-{number}", daemon=True)
            for number in range(size)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self, task: Task, sources: Sequence[bytes | int], *, urgent: bool = False
    ) -> Future[list[Outcome]]:
        """Have a task done for each source.

        Args:
            task: `probe` reads facts; `grid` and `thumbnail` make pictures.
            sources: whole contents, or open, readable, seekable descriptors. The descriptors
                are the pool's from now on: it closes each of them once, whatever happens.
            urgent: ahead of all work that is not.

        Returns:
            One outcome for each source, in order: a `Reading` or `Picture`, or a `Failure`. Fails
            with `PoolClosedError` when the pool is closed first, and in no other way.
        """
        future: Future[list[Outcome]] = Future()
        parts = list(_split(sources))
        job = _Job(task, future, [[] for _ in parts], len(parts))
        batches = [_Batch(job, number, part) for number, part in enumerate(parts)]
        with self._changed:
            if not self._closed:
                (self._urgent if urgent else self._normal).extend(batches)
                self._changed.notify_all()
                if not batches:
                    future.set_result([])
                return future
        for batch in batches:
            batch.close()
        future.set_exception(PoolClosedError("the pool is closed"))
        return future

    def state(self) -> JailState:
        """Counts as of now."""
        with self._changed:
            return JailState(
                len(self._threads),
                len(self._jails),
                self._busy,
                self._started_total,
                self._died_total,
                self._layers,
            )

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop all work, kill all jails, fail all open futures. May be called again.

        Args:
            timeout_s: how long to wait for the pool's threads, which end at once unless the
                system itself is stuck.
        """
        with self._changed:
            self._closed = True
            left = [*self._urgent, *self._normal]
            self._urgent.clear()
            self._normal.clear()
            for jail in self._jails.values():
                jail.kill()
            self._changed.notify_all()
        for batch in left:
            self._finish(batch, None)
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(deadline_s - time.monotonic(), 0.0))

    def _work(self, number: int) -> None:
        """The life of one thread."""
        while True:
            batch = self._next(number)
            if batch is not None:
                outcomes = self._do(number, batch)
                with self._changed:
                    self._busy -= 1
                self._finish(batch, outcomes)
                continue
            self._stop(number)
            if self._closed:
                return

    def _next(self, number: int) -> _Batch | None:
        """Wait for work. None: the pool closes, or a jail has had nothing to do for a while."""
        with self._changed:
            while not self._closed:
                while queue := self._urgent or self._normal:
                    batch = queue.popleft()
                    if batch.job.begin():
                        self._busy += 1
                        return batch
                    batch.close()
                idle_s = self._limits.idle_s if number in self._jails else None
                if not self._changed.wait(idle_s) and not (self._urgent or self._normal):
                    return None
            return None

    def _do(self, number: int, batch: _Batch) -> list[Outcome] | None:
        """All outcomes of a batch; None when the pool is closed meanwhile.

        When a jail dies over several sources, the rest is done one by one, so that only the one
        that kills pays. One whose jail dies while it is alone is tried once more: the jail may
        have been killed for another's sake, as when the machine runs out of memory.
        """
        outcomes: list[Outcome] = []
        one_by_one = False
        tried_alone = -1
        while len(outcomes) < len(batch.sources):
            before = len(outcomes)
            part = batch.sources[before : before + 1] if one_by_one else batch.sources[before:]
            try:
                jail = self._jail(number)
            except JailFault as fault:
                outcomes += [fault.failure] * (len(batch.sources) - before)
                break
            if jail is None:
                return None
            try:
                jail.run(batch.job.task, part, outcomes)
            except JailFault as fault:
                self._bury(number)
                if _ran_out_of_memory(outcomes, before):
                    continue
                if len(part) == 1 and (tried_alone == before or fault.failure.code == "timeout"):
                    outcomes.append(fault.failure)
                elif len(part) == 1:
                    tried_alone = before
                one_by_one = True
            else:
                if jail.worn or _ran_out_of_memory(outcomes, before):
                    self._stop(number)
        return None if self._closed else outcomes

    def _jail(self, number: int) -> JailProcess | None:
        """This thread's jail, started if need be; None when the pool is closed.

        Raises:
            JailFault: no jail can be started.
        """
        for delay_s in _START_DELAYS_S:
            jail = self._jails.get(number)
            if jail is not None and not jail.alive:
                self._bury(number)  # it died while it had nothing to do
                jail = None
            if self._closed or jail is not None:
                return jail
            with contextlib.suppress(JailFault):
                return self._start(number)
            with self._changed:
                self._changed.wait_for(lambda: self._closed, delay_s)
        return self._start(number)

    def _start(self, number: int) -> JailProcess | None:
        jail = JailProcess(self._limits, self._command)
        with self._changed:
            self._jails[number] = jail  # from here on, `close` can kill it
            self._started_total += 1
            if self._closed:
                return None
        try:
            greeting = jail.greet(self._niceness, self._out_of_reach)
        except JailFault:
            self._bury(number)
            raise
        with self._changed:
            self._layers = greeting.layers
        if not greeting.sound:
            self._bury(number)
            raise JailFault("jail_died", "the decoder process is not confined")
        return jail

    def _bury(self, number: int) -> None:
        """Get rid of a jail that failed."""
        with self._changed:
            jail = self._jails.pop(number)
            jail.kill()
            self._died_total += not self._closed
        jail.reap()

    def _stop(self, number: int) -> None:
        """Have this thread's jail end, if it has one."""
        with self._changed:
            jail = self._jails.pop(number, None)
        if jail is not None:
            jail.stop()

    def _finish(self, batch: _Batch, outcomes: list[Outcome] | None) -> None:
        """Hand in a batch; None fails its job."""
        batch.close()
        job = batch.job
        with self._changed:
            last = job.hand_in(batch.number, outcomes)
        if not last:
            return
        with contextlib.suppress(InvalidStateError):  # cancelled before it was begun
            if job.failed:
                job.future.set_exception(PoolClosedError("the pool was closed"))
            else:
                job.future.set_result([outcome for part in job.outcomes for outcome in part])


def _ran_out_of_memory(outcomes: Sequence[Outcome], before: int) -> bool:
    """Whether the last of the new outcomes says so: its jail has ended itself."""
    last = outcomes[-1] if len(outcomes) > before else None
    return isinstance(last, Failure) and last.code == "out_of_memory"


def _split(sources: Sequence[bytes | int]) -> Iterator[Sequence[bytes | int]]:
    """Cut into requests that keep to the limits of one message."""
    first = size_bytes = descriptors = 0
    for at, source in enumerate(sources):
        is_open = isinstance(source, int)
        size_bytes += 0 if isinstance(source, int) else len(source)
        descriptors += is_open
        if at > first and (
            size_bytes > _MAX_BATCH_BYTES
            or descriptors > DESCRIPTORS_PER_MESSAGE
            or at - first >= _MAX_BATCH_SOURCES
        ):
            yield sources[first:at]
            first = at
            size_bytes = 0 if isinstance(source, int) else len(source)
            descriptors = int(is_open)
    if first < len(sources):
        yield sources[first:]
