"""The benchmark: the program and this machine's limits, side by side in one run.

    python bench/run.py            corpora of 400 photos and 100,000 tiny pictures
    python bench/run.py --quick    small ones, a minute; for trying out, not for figures
    python bench/run.py --only api     the API over a million assets, which are made first
    python bench/run.py --only ui      the gallery over the same, in a browser

Prints a table for each corpus and writes all figures as JSON. Making the corpora needs Pillow,
NumPy and PyAV; measuring needs Python alone, and the peers as programs (see README.md beside).
"""

import argparse
import http.client
import json
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import formats
import many
import photos
from figure import Figure, table
from folder import Folder, survey
from ingest import Bench
from peers import CORES, missing
from server import MeasureError, Program

HERE = Path(__file__).resolve().parent
Measure = Callable[[Bench, Folder], list[Iterator[Figure]]]


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="Measure the program against this machine.")
    parser.add_argument("--photos", type=int, default=400, help="photos in corpus A")
    parser.add_argument("--tiny", type=int, default=100_000, help="pictures in corpus B")
    parser.add_argument("--corpus-a", type=Path, help="use this folder as corpus A")
    parser.add_argument("--corpus-b", type=Path, help="use this folder as corpus B")
    parser.add_argument("--each", type=int, help="most files of each format in corpus C")
    parser.add_argument(
        "--only", choices=["a", "b", "c", "api", "ui"], help="measure one part only"
    )
    parser.add_argument("--data", type=Path, help="use this folder of million.py, for api and ui")
    parser.add_argument("--assets", type=int, default=1_000_000, help="how many, else, for these")
    parser.add_argument("--day-data", type=Path, help="one with very many on one day, for ui")
    parser.add_argument("--runs", type=int, default=3, help="runs of each ingest; medians count")
    parser.add_argument("--quick", action="store_true", help="small corpora, one run")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="folder for all files")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--command", help="the program, if not the media-server of this Python")
    parser.add_argument("--nice", type=int, help="priority of all that is measured; as root, -10")
    return parser.parse_args()


def corpus(given: argparse.Namespace, which: str) -> Folder:
    """The corpus that was given or asked for, made now if it is not there yet."""
    if which == "a" and given.corpus_a:
        return survey(given.corpus_a.resolve())
    if which == "b" and given.corpus_b:
        return survey(given.corpus_b.resolve())
    from corpus import Recipe, ensure, phone, tasks  # the only part that needs more than Python

    if which == "c":
        import kinds

        name, work = kinds.name(given.each), kinds.tasks(given.each)
    else:
        recipe = phone(given.photos) if which == "a" else Recipe(tiny=given.tiny)
        name, work = recipe.name, tasks(recipe)
    return survey(ensure(name, work, given.work.resolve()))


def measured(parts: list[Iterator[Figure]], notes: list[str]) -> list[Figure]:
    """Run the parts one after another. One that fails leaves a note, and the others go on."""
    figures: list[Figure] = []
    for part in parts:
        try:
            for figure in part:
                print(f"  {figure.name}: {figure.text()}", file=sys.stderr)
                figures.append(figure)
        except (MeasureError, OSError, http.client.HTTPException) as error:
            notes.append(str(error) or repr(error))
    return figures


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    with open("/proc/cpuinfo") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cores": CORES,
        "cpu": models[0] if models else platform.machine(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def version(program: Program) -> str:
    """What the program calls itself."""
    try:
        asked = subprocess.run([*program.words, "--version"], capture_output=True, text=True)
    except OSError as error:
        raise SystemExit(f"cannot run {shlex.join(program.words)}: {error}") from error
    return asked.stdout.strip()


def go_ahead(nice: int) -> None:
    """Put this process, and all it starts, ahead of other work on a shared machine."""
    if os.getpid() != os.getpgrp():
        os.setsid()  # a scheduling group of its own
    os.setpriority(os.PRIO_PROCESS, 0, nice)
    group = Path("/proc/self/autogroup")
    if group.exists():
        group.write_text(str(nice))


def main() -> int:
    """Measure, print and write. Returns 1 when a part failed; a missed target is no failure."""
    given = arguments()
    if given.quick:
        given.photos, given.tiny, given.runs = min(given.photos, 40), min(given.tiny, 2000), 1
        given.each = min(given.each or 2, 2)
    if given.nice is not None:
        go_ahead(given.nice)
    program = Program(tuple(shlex.split(given.command))) if given.command else Program()
    results: dict[str, object] = {
        "when": time.strftime("%Y-%m-%d %H:%M:%S %z"),
        "program": version(program),
        "machine": machine(),
        "quick": given.quick,
    }
    notes = missing()
    lacking = len(notes)
    measures: dict[str, Measure] = {"a": photos.measure, "b": many.measure, "c": formats.measure}
    for which in [given.only] if given.only else measures:
        work = given.work.resolve() / f"run-{which}"
        work.mkdir(parents=True, exist_ok=True)
        load_s, idle_s = (2, 3) if given.quick else (10, 15)
        bench = Bench(program, work, given.runs, load_s, idle_s)
        if which == "api":
            import api

            data_dir = api.ensure((given.data or given.work / "million").resolve(), given.assets)
            name, parts, what = "api", api.measure(bench, data_dir), api.recipe(data_dir)
            title = f"The API over {what['assets']:,} assets"
        elif which == "ui":
            import ui

            data_dir = ui.ensure((given.data or given.work / "million").resolve(), given.assets)
            day_dir = (given.day_data or given.work / "one-day").resolve()
            ui.ensure(day_dir, ui.OF_ONE_DAY, one_day=ui.OF_ONE_DAY)
            fresh = corpus(given, "b")
            name, parts, what = (
                "ui",
                ui.measure(bench, data_dir, day_dir, fresh),
                ui.recipe(data_dir),
            )
            title = f"The gallery over {what['assets']:,} assets"
        else:
            folder = corpus(given, which)
            print(f"Measuring corpus {which.upper()} in {folder.path}", file=sys.stderr)
            name, parts, what = f"corpus_{which}", measures[which](bench, folder), folder.summary()
            size_mb = folder.size_bytes / 1e6
            title = f"Corpus {which.upper()}: {len(folder.files):,} files, {size_mb:,.0f} MB"
        figures = measured(parts, notes)
        results[name] = {**what, "figures": [figure.record() for figure in figures]}
        print(f"\n{title}\n\n{table(figures)}", flush=True)
    results["notes"] = notes
    for note in notes:
        print(f"\n{note}")
    kept = HERE / (f"{given.only}.json" if given.only in ("api", "ui") else "results.json")
    out = given.out or (given.work / "quick.json" if given.quick else kept)
    out.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nWritten: {out}")
    return 1 if len(notes) > lacking else 0


if __name__ == "__main__":
    sys.exit(main())
