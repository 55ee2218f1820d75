"""Noticing changes at once, for `--watch`."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

from watchfiles import watch as watch_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_log = logging.getLogger(__name__)

# Changes that come in a burst, such as a copied folder, are one reason to scan.
_DEBOUNCE_MS = 800
_RETRY_S = 30.0


def watch(roots: Sequence[bytes], on_change: Callable[[], None]) -> None:
    """Call `on_change` whenever something changes below one of the roots. Does not return.

    A change between two scans is found by the second one; a folder that cannot be watched, say
    because it is away, is tried again every half minute.
    """
    while True:
        try:
            for _ in watch_folders(
                *(os.fsdecode(root) for root in roots),
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                step=100,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                on_change()
        except Exception:  # noqa: BLE001 (border: the watcher must outlive what it watches)
            _log.warning("cannot watch the folders; trying again", exc_info=True)
        time.sleep(_RETRY_S)
        on_change()
