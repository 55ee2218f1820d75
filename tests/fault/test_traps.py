"""Bombs and traps of all kinds: each costs itself and nothing else, and little of that.

`support.traps` lists them. They are tried one by one in a jail, and all together through the real
command. Those that work until a time limit ends them are left to `make fuzz`, which sets
MEDIA_SERVER_TRAPS. With `-s` the tests print what each took.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from fault.test_traced import calls_out, strace
from media_server.media.jail.pool import JailPool
from media_server.media.reading import Failure
from support.library import manifest
from support.media import picture
from support.memory import MemoryWatch, forget_peak, is_jail
from support.program import Program, grids
from support.server import Server, is_settled, process_tree, run
from support.traps import FAMILIES, LARGE_BYTES, SECRET, TRAPS, Trap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from media_server.media.jail.wire import Task

pytestmark = pytest.mark.slow

TRIED = tuple(trap for trap in TRAPS if not trap.endless or "MEDIA_SERVER_TRAPS" in os.environ)
_EACH_S = 30.0
# One that works until it is ended is tried with others, then alone, and then for its picture.
_ALL_S = 60.0 + _EACH_S * sum(trap.endless for trap in TRIED)
_START_S = 10.0
# What web and library process may grow by: buffers of the allocator, databases' pages.
_GROWTH_BYTES = 60_000_000
_SMALL_BYTES = 64 * 1024
_MB = 1 << 20
# What a failure to decode is called in the list of what is wrong.
_CODES = {"empty": "zero_byte", "truncated": "truncated", "too_large": "too_big"}
_CODES |= {"unrecognised": "wrong_extension"}
_CODES |= dict.fromkeys(("jail_died", "timeout", "out_of_memory"), "parked")
# What may be said besides, since most traps have no date.
_UNHARMED = {"undated"}


def test_the_list() -> None:
    assert len(TRAPS) >= 45
    assert len({trap.name for trap in TRAPS}) == len(TRAPS)
    assert len({trap.file.lower() for trap in TRAPS}) == len(TRAPS)
    assert len({sha256(trap.make()).digest() for trap in TRAPS}) == len(TRAPS)
    assert all(len(family) >= 10 for family in FAMILIES.values())
    assert all(trap.what for trap in TRAPS)
    # Most must be met, not only turned away at the door.
    assert sum(trap.outcome == "shown" for trap in TRAPS) >= 45


@pytest.fixture(scope="module")
def pool() -> Iterator[JailPool]:
    pool = JailPool(size=1)
    yield pool
    pool.close()


@pytest.mark.parametrize("trap", TRIED, ids=lambda trap: trap.name)
def test_alone(pool: JailPool, tmp_path: Path, trap: Trap) -> None:
    path = tmp_path / "trap"
    path.write_bytes(trap.make())
    for pid, _ in process_tree(os.getpid()):
        if is_jail(pid):
            forget_peak(pid)
    began_s = time.monotonic()
    with MemoryWatch(os.getpid()) as memory:
        found, codes = try_in(pool, path, trap)
    taken_s = time.monotonic() - began_s
    peak_bytes = max(memory.jails.values(), default=0)
    print(f"\n{trap.name}: {found} in {taken_s:.1f} s, {peak_bytes // _MB} MB", codes or "", end="")
    assert taken_s < _EACH_S
    assert peak_bytes < trap.memory_bytes
    assert found == {"undated": "shown", "listed": "wrong_extension"}.get(
        trap.outcome, trap.outcome
    )


def try_in(pool: JailPool, path: Path, trap: Trap) -> tuple[str, list[str]]:
    """How a trap ends, and the codes of what failed on the way."""
    if trap.outcome == "sidecar":
        return "sidecar", done(pool, "sidecar", path)
    failed = done(pool, "probe", path)
    if "timeout" not in failed:  # else the program tries no picture
        failed += done(pool, "poster" if trap.is_film else "grid", path)
    if not failed and not trap.is_film:
        failed = done(pool, "thumbnail", path) + done(pool, "preview", path)
    return (_CODES.get(failed[0], "failed") if failed else "shown"), failed


def done(pool: JailPool, task: Task, path: Path) -> list[str]:
    """The code of the failure, if it is one."""
    small = path.stat().st_size <= _SMALL_BYTES
    source = path.read_bytes() if small else os.open(path, os.O_RDONLY)
    [outcome] = pool.submit(task, [source]).result(200)
    return [outcome.code] if isinstance(outcome, Failure) else []


@dataclass(frozen=True, slots=True)
class Folder:
    """Traps and sound photos in one folder.

    Attributes:
        path: the folder.
        digests: by name, of all that must be listed.
        photos: names of the sound photos.
    """

    path: Path
    digests: dict[str, str]
    photos: set[str]


def lay(path: Path, traps: tuple[Trap, ...]) -> Folder:
    """Fill a folder: a sound photo before, between and after, by name and by time."""
    path.mkdir()
    folder = Folder(path, {}, set())
    (path / SECRET).write_text("nobody may read this")
    for number, trap in enumerate(traps):
        write(path / trap.file, trap.make(), number)
        if trap.outcome == "sidecar":
            put_photo(folder, trap.photo, number)
        else:
            folder.digests[trap.file] = sha256((path / trap.file).read_bytes()).hexdigest()
        if number % 10 == 0:
            put_photo(folder, f"sound {number}.jpg", number)
    put_photo(folder, "zzz.jpg", len(traps))
    return folder


def put_photo(folder: Folder, name: str, number: int) -> None:
    taken = f"2020:01:02 03:{number // 60:02}:{number % 60:02}"
    data = picture(9_000 + number * 2 + (name[0] == "s"), size=(640, 480), taken=taken)
    write(folder.path / name, data, number)
    folder.digests[name] = sha256(data).hexdigest()
    folder.photos.add(name)


def write(path: Path, data: bytes, number: int) -> None:
    """Without the zeros that a disk need not hold."""
    with path.open("wb") as file:
        for at in range(0, len(data), _MB):
            block = data[at : at + _MB]
            if block.strip(b"\0"):
                file.write(block)
            else:
                file.seek(len(block), os.SEEK_CUR)
        file.truncate(len(data))
    os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))


def test_all_through_the_server(tmp_path: Path) -> None:
    library = tmp_path / "photos"
    library.mkdir()
    (library / "first.jpg").write_bytes(picture(1, size=(640, 480)))
    folder = lay(tmp_path / "traps", TRIED)
    with Server(library, "--rescan_interval", "1") as server:
        server.settle()
        assert server.get(f"/thumbnail/{server.digest('first.jpg')}").status == 200
        with MemoryWatch(server.process.pid) as memory:
            server.wait(lambda: len(memory.others) >= 3 and all(memory.others.values()))
            before = dict(memory.others)
            began_s = time.monotonic()
            folder.path.rename(library / "traps")
            server.wait(lambda: has_all(server, folder), _ALL_S + _EACH_S)
            taken_s = time.monotonic() - began_s
            originals = manifest(library)
            check_thumbnails(server, folder)
        check_findings(library, server.data_dir)
        check_listing(server, folder)
        check_memory(memory, before)
        check_processes(server, set(before))
        assert "Traceback" not in server.log()
        after = failures(server.data_dir)
        assert manifest(library) == originals
    print(f"\n{len(TRIED)} traps settled in {taken_s:.1f} s")
    assert taken_s < _ALL_S
    check_nothing_is_tried_again(library, server.data_dir, after)


def has_all(server: Server, folder: Folder) -> bool:
    return is_settled(server.health()) and len(server.list()) == len(folder.digests) + 1


def check_thumbnails(server: Server, folder: Folder) -> None:
    """Also of what fails: quickly, and never with a 5xx."""
    kinds = {trap.file: trap for trap in TRIED}
    for _ in range(2):  # the second time it is known that there is none
        for name, digest in folder.digests.items():
            began_s = time.monotonic()
            status = server.get(f"/thumbnail/{digest}").status
            assert time.monotonic() - began_s < _EACH_S
            trap = kinds.get(name)
            shown = trap is None or trap.outcome in ("shown", "undated")
            film = trap is not None and trap.is_film
            assert status == (200 if shown and not film else 404), name


def check_listing(server: Server, folder: Folder) -> None:
    listed = server.list()
    pictured = grids(str(server.data_dir))
    for name, digest in folder.digests.items():
        assert listed[digest]["filename"] == name
    for trap in TRIED:
        if trap.outcome != "sidecar":
            shown = trap.outcome in ("shown", "undated")
            assert (folder.digests[trap.file] in pictured) == shown, trap.name
    assert {folder.digests[name] for name in folder.photos} <= set(pictured)


def check_findings(library: Path, data_dir: Path) -> None:
    told = json.loads(
        run("health", "--storage_dir", str(library), "--data_dir", str(data_dir), "--json").stdout
    )
    codes: dict[str, set[str]] = {}
    for one in told["findings"]:
        codes.setdefault(one["path"].removeprefix("traps/"), set()).add(one["code"])
    wrong = {}
    for trap in TRIED:
        found = codes.pop(trap.file, set())
        wanted = {trap.outcome} - {"shown", "listed", "sidecar"}
        if not wanted <= found or found - wanted - _UNHARMED:
            wrong[trap.name] = (trap.outcome, found)
    assert not wrong
    assert set().union(*codes.values()) <= {"undated"}, codes


def check_memory(memory: MemoryWatch, before: dict[int, int]) -> None:
    growth = {pid: memory.others[pid] - before[pid] for pid in before}
    largest = max(memory.jails.values())
    print(f"\nserver's processes grew by {[size // _MB for size in growth.values()]} MB at most,")
    print(f"the largest of {len(memory.jails)} jails had {largest // _MB} MB")
    assert max(growth.values()) < _GROWTH_BYTES, growth
    assert largest < LARGE_BYTES


def check_processes(server: Server, before: set[int]) -> None:
    """The same supervisor, web and library process, some idle jails, and nobody's zombies."""
    tree = {pid for pid, _ in process_tree(server.process.pid)}
    assert len(before) == 3
    assert {pid for pid in tree if not is_jail(pid)} == before
    for name in os.listdir("/proc"):
        if name.isdigit() and (stat := process_stat(int(name))):
            assert not (stat[0] == "Z" and int(stat[1]) in tree), name


def process_stat(pid: int) -> list[str]:
    """State, parent and so on; nothing of one that has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def failures(data_dir: Path) -> list[tuple[Any, ...]]:
    """All that failed, and how often and when."""
    with closing(sqlite3.connect(data_dir / "catalog.sqlite")) as connection:
        return connection.execute("SELECT * FROM failure ORDER BY id").fetchall()


def check_nothing_is_tried_again(
    library: Path, data_dir: Path, before: list[tuple[Any, ...]]
) -> None:
    began_s = time.monotonic()
    with Server(library, "--rescan_interval", "1", data_dir=data_dir) as server:
        server.settle()
        taken_s = time.monotonic() - began_s
        server.wait(lambda: server.health()["libraries"][0]["scans"] >= 3)
        jail = server.health()["jail"]
        assert (jail["died"], jail["layers"]) == (0, None), jail  # none was even started
    assert failures(data_dir) == before
    assert len(before) > 50
    assert taken_s < _START_S


_NAMING = tuple(
    trap
    for trap in TRIED
    if trap in (*FAMILIES["impostors"], *FAMILIES["sidecars"], *FAMILIES["names"])
    or "playlist" in trap.name
    or "another file" in trap.name
    or "attachment" in trap.name
)


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_nothing_that_a_trap_names_is_opened(tmp_path: Path) -> None:
    folder = lay(tmp_path / "photos", _NAMING)
    (tmp_path / "data").mkdir()
    log = tmp_path / "strace.log"
    names = (SECRET, "passwd", "pwned", "192.0.2.1", "x.dtd")
    own = {*os.listdir(folder.path)} - {SECRET}
    with Program([str(folder.path)], str(tmp_path / "data"), prefix=strace(log)) as program:
        program.wait_until_done(within_s=_ALL_S)
        for digest in folder.digests.values():
            assert program.get(f"/thumbnail/{digest}")[0] in (200, 404)
    opened = opened_names(log)
    assert "hls.mp4" in opened
    assert not [name for name in opened - own if any(word in name for word in names)]
    assert calls_out(log) == []
    assert not (folder.path / "pwned").exists()


def opened_names(log: Path) -> set[str]:
    """What was asked for, whether it was given or not."""
    return set(re.findall(r'open(?:at2?)?\([^"]*"([^"]*)"', log.read_text(errors="replace")))
