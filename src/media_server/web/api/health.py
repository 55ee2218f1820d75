"""`/api/v1/health`: what is wrong with the files of the libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec

from media_server.catalog import findings, items
from media_server.catalog.findings import BEGINNING, Place
from media_server.model.finding import SENTENCES, FindingCode
from media_server.web.api import cursor, values
from media_server.web.api.items import item_of
from media_server.web.json_answer import JsonAnswer
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.model.finding import Finding
    from media_server.web.route import Call

_MOST = 1_000
_Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class HealthQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which findings.

    Attributes:
        code: only this kind.
        cursor: `next` of an earlier answer, to go on behind it.
        limit: about how many; all files of one content are told together.
    """

    code: FindingCode | None = None
    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=_MOST)] = 200


class Found(msgspec.Struct, frozen=True):
    """Something wrong with one file.

    Attributes:
        code: what it is. sentence: the same in words. detail: more about this case, or nothing.
        library: the library's folder. path: of the file below it.
        digest: of its content; null where that is not known.
        item: its asset, as lists show it; null as long as there is none.
    """

    code: FindingCode
    sentence: str
    detail: str
    library: str
    path: str
    digest: values.DigestText | None
    item: values.Item | None


class Health(msgspec.Struct, frozen=True):
    """What is wrong.

    Attributes:
        counts: how often each kind is found, all kinds. Only in the answer without a cursor.
        findings: some of it.
        next: cursor of what follows; null at the end.
    """

    counts: dict[FindingCode, int]
    findings: list[Found]
    next: str | None


class _Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    source: Annotated[int, msgspec.Meta(ge=0, le=100)]
    number: _Number


class HealthApi:
    """Answers about what is wrong."""

    def __init__(self, catalog: Catalog) -> None:
        """Take where it is known."""
        self._catalog = catalog

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path="/api/v1/health",
                needs="read",
                answer=self._answer,
                group="Health",
                summary="What is wrong with the files",
                query=HealthQuery,
                gives=Health,
                refuses=("bad_cursor",),
            )
        ]

    def _answer(self, call: Call[HealthQuery, None]) -> ASGIApp:
        asked = call.query
        place = BEGINNING
        if asked.cursor:
            found = cursor.read(asked.cursor, _Cursor)
            place = Place(found.source, found.number)
        counts: dict[FindingCode, int] = {}
        with self._catalog.read() as connection:
            if not asked.cursor:
                counts = dict.fromkeys(SENTENCES, 0) | findings.count(connection)
            some, following = findings.page(connection, place, code=asked.code, most=asked.limit)
            known = findings.assets(connection, [one.digest for one in some if one.digest])
            rows = items.by_ids(connection, list(known.values())) if known else []
        by_id = {row.asset_id: item_of(row) for row in rows}
        shown = {digest: by_id[number] for digest, number in known.items() if number in by_id}
        next_cursor = None if following is None else cursor.write(following)
        return JsonAnswer(Health(counts, [_found(one, shown) for one in some], next_cursor))


def _found(one: Finding, shown: Mapping[bytes, values.Item]) -> Found:
    digest = None if one.digest is None else one.digest.hex()
    item = None if one.digest is None else shown.get(one.digest)
    sentence = SENTENCES[one.code]
    return Found(one.code, sentence, one.detail, one.library, one.path, digest, item)
