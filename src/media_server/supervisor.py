"""The process that starts the others, starts them again when they fail, and ends them.

It is single-threaded and does nothing else, so it may fork at any time: what its children need
is imported before, and shared by them. Children notice its death by the end of a pipe, so that
`kill -9` of the supervisor leaves nothing behind.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from media_server.model.errors import DataDamaged

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

# A clean end takes at most 5 s in all; who is not gone by then is killed.
_TERMINATE_S = 4.0
_RESTART_DELAYS_S = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0)
_STEADY_S = 60.0
_ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def hold_signals() -> frozenset[signal.Signals]:
    """Have the signals that end the server wait until a `Supervisor` takes them.

    One that is ignored, as SIGHUP is below `nohup`, stays so. May be called again.

    Returns:
        The signals held.
    """
    kept = {one for one in _ENDING if signal.getsignal(one) is not signal.SIG_IGN}
    held = frozenset({*kept, signal.SIGCHLD})
    signal.pthread_sigmask(signal.SIG_BLOCK, held)
    return held


@dataclass(slots=True)
class _Child:
    name: str
    work: Callable[[], None]
    pid: int = 0
    started_s: float = 0.0
    failures: int = 0
    due_s: float | None = field(default=0.0)
    exit_code: int = 0


class Supervisor:
    """Keeps one process running for each piece of work."""

    def __init__(
        self, work: dict[str, Callable[[], None]], *, mend: Callable[[], None] = lambda: None
    ) -> None:
        """Take the work: a function for each name, run in a process of its own, not to return.

        Args:
            work: raises `DataDamaged` to have the data mended.
            mend: called then, while none of the processes runs.
        """
        self._mend = mend
        self._children = [_Child(name, function) for name, function in work.items()]
        self._lifeline_read, self._lifeline_write = os.pipe()
        self._stopping = False
        # Blocked for good, and taken one by one in `_wait`: no handler ever runs here.
        self._signals = hold_signals()

    def run(self) -> None:
        """Start all, and return when told to end by SIGTERM or SIGINT, with all of them gone."""
        try:
            while not self._stopping:
                self._start_due()
                self._wait()
                self._reap()
        finally:
            self._end_all()

    def _start_due(self) -> None:
        for child in self._children:
            if child.due_s is not None and child.due_s <= time.monotonic():
                self._start(child)

    def _start(self, child: _Child) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._be_child(child)
        child.pid, child.started_s, child.due_s = pid, time.monotonic(), None

    def _be_child(self, child: _Child) -> None:
        code = 1
        try:
            # The terminal's Ctrl-C goes to all; the supervisor passes on what it means.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
            os.close(self._lifeline_write)
            threading.Thread(target=self._die_with_parent, daemon=True).start()
            child.work()
            code = 0
        except DataDamaged:
            code = DataDamaged.exit_code
        except BaseException:  # noqa: BLE001 (border: the process ends here)
            _log.exception("the %s process failed", child.name)
        finally:
            logging.shutdown()
            os._exit(code)

    def _die_with_parent(self) -> None:
        os.read(self._lifeline_read, 1)  # returns when the supervisor's end is closed
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_TERMINATE_S)
        os._exit(1)

    def _reap(self) -> None:
        for child in self._children:
            if child.pid and self._is_gone(child):
                self._plan_restart(child)
        if any(child.exit_code == DataDamaged.exit_code for child in self._children):
            self._mend_all()

    def _mend_all(self) -> None:
        self._end_all()
        for child in self._children:
            child.exit_code = 0
            if child.due_s is None:
                child.due_s = 0.0
        if not self._stopping:
            self._mend()

    def _is_gone(self, child: _Child) -> bool:
        try:
            pid, status = os.waitpid(child.pid, os.WNOHANG)
        except ChildProcessError:
            pid, status = child.pid, 0
        if pid:
            child.pid, child.exit_code = 0, os.waitstatus_to_exitcode(status)
        return pid != 0

    def _plan_restart(self, child: _Child) -> None:
        lived_s = time.monotonic() - child.started_s
        child.failures = 0 if lived_s > _STEADY_S else child.failures + 1
        delay_s = _RESTART_DELAYS_S[min(child.failures, len(_RESTART_DELAYS_S) - 1)]
        child.due_s = time.monotonic() + delay_s
        if not self._stopping:
            _log.warning("the %s process ended; starting it again", child.name)

    def _wait(self) -> None:
        due = [child.due_s for child in self._children if child.due_s is not None]
        delay_s = max(0.0, min(due) - time.monotonic()) if due else 3600.0
        taken = signal.sigtimedwait(self._signals, delay_s)
        if taken is not None and taken.si_signo != signal.SIGCHLD:
            self._stopping = True

    def _end_all(self) -> None:
        deadline_s = time.monotonic() + _TERMINATE_S
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        while any(child.pid and not self._is_gone(child) for child in self._children):
            if time.monotonic() > deadline_s:
                self._kill_all()
                return
            time.sleep(0.02)

    def _kill_all(self) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGKILL)
                os.waitpid(child.pid, 0)
                child.pid = 0
