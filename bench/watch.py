"""Watches a process tree from outside: CPU seconds and memory. Linux only, from /proc."""

import contextlib
import os
import threading
import time
from dataclasses import dataclass
from typing import Self

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
CPU_EVERY_S = 0.1
MEMORY_EVERY_S = 0.5  # adding up the pages of a process is work, too


@dataclass(frozen=True, slots=True)
class Process:
    """One line of the process table. CPU times are in clock ticks, `reaped` of ended children."""

    parent: int
    ticks: int
    reaped: int


def process_table() -> dict[int, Process]:
    """Every process of this machine."""
    table = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        # A process may end between the listing and the reading.
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:
            fields = stat.read().rpartition(b") ")[2].split()
            numbers = [int(field) for field in fields[1:16]]
            table[int(name)] = Process(numbers[0], sum(numbers[10:12]), sum(numbers[12:14]))
    return table


def tree_of(root: int, table: dict[int, Process]) -> list[int]:
    """The process `root` and all that descend from it."""
    children: dict[int, list[int]] = {}
    for pid, process in table.items():
        children.setdefault(process.parent, []).append(pid)
    found = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        if pid in table:
            found.append(pid)
            waiting += children.get(pid, [])
    return found


def pss_bytes(pids: list[int]) -> int:
    """Memory of these processes together, each shared page counted once (proportional set size)."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            pss = next((line for line in rollup if line.startswith(b"Pss:")), b"Pss: 0")
            total += int(pss.split()[1]) * 1024
    return total


def busy_s() -> float:
    """CPU seconds that the whole machine has used since it started."""
    with open("/proc/stat", "rb") as stat:
        user, nice, system, _idle, _wait, irq, softirq = map(int, stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / TICKS_PER_S


class Watch:
    """Samples the tree under one process until it is closed.

    The CPU time of an ended child counts through its parent once reaped; what an unreaped one had
    used when last seen is not forgotten, since the sum never goes down.
    """

    def __init__(self, pid: int) -> None:
        self.cpu_s = 0.0
        self.peak_pss_bytes = 0
        self._pid = pid
        self._begun_busy_s = busy_s()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._thread.join()

    def sample(self) -> list[int]:
        """Bring `cpu_s` up to now. Returns the processes of the tree."""
        table = process_table()
        pids = tree_of(self._pid, table)
        ticks = sum(table[pid].ticks + table[pid].reaped for pid in pids)
        self.cpu_s = max(self.cpu_s, ticks / TICKS_PER_S)
        return pids

    def pss_bytes(self) -> int:
        """Memory of the tree now."""
        return pss_bytes(tree_of(self._pid, process_table()))

    def others_cpu_s(self) -> float:
        """CPU seconds used by everything else since this watch began, the benchmark included."""
        return max(0.0, busy_s() - self._begun_busy_s - self.cpu_s)

    def _run(self) -> None:
        next_memory = 0.0
        while not self._closed.wait(CPU_EVERY_S):
            pids = self.sample()
            if time.monotonic() >= next_memory:
                self.peak_pss_bytes = max(self.peak_pss_bytes, pss_bytes(pids))
                next_memory = time.monotonic() + MEMORY_EVERY_S
