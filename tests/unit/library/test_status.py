"""A status is read whole, in whatever process."""

from __future__ import annotations

import os

from media_server.library.status import Status, StatusBoard


def test_starts_with_the_default() -> None:
    assert StatusBoard().read() == Status()


def test_is_seen_by_a_forked_process() -> None:
    board = StatusBoard()
    pid = os.fork()
    if pid == 0:
        board.write(Status("reading", 7, 1, 2, 3))
        os._exit(0)
    os.waitpid(pid, 0)
    assert board.read() == Status("reading", 7, 1, 2, 3)


def test_is_never_seen_half_written() -> None:
    board = StatusBoard()
    short, long = Status("idle"), Status("x" * 3_000, 10**9)
    board.write(short)
    pid = os.fork()
    if pid == 0:
        for number in range(20_000):
            board.write(long if number % 2 else short)
        os._exit(0)
    seen = {board.read() for _ in range(5_000)}
    os.waitpid(pid, 0)
    assert seen <= {short, long}
