"""From where, and by which name, a request has come."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from media_server.model.network import parse_address, parse_network

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.types import Scope

    from media_server.model.network import Address

_FORWARDED: Final = frozenset(
    {b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-real-ip", b"forwarded"}
)
HEARD: Final = frozenset(
    {
        *_FORWARDED,
        b"authorization",
        b"cookie",
        b"host",
        b"origin",
        b"sec-fetch-mode",
        b"sec-fetch-site",
    }
)
"""The headers that the gate decides by."""
_MOST_HOPS = 16


class _Peer(NamedTuple):
    """The other end of a connection."""

    address: Address | None
    text: str
    here: bool


# The same few clients ask again and again.
@lru_cache(256)
def _peer(text: str) -> _Peer:
    address = parse_address(text)
    if address is None:
        return _Peer(None, "", False)
    return _Peer(address, str(address), address.is_loopback)


class Arrival(NamedTuple):
    """From where a request has come.

    Attributes:
        headers: those of `HEARD` that are there, each with its lines.
        client: address of who asks; empty where nothing tells.
        host: the name that the client used, empty where he told none; with its port.
        scheme: `http` or `https`, where somebody who is trusted tells; empty otherwise.
        direct: whether no proxy has had a hand in it.
        here: whether the other end of the connection is this computer.
    """

    headers: Mapping[bytes, Sequence[str]]
    client: str
    host: str
    scheme: str
    direct: bool
    here: bool

    def only(self, name: bytes) -> str | None:
        """A header that may be there once; None where it is absent or there are several."""
        lines = self.headers.get(name, ())
        return lines[0] if len(lines) == 1 else None


class Proxies:
    """The reverse proxies whose word is taken."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        """Take their addresses and networks."""
        self._networks = tuple(map(parse_network, networks))

    def arrival(self, scope: Scope) -> Arrival:
        """From where a request has come; what proxies say counts only from those trusted."""
        headers: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            if name in HEARD:
                headers.setdefault(name, []).append(value.decode("latin-1"))
        peer, client, here = _peer((scope.get("client") or ("",))[0])
        host = headers[b"host"][0].strip() if b"host" in headers else ""
        direct = _FORWARDED.isdisjoint(headers)
        scheme = ""
        if not direct and peer is not None and self._trusts(peer):
            said = _said(headers)
            client = self._client(peer, said.get("for", []))
            scheme = said.get("proto", [""])[-1].lower()
            scheme = scheme if scheme in ("http", "https") else ""
            host = said.get("host", [host])[-1]
        return Arrival(headers, client, host, scheme, direct, here)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def _client(self, peer: Address, hops: Sequence[str]) -> str:
        """The last hop that is no trusted proxy: what lies before it, he may have made up."""
        found = peer
        for hop in reversed(hops[-_MOST_HOPS:]):
            address = _address_of_hop(hop)
            if address is None:
                break
            found = address
            if not self._trusts(address):
                break
        return str(found)


def _said(headers: Mapping[bytes, Sequence[str]]) -> dict[str, list[str]]:
    """What proxies say of client, host and scheme, the nearest last.

    `X-Forwarded-…` counts before `Forwarded` (RFC 7239): proxies that write the second are few, and
    most let pass what a client writes there.
    """
    found = {
        key: [one.strip() for line in headers[name] for one in line.split(",") if one.strip()]
        for key, name in (
            ("for", b"x-forwarded-for"),
            ("host", b"x-forwarded-host"),
            ("proto", b"x-forwarded-proto"),
        )
        if name in headers
    }
    if not any(found.values()):
        for line in headers.get(b"forwarded", ()):
            for pair in line.replace(",", ";").split(";"):
                key, _, value = pair.strip().partition("=")
                found.setdefault(key.lower(), []).append(value.strip('"'))
    return {key: values for key, values in found.items() if values}


def _address_of_hop(text: str) -> Address | None:
    """Of `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` and `[2001:db8::1]:80`."""
    if text.startswith("["):
        return parse_address(text[1:].partition("]")[0])
    if text.count(":") == 1:
        text = text.partition(":")[0]
    return parse_address(text)
