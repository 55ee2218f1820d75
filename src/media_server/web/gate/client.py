"""Which requests count as those of one client, where what one may take has a limit."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_network
from typing import TYPE_CHECKING

from media_server.model.network import parse_address
from media_server.web.gate.arrival import Arrival

if TYPE_CHECKING:
    from starlette.types import Scope

_KNOWN = 1_024


def client_of(scope: Scope) -> str:
    """Who asks, as `network_of` tells it; empty where a request has not come through the gate."""
    arrival = scope.get("arrival")
    return network_of(arrival.client) if isinstance(arrival, Arrival) else ""


@lru_cache(_KNOWN)
def network_of(address: str) -> str:
    """The address of a client; of IPv6 its network of 64 bits, which is one household's at least.

    Source: RFC 6177, section 2.
    """
    found = parse_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False).network_address)
    return address
