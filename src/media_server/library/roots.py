"""The roots of the libraries that are within reach, opened when first needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from media_server.library.root import Root
from media_server.model.errors import FileUnreadable

if TYPE_CHECKING:
    from media_server.catalog.assets import FileAt
    from media_server.catalog.sidecars import SidecarAt


class Roots:
    """Opens files of any library. Not for use by several threads at once."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._roots: dict[bytes, Root] = {}

    def open_file(self, at: FileAt | SidecarAt) -> int:
        """A new descriptor of a file, opened for reading; the caller closes it.

        Raises:
            FileUnreadable: it, or its library, cannot be opened.
        """
        root = self._roots.get(at.root)
        if root is None:
            try:
                root = self._roots[at.root] = Root(at.root)
            except OSError as error:
                raise FileUnreadable(os.strerror(error.errno or 0)) from error
        return root.open_file(at.folder_path, at.name)

    def close(self) -> None:
        """Close all roots; they are opened again when needed."""
        for root in self._roots.values():
            root.close()
        self._roots.clear()

    def __enter__(self) -> Roots:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
