"""The names by which this server may be asked.

A page of another site can have its own name point at this server's address (DNS rebinding), and is
then of one origin with it for the browser. It cannot change what the browser sends as `Host`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from media_server.model.network import parse_address

if TYPE_CHECKING:
    from collections.abc import Iterable

# RFC 9110, section 7.2, without what no browser sends: zones, user names, percent signs. Of a name
# the last dot is not allowed, so that each name has one spelling.
_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9a-f:.]{2,45})\]|(?P<name>[a-z0-9_.-]{1,253}))(?::(?P<port>[0-9]{1,5}))?",
    re.ASCII,
)
_KEPT = 64


class Hosts:
    """Decides which names are this server's own."""

    def __init__(self, bound: str, names: Iterable[str] = ()) -> None:
        """Take what the names depend on.

        Args:
            bound: the address that is listened on.
            names: others that are allowed, in lower case; addresses among them too.
        """
        self._address = parse_address(bound)
        # Reached by all its addresses. One that is typed as such cannot be rebound: there is no
        # name that could point elsewhere.
        self._any_address = self._address is not None and self._address.is_unspecified
        self._names = {"localhost", *names}
        self._addresses = {self._address, *map(parse_address, names)} - {None}
        self._known: set[str] = set()

    def admit(self, host: str) -> bool:
        """Whether a `Host` header names this server, on whatever port."""
        if host in self._known:
            return True
        found = self._is_own(host.lower())
        if found and len(self._known) < _KEPT:
            self._known.add(host)
        return found

    def _is_own(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None or int(found["port"] or 0) > 65_535:
            return False
        if found["name"] in self._names:
            return True
        address = parse_address(found["v6"] or found["name"])
        # One in brackets must be of the sixth version, one without them must not.
        if address is None or (":" in (found["v6"] or "")) != (found["v6"] is not None):
            return False
        return address.is_loopback or self._any_address or address in self._addresses


def names_of(hostname: str) -> tuple[str, ...]:
    """The names by which a computer of this name is known in its own network."""
    name = hostname.lower().rstrip(".")
    first = name.partition(".")[0]
    return (name, first, f"{first}.local") if first else ()
