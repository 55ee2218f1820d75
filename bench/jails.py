"""What the jail costs: the program's own tasks in jails, and in processes that nothing confines.

    python bench/jails.py CORPUS_C RUNS

Both do the same for the same files: read the facts, then make the picture, by the same functions in
as many processes as cores, which have been warmed up. The plain processes open the files themselves
and get their allocator's settings from the jail. Prints files a second as JSON.
"""

import itertools
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

from media_server.library.read import SMALL_FILE_BYTES
from media_server.media.jail.pool import JailPool
from media_server.media.jail.process import jail_environment
from media_server.media.jail.wire import Task
from media_server.media.reading import Failure, Outcome
from media_server.media.source import BytesSource, DescriptorSource, Source

EACH = 4  # files of each format
BATCH = 64  # small files that travel together, as in an ingest
CORES = os.cpu_count() or 1
FILMS = frozenset({".mp4", ".mov", ".webm", ".mts", ".avi"})

Unit = tuple[Task, list[Path]]
Submit = Callable[[Unit], Future[list[Outcome]]]


def units(paths: Iterable[Path], picture: bool) -> Iterator[Unit]:
    """The work in the portions in which an ingest hands it out: large files alone."""
    small: list[Path] = []
    for path in paths:
        if path.stat().st_size <= SMALL_FILE_BYTES:
            small.append(path)
        else:
            yield _task(path, picture), [path]
    for at in range(0, len(small), BATCH):
        yield _task(small[at], picture), small[at : at + BATCH]


def _task(path: Path, picture: bool) -> Task:
    if not picture:
        return "probe"
    return "poster" if path.suffix in FILMS else "grid"


def in_jails(pool: JailPool, unit: Unit) -> Future[list[Outcome]]:
    """Have a portion done by the jails."""
    task, paths = unit
    return pool.submit(task, [_source(path) for path in paths])


def _source(path: Path) -> bytes | int:
    if path.stat().st_size <= SMALL_FILE_BYTES:
        return path.read_bytes()
    return os.open(path, os.O_RDONLY)


def do_plainly(unit: Unit) -> list[Outcome]:
    """Do a portion here."""
    from media_server.media import render
    from media_server.media.probe import probe

    task, paths = unit
    works: dict[Task, Callable[[Source], Outcome]] = {
        "probe": probe,
        "grid": render.grid,
        "poster": render.poster,
    }
    work = works[task]
    outcomes: list[Outcome] = []
    for path in paths:
        source = _source(path)
        if isinstance(source, bytes):
            outcomes.append(work(BytesSource(source)))
            continue
        outcomes.append(work(DescriptorSource(source)))
        os.close(source)
    return outcomes


def rate(submit: Submit, paths: list[Path]) -> float:
    """Files a second of one pass over all."""
    begun = time.perf_counter()
    for picture in (False, True):
        waiting = [submit(unit) for unit in units(paths, picture)]
        for outcome in itertools.chain.from_iterable(one.result() for one in waiting):
            if isinstance(outcome, Failure):
                raise SystemExit(f"a file failed: {outcome.detail}")
    return len(paths) / (time.perf_counter() - begun)


def compare(paths: list[Path], runs: int) -> dict[str, list[float]]:
    """Rates of several passes, in turns; the first of each is not counted."""
    os.environ.update(jail_environment())  # what is started from here on takes it over
    rates: dict[str, list[float]] = {"jails": [], "plain": []}
    pool = JailPool(size=CORES)
    with ProcessPoolExecutor(CORES, multiprocessing.get_context("spawn")) as plain:
        submits: dict[str, Submit] = {
            "jails": lambda unit: in_jails(pool, unit),
            "plain": lambda unit: plain.submit(do_plainly, unit),
        }
        for number in range(runs + 1):
            for name in sorted(submits, reverse=bool(number % 2)):
                found = rate(submits[name], paths)
                rates[name] += [found] if number else []
    pool.close()
    return rates


def main(corpus: Path, runs: int) -> None:
    """Measure both mixtures."""
    folders = sorted(path for path in corpus.iterdir() if path.name not in ("start", "tiny"))
    firsts = [sorted(path for path in kind.rglob("*.*"))[:EACH] for kind in folders]
    in_turns = itertools.chain.from_iterable(itertools.zip_longest(*firsts))
    mixed = [path for path in in_turns if path is not None]
    tiny = sorted((corpus / "tiny").rglob("*.jpg"))
    found = {
        f"in jails: {len(mixed)} files of all these formats": compare(mixed, runs),
        f"in jails: {len(tiny):,} pictures of 64×48": compare(tiny, runs),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
