"""Pictures that were made a moment ago and are kept nowhere else."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from media_server.media.picture import Picture

# What an entry takes besides the picture's bytes, about.
_ENTRY_BYTES: Final = 1_000


class Recent:
    """Pictures by what they are of, the last used ones; for one thread."""

    def __init__(self, limit_bytes: int) -> None:
        """Begin with none.

        Args:
            limit_bytes: how much they may take all together.
        """
        self._limit_bytes = limit_bytes
        self._pictures: OrderedDict[Hashable, Picture | None] = OrderedDict()
        self.size_bytes = 0

    def __contains__(self, key: Hashable) -> bool:
        """Whether it is known which picture there is, if any."""
        return key in self._pictures

    def get(self, key: Hashable) -> Picture | None:
        """The picture, None where it is known that there is none.

        Raises:
            KeyError: it is not known.
        """
        self._pictures.move_to_end(key)
        return self._pictures[key]

    def put(self, key: Hashable, picture: Picture | None) -> None:
        """Keep a picture, or that there is none, in the place of those not used for longest."""
        if key in self._pictures:
            self.size_bytes -= _taken(self._pictures.pop(key))
        self._pictures[key] = picture
        self.size_bytes += _taken(picture)
        while self.size_bytes > self._limit_bytes:
            _, oldest = self._pictures.popitem(last=False)
            self.size_bytes -= _taken(oldest)


def _taken(picture: Picture | None) -> int:
    return _ENTRY_BYTES + (len(picture.data) if picture else 0)
