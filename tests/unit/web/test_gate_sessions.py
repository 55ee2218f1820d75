from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from media_server.web.gate.sessions import LASTS_S, Sessions

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "sessions.json")


def test_a_restart_signs_nobody_out_and_another_token_everybody(path: str) -> None:
    first = Sessions(path, b"key")
    one, other = first.begin(), first.begin()
    assert len(one) == 64
    assert one != other
    again = Sessions(path, b"key")
    assert again.is_live(one)
    assert again.is_live(other)
    assert again.server == first.server
    assert not Sessions(path, b"another").is_live(one)
    again.end([one, "unknown"])
    assert not again.is_live(one)
    assert not Sessions(path, b"key").is_live(one)
    assert Sessions(path, b"key").is_live(other)


def test_the_file_is_the_users_alone_and_tells_no_session(path: str) -> None:
    sessions = Sessions(path, b"key")
    session = sessions.begin()
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path) as file:
        kept = file.read()
    assert session not in kept
    for part in kept.split('"'):
        assert not sessions.is_live(part)
    assert os.listdir(os.path.dirname(path)) == ["sessions.json"]


def test_it_ends_after_its_time(path: str) -> None:
    now_s = 1e9
    sessions = Sessions(path, b"key", now=lambda: now_s)
    session = sessions.begin()
    now_s += LASTS_S - 1
    assert sessions.is_live(session)
    now_s += 1
    assert not sessions.is_live(session)
    sessions.begin()
    assert len(sessions._ends) == 1


def test_there_are_at_most_a_thousand(path: str) -> None:
    now_s = 1e9
    sessions = Sessions("", b"key", now=lambda: now_s)
    ids = []
    for _ in range(1_002):
        ids.append(sessions.begin())
        now_s += 1
    assert [sessions.is_live(one) for one in ids] == [False] * 2 + [True] * 1_000


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"server":1}', b'{"server":"a\r\nb","ends":{}}', b"\xff" * 9]
)
def test_a_damaged_file_is_begun_anew(data: bytes, path: str) -> None:
    with open(path, "wb") as file:
        file.write(data)
    sessions = Sessions(path, b"key")
    assert sessions.server.isalnum()
    session = sessions.begin()
    assert Sessions(path, b"key").is_live(session)


def test_where_nothing_can_be_written_they_last_until_the_restart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sessions = Sessions(str(tmp_path / "none" / "sessions.json"), b"key")
    assert sessions.is_live(sessions.begin())
    assert "cannot keep who has signed in" in caplog.text
