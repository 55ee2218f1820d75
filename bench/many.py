"""Corpus B: what very many files cost, however small."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from figure import Figure, at_most, times_at_most
from folder import Folder, add_altered, copy_of, warm
from ingest import Bench, ingest, listed
from load import answer_ms
from opens import files_opened
from peers import Nginx, find_s, has
from server import MeasureError

RESTARTS = 5
CHANGES = 5
RESCAN_S = 1


def ingest_figures(bench: Bench, folder: Folder, library: Path, data_dir: Path) -> Iterator[Figure]:
    """Ingest several times."""
    warm(folder)
    runs = [ingest(bench, library, data_dir, len(folder.files)) for _ in range(bench.runs)]
    yield Figure("listening, data folder empty", "s", [run.listening_s for run in runs], at_most(1))
    yield Figure("every file known", "s", [run.known_s for run in runs], at_most(1.5))
    yield Figure("every file hashed and in /list", "s", [run.listed_s for run in runs], at_most(4))
    yield Figure("everything showing something", "s", [run.shown_s for run in runs])
    yield Figure("everything pictured", "s", [run.finished_s for run in runs], at_most(60))
    yield Figure("CPU until then", "s", [run.cpu_s for run in runs])
    yield Figure("CPU used by others meanwhile", "s", [run.others_cpu_s for run in runs])
    yield Figure("memory, ingesting", "MB", [run.peak_mb for run in runs], at_most(350))
    yield Figure("memory, idle afterwards", "MB", [run.idle_mb for run in runs], at_most(150))


def restart_figures(bench: Bench, library: Path, data_dir: Path) -> Iterator[Figure]:
    """Start again with nothing changed, and scan from the command line, `find` in turns."""
    listening, scanned, commands, finds = [], [], [], []
    for _ in range(RESTARTS):
        if has("find"):
            finds.append(find_s(library))
        with bench.serve(library, data_dir) as server:
            listening.append(server.listening_s)
            for health in server.progress():
                if health.scans > 0 and not health.scanning:
                    break
            scanned.append(server.since_start_s())
        begun = time.monotonic()
        _scan(bench, library, data_dir)
        commands.append(time.monotonic() - begun)
    own = [scan - start for scan, start in zip(scanned, listening, strict=True)]
    yield Figure("listening, data folder full", "s", listening, at_most(1))
    yield Figure(
        "restart and rescan, unchanged", "s", scanned, times_at_most(3), "find with stat", finds
    )
    yield Figure("the same, after listening", "s", own, None, "find with stat", finds)
    yield Figure("`media-server scan`, unchanged", "s", commands, None, "find with stat", finds)
    if has("strace"):
        command = bench.program.scan(library, data_dir)
        opened = files_opened(command, library, bench.work)
        yield Figure("files opened by it", "", [opened], at_most(0))


def _scan(bench: Bench, library: Path, data_dir: Path) -> None:
    command = bench.program.scan(library, data_dir)
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        raise MeasureError(f"scan ended with {ended.returncode}: {ended.stderr[-500:]}")


def list_figures(bench: Bench, library: Path, data_dir: Path) -> Iterator[Figure]:
    """GET /list unchanged, and nginx with the same bytes."""
    with bench.serve(library, data_dir) as server:
        server.wait_finished(files=0)
        reply = server.get("/list")
        tag = {"If-None-Match": reply.headers.get("etag", "none")}
        own = [answer_ms(server.port, "/list")]
        unchanged = [answer_ms(server.port, "/list", tag)]
        packed = [answer_ms(server.port, "/list", {"Accept-Encoding": "gzip"})]
        if server.get("/list", tag).status != 304:
            raise MeasureError("/list has no ETag that gives 304")
        plain, not_modified = _nginx_list(bench, reply.body)
    yield Figure("size of /list", "MB", [len(reply.body) / 1e6])
    peer = "nginx, same bytes"
    yield Figure("/list, unchanged", "ms", own, times_at_most(3), peer, plain)
    yield Figure("/list, 304", "ms", unchanged, at_most(2), peer, not_modified)
    yield Figure("/list, gzip", "ms", packed)
    yield from _change_figures(bench, library, data_dir, plain)


def _nginx_list(bench: Bench, body: bytes) -> tuple[list[float], list[float]]:
    """Milliseconds that nginx takes for the same list, whole and not modified."""
    if not has("nginx"):
        return [], []
    with Nginx(bench.work / "nginx") as nginx:
        (nginx.root / "list").write_bytes(body)
        tag = nginx.get("/list").headers["etag"]
        whole = answer_ms(nginx.port, "/list")
        return [whole], [answer_ms(nginx.port, "/list", {"If-None-Match": tag})]


def _change_figures(
    bench: Bench, library: Path, data_dir: Path, plain: list[float]
) -> Iterator[Figure]:
    """The first GET /list after a file was added, as soon as the server knows its digest."""
    sample = next(path for path in sorted(library.rglob("*.jpg")))
    took = []
    with bench.serve(library, data_dir, "--rescan_interval", str(RESCAN_S)) as server:
        server.wait_finished(files=0)
        before = listed(server)
        for number in range(1, CHANGES + 1):
            add_altered([sample], library / f"change-{number}", b"%d" % number)
            for health in server.progress():
                if health.identified(before + number):
                    break
            took.append(answer_ms(server.port, "/list", times=1))
            if listed(server) != before + number:
                raise MeasureError("/list does not show what /healthz counts")
    yield Figure(
        "/list, first after a change", "ms", took, times_at_most(15), "nginx, same bytes", plain
    )


def measure(bench: Bench, folder: Folder) -> list[Iterator[Figure]]:
    """The parts of this corpus, in the order in which they must be run."""
    library = copy_of(folder, bench.work / "library")
    data_dir = bench.work / "data"
    return [
        ingest_figures(bench, folder, library, data_dir),
        restart_figures(bench, library, data_dir),
        list_figures(bench, library, data_dir),
    ]
