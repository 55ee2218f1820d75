"""Where the files of large renditions lie, and how one comes and goes. Knows nothing of rows."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.model.digest import Digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.store.ledger import Row


class Kind(NamedTuple):
    """A kind of large rendition.

    Attributes:
        suffix: of the names of its files.
        mime: its type, or None where that differs and only the row knows it.
    """

    suffix: str
    mime: str | None


KINDS: Final = {"thumbnail": Kind(".png", "image/png"), "preview": Kind("", None)}
"""All kinds of large renditions, by name."""


class RenditionFiles:
    """One file for each rendition, named by digest, in 256 folders for each kind.

    A file is written under a temporary name and renamed: what has its final name is whole.
    """

    def __init__(self, folder: str) -> None:
        """Take a folder, absolute; nothing else lies in it. It is made when first needed."""
        self.folder = folder
        self._incoming = os.path.join(folder, "incoming")

    def path(self, digest: bytes, kind: str) -> str:
        """Where a rendition lies, or would lie."""
        name = digest.hex()
        return f"{self.folder}/{kind}/{name[:2]}/{name}{KINDS[kind].suffix}"

    def size_bytes(self, digest: bytes, kind: str) -> int:
        """Size of a rendition's file; 0 where there is none."""
        try:
            return os.stat(self.path(digest, kind)).st_size
        except FileNotFoundError:
            return 0

    def write(self, incoming: str, data: bytes) -> None:
        """Write a file under a temporary name, down to the disk.

        Raises:
            OSError: the disk is full, or the like.
        """
        os.makedirs(self._incoming, exist_ok=True)
        with open(os.path.join(self._incoming, incoming), "xb") as out:
            out.write(data)
            out.flush()
            # Without it, a power cut may leave an empty file under the final name.
            os.fdatasync(out.fileno())

    def arrive(self, incoming: str, digest: bytes, kind: str) -> None:
        """Give a written file its final name.

        Raises:
            OSError: it cannot have it.
        """
        final = self.path(digest, kind)
        os.makedirs(os.path.dirname(final), exist_ok=True)
        os.replace(os.path.join(self._incoming, incoming), final)

    def discard(self, incoming: str) -> None:
        """Remove a file that has its temporary name, if it is there."""
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(self._incoming, incoming))

    def drop(self, row: Row) -> bool:
        """Remove a rendition's file, under both names it may have.

        Returns:
            Whether it is gone; False where the system refuses.
        """
        if row.incoming is not None:
            self.discard(row.incoming)
        try:
            os.unlink(self.path(row.digest, row.kind))
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return True

    def is_untouched(self) -> bool:
        """Whether no rendition has ever been put here."""
        return not any(os.path.exists(os.path.join(self.folder, kind)) for kind in KINDS)

    def listed(self, kind: str, first_byte: int) -> Iterator[Digest]:
        """The digests of a kind's files whose names begin with a byte; other names are passed."""
        suffix = KINDS[kind].suffix
        try:
            entries = os.scandir(os.path.join(self.folder, kind, f"{first_byte:02x}"))
        except (FileNotFoundError, NotADirectoryError):
            return
        with entries:
            for entry in entries:
                try:
                    digest = Digest.parse(entry.name.removesuffix(suffix))
                except ValueError:
                    continue
                is_ours = entry.path == self.path(digest, kind)
                if is_ours and entry.is_file(follow_symlinks=False):
                    yield digest

    def clear_incoming(self) -> None:
        """Remove what killed processes left behind. Only while no other process writes here."""
        with contextlib.suppress(FileNotFoundError):
            for name in os.listdir(self._incoming):
                self.discard(name)
