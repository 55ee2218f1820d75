"""One ingest of a corpus into an empty data folder, timed from the start of the process."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from server import MeasureError, Program, Server

MB = 1e6


@dataclass(frozen=True, slots=True)
class Bench:
    """How a corpus is measured.

    Attributes:
        program: how to call the server.
        work: a folder for all that is made on the way.
        runs: how often the long things are done.
        load_s: seconds of each run of wrk.
        idle_s: seconds of rest before the memory at rest is read.
    """

    program: Program
    work: Path
    runs: int
    load_s: int
    idle_s: float

    @property
    def log(self) -> Path:
        """Where the server writes to."""
        return self.work / "server.log"

    def serve(self, library: Path, data_dir: Path, *options: str) -> Server:
        """Start the server."""
        return Server(self.program, library, data_dir, *options, log=self.log)


@dataclass(frozen=True, slots=True)
class Ingest:
    """When an ingest reached what (seconds from the start of the process), and what it used.

    Attributes:
        listening_s: the first answer.
        known_s: every file found.
        listed_s: every item in /list, with its digest.
        shown_s: every picture there, be it a rough one.
        finished_s: every picture there as it will stay.
        cpu_s: of the process tree until then; `others_cpu_s` of all else on the machine.
        peak_mb: memory of the process tree until then; `idle_mb` after a rest.
    """

    listening_s: float
    known_s: float
    listed_s: float
    shown_s: float
    finished_s: float
    cpu_s: float
    others_cpu_s: float
    peak_mb: float
    idle_mb: float


def listed(server: Server) -> int:
    """The number of items in /list, without the cost of parsing it."""
    return server.get("/list").body.count(b'"file_path"')


def ingest(bench: Bench, library: Path, data_dir: Path, files: int) -> Ingest:
    """Ingest a library of so many files, each with a content of its own.

    Raises:
        MeasureError: it failed, or not every file got through.
    """
    shutil.rmtree(data_dir, ignore_errors=True)
    with bench.serve(library, data_dir) as server:
        reached = milestones(server, files)
        server.watch.sample()
        cpu_s, others_cpu_s = server.watch.cpu_s, server.watch.others_cpu_s()
        peak_mb = server.watch.peak_pss_bytes / MB
        time.sleep(bench.idle_s)
        idle_mb = server.watch.pss_bytes() / MB
        return Ingest(
            listening_s=server.listening_s,
            known_s=reached["known"],
            listed_s=reached["listed"],
            shown_s=reached["shown"],
            finished_s=reached["finished"],
            cpu_s=cpu_s,
            others_cpu_s=others_cpu_s,
            peak_mb=peak_mb,
            idle_mb=idle_mb,
        )


def milestones(server: Server, files: int) -> dict[str, float]:
    """Watch a server until it is done. Returns the seconds at which it was how far."""
    reached: dict[str, float] = {}
    for health in server.progress():
        now_s = server.since_start_s()
        states = {
            "known": health.knows(files),
            "shown": health.shows_something(files),
            "finished": health.finished(files),
        }
        for name, there in states.items():
            if there:
                reached.setdefault(name, now_s)
        if "listed" not in reached and health.identified(files) and listed(server) >= files:
            reached["listed"] = server.since_start_s()
        if {"listed", "finished"} <= reached.keys():
            if health.failed:
                raise MeasureError(f"{health.failed} files failed")
            break
    return reached
