"""`GET /metrics`: numbers for a monitor, in Prometheus' text format 0.0.4."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from media_server.catalog import changes, counts, libraries
from media_server.web.route import Media, Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from starlette.types import ASGIApp

    from media_server.catalog.counts import Counts
    from media_server.catalog.database import Catalog
    from media_server.library.status import Status, StatusBoard
    from media_server.store.large import LargeStore
    from media_server.web.route import Call

_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_STEPS: Final = (
    "starting",
    "scanning",
    "reading",
    "describing",
    "picturing",
    "idle",
    "waiting",
)


class Tally:
    """How many requests were answered, by status. Counted on the event loop alone."""

    def __init__(self) -> None:
        """Begin at none."""
        self._answers: Counter[int] = Counter()

    def count(self, status: int) -> None:
        """Count one answer."""
        self._answers[status] += 1

    def by_status(self) -> list[tuple[int, int]]:
        """Status and how many, by status."""
        return sorted(self._answers.items())


class Metrics:
    """Answers with the numbers of this moment."""

    def __init__(
        self, catalog: Catalog, board: StatusBoard, large: LargeStore, tally: Tally
    ) -> None:
        """Take what is counted."""
        self._catalog = catalog
        self._board = board
        self._large = large
        self._tally = tally

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/metrics",
                needs="read",
                answer=self._answer,
                group="Server",
                summary="Numbers for a monitor",
                gives=Media(_TYPE, "Prometheus' text format"),
            )
        ]

    def _answer(self, call: Call[None, None]) -> ASGIApp:
        del call
        status, size = self._board.read(), self._large.size()
        with self._catalog.read() as connection:
            known = counts.count(connection)
            served = libraries.served(connection)
            _, number = changes.state(connection)
        lines = [
            *_of_counts(known),
            *_of_work(status),
            *_metric(
                "libraries",
                "gauge",
                "Libraries by the state they are in.",
                [(f'{{state="{state}"}}', count) for state, count in _states(served)],
            ),
            *_metric(
                "store_bytes",
                "gauge",
                "Bytes of the pictures made.",
                [('{size="small"}', size.small_bytes), ('{size="large"}', size.large_bytes)],
            ),
            *_metric("store_limit_bytes", "gauge", "0 is none.", [("", size.limit_bytes)]),
            *_metric("changes_total", "counter", "Changes published.", [("", number)]),
            *_metric(
                "requests_total",
                "counter",
                "Requests answered by this process since its start.",
                [(f'{{status="{code}"}}', count) for code, count in self._tally.by_status()],
            ),
            *_of_process(),
        ]
        body = "".join(f"{line}\n" for line in lines)
        return Response(body, headers={"Cache-Control": "no-store"}, media_type=_TYPE)


def _states(served: Iterable[libraries.Library]) -> list[tuple[str, int]]:
    found = Counter(one.state for one in served)
    return [(state, found[state]) for state in ("new", "online", "offline", "held")]


def _of_counts(known: Counts) -> Iterator[str]:
    for name, value, told in (
        ("files", known.files, "Files known."),
        ("assets", known.assets, "Assets, missing ones included."),
        ("assets_missing", known.missing, "Assets whose last file is gone."),
        ("files_unhashed", known.unhashed, "Files that are still to be read."),
        ("assets_unpictured", known.unpictured, "Assets that are still to get a picture."),
        ("assets_rough", known.rough, "Assets that show the preview their camera embedded."),
        ("failures", known.failed, "Assets and files with a failure."),
        ("failures_parked", known.parked, "Those of them that took their jail down."),
    ):
        yield from _metric(name, "gauge", told, [("", value)])


def _of_work(status: Status) -> Iterator[str]:
    yield from _metric(
        "step",
        "gauge",
        "What the library process is doing.",
        [(f'{{step="{step}"}}', int(step == status.step)) for step in _STEPS],
    )
    yield from _metric("scans_total", "counter", "Scans since the start.", [("", status.scans)])
    yield from _metric("jails", "gauge", "Jails alive.", [("", status.jails_running)])
    yield from _metric("jails_busy", "gauge", "Jails at work.", [("", status.jails_busy)])
    yield from _metric("jails_died_total", "counter", "Jails lost.", [("", status.jails_died)])


def _of_process() -> Iterator[str]:
    """Of the web process; nothing where there is no /proc."""
    with suppress(OSError):
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
        resident_bytes = pages * os.sysconf("SC_PAGE_SIZE")
        yield from _metric(
            "web_resident_bytes", "gauge", "Memory of the web process.", [("", resident_bytes)]
        )
        descriptors = len(os.listdir("/proc/self/fd"))
        yield from _metric(
            "web_open_descriptors", "gauge", "Of the web process.", [("", descriptors)]
        )


def _metric(name: str, kind: str, told: str, samples: Iterable[tuple[str, int]]) -> Iterator[str]:
    yield f"# HELP media_server_{name} {told}"
    yield f"# TYPE media_server_{name} {kind}"
    for labels, value in samples:
        yield f"media_server_{name}{labels} {value}"
