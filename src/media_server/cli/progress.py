"""Progress of a scan: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Protocol, Self

from media_server.cli import logs

if TYPE_CHECKING:
    from media_server.catalog.counts import Work
    from media_server.catalog.libraries import Library
    from media_server.library.reconcile import ScanReport

_LINE_EVERY_S = 5.0


class ProgressDisplay(Protocol):
    """Shows how the work goes on; a context manager that tidies the screen."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(self, *error: object) -> None:
        """End."""

    def scanned(self, library: Library, report: ScanReport) -> None:
        """A library has been scanned."""

    def planned(self, work: Work) -> None:
        """This much is left to be done."""

    def read(self, files: int, size_bytes: int) -> None:
        """More files have been read."""

    def pictured(self, count: int) -> None:
        """More assets have got their picture."""


def _sentence(library: Library, report: ScanReport) -> str:
    if report.offline:
        return f"{library.shown}: offline, {report.offline}"
    return f"{library.shown}: {report.files} files, {report.new} new, {report.changed} changed"


class LineProgress:
    """Lines on standard error in the form of the log, one every few seconds."""

    def __init__(self) -> None:
        """Begin with nothing done."""
        self._started_s = self._said_s = time.monotonic()
        self._files = self._bytes = self._pictured = 0
        self._all_files = self._all_bytes = self._all_pictures = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._say("done")

    def scanned(self, library: Library, report: ScanReport) -> None:
        """A library has been scanned."""
        logs.say(_sentence(library, report), sys.stderr)

    def planned(self, work: Work) -> None:
        """This much is left to be done."""
        self._all_files = self._files + work.files
        self._all_bytes = self._bytes + work.size_bytes
        self._all_pictures = self._pictured + work.pictures

    def read(self, files: int, size_bytes: int) -> None:
        """More files have been read."""
        self._files += files
        self._bytes += size_bytes
        self._say_sometimes()

    def pictured(self, count: int) -> None:
        """More assets have got their picture."""
        self._pictured += count
        self._say_sometimes()

    def _say_sometimes(self) -> None:
        if time.monotonic() - self._said_s > _LINE_EVERY_S:
            self._say("working")

    def _say(self, word: str) -> None:
        self._said_s = time.monotonic()
        taken_s = max(self._said_s - self._started_s, 0.001)
        logs.say(
            f"{word}: {self._files} of {self._all_files} files read, {self._bytes / 1e6:.0f} of "
            f"{self._all_bytes / 1e6:.0f} MB, {self._pictured} of {self._all_pictures} pictures, "
            f"{(self._files + self._pictured) / taken_s:.0f}/s, {taken_s:.1f} s",
            sys.stderr,
        )


class TerminalProgress:
    """Two bars: bytes read and pictures made, with rate and time left."""

    def __init__(self) -> None:
        """Make the bars."""
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        console = Console(stderr=True)
        name = TextColumn("{task.description:<10}")
        self._bytes = Progress(
            name,
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[rate]:.1f} MB/s"),
            TextColumn("{task.fields[files]} files"),
            TimeRemainingColumn(),
            console=console,
        )
        self._pictures = Progress(
            name,
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]:.0f}/s"),
            TimeRemainingColumn(),
            console=console,
        )
        self._console = console
        self._reading = self._bytes.add_task("reading", total=None, files=0, rate=0)
        self._picturing = self._pictures.add_task("picturing", total=None, rate=0)
        self._files = 0
        self._started_s = time.monotonic()

    def __enter__(self) -> Self:
        from rich.console import Group
        from rich.live import Live

        self._live = Live(Group(self._bytes, self._pictures), console=self._console)
        self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._live.stop()

    def scanned(self, library: Library, report: ScanReport) -> None:
        """A library has been scanned."""
        self._console.print(
            _sentence(library, report), markup=False, highlight=False, soft_wrap=True
        )

    def planned(self, work: Work) -> None:
        """This much is left to be done."""
        bytes_done = self._bytes.tasks[0].completed
        pictures_done = self._pictures.tasks[0].completed
        self._bytes.update(self._reading, total=bytes_done + work.size_bytes)
        self._pictures.update(self._picturing, total=pictures_done + work.pictures)

    def read(self, files: int, size_bytes: int) -> None:
        """More files have been read."""
        self._files += files
        done = self._bytes.tasks[0].completed + size_bytes
        rate = done / 1e6 / self._elapsed_s()
        self._bytes.update(self._reading, completed=done, files=self._files, rate=rate)

    def pictured(self, count: int) -> None:
        """More assets have got their picture."""
        done = self._pictures.tasks[0].completed + count
        self._pictures.update(self._picturing, completed=done, rate=done / self._elapsed_s())

    def _elapsed_s(self) -> float:
        return max(time.monotonic() - self._started_s, 0.001)
