"""Filling a catalog with assets that no file holds, for tests that need a long list."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def list_many(data_dir: Path, count: int, *, first: int = 0) -> None:
    """Have `/list` show `count` assets more, from another process than the server's."""
    rows = []
    for number in range(first, first + count):
        digest = sha256(b"%d" % number).digest()
        shown = {
            "filename": f"IMG_{number:06}.jpg",
            "last_modified": 1678886400.125,
            "file_path": f"/srv/pictures/2023/03/a folder with a name/IMG_{number:06}.jpg",
            "original_creation_date": 1678880000.5,
        }
        rows.append((digest, f'"{digest.hex()}":{json.dumps(shown, separators=(",", ":"))}'))
    opened = sqlite3.connect(data_dir / "catalog.sqlite", timeout=15)
    with contextlib.closing(opened) as catalog, catalog:
        catalog.executemany(
            "INSERT INTO asset (digest, entry, mime, created_ns, metadata_version, grid) "
            "VALUES (?, ?, 'image/jpeg', 0, 0, 3)",
            rows,
        )
        catalog.execute("UPDATE catalog_state SET generation = generation + 1")
