from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.gate.arrival import Arrival, Proxies

TRUSTED = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]


def arrive(peer: str, *headers: tuple[str, str], trusted: list[str] | None = None) -> Arrival:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"client": (peer, 1), "headers": [(b"host", b"upstream:1"), *pairs]}
    return Proxies(TRUSTED if trusted is None else trusted).arrival(scope)


def test_without_proxies() -> None:
    found = arrive("::ffff:127.0.0.1", ("accept", "x"))
    assert (found.client, found.host, found.scheme) == ("127.0.0.1", "upstream:1", "")
    assert found.direct
    assert found.here
    assert b"accept" not in found.headers


@pytest.mark.parametrize(
    "name", ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip"]
)
def test_from_others_nothing_counts_but_that_it_is_there(name: str) -> None:
    found = arrive("203.0.113.1", (name, "127.0.0.1"))
    assert (found.client, found.host, found.scheme) == ("203.0.113.1", "upstream:1", "")
    assert not found.direct
    assert not found.here
    nobody = arrive("127.0.0.1", (name, "127.0.0.1"), trusted=[])
    assert (nobody.client, nobody.direct) == ("127.0.0.1", False)


@pytest.mark.parametrize(
    ("said", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("10.1.1.1, 10.1.1.2", "10.1.1.1"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db9::1]:4711", "2001:db9::1"),
        ("2001:db9::1", "2001:db9::1"),
        ("1.1.1.1, unknown", "127.0.0.1"),
        ("1.1.1.1, nonsense, 10.1.1.1", "10.1.1.1"),
        ("", "127.0.0.1"),
        (", ,", "127.0.0.1"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_client_is_the_last_one_that_is_no_trusted_proxy(said: str, client: str) -> None:
    assert arrive("127.0.0.1", ("x-forwarded-for", said)).client == client


def test_scheme_and_host_are_the_nearest_proxys() -> None:
    found = arrive(
        "10.0.0.1",
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "http, HTTPS"),
        ("x-forwarded-host", "evil.example, photos.example"),
    )
    assert (found.scheme, found.host) == ("https", "photos.example")
    assert arrive("10.0.0.1", ("x-forwarded-proto", "ftp")).scheme == ""


def test_forwarded_counts_where_nothing_else_is_said() -> None:
    said = 'for=1.1.1.1;host=evil, For="[2001:db9::1]:80";Proto=https;host="photos.example"'
    found = arrive("10.0.0.1", ("forwarded", said))
    assert (found.client, found.scheme, found.host) == ("2001:db9::1", "https", "photos.example")
    both = arrive("10.0.0.1", ("forwarded", said), ("x-forwarded-for", "203.0.113.9"))
    assert (both.client, both.scheme, both.host) == ("203.0.113.9", "", "upstream:1")


def test_a_client_who_asks_through_a_proxy_is_never_here_by_its_word() -> None:
    found = arrive("10.0.0.1", ("x-forwarded-for", "127.0.0.1"))
    assert (found.client, found.here, found.direct) == ("127.0.0.1", False, False)


def test_without_a_peer() -> None:
    found = Proxies(TRUSTED).arrival({"client": None, "headers": []})
    assert (found.client, found.host, found.here) == ("", "", False)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["x-forwarded-for", "x-forwarded-host", "forwarded", "cookie"]),
            st.text(st.characters(max_codepoint=255), max_size=60),
        ),
        max_size=5,
    )
)
def test_any_headers(headers: list[tuple[str, str]]) -> None:
    found = arrive("127.0.0.1", *headers)
    assert found.here
    assert found.scheme in ("", "http", "https")
