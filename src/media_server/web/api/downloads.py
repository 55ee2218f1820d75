"""`/api/v1/downloads`: many originals in one archive, promised first and fetched then."""

from __future__ import annotations

import os
import secrets
import threading
import time
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import msgspec

from media_server.catalog import selection
from media_server.catalog.search import condition
from media_server.web.address import address
from media_server.web.api import cursor
from media_server.web.api.values import SearchText  # noqa: TC001 - msgspec reads it at run time
from media_server.web.body_answer import BodyAnswer
from media_server.web.content import content_headers
from media_server.web.download_plan import ArchiveBody, MissingOriginalError, make_plan
from media_server.web.gate.client import client_of
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Media, Route
from media_server.web.unreadable import RETRY_OFFLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.types import ASGIApp

    from media_server.catalog.database import Catalog
    from media_server.model.query.tree import Tree
    from media_server.web.download_plan import Plan
    from media_server.web.route import Call
    from media_server.web.transfer import Transfers

ADDRESS: Final = "/api/v1/downloads"
MOST_FILES: Final = 100_000
# 66 letters and a comma for each digest, and the rest.
_MOST_BODY_BYTES: Final = 8 << 20
_LIFE_S: Final = 600
_MOST_PLANS: Final = 64
_PLANS_OF_ONE: Final = 16
_MAKING_AT_ONCE: Final = 2
_KEY_BYTES: Final = 24
_MOST_CURSOR: Final = 100

_NOTHING: Final = "The search finds nothing."

_HexDigest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-fA-F]{64}\Z")]


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to put into an archive: either `digests` or `query`.

    Attributes:
        digests: SHA-256 of each asset.
        query: all that this [search](docs#searching) finds.
        without: SHA-256 of what is left out of what the search finds.
        cursor: for what is too much for one archive: empty for the first of several, then `next` of
            the one before. Absent for one archive of all, which is refused where it is too much.
        name: of the archive, without an ending.
    """

    digests: Annotated[list[_HexDigest], msgspec.Meta(max_length=MOST_FILES)] = []
    query: SearchText | None = None
    without: Annotated[list[_HexDigest], msgspec.Meta(max_length=MOST_FILES)] = []
    cursor: Annotated[str, msgspec.Meta(max_length=_MOST_CURSOR)] | None = None
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] = "photos"


class Promised(msgspec.Struct, frozen=True):
    """An archive that can be fetched.

    Attributes:
        url: where, from the root of the server on. It can be fetched several times until it
            expires; ranges of it cannot.
        name: of the file.
        files: how many originals it holds.
        size_bytes: of the archive, exactly.
        expires_s: seconds until the address is forgotten.
        next: `cursor` of the next archive; null where this is the only or the last one.
    """

    url: str
    name: str
    files: int
    size_bytes: int
    expires_s: int
    next: str | None = None


class Size(msgspec.Struct, frozen=True):
    """How much it would be.

    Attributes:
        assets: how many of them the library has.
        size_bytes: of their originals together; an archive adds some to each.
    """

    assets: int
    size_bytes: int


class _Kept(NamedTuple):
    plan: Plan
    name: str
    client: str
    ends_s: float


class Downloads:
    """Makes plans of archives, keeps them for a while, and sends the archives."""

    def __init__(
        self,
        catalog: Catalog,
        transfers: Transfers,
        ask: Callable[[str], Tree],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        Args:
            catalog: where the assets are.
            transfers: who sends.
            ask: reads the text of a search.
            clock: tells the time in seconds.
        """
        self._catalog = catalog
        self._ask = ask
        self._transfers = transfers
        self._clock = clock
        # Beside the catalog there is room for what is written for a moment.
        self._folder = os.path.dirname(catalog.path)
        self._lock = threading.Lock()
        self._plans: dict[str, _Kept] = {}
        self._making = threading.BoundedSemaphore(_MAKING_AT_ONCE)

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="POST",
                path=ADDRESS,
                needs="read",
                answer=self._promise,
                group="Bytes",
                summary="Have an archive of many originals made ready",
                detail="Each original is looked for at once, so that the archive is whole or is "
                "not promised: one that is not there (`no_asset`, `no_original`, `offline`, with "
                "its digest in `detail`) refuses all. Leave it out, and ask again.\n\n"
                f"Up to {MOST_FILES:,} assets; an asset that is named twice is in it once. What a "
                "search finds beyond that comes in several archives, the newest first: give "
                "`cursor`. What is added meanwhile moves nothing from one to the next.\n\n"
                "Names are those of the library's folder and of the path below it. Of more than "
                f"{_PLANS_OF_ONE} promises to one client the oldest is forgotten.",
                body=Wanted,
                max_body_bytes=_MOST_BODY_BYTES,
                gives=Promised,
                status=201,
                refuses=("bad_query", "bad_cursor", "no_asset", "no_original", "offline", "busy"),
            ),
            Route(
                method="POST",
                path=f"{ADDRESS}/size",
                needs="read",
                answer=self._size,
                group="Bytes",
                summary="How much many originals are",
                detail="What the catalog knows: no file is looked at, and digests that the library "
                "does not have are not counted.",
                body=Wanted,
                max_body_bytes=_MOST_BODY_BYTES,
                gives=Size,
                refuses=("bad_query", "no_asset"),
            ),
            Route(
                method="GET",
                path=f"{ADDRESS}/{{key}}",
                needs="read",
                answer=self._fetch,
                group="Bytes",
                summary="The archive: a ZIP without compression",
                detail="Last in it is `SHA256SUMS`, for `sha256sum -c`. Should an original change "
                "while it is sent, the connection is cut.",
                gives=Media("application/zip", "the archive"),
                refuses=("not_found", "busy"),
            ),
        ]

    def _promise(self, call: Call[None, Wanted]) -> ASGIApp:
        digests, following = self._digests(call.body)
        if not self._making.acquire(blocking=False):
            raise Refusal("busy", headers={"Retry-After": "5"})
        try:
            plan = make_plan(self._catalog, digests, self._folder)
        except MissingOriginalError as missing:
            raise _refusal(missing) from None
        except OSError:
            raise Refusal("busy", "There is no room to make it now.") from None
        finally:
            self._making.release()
        name = f"{call.body.name}.zip"
        url = address(call.scope, f"{ADDRESS}/{self._keep(plan, name, client_of(call.scope))}")
        promised = Promised(url, name, plan.files, plan.size_bytes, _LIFE_S, following)
        return JsonAnswer(promised, status=201, location=url)

    def _size(self, call: Call[None, Wanted]) -> ASGIApp:
        wanted = call.body
        _check(wanted)
        found = None if wanted.query is None else condition(self._ask(wanted.query))
        with self._catalog.read() as connection:
            if found is None:
                size = selection.size_of(connection, _unique(wanted.digests))
            else:
                size = selection.size_of_shown(connection, found, _unique(wanted.without))
        if found and not size.assets:
            raise Refusal("no_asset", _NOTHING)
        return JsonAnswer(Size(size.assets, size.size_bytes))

    def _digests(self, wanted: Wanted) -> tuple[list[bytes], str | None]:
        """What goes into an archive, and the cursor of the next one."""
        _check(wanted)
        if wanted.query is None:
            return _unique(wanted.digests), None
        without = set(_unique(wanted.without))
        found = condition(self._ask(wanted.query))
        behind = cursor.read(wanted.cursor, selection.Behind) if wanted.cursor else None
        with self._catalog.read() as connection:
            most = MOST_FILES + len(without) + 1
            rows = selection.shown(connection, found, behind=behind, most=most)
        left = [one for one in rows if one.digest not in without]
        if not left:
            raise Refusal("no_asset", _NOTHING)
        some, following = left[:MOST_FILES], None
        if len(left) > len(some):
            if wanted.cursor is None:
                raise Refusal("bad_body", f"The search finds more than {MOST_FILES:,} assets.")
            following = cursor.write(some[-1][1:])
        return [one.digest for one in some], following

    def _keep(self, plan: Plan, name: str, client: str) -> str:
        key = secrets.token_urlsafe(_KEY_BYTES)
        with self._lock:
            self._forget_old()
            own = [key for key, one in self._plans.items() if one.client == client]
            if len(own) >= _PLANS_OF_ONE:
                self._plans.pop(own[0]).plan.close()  # who asks for more has done with the first
            if len(self._plans) >= _MOST_PLANS:
                plan.close()
                raise Refusal("busy", headers={"Retry-After": "60"})
            self._plans[key] = _Kept(plan, name, client, self._clock() + _LIFE_S)
        return key

    def _forget_old(self) -> None:
        now_s = self._clock()
        for key in [key for key, one in self._plans.items() if one.ends_s <= now_s]:
            self._plans.pop(key).plan.close()

    def _fetch(self, call: Call[None, None]) -> ASGIApp:
        with self._lock:
            self._forget_old()
            kept = self._plans.get(call.path["key"])
            if kept is None:
                raise Refusal("not_found", "There is no such download, or its time is over.")
            try:
                body = ArchiveBody(kept.plan, self._folder)
            except OSError:
                raise Refusal("busy", "There is no room to make it now.") from None
        return BodyAnswer(
            self._transfers,
            body,
            [
                (b"cache-control", b"private, no-store"),
                (b"accept-ranges", b"none"),
                *content_headers("application/zip", kept.name.encode(), saved=True),
            ],
        )


def _check(wanted: Wanted) -> None:
    """Whether the members of a wish go together."""
    if bool(wanted.digests) == (wanted.query is not None):
        raise Refusal("bad_body", "Either 'digests' or 'query' is needed.")
    if wanted.query is None and (wanted.without or wanted.cursor is not None):
        raise Refusal("bad_body", "'without' and 'cursor' go with 'query' alone.")


def _unique(digests: Sequence[str]) -> list[bytes]:
    return list(dict.fromkeys(bytes.fromhex(one) for one in digests))


def _refusal(missing: MissingOriginalError) -> Refusal:
    digest = missing.digest.hex()
    if not missing.listed:
        return Refusal("no_asset", f"The library has no asset {digest}.")
    if missing.away:
        return Refusal(
            "offline", f"The library that holds {digest} is offline.", headers=RETRY_OFFLINE
        )
    return Refusal("no_original", f"No file that held {digest} can be read now.")
