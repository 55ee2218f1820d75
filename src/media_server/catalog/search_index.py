"""The index behind the search box: the virtual table `search`, and who fills it.

It is kept by `publishing`, in the same transaction as the timeline, for each asset that is listed,
described and not a part of another; what is said of its parts is found under it. Until an asset is
described anew its row stays as it was. The text of a row stands in `search_text`, from where the
index can take it out again, and its properties are counted in `facet`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.catalog.bulk import run_over
from media_server.catalog.search_place import ASSET_MASK
from media_server.catalog.search_row import FACET_SIGNS, Source, row_of
from media_server.catalog.search_words import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from media_server.catalog.search_row import Texts

COLUMNS: Final = (
    "marks",
    "names",
    "folders",
    "title",
    "keywords",
    "people",
    "country",
    "region",
    "city",
    "camera",
    "lens",
)
_NAMES = ", ".join(COLUMNS)
_TOKENIZER = "tokenize = 'unicode61 remove_diacritics 2'"
_TABLES = (
    f"CREATE VIRTUAL TABLE search USING fts5({_NAMES}, content = 'search_text', "
    f"content_rowid = 'id', columnsize = 0, {_TOKENIZER})",
    "CREATE VIRTUAL TABLE facet_words USING fts5(value, content = 'facet', "
    f"content_rowid = 'id', columnsize = 0, {_TOKENIZER})",
)
_PAGE_ASSETS = 500
_PAIRS = "('live_photo', 'raw_jpeg')"


def create(connection: Connection) -> None:
    """Make the virtual tables, which SQLAlchemy knows nothing of."""
    for statement in _TABLES:
        connection.exec_driver_sql(statement)


# In this order SQLite begins with the few that changed.
_GONE = """
SELECT timeline.search_id FROM published
CROSS JOIN timeline ON timeline.asset_id = published.asset_id
CROSS JOIN asset ON asset.id = published.asset_id
WHERE timeline.search_id IS NOT NULL AND (asset.entry IS NULL OR timeline.part = 1)
"""
_FORGET = """
UPDATE timeline SET search_id = NULL WHERE asset_id IN (SELECT asset_id FROM published)
    AND search_id IS NOT NULL AND part = 1
"""
_DUE = f"""
SELECT asset.id FROM (
    SELECT asset_id FROM published
    UNION
    SELECT whole.id FROM published
    CROSS JOIN asset AS piece ON piece.id = published.asset_id
    CROSS JOIN file ON file.digest = piece.digest
    CROSS JOIN link ON link.part_id = file.id AND link.kind IN {_PAIRS}
    CROSS JOIN file AS first ON first.id = link.primary_id
    CROSS JOIN asset AS whole ON whole.digest = first.digest
) AS due
CROSS JOIN asset ON asset.id = due.asset_id
CROSS JOIN timeline ON timeline.asset_id = due.asset_id
WHERE asset.entry IS NOT NULL AND asset.described = 1 AND timeline.part = 0
    AND asset.id <= {ASSET_MASK}
ORDER BY timeline.local_ms, asset.id
"""  # noqa: S608 (no outside text in it)


def refresh(connection: Connection) -> None:
    """Bring the index in step for the assets in the table `published`.

    To be called when the timeline shows what is new, and still what is not listed any more.
    """
    driver = connection.exec_driver_sql
    gone = [number for (number,) in driver(_GONE)]
    for at in range(0, len(gone), _PAGE_ASSETS):
        _remove(connection, _read(connection, gone[at : at + _PAGE_ASSETS]))
    if gone:
        driver(_FORGET)
    due = [number for (number,) in driver(_DUE)]
    for at in range(0, len(due), _PAGE_ASSETS):
        _index(connection, due[at : at + _PAGE_ASSETS])


class _Row(NamedTuple):
    """A row of `search_text`."""

    id: int
    facets: str
    marks: str
    names: str
    folders: str
    title: str
    keywords: str
    people: str
    country: str
    region: str
    city: str
    camera: str
    lens: str


def _marks(count: int) -> str:
    return ",".join("?" * count)


def _read(connection: Connection, numbers: Sequence[int]) -> list[_Row]:
    if not numbers:
        return []
    query = (
        f"SELECT id, facets, {_NAMES} FROM search_text "  # noqa: S608 (only names)
        f"WHERE id IN ({_marks(len(numbers))}) ORDER BY id"
    )
    return [_Row(*row) for row in connection.exec_driver_sql(query, tuple(numbers))]


def _remove(connection: Connection, rows: Sequence[_Row]) -> None:
    # The index of an outside table is told what it is to forget.
    run_over(
        connection,
        f"INSERT INTO search (search, rowid, {_NAMES}) SELECT 'delete', * FROM {{rows}}",  # noqa: S608
        [(row.id, *row[2:]) for row in rows],
    )
    run_over(
        connection,
        "DELETE FROM search_text WHERE id IN (SELECT column1 FROM {rows})",
        [(row.id,) for row in rows],
    )
    _count(connection, rows, -1)


def _add(connection: Connection, rows: Sequence[_Row]) -> None:
    run_over(connection, "INSERT INTO search_text SELECT * FROM {rows}", rows)
    run_over(
        connection,
        f"INSERT INTO search (rowid, {_NAMES}) SELECT * FROM {{rows}}",  # noqa: S608 (only names)
        [(row.id, *row[2:]) for row in rows],
    )
    _count(connection, rows, 1)


def _count(connection: Connection, rows: Sequence[_Row], step: int) -> None:
    counted = Counter(" ".join([row.facets for row in rows]).split())
    run_over(
        connection,
        "UPDATE facet SET assets = assets + new.column2 FROM {rows} AS new "
        "WHERE facet.id = new.column1",
        [(int(signed[1:]), step * count) for signed, count in counted.items()],
    )


def _index(connection: Connection, asset_ids: Sequence[int]) -> None:
    sources = _sources(connection, asset_ids)
    before = _read(connection, [one.search_id for one in sources if one.search_id is not None])
    texts = [row_of(one) for one in sources]
    numbers = _facets(connection, texts)
    now = [_Row(one.number, _signed(one, numbers), *one.columns) for one in texts]
    if before:
        old, new = set(before), set(now)
        _remove(connection, [row for row in before if row not in new])
        now = [row for row in now if row not in old]
    _add(connection, now)
    run_over(
        connection,
        "UPDATE timeline SET search_id = new.column2 FROM {rows} AS new "
        "WHERE timeline.asset_id = new.column1",
        [(row.id & ASSET_MASK, row.id) for row in now],
    )
    _learn(connection, now)


def _signed(one: Texts, numbers: dict[tuple[str, str], int]) -> str:
    return " ".join(sorted([f"{FACET_SIGNS[key[0]]}{numbers[key]}" for key in one.facets]))


_DETAILS = """
SELECT asset.id, timeline.search_id, timeline.local_ms, timeline.kind, asset.mime,
    asset.width_px, asset.height_px, detail.latitude, detail.longitude, detail.make, detail.model,
    detail.lens, detail.rating, detail.title, detail.description, detail.keywords, detail.people,
    detail.duration_ms, detail.country, detail.region, detail.city,
    instr(detail.facts, '"motion_offset"') > 0
FROM asset JOIN timeline ON timeline.asset_id = asset.id
JOIN detail ON detail.asset_id = asset.id
WHERE asset.id IN ({marks}) ORDER BY timeline.local_ms, asset.id
"""
_FILES = """
SELECT asset.id, coalesce(folder.shown, CAST(folder.path AS TEXT)),
    coalesce(file.shown, CAST(file.name AS TEXT)), file.size_bytes, NULL, NULL
FROM asset JOIN file ON file.digest = asset.digest
JOIN folder ON folder.id = file.folder_id
JOIN library ON library.id = folder.library_id AND library.served = 1
WHERE asset.id IN ({marks})
UNION ALL
SELECT asset.id, NULL, coalesce(piece.shown, CAST(piece.name AS TEXT)), NULL, link.kind, other.mime
FROM asset JOIN file ON file.digest = asset.digest
JOIN link ON link.primary_id = file.id AND link.kind IN {pairs}
JOIN file AS piece ON piece.id = link.part_id
LEFT JOIN asset AS other ON other.digest = piece.digest
WHERE asset.id IN ({marks})
ORDER BY 1, 2, 3
"""


def _sources(connection: Connection, asset_ids: Sequence[int]) -> list[Source]:
    marks, ids = _marks(len(asset_ids)), tuple(asset_ids)
    # All at once: taking rows one by one costs more than finding them.
    details = connection.exec_driver_sql(_DETAILS.format(marks=marks), ids).all()
    found = {row[0]: Source(*row) for row in details}
    files = connection.exec_driver_sql(_FILES.format(marks=marks, pairs=_PAIRS), ids + ids).all()
    for asset_id, folder, name, size_bytes, kind, mime in files:
        one = found.get(asset_id)
        if one is None:
            continue
        one.names.append(name)
        if kind is None:
            one.folders.append(folder)
            one.size_bytes = max(one.size_bytes, size_bytes)
        else:
            one.mimes.append(mime or "")
            one.live = one.live or kind == "live_photo"
    return list(found.values())


def _facets(connection: Connection, texts: Iterable[Texts]) -> dict[tuple[str, str], int]:
    """The numbers of all facets, by kind and folded value; new ones are added."""
    wanted = {key: value for one in texts for key, value in one.facets.items()}
    found = _known_facets(connection, wanted)
    missing = [
        (kind, value, plain)
        for (kind, plain), value in wanted.items()
        if (kind, plain) not in found
    ]
    run_over(connection, "INSERT INTO facet (kind, value, folded) SELECT * FROM {rows}", missing)
    added = _known_facets(connection, [(kind, plain) for kind, _, plain in missing])
    run_over(
        connection,
        "INSERT INTO facet_words (rowid, value) SELECT * FROM {rows}",
        [(added[kind, plain], value) for kind, value, plain in missing],
    )
    return found | added


def _known_facets(
    connection: Connection, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    keys = list(wanted)
    for at in range(0, len(keys), _PAGE_ASSETS):
        some = keys[at : at + _PAGE_ASSETS]
        values = ",".join(["(?,?)"] * len(some))
        query = (
            f"WITH wanted AS (VALUES {values}) SELECT facet.kind, facet.folded, facet.id "  # noqa: S608
            "FROM wanted JOIN facet ON facet.kind = column1 AND facet.folded = column2"
        )
        bound = tuple(text for key in some for text in key)
        for kind, plain, number in connection.exec_driver_sql(query, bound):
            found[kind, plain] = number
    return found


def _learn(connection: Connection, rows: Iterable[_Row]) -> None:
    """Keep the words that typing may grow into."""
    texts = {text for row in rows for text in row[3:]}
    # To take accents away is slow, and few texts have any.
    plain = " ".join([text for text in texts if text.isascii()])
    words = {
        *vocabulary(plain),
        *vocabulary(" ".join(text for text in texts if not text.isascii())),
    }
    run_over(
        connection,
        "INSERT OR IGNORE INTO word SELECT * FROM {rows}",
        [(one,) for one in sorted(words)],
    )
