from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.model.network import is_loopback, parse_address, parse_network


@pytest.mark.parametrize("text", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
def test_this_computer(text: str) -> None:
    assert is_loopback(text)


@pytest.mark.parametrize(
    "text", ["", "localhost", "0.0.0.0", "::", "::ffff:10.0.0.1", "127.1", "128.0.0.1", "::2"]
)
def test_others(text: str) -> None:
    assert not is_loopback(text)


def test_one_address_has_one_value() -> None:
    assert parse_address("::ffff:192.0.2.1") == parse_address("192.0.2.1")
    assert parse_address("2001:DB8::1") == parse_address("2001:db8:0::1")


def test_an_address_is_a_network() -> None:
    assert str(parse_network("10.1.2.3/8")) == "10.0.0.0/8"
    assert parse_address("::1") in parse_network("::1")
    with pytest.raises(ValueError, match="nonsense"):
        parse_network("nonsense")


@given(st.text(max_size=50))
def test_any_text(text: str) -> None:
    assert parse_address(text) is None or parse_network(text)
