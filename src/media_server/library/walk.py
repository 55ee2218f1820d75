"""What one folder of a library lists: media files, sidecars, subfolders, and a fingerprint."""

from __future__ import annotations

import marshal
import os
import stat
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from media_server.catalog.files import stat_values
from media_server.model.media_type import media_type
from media_server.model.sidecar import is_sidecar

if TYPE_CHECKING:
    from media_server.catalog.files import PlainStat
    from media_server.library.root import Root

# Made by the specification's program and by others; at any depth, never looked into.
_SKIPPED_FOLDERS = frozenset({".thumbnails"})


@dataclass(slots=True)
class Listed:
    """What a folder held when it was listed.

    Attributes:
        device: the device the folder lies on.
        files: name and stat of each media file, the stat in the order of `FileStat`.
        sidecars: the same of each file that may describe another.
        folders: names of the subfolders.
        unknown: names of entries that could not be looked at: neither there nor gone.
        empty: nothing at all was in it, media or not.
        fingerprint: hash over `files` and `sidecars` in the order in which they were listed.
    """

    device: int
    files: list[tuple[bytes, PlainStat]] = field(default_factory=list)
    sidecars: list[tuple[bytes, PlainStat]] = field(default_factory=list)
    folders: list[bytes] = field(default_factory=list)
    unknown: set[bytes] = field(default_factory=set)
    empty: bool = True
    fingerprint: bytes = b""


def list_folder(root: Root, path: bytes, *, skipped: tuple[int, int]) -> Listed:
    """List the folder at `path`, relative to the root, without the subfolder `skipped`.

    Nothing is opened but the folder itself. Only regular files with the name of a media file or of
    a sidecar count, and links to such files inside the library.

    Raises:
        OSError: the folder cannot be opened or read.
    """
    fd = root.open_folder(path)
    try:
        listed = Listed(os.fstat(fd).st_dev)
        _fill(listed, root, path, fd, skipped)
    finally:
        os.close(fd)
    return listed


def _fill(listed: Listed, root: Root, path: bytes, fd: int, skipped: tuple[int, int]) -> None:
    with os.scandir(fd) as entries:
        for entry in entries:
            listed.empty = False
            if entry.is_dir(follow_symlinks=False):
                ours = entry.inode() == skipped[1] and listed.device == skipped[0]
                if entry.name not in _SKIPPED_FOLDERS and not ours:
                    listed.folders.append(os.fsencode(entry.name))
                continue
            name = entry.name.encode("utf-8", "surrogateescape")
            if media_type(name) is not None:
                kind = listed.files
            elif is_sidecar(name):
                kind = listed.sidecars
            else:
                continue
            try:
                found = _look(root, path, name, entry)
            except FileNotFoundError:
                continue
            except OSError:
                listed.unknown.add(name)
                continue
            if found is not None:
                kind.append((name, found))
    # Version 2 writes equal values as equal bytes; with later ones it depends on their references.
    seen = marshal.dumps((listed.files, listed.sidecars), 2)
    listed.fingerprint = blake2b(seen, digest_size=16).digest()


def _look(root: Root, path: bytes, name: bytes, entry: os.DirEntry[str]) -> PlainStat | None:
    found = entry.stat(follow_symlinks=False)
    if stat.S_ISLNK(found.st_mode):
        target = root.resolve_link(path, name)
        if target is None:
            return None
        found = os.stat(os.path.join(root.path, target), follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        return None
    return stat_values(found)
