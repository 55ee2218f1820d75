"""A catalog with described assets, for tests of what is found."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from media_server.catalog import assets, details, links
from media_server.catalog.assets import NewAsset
from media_server.catalog.details import Chosen
from media_server.catalog.schema import Grid
from support.shelf import NOW_NS, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.model.digest import Digest
    from support.shelf import Shelf

_NOTHING: dict[str, Any] = dict.fromkeys(Chosen._fields)


@dataclass(slots=True)
class Gallery:
    """Puts described assets on a shelf. The content of a file is its path."""

    shelf: Shelf
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def add(
        self,
        path: str,
        taken: str = "2020-06-01T12:00:00",
        *,
        mime: str = "image/jpeg",
        size: tuple[int, int] = (4000, 3000),
        size_bytes: int = 3_000_000,
        content: str | None = None,
        facts: str = "[]",
        **chosen: Any,
    ) -> Digest:
        """An asset with one file, described; keywords and people are lists."""
        name = path.encode()
        self.shelf.add(name, size_bytes=size_bytes)
        (at,) = [one for one in self.shelf.unread() if one.relative_path == name]
        digest = digest_of(content or path)
        new = NewAsset(digest, mime, *size, None, None, None, NOW_NS, 1, Grid.FINAL)
        with self.shelf.catalog.write() as connection:
            known = assets.existing(connection, [digest])
            assets.hold(
                connection, [(at, digest, at.stat)], [] if digest in known else [new],
                now_ns=NOW_NS,
            )  # fmt: skip
            details.keep_facts(connection, [(digest, facts)])
        self.describe(digest, taken, **chosen)
        return digest

    def describe(self, digest: Digest, taken: str, **chosen: Any) -> None:
        """Say what an asset shows."""
        for name in ("keywords", "people"):
            if name in chosen:
                chosen[name] = json.dumps(chosen[name])
        instant = datetime.fromisoformat(taken).replace(tzinfo=UTC)
        values = _NOTHING | {"taken_local": taken, "taken_ns": int(instant.timestamp()) * 10**9}
        with self.shelf.catalog.write() as connection:
            asset_id = connection.exec_driver_sql(
                "SELECT id FROM asset WHERE digest = ?", (digest,)
            ).scalar_one()
            details.describe(connection, [(asset_id, Chosen(**(values | chosen)))])

    def join(self, kind: str, primary: str, part: str) -> None:
        """Say that two files of one folder belong together."""
        folder = self.shelf.folder(primary.encode().rpartition(b"/")[0])
        first, second = (self.shelf.file_id(one.encode()) for one in (primary, part))
        with self.shelf.catalog.write() as connection:
            links.replace(connection, folder, [links.LinkRow(kind, first, second, None)], [])
