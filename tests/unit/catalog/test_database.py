"""Opening a catalog, whatever lies in its place."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from media_server.catalog import trouble
from media_server.catalog.database import Catalog, open_catalog
from media_server.model.errors import DataDirUnusable
from support.powers import obeying_permissions

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


def catalog_id(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT catalog_id FROM catalog_state").fetchone()[0])


def make(path: Path) -> str:
    open_catalog(str(path)).close()
    return catalog_id(path)


def test_is_made_once(path: Path) -> None:
    assert make(path) == make(path)


def test_only_an_empty_one_is_written_without_waiting_for_the_disk(path: Path) -> None:
    waits = []
    for _ in range(2):
        catalog = open_catalog(str(path))
        with catalog.write() as connection:
            waits.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
        catalog.close()
    catalog = Catalog(str(path))
    with catalog.write() as connection:
        waits.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
    catalog.close()
    assert waits == [0, 1, 1]


def test_no_database_is_set_aside(path: Path) -> None:
    path.write_bytes(b"this is no database, and long enough to say so" * 100)
    make(path)
    assert (path.parent / "catalog.sqlite.damaged").read_bytes().startswith(b"this is no")


def test_another_programs_database_is_set_aside(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE file (something)")
    make(path)
    with closing(sqlite3.connect(f"{path}.damaged")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert names == [("file",)]


def test_newer_version_is_refused_and_left_as_it_is(path: Path) -> None:
    make(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    known = catalog_id(path)
    with pytest.raises(DataDirUnusable, match="newer version"):
        open_catalog(str(path))
    assert catalog_id(path) == known


def test_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir()
    with pytest.raises(DataDirUnusable, match="cannot use the catalog"):
        open_catalog(str(path))


def test_data_dir_that_may_not_be_written_is_refused(path: Path) -> None:
    os.chmod(path.parent, 0o555)
    with obeying_permissions(), pytest.raises(DataDirUnusable):
        open_catalog(str(path))
    os.chmod(path.parent, 0o755)


def test_failed_write_leaves_nothing(path: Path) -> None:
    make(path)
    catalog = Catalog(str(path))
    with pytest.raises(ZeroDivisionError), catalog.write() as connection:
        connection.exec_driver_sql("UPDATE catalog_state SET generation = 7")
        raise ZeroDivisionError
    with catalog.read() as connection:
        query = "SELECT generation FROM catalog_state"
        assert connection.exec_driver_sql(query).scalar_one() == 0
    catalog.close()


def test_writers_wait_for_each_other_and_lose_nothing(path: Path) -> None:
    make(path)
    catalog = Catalog(str(path))

    def work() -> None:
        for _ in range(25):
            with catalog.write() as connection:
                # reads first and writes later: must not fail half-way
                query = "SELECT generation FROM catalog_state"
                found = connection.exec_driver_sql(query).scalar_one()
                connection.exec_driver_sql("UPDATE catalog_state SET generation = ?", (found + 1,))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with catalog.read() as connection:
        query = "SELECT generation FROM catalog_state"
        assert connection.exec_driver_sql(query).scalar_one() == 100
    catalog.close()


class TestTrouble:
    def test_damage_is_told_from_the_rest(self, path: Path) -> None:
        path.write_bytes(b"no database at all" * 500)
        catalog = Catalog(str(path))
        with pytest.raises(DBAPIError) as caught, catalog.read():
            pass
        assert trouble.is_damage(caught.value)
        assert not trouble.is_unwritable(caught.value)
        assert not trouble.is_damage(ValueError())
        assert not trouble.is_damage(OSError(28, "No space left on device"))

    def test_full_disk_is_told_from_the_rest(self, path: Path) -> None:
        make(path)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA max_page_count = 1")
            with pytest.raises(sqlite3.Error) as caught:
                connection.execute("CREATE TABLE large AS SELECT randomblob(9999999)")
        assert trouble.is_unwritable(caught.value)
        assert not trouble.is_damage(caught.value)
        assert trouble.is_unwritable(OSError(28, "No space left on device"))
        assert not trouble.is_unwritable(FileNotFoundError(2, "No such file"))

    def test_sound_catalog_is_left_alone(self, path: Path) -> None:
        known = make(path)
        trouble.mend(str(path))
        assert catalog_id(path) == known

    def test_damaged_page_is_found(self, path: Path) -> None:
        make(path)
        with path.open("r+b") as file:
            file.seek(4096 * 3)
            file.write(os.urandom(4096))
        trouble.mend(str(path))
        assert not path.exists()
        assert (path.parent / "catalog.sqlite.damaged").exists()
