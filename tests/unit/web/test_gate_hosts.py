from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.gate.hosts import Hosts, names_of

NAMES = ["photos.example", "203.0.113.5"]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:1",
        "localhost:65535",
        "127.0.0.1",
        "127.9.9.9:8000",
        "[::1]",
        "[::1]:8000",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "photos.example:443",
        "203.0.113.5",
    ],
)
def test_own_names(host: str) -> None:
    hosts = Hosts("127.0.0.1", NAMES)
    assert hosts.admit(host)
    assert hosts.admit(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.",
        "localhost.evil",
        "127.0.0.1.evil",
        "127.0.0.1.",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "localhost:",
        "localhost:x",
        "localhost:65536",
        "localhost:99999",
        "localhost:-1",
        "localhost:80:80",
        "localhost:８０",
        "ｌocalhost",
        "user@localhost",
        "localhost@evil",
        "localhost/",
        "localhost#",
        "localhost, evil.example",
        "localhost evil",
        " localhost",
        "localhost\n",
        "http://localhost",
        "[localhost]",
        "[127.0.0.1]",
        "::1",
        "[::1",
        "[::1%25eth0]",
        "[fe80::1%eth0]",
        "[::2]",
        "192.168.1.2",
        "8.8.8.8",
        "0.0.0.0",
        "[::]",
        "photos.example.",
        "xphotos.example",
        "*",
        "a" * 100_000,
    ],
)
def test_others(host: str) -> None:
    assert not Hosts("127.0.0.1", NAMES).admit(host)


def test_an_address_that_is_listened_on() -> None:
    assert Hosts("192.168.1.2").admit("192.168.1.2:8000")
    assert not Hosts("192.168.1.2").admit("192.168.1.3")
    assert Hosts("::ffff:192.168.1.2").admit("192.168.1.2")


@pytest.mark.parametrize("bound", ["0.0.0.0", "::"])
def test_where_all_are_listened_on_all_addresses_are_own(bound: str) -> None:
    hosts = Hosts(bound)
    for host in ("192.168.1.2", "[2001:db8::1]:80", "localhost"):
        assert hosts.admit(host)
    for host in ("evil.example", "192.168.1.2.evil", "[2001:db8::1%25x]", "1.2"):
        assert not hosts.admit(host)


def test_names_of_a_computer() -> None:
    assert set(names_of("NAS.home.lan")) == {"nas.home.lan", "nas", "nas.local"}
    assert set(names_of("nas")) == {"nas", "nas.local"}
    assert names_of("") == ()


@given(st.text(max_size=40))
def test_any_text_gets_an_answer_that_stays(text: str) -> None:
    hosts = Hosts("0.0.0.0")
    assert hosts.admit(text) == hosts.admit(text) == Hosts("0.0.0.0").admit(text)
