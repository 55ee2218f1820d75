"""A catalog of any earlier revision becomes the same as a new one, with all that was in it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from media_server.catalog.database import open_catalog
from media_server.catalog.schema import SCHEMA_REVISION

HERE = Path(__file__).parent
EARLIER = sorted(path.stem.removeprefix("revision_") for path in HERE.glob("revision_*.sql"))
_ROWS = """
INSERT INTO library (id, root, shown, served) VALUES (1, x'2f70', '/p', 1);
INSERT INTO folder (id, library_id, path, fingerprint) VALUES (1, 1, x'', x'aa');
INSERT INTO file (id, folder_id, name, size_bytes, mtime_ns, ctime_ns, inode, digest, pending)
    VALUES (7, 1, x'612e6a7067', 3, 4, 5, 6, x'dd', 0);
INSERT INTO asset (id, digest, mime, created_ns, metadata_version, grid, entry)
    VALUES (9, x'dd', 'image/jpeg', 8, 1, 2, '"dd":{}');
"""


def shape(path: Path) -> dict[str, Any]:
    """Tables with their columns, and indices with what they are of."""
    with closing(sqlite3.connect(path)) as connection:
        entries = connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ).fetchall()
        found: dict[str, Any] = {}
        for kind, name, table, sql in entries:
            if kind == "table":
                columns = connection.execute(f"PRAGMA table_info('{name}')").fetchall()
                # Added columns stand last; their order means nothing.
                found[name] = sorted((one[1], one[2], one[3], one[4], one[5]) for one in columns)
            else:
                found[name] = (table, " ".join(sql.split()))
    return found


def made_by(revision: str, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((HERE / f"revision_{revision}.sql").read_text())
        connection.executescript(_ROWS)


def test_every_earlier_revision_is_here() -> None:
    assert [f"{number:04}" for number in range(1, int(SCHEMA_REVISION))] == EARLIER


@pytest.mark.parametrize("revision", EARLIER)
def test_becomes_as_new(tmp_path: Path, revision: str) -> None:
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    made_by(revision, old)
    open_catalog(str(old)).close()
    open_catalog(str(new)).close()
    assert shape(old) == shape(new)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (SCHEMA_REVISION,)
        ]
        assert connection.execute("SELECT catalog_id FROM catalog_state").fetchall() == [
            ("of-revision-1",)
        ]
        assert connection.execute("SELECT id, digest, entry FROM asset").fetchall() == [
            (9, b"\xdd", '"dd":{}')
        ]
        assert connection.execute("SELECT id, name, inode FROM file").fetchall() == [
            (7, b"a.jpg", 6)
        ]


def test_a_migration_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.sqlite"
    made_by("0001", path)
    before = shape(path)
    monkeypatch.setattr("alembic.op.execute", _failing(), raising=False)
    with pytest.raises(RuntimeError, match="half-way"):
        open_catalog(str(path))
    assert shape(path) == before


def _failing() -> Any:
    from alembic import op

    execute, left = op.execute, [4]

    def run(statement: str) -> None:
        left[0] -= 1
        if not left[0]:
            raise RuntimeError("half-way")
        execute(statement)

    return run
