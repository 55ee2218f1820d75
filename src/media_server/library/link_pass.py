"""Working out what belongs together, folder by folder, where something has changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from media_server.catalog import links
from media_server.catalog.links import LinkRow
from media_server.library.linking import Member, Sidecar, link_folder
from media_server.media.facts import Fact
from media_server.media.tags.sidecar import SidecarReading
from media_server.media.tags.takeout import TITLE_SOURCE
from media_server.model.media_type import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from media_server.catalog.database import Catalog

decode_facts = msgspec.json.Decoder(list[Fact]).decode
decode_sidecar = msgspec.json.Decoder(SidecarReading).decode
# What linking asks for; looked for in the text first, since most contents say none of it.
_TELLING = ('"content_id"', '"burst_id"', '"duration_s"', '"captured_utc"')


def link_folders(catalog: Catalog, *, stopping: Callable[[], bool]) -> int:
    """Work it out for all folders in which all has been read.

    Returns:
        How many folders there were.
    """
    done = behind = 0
    while not stopping():
        with catalog.read() as connection:
            folder_id = links.next_unlinked(connection, behind=behind)
        if folder_id is None:
            break
        _link(catalog, folder_id)
        behind = folder_id
        done += 1
    return done


def _link(catalog: Catalog, folder_id: int) -> None:
    # One transaction: what is read here must still hold when the links are kept.
    with catalog.write() as connection:
        files: dict[str, int] = {}
        members = []
        for one in links.files(connection, folder_id):
            member = _member(one)
            members.append(member)
            files[member.name] = one.row_id
        beside: dict[str, int] = {}
        sidecars = []
        for one in links.sidecars(connection, folder_id):
            sidecar = Sidecar(_text(one.name), _title(one.facts))
            # Without facts it is no sidecar, but for Apple's recipes, which are not read.
            if one.facts is not None or sidecar.name.lower().endswith(".aae"):
                sidecars.append(sidecar)
                beside[sidecar.name] = one.row_id
        found = link_folder(members, sidecars)
        rows = [
            LinkRow(one.kind, files[one.primary], files.get(one.part), beside.get(one.part))
            for one in found.links
        ]
        loose = [(one.name.encode("utf-8", "surrogateescape"), one.code) for one in found.loose]
        links.replace(connection, folder_id, rows, loose)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _member(one: links.Member) -> Member:
    kind = media_type(one.name)
    mime = one.mime or (kind.mime if kind else "application/octet-stream")
    if one.facts is None or not any(word in one.facts for word in _TELLING):
        return Member(_text(one.name), mime)
    said = {fact.name: fact.value for fact in reversed(decode_facts(one.facts))}
    duration_s = said.get("duration_s")
    return Member(
        _text(one.name),
        mime,
        content_id=_word(said.get("content_id")),
        burst_id=_word(said.get("burst_id")),
        duration_s=float(duration_s) if isinstance(duration_s, int | float) else None,
        instant_s=_instant_s(said.get("captured_utc")),
    )


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _instant_s(value: object) -> float | None:
    return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None


def _title(facts: str | None) -> str | None:
    if facts is None:
        return None
    said = decode_sidecar(facts).facts
    return next((str(one.value) for one in said if one.source == TITLE_SOURCE), None)
