"""Corpus A: what large photos cost, and how their thumbnails are served."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from figure import Figure, at_most, times_at_least, times_at_most
from folder import Folder, add_altered, copy_of, warm
from ingest import Bench, Ingest, ingest
from load import Load, median_load, wrk
from peers import CORES, Effort, Nginx, has, vipsthumbnail
from server import MeasureError, Server

LOADS = 3
BUSY_LOADS = 5


def ingest_figures(bench: Bench, folder: Folder, library: Path, data_dir: Path) -> Iterator[Figure]:
    """Ingest several times, vipsthumbnail beside it each time."""
    runs: list[Ingest] = []
    peers: list[Effort] = []
    pictures = folder.pictures
    warm(folder)
    for _ in range(bench.runs):
        if has("vipsthumbnail"):
            peers.append(vipsthumbnail(pictures, bench.work / "vipsthumbnail"))
        runs.append(ingest(bench, library, data_dir, len(folder.files)))
    peer = f"vipsthumbnail, {CORES} processes"
    rates = [len(pictures) / effort.wall_s for effort in peers]
    number = len(pictures)
    yield Figure("listening", "s", [run.listening_s for run in runs])
    yield Figure("every file known", "s", [run.known_s for run in runs])
    yield Figure("every file hashed and in /list", "s", [run.listed_s for run in runs])
    yield Figure("every photo showing something", "s", [run.shown_s for run in runs])
    shown = [number / run.shown_s for run in runs]
    yield Figure("the same, pictures a second", "/s", shown, times_at_least(5), peer, rates)
    yield Figure("everything pictured", "s", [run.finished_s for run in runs])
    finished = [number / run.finished_s for run in runs]
    yield Figure("the same, pictures a second", "/s", finished, times_at_least(1.5), peer, rates)
    peer_cpu = [effort.cpu_s for effort in peers]
    own_cpu = [run.cpu_s for run in runs]
    yield Figure("CPU until then", "s", own_cpu, times_at_most(1), peer, peer_cpu)
    yield Figure("CPU used by others meanwhile", "s", [run.others_cpu_s for run in runs])
    yield Figure("memory, ingesting", "MB", [run.peak_mb for run in runs], at_most(350))
    yield Figure("memory, idle afterwards", "MB", [run.idle_mb for run in runs], at_most(150))


@dataclass(frozen=True, slots=True)
class FirstPass:
    """What it took to fetch every thumbnail once, one after another."""

    paths: list[str]
    wall_s: float
    size_bytes: int


def fetch_all(server: Server, keep: Path | None) -> FirstPass:
    """Fetch every thumbnail once, and keep the bytes for nginx.

    Raises:
        MeasureError: a picture has none.
    """
    items = json.loads(server.get("/list").body).items()
    paths = [f"/thumbnail/{key}" for key, item in items if not item["filename"].endswith(".mp4")]
    wall_s, size_bytes = 0.0, 0
    for path in paths:
        begun = time.perf_counter()
        reply = server.get(path)
        wall_s += time.perf_counter() - begun
        if reply.status != 200:
            raise MeasureError(f"{path} gave {reply.status}")
        size_bytes += len(reply.body)
        if keep:
            (keep / path.removeprefix("/")).write_bytes(reply.body)
    return FirstPass(paths, wall_s, size_bytes)


def thumbnail_figures(bench: Bench, library: Path, data_dir: Path) -> Iterator[Figure]:
    """Thumbnails under load, and nginx with the same bytes, in turns."""
    own: list[Load] = []
    peers: list[Load] = []
    with ExitStack() as running:
        server = running.enter_context(bench.serve(library, data_dir))
        nginx = running.enter_context(Nginx(bench.work / "nginx")) if has("nginx") else None
        first = fetch_all(server, nginx.root if nginx else None)
        yield from _first_figures(first)
        for _ in range(LOADS if has("wrk") else 0):
            own.append(wrk(server.port, first.paths, bench.load_s, bench.work))
            if nginx:
                peers.append(wrk(nginx.port, first.paths, bench.load_s, bench.work))
    if own:
        yield from _load_figures(own, peers)


def _first_figures(first: FirstPass) -> Iterator[Figure]:
    mean_ms = 1e3 * first.wall_s / len(first.paths)
    yield Figure("a thumbnail's first GET, mean, one client", "ms", [mean_ms])
    mean_kb = first.size_bytes / len(first.paths) / 1e3
    yield Figure("size of a thumbnail, mean", "kB", [mean_kb])


def _load_figures(own: list[Load], peers: list[Load]) -> Iterator[Figure]:
    peer = "nginx, same bytes"
    rps, peer_rps = [load.rps for load in own], [load.rps for load in peers]
    p50, peer_p50 = [load.p50_ms for load in own], [load.p50_ms for load in peers]
    p99, peer_p99 = [load.p99_ms for load in own], [load.p99_ms for load in peers]
    yield Figure("thumbnails, 32 connections", "/s", rps, times_at_least(0.4), peer, peer_rps)
    yield Figure("the same, half of them within", "ms", p50, None, peer, peer_p50)
    yield Figure("the same, 99 % within", "ms", p99, times_at_most(3), peer, peer_p99)


def busy_figures(bench: Bench, folder: Folder, library: Path, data_dir: Path) -> Iterator[Figure]:
    """Known thumbnails under load while as many new photos again are being ingested.

    Raises:
        MeasureError: the ingest was over first, so that nothing was measured.
    """
    with bench.serve(library, data_dir) as server:
        paths = fetch_all(server, None).paths
    photos = [path for path in folder.pictures if path.suffix.lower() != ".png"]
    add_altered(photos, library / "again", b"again")
    files = len(folder.files) + len(photos)
    loads = []
    with bench.serve(library, data_dir) as server:
        for _ in range(BUSY_LOADS):
            load = wrk(server.port, paths, max(1, bench.load_s // 4), bench.work)
            if server.health().finished(files):
                break
            loads.append(load)
    if not loads:
        raise MeasureError("the ingest was over before wrk: nothing measured")
    p99, rps = [load.p99_ms for load in loads], [load.rps for load in loads]
    yield Figure("thumbnails during an ingest, 99 % within", "ms", p99, at_most(50))
    longest = median_load(loads).max_ms
    yield Figure("the same, all within", "ms", [longest])
    yield Figure("the same, answered", "/s", rps)


def measure(bench: Bench, folder: Folder) -> list[Iterator[Figure]]:
    """The parts of this corpus, in the order in which they must be run."""
    library = copy_of(folder, bench.work / "library")
    data_dir = bench.work / "data"
    return [
        ingest_figures(bench, folder, library, data_dir),
        thumbnail_figures(bench, library, data_dir),
        *([busy_figures(bench, folder, library, data_dir)] if has("wrk") else []),
    ]
