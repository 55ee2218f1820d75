"""Addresses of the network, as values: no name is looked up here."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def parse_address(text: str) -> Address | None:
    """The address that a text is; None where it is none.

    An IPv4 address that is written as an IPv6 one (::ffff:192.0.2.1, as peers of a socket for both
    are shown) is that IPv4 address.
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def is_loopback(text: str) -> bool:
    """Whether a text is an address that only this computer reaches."""
    found = parse_address(text)
    return found is not None and found.is_loopback


def parse_network(text: str) -> Network:
    """The network that a text such as 10.0.0.0/8 is; an address is a network of itself.

    Raises:
        ValueError: it is none.
    """
    return ip_network(text, strict=False)
