"""Whether another site's page has a hand in a request.

Browsers say so in two headers that no page can change: `Sec-Fetch-Site` (W3C Fetch Metadata) and
`Origin` (RFC 6454). Programs send neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from media_server.web.problem import Refusal

if TYPE_CHECKING:
    from media_server.web.gate.arrival import Arrival

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_OWN = ("same-origin", "none")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def refuse_cross_site(method: str, arrival: Arrival) -> None:
    """Let pass what the user, a program or an own page asks for.

    Of what changes nothing only that is refused which another site's page would get into itself, as
    a picture or a script: it may not read that anyway, but making it costs, and its time tells
    something. Links from other sites are followed.

    Raises:
        Refusal: another site's page asks.
    """
    sites = arrival.headers.get(b"sec-fetch-site", ())
    own = all(site in _OWN for site in sites)
    if method in SAFE:
        if not own and method != "OPTIONS" and arrival.only(b"sec-fetch-mode") != "navigate":
            raise Refusal("cross_site", "Another site's page may not show what is here.")
        return
    origins = arrival.headers.get(b"origin", ())
    if not own or not all(_is_own(origin, arrival) for origin in origins):
        raise Refusal("cross_site")


def _is_own(origin: str, arrival: Arrival) -> bool:
    """Whether an origin is that of this server, as the client knows it.

    Of the scheme only a trusted proxy can tell; without one, host and port must do. `null` is what
    pages without an origin send, and those whose referrer policy is `no-referrer` with a form.
    """
    scheme, mark, host = origin.lower().partition("://")
    if not mark or scheme not in _DEFAULT_PORTS or not arrival.host:
        return False
    if arrival.scheme and arrival.scheme != scheme:
        return False
    usual = f":{_DEFAULT_PORTS[scheme]}"
    return host.removesuffix(usual) == arrival.host.lower().removesuffix(usual)
