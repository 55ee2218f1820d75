"""What was made a moment ago is there, within a limit."""

from __future__ import annotations

import pytest

from media_server.media.picture import Picture
from media_server.web.recent import Recent


def made(size_bytes: int) -> Picture:
    return Picture("image/jpeg", 3, 2, bytes(size_bytes))


def test_the_last_used_ones_stay() -> None:
    recent = Recent(30_000)
    for name in "abc":
        recent.put(name, made(9_000))
    assert recent.get("a") == made(9_000)
    recent.put("d", made(9_000))
    assert [name for name in "abcd" if name in recent] == ["a", "c", "d"]
    with pytest.raises(KeyError):
        recent.get("b")


def test_that_there_is_none_is_known_and_counted() -> None:
    recent = Recent(30_000)
    for number in range(100):
        recent.put(number, None)
    assert recent.get(99) is None
    assert 0 not in recent
    assert 0 < recent.size_bytes <= 30_000


def test_put_again_it_counts_once() -> None:
    recent = Recent(30_000)
    for _ in range(5):
        recent.put("a", made(9_000))
        recent.put("b", made(9_000))
    assert recent.size_bytes < 21_000
    assert "a" in recent


def test_one_that_is_too_large_is_not_kept() -> None:
    recent = Recent(30_000)
    recent.put("a", made(40_000))
    assert "a" not in recent
    assert recent.size_bytes == 0
