"""Which requests are one client's."""

from __future__ import annotations

import pytest

from media_server.web.gate import client_of
from media_server.web.gate.arrival import Arrival
from media_server.web.gate.client import network_of


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2::", "2001:db8:1:2::"),
        ("::1", "::"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_networks(address: str, client: str) -> None:
    assert network_of(address) == client


def test_of_a_request() -> None:
    arrival = Arrival({}, "2001:db8::1", "localhost", "", True, False)
    assert client_of({"arrival": arrival}) == "2001:db8::"
    assert client_of({}) == ""
