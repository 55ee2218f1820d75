"""`/api/v1/assets`: one asset, and which of many the library lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import msgspec

from media_server.catalog import asset_view, assets
from media_server.media.facts import Fact
from media_server.model.digest import Digest
from media_server.model.finding import SENTENCES
from media_server.web.address import address
from media_server.web.api import times, values
from media_server.web.json_answer import JsonAnswer
from media_server.web.problem import Refusal
from media_server.web.route import Route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp

    from media_server.catalog.asset_view import AssetView
    from media_server.catalog.database import Catalog
    from media_server.web.route import Call

MAX_LOOKUP = 10_000
ADDRESS = "/api/v1/assets"

_HexDigest = Annotated[str, msgspec.Meta(pattern=r"^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})\Z")]


class Lookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Contents that a client has.

    Attributes:
        digests: of each its SHA-256 (64 digits) or its SHA-1 (40 digits).
    """

    digests: Annotated[list[_HexDigest], msgspec.Meta(max_length=MAX_LOOKUP)]


class LookedUp(msgspec.Struct, frozen=True):
    """What the library lacks.

    Attributes:
        missing: those of the digests that are of no listed asset, as they were written, in the same
            order, repeats included.
        sha1_pending: how many listed assets have no SHA-1 yet; while there are any, one that is
            asked for by SHA-1 may be there although it is among the missing.
    """

    missing: list[str]
    sha1_pending: int


class Assets:
    """Answers about assets by digest."""

    def __init__(self, catalog: Catalog) -> None:
        """Take where the assets are."""
        self._catalog = catalog

    def routes(self) -> list[Route]:
        """The rows of the table."""
        return [
            Route(
                method="GET",
                path=f"{ADDRESS}/{{digest}}",
                needs="read",
                answer=self._one,
                group="Assets",
                summary="All that is known of one asset",
                gives=values.Asset,
                refuses=("bad_digest", "no_asset"),
            ),
            Route(
                method="POST",
                path=f"{ADDRESS}/lookup",
                needs="read",
                answer=self._lookup,
                group="Assets",
                summary="Which of many contents the library lacks",
                detail=f"Up to {MAX_LOOKUP:,} digests, SHA-256 or SHA-1, in one request.",
                body=Lookup,
                gives=LookedUp,
            ),
        ]

    def _one(self, call: Call[None, None]) -> ASGIApp:
        digest = digest_of(call.path["digest"])
        with self._catalog.read() as connection:
            view = asset_view.view(connection, digest)
        if view is None:
            raise Refusal("no_asset")
        return JsonAnswer(_asset(view, address(call.scope, f"{ADDRESS}/{digest.hex()}")))

    def _lookup(self, call: Call[None, Lookup]) -> ASGIApp:
        asked = call.body.digests
        with self._catalog.read() as connection:
            there = assets.listed(connection, [bytes.fromhex(one) for one in asked])
            pending = assets.without_sha1(connection)
        missing = [one for one in asked if bytes.fromhex(one) not in there]
        return JsonAnswer(LookedUp(missing, pending))


def digest_of(text: str) -> Digest:
    """The digest that an address names.

    Raises:
        Refusal: it is none.
    """
    try:
        return Digest.parse(text)
    except ValueError:
        raise Refusal("bad_digest") from None


def _asset(view: AssetView, at: str) -> values.Asset:
    row = view.row
    digest = row["digest"].hex()
    kind = values.KINDS[row["kind"]]
    facts = msgspec.json.decode(row["facts"] or "[]", type=list[Fact])
    readings = [values.Reading(one.name, one.value, one.source) for one in facts]
    live = any(one.kind == "live_photo" and one.role == "part" for one in view.relatives)
    moving = live or any(one.name == "motion_offset" for one in readings)
    sources = msgspec.json.decode(row["sources"] or "{}", type=dict[str, str])
    return values.Asset(
        digest=digest,
        sha1=row["sha1"].hex() if row["sha1"] else None,
        mime=row["mime"],
        kind=kind,
        size_bytes=view.holders[0].size_bytes if view.holders else 0,
        width_px=row["width_px"],
        height_px=row["height_px"],
        duration_ms=row["duration_ms"],
        created=row["created_ns"] / 1e9,
        taken=_taken(row),
        place=_place(row, sources),
        title=row["title"],
        description=row["description"],
        keywords=_texts(row["keywords"]),
        people=_texts(row["people"]),
        rating=row["rating"],
        make=row["make"],
        model=row["model"],
        lens=row["lens"],
        sources=sources,
        readings=readings,
        files=_files(view),
        linked=[
            values.Linked(
                cast("values.LinkName", one.kind),
                cast('Literal["primary", "part"]', one.role),
                one.digest.hex(),
                one.name,
            )
            for one in view.relatives
        ],
        sidecars=[
            values.SidecarOf(one.name, one.kind, f"{at}/sidecars/{one.sidecar_id}")
            for one in view.beside
        ],
        renditions=_renditions(at, kind, row["grid"]),
        original=f"{at}/original",
        movie=f"{at}/movie" if moving else None,
        picture=values.PICTURE_STATES[row["grid"]],
        health=[
            values.Trouble(one.code, SENTENCES[one.code], one.detail)
            for one in {one.code: one for one in view.findings}.values()
        ],
    )


def _taken(row: dict[str, Any]) -> values.Taken:
    return values.Taken(
        row["taken_local"],
        row["taken_offset_min"],
        None if row["taken_ns"] is None else times.instant_of_ns(row["taken_ns"]),
        row["taken_source"],
        row["taken_certainty"],
        row["taken_precision"],
    )


def _place(row: dict[str, Any], sources: dict[str, str]) -> values.Place | None:
    if row["latitude"] is None:
        return None
    return values.Place(
        row["latitude"],
        row["longitude"],
        row["altitude_m"],
        row["country"],
        row["region"],
        row["city"],
        sources.get("position"),
    )


def _files(view: AssetView) -> list[values.FileOf]:
    return [
        values.FileOf(
            one.library_id,
            one.path,
            one.size_bytes,
            times.instant_of_ns(one.mtime_ns),
            bool(one.there),
        )
        for one in view.holders
    ]


def _renditions(at: str, kind: values.KindName, grid: int) -> dict[str, str]:
    if values.PICTURE_STATES[grid] in ("failed", "none"):
        return {}
    kinds: Sequence[str] = ("grid", "preview", "poster" if kind == "video" else "thumbnail")
    return {one: f"{at}/renditions/{one}" for one in kinds}


def _texts(text: str | None) -> list[str]:
    return msgspec.json.decode(text or "[]", type=list[str])
