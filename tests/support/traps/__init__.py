"""One list of bombs and traps, which `fault/test_traps.py` tries through the whole program.

Most are made here from a description; where one was met in the wild, `what` says so. They claim
much and weigh little: only what bombs by its length is long.
"""

from __future__ import annotations

from support.traps.boxes import BOXES
from support.traps.films import FILMS
from support.traps.impostors import IMPOSTORS, SECRET
from support.traps.names import NAMES
from support.traps.raws import RAWS
from support.traps.sidecars import SIDECARS
from support.traps.stills import STILLS
from support.traps.tiffs import TIFFS
from support.traps.trap import LARGE_BYTES, USUAL_BYTES, Trap

__all__ = ["FAMILIES", "LARGE_BYTES", "SECRET", "TRAPS", "USUAL_BYTES", "Trap"]

FAMILIES: dict[str, tuple[Trap, ...]] = {
    "stills": STILLS,
    "tiffs": TIFFS,
    "raws": RAWS,
    "boxes": BOXES,
    "films": FILMS,
    "impostors": IMPOSTORS,
    "sidecars": SIDECARS,
    "names": NAMES,
}
TRAPS: tuple[Trap, ...] = tuple(trap for family in FAMILIES.values() for trap in family)
