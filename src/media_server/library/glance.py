"""A first look at a file that nobody has read yet: a small picture, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from media_server.library.original import open_original, still_the_same
from media_server.library.read import close_source
from media_server.library.readings import HOPELESS
from media_server.library.roots import Roots
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading
from media_server.model.errors import FileUnsettled
from media_server.model.media_type import media_type

if TYPE_CHECKING:
    from media_server.catalog.assets import FileAt
    from media_server.media.jail.pool import JailPool
    from media_server.media.jail.wire import Task
    from media_server.media.reading import Outcome


def glance(jails: JailPool, at: FileAt) -> Picture | None:
    """A picture for the timeline, in the jails, ahead of their other work.

    What the camera embedded is enough: it takes a millisecond, a thirtieth of decoding 12
    megapixels, and stands there only until the file has been read.

    Args:
        jails: where it is made.
        at: the file, with the stat that it must have.

    Returns:
        The picture, or None where the file has none.

    Raises:
        FileUnsettled: the file is another one by now.
        FileUnreadable: it cannot be opened or read.
    """
    with Roots() as roots:
        source, kept = open_original(roots, at)
    try:
        outcome = _look(jails, at.name, source, kept)
        if kept is not None and not still_the_same(kept, at):
            raise FileUnsettled("it changed while it was looked at")
    finally:
        if kept is not None:
            close_source(kept)
    return outcome if isinstance(outcome, Picture) else None


def _look(jails: JailPool, name: bytes, source: bytes | int, kept: int | None) -> Outcome | None:
    def ask(task: Task, about: bytes | int) -> Outcome:
        return jails.submit(task, [about], urgent=True).result()[0]

    kind = media_type(name)
    if kind is not None and kind.kind == "video":
        return ask("poster", source)
    read = ask("probe", source)
    if isinstance(read, Failure) and read.code in HOPELESS:
        return None
    if isinstance(read, Reading) and read.preview is not None:
        return read.preview
    film = isinstance(read, Reading) and read.mime.startswith("video/")
    return ask("poster" if film else "grid", source if kept is None else os.dup(kept))
