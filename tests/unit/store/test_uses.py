"""Uses are told once, and forgotten after a while."""

from __future__ import annotations

from media_server.store import uses
from media_server.store.uses import Uses


def test_each_is_told_once_until_the_time_is_over() -> None:
    noted = Uses(3_600)
    for _ in range(2):
        noted.note(b"one", "thumbnail")
        noted.note(b"one", "preview")
    assert sorted(noted.take()) == [(b"one", "preview"), (b"one", "thumbnail")]
    noted.note(b"one", "thumbnail")
    noted.note(b"two", "thumbnail")
    assert noted.take() == [(b"two", "thumbnail")]
    assert noted.take() == []


def test_it_is_told_again_afterwards() -> None:
    noted = Uses(0)
    for _ in range(2):
        noted.note(b"one", "thumbnail")
        assert noted.take() == [(b"one", "thumbnail")]


def test_only_so_many_are_remembered() -> None:
    noted = Uses(3_600)
    for number in range(3 * uses._REMEMBERED):
        noted.note(number.to_bytes(8, "big"), "thumbnail")
        if number % 10_000 == 0:
            noted.take()
        assert len(noted._written["thumbnail"]) <= uses._REMEMBERED
