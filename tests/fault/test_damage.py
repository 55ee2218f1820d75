"""Damaged catalogs and stores are noticed and made anew; originals stay as they are."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.library import manifest
from support.media import picture
from support.program import Program, grids, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fault.conftest import Undisturbed

pytestmark = pytest.mark.slow
PAGE = 4096


@pytest.fixture(scope="module")
def whole(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data dir with all work done, to be copied and damaged."""
    data_dir = tmp_path_factory.mktemp("whole") / "data"
    do_all_work(undisturbed.root, data_dir)
    return data_dir


def do_all_work(root: str, data_dir: Path) -> None:
    """Scan and ingest, and have the databases' files hold everything."""
    data_dir.mkdir()
    assert Program([root], str(data_dir), "scan").run() == 0
    for name in ("catalog.sqlite", "renditions.sqlite"):
        with closing(sqlite3.connect(data_dir / name)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def data_dir(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "data")
    return tmp_path / "data"


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(200_000))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_within_a_page(path: Path) -> None:
    os.truncate(path, 5_000)


def header_only(path: Path) -> None:
    os.truncate(path, 100)


def page_of_garbage(path: Path) -> None:
    """Every third page but the first few: what a query finds only when it comes there."""
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // PAGE, 3):
            file.seek(page * PAGE)
            file.write(random.Random(page).randbytes(PAGE))


def first_page_of_garbage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(100)
        file.write(random.Random(7).randbytes(PAGE - 100))


def foreign(path: Path) -> None:
    """Another program's database, with a table of a name that we use too."""
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE file (something TEXT)")
        connection.execute("CREATE TABLE rendition (something TEXT)")
        connection.execute("INSERT INTO file VALUES ('of others')")
        connection.commit()


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES = [
    random_bytes,
    empty,
    cut_in_half,
    cut_within_a_page,
    header_only,
    page_of_garbage,
    first_page_of_garbage,
    foreign,
]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["catalog.sqlite", "renditions.sqlite"])
def test_damage_found_at_the_start(
    undisturbed: Undisturbed, data_dir: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(data_dir / name)
    with Program([undisturbed.root], str(data_dir)) as program:
        assert program.process.poll() is None, program.log()
        program.wait_until_done(within_s=20)
        assert program.listing() == undisturbed.listing
        assert program.end()[0] == 0
    assert grids(str(data_dir)) == undisturbed.grids
    assert manifest(undisturbed.root) == undisturbed.originals


@pytest.fixture
def library(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """A library of the test's own, with all work done in `data` beside it."""
    shutil.copytree(undisturbed.root, tmp_path / "library")
    do_all_work(str(tmp_path / "library"), tmp_path / "data")
    return tmp_path / "library"


def lists_all(program: Program, undisturbed: Undisturbed) -> bool:
    known = set(undisturbed.listing)
    return program.answers("/list") and program.is_done() and set(program.listing()) >= known


def test_damage_that_the_library_process_finds(undisturbed: Undisturbed, library: Path) -> None:
    data_dir = library.parent / "data"
    with Program([str(library)], str(data_dir), "--rescan_interval", "1") as program:
        program.wait_until_done()
        page_of_garbage(data_dir / "catalog.sqlite")
        for path in library.rglob("*.*"):
            os.utime(path)
        # nobody asks for anything
        wait_for((data_dir / "catalog.sqlite.damaged").exists)
        wait_for(lambda: lists_all(program, undisturbed), within_s=30)


def test_damage_that_the_web_process_finds(undisturbed: Undisturbed, library: Path) -> None:
    data_dir = library.parent / "data"
    with Program([str(library)], str(data_dir)) as program:
        program.wait_until_done()
        page_of_garbage(data_dir / "catalog.sqlite")
        # nothing is scanned any more
        program.answers("/list")
        wait_for((data_dir / "catalog.sqlite.damaged").exists)
        wait_for(lambda: lists_all(program, undisturbed), within_s=30)


def test_damaged_store_while_it_runs(undisturbed: Undisturbed, library: Path) -> None:
    data_dir = library.parent / "data"
    with Program([str(library)], str(data_dir), "--rescan_interval", "1") as program:
        program.wait_until_done()
        page_of_garbage(data_dir / "renditions.sqlite")
        for number in range(200, 300):
            (library / f"{number}.jpg").write_bytes(picture(number))
        for digest in undisturbed.grids:
            program.answers(f"/thumbnail/{digest}")
        wait_for(lambda: lists_all(program, undisturbed), within_s=30)
        wait_for(lambda: len(grids(str(data_dir))) == len(undisturbed.grids) + 100)


def test_catalog_that_is_a_folder_is_said_in_one_line(
    undisturbed: Undisturbed, data_dir: Path
) -> None:
    folder(data_dir / "catalog.sqlite")
    scan = Program([undisturbed.root], str(data_dir), "scan")
    assert scan.run() == 5
    assert "catalog" in scan.log()
    assert "Traceback" not in scan.log()


def test_catalog_of_a_newer_version_is_left_alone(undisturbed: Undisturbed, data_dir: Path) -> None:
    with closing(sqlite3.connect(data_dir / "catalog.sqlite")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    scan = Program([undisturbed.root], str(data_dir), "scan")
    assert scan.run() == 5
    assert "newer version" in scan.log()
    assert "Traceback" not in scan.log()
    with closing(sqlite3.connect(data_dir / "catalog.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM asset").fetchone() == (129,)
