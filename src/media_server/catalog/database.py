"""Opening the catalog, and its transactions."""

from __future__ import annotations

import os
import sqlite3
import time
import uuid
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, insert, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from media_server.catalog import search_index
from media_server.catalog.schema import SCHEMA_REVISION, catalog_state, metadata
from media_server.catalog.search_place import km_between
from media_server.catalog.trouble import is_damage, set_aside
from media_server.model.errors import DataDirUnusable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

_PRAGMAS = (
    # In this mode a commit survives kill -9; with `synchronous` at NORMAL, power loss may cost the
    # last commits, never the file.
    "PRAGMA journal_mode = WAL",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA temp_store = MEMORY",
    # A checkpoint copies each page that was written and waits for the disk: seldom, then.
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA journal_size_limit = 33554432",
)


# Of SQLite's virtual machine, about half a millisecond: so often a limit on time is looked at.
_STEPS = 20_000


class _Timed(sqlite3.Connection):
    """A connection whose statements can be given a time by which they must end."""

    @contextmanager
    def limited(self, limit_s: float) -> Iterator[None]:
        """Interrupt what is still at work after `limit_s` seconds."""
        ends_s = time.monotonic() + limit_s
        self.set_progress_handler(lambda: time.monotonic() > ends_s, _STEPS)
        try:
            yield
        finally:
            self.set_progress_handler(None, 0)


class Catalog:
    """A handle on the catalog's database, one for each process that uses it.

    Any thread may take transactions from it. Readers see the state of one moment, writers
    follow each other; neither waits for the other.
    """

    def __init__(
        self,
        path: str,
        *,
        cache_kib: int = 2_000,
        synced: bool = True,
        time_limit_s: float = inf,
    ) -> None:
        """Take the file at `path`; nothing is opened before the first transaction.

        Args:
            path: the catalog's file.
            cache_kib: memory for pages, of each connection. Readers need little, as the system
                keeps the file; a bulk writer needs room for what one transaction touches.
            synced: whether writes wait for the disk where the rules of the database ask for it.
            time_limit_s: how long a transaction that only reads may work; a statement still at
                work by then ends with `OperationalError: interrupted`.
        """
        self.path = path
        self._synced = synced
        self._time_limit_s = time_limit_s
        self._cache_kib = cache_kib
        self.engine: Engine = create_engine(
            "sqlite://",
            creator=self.connect,
            poolclass=QueuePool,
            pool_size=4,
            max_overflow=4,
        )
        event.listen(self.engine, "begin", _begin)

    def connect(self) -> sqlite3.Connection:
        """A new connection of the driver, set up as all of them are."""
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=15, factory=_Timed
        )
        try:
            # Before the others: it is the change to WAL that writes first.
            connection.execute(f"PRAGMA synchronous = {'NORMAL' if self._synced else 'OFF'}")
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            connection.execute(f"PRAGMA cache_size = -{self._cache_kib}")
            # Not every SQLite is built with sines.
            connection.create_function("km_between", 4, km_between, deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the catalog, whatever others write meanwhile."""
        with self.engine.connect() as connection, connection.begin():
            if self._time_limit_s == inf:
                yield connection
                return
            timed = connection.connection.dbapi_connection
            assert isinstance(timed, _Timed)
            with timed.limited(self._time_limit_s):
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: all of it is kept, or after an exception nothing."""
        with (
            self.engine.connect().execution_options(media_server_writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def is_up_to_date(self) -> bool:
        """Whether its tables are those of this version."""
        with self.read() as connection:
            revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version")
            return revision.scalar() == SCHEMA_REVISION

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("media_server_writes", False)
    # IMMEDIATE: a transaction that reads first and writes later must not fail half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def open_catalog(path: str) -> Catalog:
    """Open the catalog at `path`; make it where there is none, bring an older one up to date.

    A file that is no database, or another program's, is set aside under another name (the catalog
    is disposable, the evidence is not) and a new one is made.

    A new one is made without waiting for the disk, which may be busy and has nothing to lose yet:
    until this handle is closed a power cut may damage it, and then it is made once more.

    Raises:
        DataDirUnusable: it cannot be written, or a newer version of the program made it.
    """
    catalog = Catalog(path, synced=os.path.exists(path))
    try:
        _prepare(catalog)
    except (DBAPIError, sqlite3.Error, _ForeignError) as error:
        catalog.close()
        if not (is_damage(error) or isinstance(error, _ForeignError)):
            cause = error.orig if isinstance(error, DBAPIError) else error
            raise DataDirUnusable(f"cannot use the catalog {path}: {cause}") from error
        set_aside(path)
        _prepare(catalog)
    except BaseException:
        catalog.close()
        raise
    return catalog


class _ForeignError(Exception):
    """The file is another program's database."""


def _prepare(catalog: Catalog) -> None:
    with catalog.write() as connection:
        tables = inspect(connection).get_table_names()
        if "catalog_state" not in tables:
            if tables:
                raise _ForeignError
            metadata.create_all(connection)
            search_index.create(connection)
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT NOT NULL)")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (SCHEMA_REVISION,))
            connection.execute(insert(catalog_state).values(id=1, catalog_id=uuid.uuid4().hex))
            return
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if revision != SCHEMA_REVISION:
        # Imported here: alembic takes a second to load and is needed once per new version.
        from media_server.catalog.migrate import upgrade

        upgrade(catalog, str(revision))
