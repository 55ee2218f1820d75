"""What a trap is: a file made to take a program's time, memory or secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from media_server.model.finding import FindingCode
from media_server.model.media_type import media_type

if TYPE_CHECKING:
    from collections.abc import Callable

Family = Literal["stills", "tiffs", "raws", "boxes", "films", "impostors", "sidecars", "names"]

Outcome = Literal["shown", "listed", "sidecar"] | FindingCode
"""How it must end: `shown` with a picture, `listed` without one as nobody decodes its like, or told
by `media-server health` with this code. `sidecar`: the photo beside it is shown as if it were not
there."""

USUAL_BYTES: Final = 512 << 20
LARGE_BYTES: Final = 1 << 30
"""What a jail may take: the second for video and camera raw."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One kind.

    Attributes:
        name: unique, for reports.
        file: the name it lies under.
        make: its bytes, the same each time.
        what: how it bites, and where it was met.
        outcome: how it must end.
        memory_bytes: what the process that reads it may take.
        endless: whether it works until the time limit of a jail ends it; then it is tried by
            `make fuzz` only.
    """

    name: str
    file: str
    make: Callable[[], bytes]
    what: str
    outcome: Outcome
    memory_bytes: int = USUAL_BYTES
    endless: bool = False

    @property
    def is_film(self) -> bool:
        """Whether it calls itself a video."""
        kind = media_type(self.file.encode(errors="surrogateescape"))
        return kind is not None and kind.kind == "video"

    @property
    def photo(self) -> str:
        """The name of the sound photo that a sidecar is about."""
        return self.file.rpartition(".")[0].removesuffix(".jpg") + ".jpg"
