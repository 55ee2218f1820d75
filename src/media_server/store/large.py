"""Large renditions as files, so that the server can hand them to the kernel by path."""

from __future__ import annotations

import contextlib
import os
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from media_server.model.digest import Digest


class LargeStore:
    """One file for each rendition, named by digest, in 256 folders for each kind.

    A file is written under a temporary name and renamed: what has the final name is whole.
    """

    def __init__(self, folder: str, suffixes: dict[str, str]) -> None:
        """Take a folder, made where there is none.

        Args:
            folder: absolute path; nothing else lies in it.
            suffixes: the kinds kept here with the file name suffix of each.
        """
        self.folder = folder
        self._suffixes = suffixes
        self._incoming = os.path.join(folder, "incoming")
        os.makedirs(self._incoming, exist_ok=True)

    def path(self, digest: Digest, kind: str) -> str:
        """Where the rendition lies, or would lie."""
        name = digest.hex()
        return f"{self.folder}/{kind}/{name[:2]}/{name}{self._suffixes[kind]}"

    def put(self, digest: Digest, kind: str, data: bytes) -> str:
        """Keep a rendition.

        Returns:
            Its path.

        Raises:
            OSError: the disk is full, or the like; then nothing has changed.
        """
        final = self.path(digest, kind)
        incoming = os.path.join(self._incoming, uuid.uuid4().hex)
        try:
            with open(incoming, "xb") as out:
                out.write(data)
                out.flush()
                # Without it, a power cut may leave an empty file under the final name.
                os.fdatasync(out.fileno())
            os.makedirs(os.path.dirname(final), exist_ok=True)
            os.replace(incoming, final)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(incoming)
            raise
        return final

    def remove(self, digests: Iterable[Digest]) -> None:
        """Remove all renditions of assets."""
        for digest in digests:
            for kind in self._suffixes:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.path(digest, kind))

    def clear_incoming(self) -> None:
        """Remove what a killed process left behind. Only while no other process writes here."""
        for name in os.listdir(self._incoming):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(os.path.join(self._incoming, name))
