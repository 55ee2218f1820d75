"""Who asks, and what he may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from media_server.web.route import NEEDS

if TYPE_CHECKING:
    from starlette.types import Scope

    from media_server.web.route import Need

_RANK = {need: rank for rank, need in enumerate(NEEDS)}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        name: for people.
        rights: the most that a route may need for him to be answered.
    """

    name: str
    rights: Need

    def may(self, need: Need) -> bool:
        """Whether he has what a route needs."""
        return _RANK[need] <= _RANK[self.rights]


ANYONE: Final = Principal("anyone", "open")
LOCAL: Final = Principal("the user of this computer", "admin")
NETWORK: Final = Principal("anyone in the network", "change")
OWNER: Final = Principal("the holder of the access token", "admin")


def principal_of(scope: Scope) -> Principal:
    """Who asks, as the gate has found; anyone where a request has not come through it."""
    found = scope.get("principal", ANYONE)
    return found if isinstance(found, Principal) else ANYONE
