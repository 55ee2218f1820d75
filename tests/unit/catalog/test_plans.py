"""No statement's work grows with the library, unless it is said here why it may.

Statements are caught where they reach SQLite, whoever sends them, and their plans are read: a
scan of a table that has a row for each file, or a sort whose input has no limit, is a fault.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from support.asgi import ask
from support.media import picture
from support.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from media_server.web.route import Route
    from support.library import Served

# Names, in plans, of tables with few rows: one for each library, one in all, or those of the
# present transaction alone.
SMALL = {"library", "home", "catalog_state", "alembic_version", "store_state", "kept", "published",
         "touched", "sqlite_master", "json_each"}  # fmt: skip

# Indices that hold only what is still to be done.
TO_DO = {"file_pending", "file_reread", "file_gone", "asset_without_sha1"}
# Tables and indices that hold only what is wrong.
WRONG = {"failure", "loose", "detail_misnamed", "detail_undated"}

# What may read a whole table or sort it: a part of the statement, and the reason.
ALLOWED_TO_ALL: dict[str, str] = {
    " IN ()": "asks for nothing, which SQLite sees before it begins",
    "FROM rendition LIMIT 0": "only asks what columns there are",
}
ALLOWED_TO_READERS: dict[str, str] = {
    **ALLOWED_TO_ALL,
    "group_concat(shape": "the shape of everything is an answer about everything",
    "LIMIT ? OFFSET ?) ORDER BY timeline.": "sorts the rows of one page",
    "LIMIT ? OFFSET ?) ORDER BY file.": "the same",
    "FROM place CROSS JOIN asset": "the answer has a line for each place",
    "CROSS JOIN map_cell": "what a screen shows has few cells of its level",
    "CROSS JOIN located": "sorts what lies in the box; the limit of time of a question holds",
}
ALLOWED_TO_WRITERS: dict[str, str] = {
    **ALLOWED_TO_ALL,
    "INSERT OR IGNORE INTO kept": "once, when a store is made",
    "UPDATE asset SET grid=? WHERE asset.grid <= ?": "once, when the store is another one",
    "SELECT DISTINCT digest FROM large_rendition": "once in a process, page by page",
    "WHERE asset.described = 0": "sorts the copies of one content",
}

# Requests for the routes whose path or query is to be filled in, and what they may be answered by
# when not by a 200; `{digest}`, `{folder}` and `{key}` are filled in here.
_ONE = "/api/v1/assets/{digest}"
_BOX = "west=-10&south=-10&east=20&north=60"
EXAMPLES: dict[str, list[str]] = {
    "GET /api/v1/assets/{digest}": [_ONE],
    "GET /api/v1/assets/{digest}/original": [f"{_ONE}/original"],
    "GET /api/v1/assets/{digest}/movie": [f"404 {_ONE}/movie"],
    "GET /api/v1/assets/{digest}/sidecars/{id}": [f"404 {_ONE}/sidecars/1"],
    "GET /api/v1/assets/{digest}/renditions/{kind}": [
        f"{_ONE}/renditions/{kind}" for kind in ("grid", "preview", "thumbnail")
    ],
    "GET /api/v1/timeline": ["/api/v1/timeline", "/api/v1/timeline?order=taken"],
    "GET /api/v1/timeline/items": [
        "/api/v1/timeline/items?day=2020-01-01",
        "/api/v1/timeline/items?day=2020-01-01&offset=3&order=taken",
    ],
    "GET /api/v1/timeline/position": [
        "/api/v1/timeline/position?digest={digest}",
        "/api/v1/timeline/position?digest={digest}&order=taken",
        "/api/v1/timeline/position?digest={digest}&q=a",
    ],
    "GET /api/v1/pending/items": [
        "/api/v1/pending/items",
        "/api/v1/pending/items?day=2020-01-01&offset=3",
    ],
    "GET /api/v1/pending/{id}/picture": ["303 /api/v1/pending/1/picture"],
    "GET /api/v1/folders/{id}": ["/api/v1/folders/{folder}", "/api/v1/folders/{folder}?limit=1"],
    "GET /api/v1/map": [f"/api/v1/map?{_BOX}&zoom={zoom}" for zoom in (0, 3, 9, 18)],
    "GET /api/v1/map/items": [f"/api/v1/map/items?{_BOX}"],
    "POST /api/v1/libraries/{id}/confirm-removals": ["409 /api/v1/libraries/1/confirm-removals"],
    "GET /api/v1/map/tiles": ["404 /api/v1/map/tiles"],
    "GET /api/v1/map/names": [f"/api/v1/map/names?{_BOX}&zoom={zoom}" for zoom in (0, 11)],
    "GET /api/v1/search": ["/api/v1/search?q=a", "/api/v1/search?q=canon+2020+-b"],
    "GET /api/v1/search/facets": ["/api/v1/search/facets?q=", "/api/v1/search/facets?q=canon"],
    "GET /api/v1/search/suggestions": ["/api/v1/search/suggestions?q=ca"],
    "GET /api/v1/changes": ["/api/v1/changes", "/api/v1/changes?since=now"],
    "GET /api/v1/events": ["/api/v1/events"],
    "GET /api/v1/health": ["/api/v1/health", "/api/v1/health?limit=1"],
    "GET /api/v1/downloads/{key}": ["{key}"],
    "GET /api/v1/manifest": ["/api/v1/manifest"],
}
BODIES: dict[str, str] = {
    "POST /api/v1/assets/lookup": f'{{"digests": ["{"0" * 40}", "{"1" * 64}"]}}',
    "POST /api/v1/downloads": '{"digests": ["DIGEST"]}',
    "POST /api/v1/downloads/size": '{"digests": ["DIGEST"]}',
    "POST /api/v1/libraries/{id}/confirm-removals": '{"held_removals": 1}',
}
# Answers that do not end by themselves are left after this.
PATIENCE_S = 3.0

# A range of digests is in no order that means anything: it is all of them.
DISGUISED = re.compile(r"SEARCH .*\((?:digest|sha1)>\?")
# Equal to something given is a few rows; larger or smaller may be all.
MANY = re.compile(r"SCAN |SEARCH .*\(.*[<>]")
SCAN = re.compile(
    r"SCAN (\S+)(?: USING (?:COVERING )?INDEX (\S+))?(?: VIRTUAL TABLE INDEX (\d+):(.*))?"
)
MADE = re.compile(r"(?:CO-ROUTINE|MATERIALIZE) (\S+)")


@dataclass(slots=True)
class Plans:
    """The plan of each statement that was run, one line a step."""

    seen: dict[str, list[str]] = field(default_factory=dict)

    def note(self, connection: sqlite3.Connection, sql: str, values: Any) -> None:
        """Read the plan of a statement that is about to be run."""
        one_line = " ".join(sql.split())
        if one_line in self.seen or one_line.split()[0] not in _WITH_PLANS:
            return
        rows = sqlite3.Cursor(connection).execute(f"EXPLAIN QUERY PLAN {sql}", values)
        self.seen[one_line] = [row[3] for row in rows]

    def faults(self, allowed: Mapping[str, str]) -> list[str]:
        """Statements that read too much, each with its plan."""
        return [
            "\n    ".join([sql, *plan])
            for sql, plan in self.seen.items()
            if any(faults_of(plan)) and not any(part in sql for part in allowed)
        ]


_WITH_PLANS = {"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE"}


def faults_of(plan: list[str]) -> Iterator[str]:
    """Steps whose work may grow with the library."""
    # What a part of the statement gives is read whole; that part has steps of its own.
    made = {found[1] for step in plan if (found := MADE.match(step))}
    many = [step for step in plan if MANY.match(step) and not _is_small(step, made)]
    for step in plan:
        sorts = step.startswith("USE TEMP B-TREE")
        if (sorts and many) or DISGUISED.match(step) or (step.startswith("SCAN") and step in many):
            yield step


def _is_small(step: str, made: set[str]) -> bool:
    found = SCAN.match(step)
    if found is None:
        return False
    name, index, number, condition = found.groups()
    small = SMALL | TO_DO | WRONG | made | {"CONSTANT"}
    if {name, index} & small or not name[0].isalpha():
        return True  # also `SCAN 3 CONSTANT ROWS`, `SCAN (subquery-2)`
    # A virtual table tells by a number and a text what it is asked for. Without a text: FTS5 has
    # bits from 256 on for conditions on the row's number, R*Tree 1.
    return number is not None and bool(condition or number == "1" or int(number) >= 256)


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """The plans of all that is run on connections that are opened from now on."""
    noted = Plans()
    connect = sqlite3.connect

    class NotingCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Self:
            noted.note(self.connection, sql, parameters)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any) -> Self:
            rows = list(parameters)
            if rows:
                noted.note(self.connection, sql, rows[0])
            return super().executemany(sql, rows)

    def connect_noting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        class Noting(options.pop("factory", sqlite3.Connection)):  # type: ignore[misc]
            def cursor(self, factory: type[sqlite3.Cursor] = NotingCursor) -> sqlite3.Cursor:
                cursor: sqlite3.Cursor = super().cursor(factory)
                return cursor

            def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
                return self.cursor().execute(sql, parameters)

            def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
                return self.cursor().executemany(sql, parameters)

        return connect(*arguments, factory=Noting, **options)

    monkeypatch.setattr(sqlite3, "connect", connect_noting)
    return noted


def fill(served: Served) -> None:
    """A picture in each of two folders, a copy, and one that goes again."""
    for number, name in enumerate(("a.jpg", "2020/b.jpg", "2020/gone.jpg", "lost/c.jpg")):
        served.write(name, picture(number, size=(40, 30), taken=f"2020:01:0{number + 1} 10:00:00"))
    served.write("2020/copy.jpg", picture(0, size=(40, 30), taken="2020:01:01 10:00:00"))
    served.write("2020/broken.jpg", b"\xff\xd8\xff\xe0 nothing")


async def status_of(site: Site, request: str, route: Route, body: str | None) -> int:
    sent = None if body is None else body.encode()
    asked = ask(site.application, request, method=route.method, headers=_JSON, body=sent)
    try:
        return (await asyncio.wait_for(asked, PATIENCE_S)).status
    except (TimeoutError, AssertionError):  # a stream, of which nothing more is to come
        return 200


_JSON = {"content-type": "application/json"}


def test_no_route_reads_more_than_it_answers(served: Served, plans: Plans) -> None:
    fill(served)
    served.run()
    site = Site(served)
    plans.seen.clear()
    items = site.get("/api/v1/changes")["items"]
    digest = next(item["digest"] for item in items if item["picture"] == "ready")
    (folder, *_) = (one["id"] for one in site.get("/api/v1/folders"))
    wanted = BODIES["POST /api/v1/downloads"].replace("DIGEST", digest)
    key = site.ask("/api/v1/downloads", method="POST", body=wanted.encode()).json()["url"]
    filling = {"{digest}": digest, "{folder}": str(folder), "{key}": key}
    for route in site.routes:
        name = f"{route.method} {route.path}"
        assert name in EXAMPLES or (route.query is None and "{" not in name), f"{name}: no example"
        for example in EXAMPLES.get(name, [route.path]):
            expected, _, request = example.rpartition(" ")
            for mark, value in filling.items():
                request = request.replace(mark, value)
            body = BODIES.get(name)
            body = body and body.replace("DIGEST", digest)
            status = asyncio.run(status_of(site, request, route, body))
            assert status < 300 or expected == str(status), f"{request} is no example: {status}"
    assert plans.seen
    assert not plans.faults(ALLOWED_TO_READERS), "\n".join(plans.faults(ALLOWED_TO_READERS))


def test_no_writer_looks_through_the_library(served: Served, plans: Plans) -> None:
    """A scan reads a row for each folder, and everything else only what is new."""
    fill(served)
    served.run()
    for name in ("2020/gone.jpg", "lost/c.jpg"):
        Path(served.at(name)).unlink()
    served.run()
    assert not plans.faults(ALLOWED_TO_WRITERS), "\n".join(plans.faults(ALLOWED_TO_WRITERS))


@pytest.mark.parametrize(
    ("sql", "faulty"),
    [
        ("SELECT * FROM asset", True),
        ("SELECT count(*) FROM asset", True),
        ("SELECT * FROM asset AS a WHERE a.mime = 'x'", True),
        ("SELECT * FROM asset WHERE id = 3", False),
        ("SELECT * FROM asset ORDER BY mime LIMIT 3", True),
        ("SELECT * FROM asset WHERE digest > x'00' ORDER BY mime", True),
        ("SELECT * FROM (SELECT * FROM asset WHERE id > 3 LIMIT 5) AS few", False),
        ("SELECT * FROM asset WHERE id IN (VALUES (1), (2))", False),
        ("SELECT * FROM library", False),
    ],
)
def test_faults_are_seen(served: Served, plans: Plans, sql: str, faulty: bool) -> None:
    served.serve()
    sqlite3.connect(served.catalog_path).execute(sql)
    assert bool(list(faults_of(plans.seen[sql]))) == faulty
