"""Fills a data dir with a very large library, in minutes: a catalog and its pictures, no originals.

    python bench/million.py DATA_DIR                    a million assets
    python bench/million.py DATA_DIR --assets 100000 --one-day 70000

All of it goes through the program's own writers, as if a scan had met the files of `life.py`. The
storage folders lie empty in DATA_DIR/away, as mount points whose disks are away: so the server
lists everything, and neither reads, nor forgets, nor repairs anything. It is served by the command
that is printed at the end.

The pictures of the timeline are JPEGs of the size and shape that they would have, some hundreds in
turns, of about 1.5 kB each: 4 GB in all; with --large-pictures of 10 kB, as photos give, 13 GB.
"""

import argparse
import io
import json
import shlex
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import Connection

from life import LIBRARIES, Life, Ratio, Recipe, Shot, grid_size
from media_server.catalog import assets, details, files, libraries
from media_server.catalog.assets import FileAt, NewAsset
from media_server.catalog.database import Catalog, open_catalog
from media_server.catalog.schema import Grid
from media_server.library.describe_pass import describe_assets
from media_server.library.link_pass import link_folders
from media_server.library.pictures import failed_picture
from media_server.library.readings import as_asset, facts_of
from media_server.media.reading import Reading
from media_server.model.digest import Digest
from media_server.store.small import Rendition, SmallStore

AT_A_TIME = 20_000
CACHE_KIB = 1_000_000
VARIANTS = 12  # of the picture of each shape
# No folder has this identity: each root is a mount point whose disk is away.
ELSEWHERE = (0, 0)

At = tuple[int, str, str]
"""Where a file lies: number of the library, folder, name."""


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="Make a data dir with very many assets.")
    parser.add_argument("data_dir", type=Path, help="folder to be made")
    parser.add_argument("--assets", type=int, default=1_000_000, help="how many are listed")
    parser.add_argument("--one-day", type=int, default=0, help="so many of them on one day")
    parser.add_argument("--seed", type=int, default=1, help="another one makes another library")
    parser.add_argument("--large-pictures", action="store_true", help="of 10 kB each, not 1.5")
    return parser.parse_args()


class Pictures:
    """Small pictures of any shape, made once and given out in turns."""

    def __init__(self, *, large: bool) -> None:
        self._large = large
        self._made: dict[Ratio, list[bytes]] = {}

    def rendition(self, shot: Shot) -> Rendition:
        """The picture for the timeline."""
        outcome = shot.outcome
        assert isinstance(outcome, Reading)
        size = grid_size(outcome.width_px, outcome.height_px)
        variants = self._made.get(size)
        if variants is None:
            variants = self._made[size] = [self._draw(size, number) for number in range(VARIANTS)]
        data = variants[shot.number % VARIANTS]
        return Rendition(shot.digest, "grid", "image/jpeg", *size, False, data)

    def _draw(self, size: Ratio, number: int) -> bytes:
        """Soft patches of colour; grain where it shall be large."""
        rng = np.random.default_rng((*size, number))
        patches = rng.integers(20, 235, (4, 5, 3), dtype=np.uint8)
        picture = Image.fromarray(patches).resize(size, Image.Resampling.BICUBIC)
        if self._large:
            grain = rng.normal(0, 14, (size[1], size[0], 1))
            pixels = np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8)
            picture = Image.fromarray(pixels)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=50 if self._large else 15, optimize=True)
        return out.getvalue()


class Filler:
    """Writes shots as a scan and the passes of an ingest would."""

    def __init__(self, catalog: Catalog, store: SmallStore, pictures: Pictures) -> None:
        self._catalog = catalog
        self._store = store
        self._pictures = pictures
        self._folders: dict[tuple[int, str], int] = {}
        self._removed: list[int] = []

    def begin(self, roots: Sequence[Path]) -> None:
        """Make the libraries."""
        with self._catalog.write() as connection:
            assets.use_store(connection, self._store.store_id)
            served = libraries.serve(
                connection, [str(root).encode() for root in roots], now_ns=time.time_ns()
            )
            self._libraries = [one.library_id for one in served]
            for library_id in self._libraries:
                libraries.set_state(connection, library_id, "online")

    def add(self, shots: Sequence[Shot]) -> None:
        """Shots that were never seen before, each with its picture."""
        by_place: dict[At, Shot] = {}
        for shot in shots:
            for at in ((shot.library, shot.folder, shot.name), *shot.copies):
                by_place[at] = shot
        self._store.put([self._pictures.rendition(shot) for shot in shots if not shot.failed])
        with self._catalog.write() as connection:
            self._list(connection, by_place)
            known = {self._at(one): one for one in assets.unread_files(connection, most=1 << 40)}
            read = [
                (known[at], Digest(shot.digest), known[at].stat) for at, shot in by_place.items()
            ]
            now_ns = time.time_ns()
            assets.hold(connection, read, [_asset(shot) for shot in shots], now_ns=now_ns)
            details.keep_facts(connection, [(one.digest, facts_of(one.outcome)) for one in shots])
            failures = [
                failed_picture(shot.digest, _step(shot), shot.failed)
                for shot in shots
                if shot.failed
            ]
            assets.record_failures(connection, failures, now_ns=now_ns)
        self._removed += (known[at].file_id for at, shot in by_place.items() if shot.removed)

    def finish(self) -> Iterator[str]:
        """Say what each step is, and do it: links, descriptions, removals; then all disks leave."""
        yield "linking"
        link_folders(self._catalog, stopping=lambda: False)
        yield "describing"
        describe_assets(self._catalog, stopping=lambda: False)
        yield "removing"
        with self._catalog.write() as connection:
            files.mark_gone(connection, self._removed)
            for library_id in self._libraries:
                files.remove_gone(connection, library_id, now_ns=time.time_ns(), which="all")
                libraries.set_identity(connection, library_id, *ELSEWHERE)
                libraries.set_state(connection, library_id, "offline")
        with self._catalog.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _list(self, connection: Connection, by_place: dict[At, Shot]) -> None:
        found: dict[int, list[tuple[bytes, tuple[int, int, int, int]]]] = defaultdict(list)
        for (library, folder, name), shot in by_place.items():
            stat = (shot.size_bytes, shot.mtime_ns, shot.mtime_ns, 2 * shot.number)
            found[self._folder(connection, library, folder)].append((name.encode(), stat))
        for folder_id, some in found.items():
            files.add_files(connection, folder_id, some)

    def _folder(self, connection: Connection, library: int, path: str) -> int:
        """The id of a folder, made if need be with those above it."""
        known = self._folders.get((library, path))
        if known is None:
            library_id = self._libraries[library]
            if path:
                above = self._folder(connection, library, path.rpartition("/")[0])
                made = files.add_folder(connection, library_id, above, path.encode())
            else:
                made = files.root_folder(connection, library_id)
            known = self._folders[library, path] = made.folder_id
        return known

    def _at(self, one: FileAt) -> At:
        library = self._libraries.index(one.library_id)
        return library, one.folder_path.decode(), one.name.decode()


def _asset(shot: Shot) -> NewAsset:
    row = as_asset(shot.name.encode(), shot.digest, shot.mtime_ns, shot.outcome, sha1=shot.sha1)
    return row._replace(grid=Grid.FAILED if shot.failed else Grid.FINAL)


def _step(shot: Shot) -> str:
    return "grid" if isinstance(shot.outcome, Reading) else "probe"


def batches(life: Life) -> Iterator[list[Shot]]:
    """Days put together."""
    batch: list[Shot] = []
    for day in life.days():
        batch += day
        if len(batch) >= AT_A_TIME:
            yield batch
            batch = []
    if batch:
        yield batch


def roots_of(data_dir: Path) -> list[Path]:
    """The storage folders to serve it with."""
    return [data_dir / "away" / name for name in LIBRARIES]


def fill(recipe: Recipe, data_dir: Path, *, large_pictures: bool) -> None:
    """Make the data dir.

    Raises:
        FileExistsError: there is something already.
    """
    begun_s = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun_s:6.1f} s  {what}", file=sys.stderr, flush=True)

    data_dir.mkdir(parents=True)
    roots = roots_of(data_dir)
    for root in roots:
        root.mkdir(parents=True)
    open_catalog(str(data_dir / "catalog.sqlite")).close()
    catalog = Catalog(str(data_dir / "catalog.sqlite"), cache_kib=CACHE_KIB, synced=False)
    store = SmallStore(str(data_dir / "renditions.sqlite"), synced=False)
    with closing(catalog), closing(store):
        filler = Filler(catalog, store, Pictures(large=large_pictures))
        filler.begin(roots)
        done = 0
        for batch in batches(Life(recipe)):
            filler.add(batch)
            done += len(batch)
            say(f"{done:,} assets")
        for step in filler.finish():
            say(step)
    say("done")
    # Last, so that what was cut short is seen to be.
    (data_dir / "million.json").write_text(json.dumps(asdict(recipe)) + "\n")


def main() -> int:
    """Make it and say how to serve it."""
    given = arguments()
    data_dir = given.data_dir.resolve()
    recipe = Recipe(given.assets, given.one_day, given.seed)
    record = data_dir / "million.json"
    if record.exists() and json.loads(record.read_text()) == asdict(recipe):
        print(f"{data_dir} is there already", file=sys.stderr)
    else:
        if record.exists() or (data_dir / "away").exists():
            shutil.rmtree(data_dir)  # ours, from another recipe or cut short
        try:
            fill(recipe, data_dir, large_pictures=given.large_pictures)
        except FileExistsError:
            raise SystemExit(f"{data_dir} is there, and not made by this program") from None
    folders = [word for root in roots_of(data_dir) for word in ("--storage_dir", str(root))]
    print(
        shlex.join(
            ["media-server", *folders, "--data_dir", str(data_dir), "--rescan_interval", "0"]
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
