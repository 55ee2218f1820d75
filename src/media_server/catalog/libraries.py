"""The libraries of a catalog: which are served, and the state each is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import insert, or_, select, update

from media_server.catalog import listing
from media_server.catalog.schema import library

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

State = Literal["new", "online", "offline", "held"]


@dataclass(frozen=True, slots=True)
class Library:
    """One root folder of the user's.

    Attributes:
        library_id: its number in the catalog.
        root: absolute path as bytes.
        shown: the same as text.
        state: `new` before its first scan; `offline` while its root is not surely the same
            folder; `held` while removals wait to be confirmed.
        device, inode: identity of the root when it last held files, None before.
        held_removals: files that a scan has missed and that are still listed.
    """

    library_id: int
    root: bytes
    shown: str
    state: State
    device: int | None
    inode: int | None
    held_removals: int


def serve(connection: Connection, roots: Sequence[bytes], *, now_ns: int) -> list[Library]:
    """Make `roots` the libraries that are served, new ones added, in the order given.

    Rows of libraries that are not named stay, for the next time they are.
    """
    before = set(connection.scalars(select(library.c.root).where(library.c.served == 1)))
    known = set(connection.scalars(select(library.c.root)))
    for root in roots:
        if root not in known:
            shown = root.decode("utf-8", "replace")
            connection.execute(insert(library).values(root=root, shown=shown))
    if before != set(roots):
        connection.execute(update(library).values(served=0))
        connection.execute(update(library).where(library.c.root.in_(roots)).values(served=1))
        changed = library.c.root.in_(before ^ set(roots))
        for library_id in connection.scalars(select(library.c.id).where(changed)).all():
            listing.refresh_library(connection, library_id, now_ns=now_ns)
        listing.bump_generation(connection)
    found = {one.root: one for one in served(connection)}
    return [found[root] for root in roots]


def served(connection: Connection) -> list[Library]:
    """The libraries that are served, in the order in which they were first named."""
    columns = (
        library.c.id,
        library.c.root,
        library.c.shown,
        library.c.state,
        library.c.device,
        library.c.inode,
        library.c.held_removals,
    )
    rows = connection.execute(select(*columns).where(library.c.served == 1).order_by(library.c.id))
    return [Library(*row) for row in rows]


def set_state(connection: Connection, library_id: int, state: State, *, held: int = 0) -> None:
    """Note the state a library is in, and how many removals are held."""
    connection.execute(
        update(library)
        .where(library.c.id == library_id)
        .where(or_(library.c.state != state, library.c.held_removals != held))
        .values(state=state, held_removals=held)
    )


def release(connection: Connection, library_id: int) -> bool:
    """Note that no removals are held any more.

    Returns:
        Whether there were any; a library that is offline holds none.
    """
    released = connection.execute(
        update(library)
        .where(library.c.id == library_id, library.c.state == "held")
        .values(state="online", held_removals=0)
    )
    return released.rowcount > 0


def set_identity(connection: Connection, library_id: int, device: int, inode: int) -> None:
    """Note which folder the root is."""
    connection.execute(
        update(library).where(library.c.id == library_id).values(device=device, inode=inode)
    )


def count_files(connection: Connection, library_id: int) -> int:
    """How many files the catalog knows in a library, missed ones included."""
    found = connection.execute(select(library.c.files).where(library.c.id == library_id)).scalar()
    return found or 0
