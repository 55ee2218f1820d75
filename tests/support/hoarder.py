"""A process that puts renditions for ever: `python -m support.hoarder DATA_DIR LIMIT SEED`."""

from __future__ import annotations

import os
import random
import sys

from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.room import Room
from media_server.store.small import Rendition, SmallStore

SMALL_ASSETS = 60


def stores(data_dir: str, limit_bytes: int) -> tuple[SmallStore, LargeStore]:
    """The stores of a data dir, as the program has them."""
    files = RenditionFiles(os.path.join(data_dir, "renditions"))
    path = os.path.join(data_dir, "renditions.sqlite")
    small = SmallStore(path, room=Room(files, limit_bytes))
    return small, LargeStore(files, path, limit_bytes=limit_bytes)


def hoard(data_dir: str, limit_bytes: int, seed: int) -> None:
    """Put, look, and sometimes remove."""
    chance = random.Random(seed)
    small, large = stores(data_dir, limit_bytes)
    while True:
        digest = bytes([chance.randrange(256)]) + bytes([chance.randrange(40)]) * 31
        kind = chance.choice(["thumbnail", "preview"])
        size = chance.randrange(1, 30_000)
        match chance.randrange(8):
            case 0:
                part = [bytes([chance.randrange(SMALL_ASSETS)]) * 32 for _ in range(3)]
                data = bytes(chance.randrange(1, 2_000))
                small.put([Rendition(one, "grid", "image/jpeg", 4, 3, False, data) for one in part])
            case 1:
                large.remove([digest])
            case 2:
                large.note_use(digest, kind)
            case _:
                large.put(digest, kind, bytes(size), mime="image/png")


if __name__ == "__main__":
    hoard(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
