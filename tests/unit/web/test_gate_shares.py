"""No client takes what is there for all, and nothing is lost of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_server.web.gate import Shares
from media_server.web.problem import Refusal


def refused(shares: Shares, client: str, count: int = 1) -> tuple[str, str]:
    with pytest.raises(Refusal) as found, shares.place(client, count):
        pass
    return found.value.code, found.value.headers["Retry-After"]


def test_who_has_his_share_is_told_so_and_others_are_let_in() -> None:
    shares = Shares(5, each=3, retry_s=7)
    with shares.place("a", 2), shares.place("a"):
        assert refused(shares, "a") == ("too_many_requests", "7")
        with shares.place("b", 2):
            assert refused(shares, "a") == ("too_many_requests", "7")
            assert refused(shares, "c") == ("busy", "7")
        with shares.place("c"):
            pass
    assert not shares.held("a")


def test_a_place_is_given_back_whatever_happens() -> None:
    shares = Shares(1, each=1)
    with pytest.raises(RuntimeError), shares.place("a"):
        raise RuntimeError
    with shares.place("b"):
        pass


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 4), st.booleans()), max_size=40))
def test_nobody_has_more_and_no_place_is_lost(steps: list[tuple[str, int, bool]]) -> None:
    shares, held = Shares(6, each=4), dict.fromkeys("abc", 0)
    for client, count, takes in steps:
        if takes:
            fits = held[client] + count <= 4 and sum(held.values()) + count <= 6
            assert shares.take(client, count) is fits
            held[client] += count * fits
        elif held[client] >= count:
            shares.give_back(client, count)
            held[client] -= count
        assert {client: shares.held(client) for client in "abc"} == held
    assert set(shares._held) == {client for client, count in held.items() if count}
