"""Corpus C: what each format costs, beside the plainest script; and what the jail costs."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from figure import Figure, times_at_least
from folder import Folder, warm
from ingest import Bench
from peers import CORES
from server import MeasureError

HERE = Path(__file__).resolve().parent
START, TINY = "start", "tiny"
PEER = f"plain script, {CORES} processes"
UNCONFINED = f"{CORES} plain processes"
# The program's jails give way to all else; on a machine with other work the script must, too.
NICENESS = 10


@dataclass(slots=True)
class Race:
    """Seconds from start to end, of the program and of the script in turns, for one folder."""

    files: int
    own_s: list[float] = field(default_factory=list)
    plain_s: list[float] = field(default_factory=list)


def run_race(bench: Bench, folder: Path) -> Race:
    """Bring one folder in, by both and several times."""
    race = Race(sum(path.is_file() for path in folder.rglob("*")))
    for _ in range(bench.runs):
        race.plain_s.append(_plain(bench, folder, race.files))
        race.own_s.append(_scan(bench, folder, race.files))
    return race


def _plain(bench: Bench, folder: Path, files: int) -> float:
    out = bench.work / "plain"
    shutil.rmtree(out, ignore_errors=True)
    words = [sys.executable, str(HERE / "plain.py"), str(folder), str(out), str(CORES)]
    took_s = _timed(words, {"VIPS_CONCURRENCY": "1"}, niceness=NICENESS)[0]
    if len(list(out.iterdir())) != files:
        raise MeasureError(f"{folder.name}: the plain script did not make every picture")
    return took_s


def _scan(bench: Bench, folder: Path, files: int) -> float:
    data_dir = bench.work / "data"
    shutil.rmtree(data_dir, ignore_errors=True)
    words = [*bench.program.scan(folder, data_dir), "--jails", str(CORES)]
    took_s = _timed(words, {})[0]
    if bench.program.pictures(folder, data_dir) != files:
        raise MeasureError(f"{folder.name}: the program did not make every picture")
    return took_s


def _timed(words: Sequence[str], settings: dict[str, str], niceness: int = 0) -> tuple[float, str]:
    begun = time.monotonic()
    ended = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **settings},
        preexec_fn=lambda: os.nice(niceness) and None,
    )
    if ended.returncode:
        raise MeasureError(f"{words[:3]} ended with {ended.returncode}: {ended.stderr[-500:]}")
    return time.monotonic() - begun, ended.stdout


def format_figures(bench: Bench, folder: Folder) -> Iterator[Figure]:
    """Files a second of each format, beside the script's; then of all formats together."""
    warm(folder)
    start = run_race(bench, folder.path / START)
    yield Figure("start and end, taken off below", "s", start.own_s, None, PEER, start.plain_s)
    races = []
    for kind in sorted(path for path in folder.path.iterdir() if path.name not in (START, TINY)):
        races.append(run_race(bench, kind))
        yield _figure(kind.name, races[-1], start)
    files = sum(race.files for race in races)
    own = [files / sum(times) for times in zip(*(race.own_s for race in races), strict=True)]
    plain = [files / sum(times) for times in zip(*(race.plain_s for race in races), strict=True)]
    yield Figure("all of these, every start counted", "files/s", own, None, PEER, plain)


def _figure(name: str, race: Race, start: Race) -> Figure:
    """Rates without start and end; with them where the work took less than half as long as they."""
    off_s = [statistics.median(times) for times in (start.own_s, start.plain_s)]
    told = f"{name}, {race.files} files"
    if min(race.own_s) < 1.5 * off_s[0] or min(race.plain_s) < 1.5 * off_s[1]:
        off_s, told = [0.0, 0.0], f"{told}, start counted"
    own = [race.files / (took_s - off_s[0]) for took_s in race.own_s]
    plain = [race.files / (took_s - off_s[1]) for took_s in race.plain_s]
    return Figure(told, "files/s", own, None, PEER, plain)


def jail_figures(bench: Bench, folder: Folder) -> Iterator[Figure]:
    """The program's own tasks in jails, and in processes that nothing confines."""
    words = [sys.executable, str(HERE / "jails.py"), str(folder.path), str(2 * bench.runs - 1)]
    answer = json.loads(_timed(words, {})[1])
    for name, rates in answer.items():
        target = times_at_least(0.9)
        yield Figure(name, "files/s", rates["jails"], target, UNCONFINED, rates["plain"])


def measure(bench: Bench, folder: Folder) -> list[Iterator[Figure]]:
    """The parts of this corpus."""
    return [format_figures(bench, folder), jail_figures(bench, folder)]
