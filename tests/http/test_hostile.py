"""Requests that are none, and clients that are slow, silent or gone.

What cannot be read as HTTP is answered by the server library, without a body: docs/http.md.
"""

from __future__ import annotations

import contextlib
import random
import resource
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.catalog import list_many
from support.server import Server, in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSE = b"Host: localhost\r\nConnection: close\r\n"


def status_of(answer: bytes) -> int:
    """0 where there was no answer."""
    return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GARBAGE", 400),
        (b"GET /list", 400),
        (b"GET  /list HTTP/1.1", 400),
        (b"GET /a b HTTP/1.1", 400),
        (b"GET /list HTTP/9.9", 400),
        (b"GET /list HTTQ/1.1", 400),
        (b"GET /\xff\xfe HTTP/1.1", 400),
        (b"GET /a\x00b HTTP/1.1", 400),
        (b"G\x00T /list HTTP/1.1", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),  # TLS
        (b"GET /" + b"a" * 65_500 + b" HTTP/1.1", 404),
        (b"GET /list?" + b"a" * 8_000 + b" HTTP/1.1", 200),
        (b"GET /list?" + b"a" * 65_000 + b" HTTP/1.1", 414),
        (b"GET /thumbnail/" + b"a" * 65_000 + b" HTTP/1.1", 400),
        (b"GET /" + b"a" * 65_536 + b" HTTP/1.1", 414),
        (b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1", 431),
        (b"CONNECT example.com:443 HTTP/1.1", 405),
        (b"GET http://example.com/list HTTP/1.1", 200),
        (b"GET /list#x HTTP/1.1", 200),
        (b"GET /list HTTP/1.0", 200),
        (b"OPTIONS * HTTP/1.1", 200),
        (b"A" * 5000 + b" /list HTTP/1.1", 405),
    ],
)
def test_request_lines(request_line: bytes, status: int, site: Server) -> None:
    answer = site.raw(request_line + b"\r\n" + CLOSE + b"\r\n")
    assert status_of(answer) == status
    assert b"Traceback" not in answer
    assert site.get("/healthz").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"X: " + b"a" * 1_000_000, 431),
        (b"\r\n".join(b"X-%d: a" % number for number in range(500)), 431),
        (b"no colon", 400),
        (b" folded: x", 400),
        (b"X: a\x00b", 400),
        (b"Content-Length: -1", 400),
        (b"Content-Length: x", 400),
        (b"Content-Length: 5\r\nContent-Length: 6", 400),
        (b"Content-Length: 99999999999999999999999", 400),
        (b"Transfer-Encoding: nonsense", 400),
        (b'If-None-Match: \xff\xfe"""', 200),
        (b"If-None-Match: " + b'"x",' * 5000, 200),
        (b"Accept-Encoding: \xff;q=\xfe, gzip;q=nan, *;q=-inf, ;;;===", 200),
        (b"Accept-Encoding: " + b"gzip;q=0," * 5000, 200),
        (b"Range: bytes=" + b"0-," * 5000, 200),
        (b"Upgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13", 200),
        (b"Expect: 100-continue", 200),
        (b"Host: localhost", 400),
        (b"Host: y\r\nHost: z", 400),
    ],
)
def test_headers(headers: bytes, status: int, site: Server) -> None:
    answer = site.raw(b"GET /list HTTP/1.1\r\n" + CLOSE + headers + b"\r\n\r\n")
    assert status_of(answer) == status
    assert site.get("/healthz").status == 200


def test_random_bytes(site: Server) -> None:
    chosen = random.Random(1)
    whole = b"GET /thumbnail/" + b"a" * 64 + b" HTTP/1.1\r\n" + CLOSE + b"Accept: */*\r\n\r\n"
    for _ in range(300):
        request = bytearray(whole)
        for _ in range(chosen.randint(1, 6)):
            request[chosen.randrange(len(request))] = chosen.randrange(256)
        with site.connect() as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                assert status_of(connection.recv(65536)) < 500
    assert site.get("/healthz").status == 200


def test_a_body_that_nobody_wants(site: Server) -> None:
    head = b"POST /list HTTP/1.1\r\nContent-Length: 100000000000\r\n" + CLOSE + b"\r\n"
    assert status_of(site.raw(head + b"x" * 1_000_000)) == 405


def test_two_hundred_are_served_while_others_dawdle(tmp_path: Path) -> None:
    with big(tmp_path) as server:
        dawdlers = [dawdler(server, number) for number in range(40)]
        began_s = time.monotonic()
        statuses = in_threads(20, lambda _: [server.get("/healthz").status for _ in range(10)])
        taken_s = time.monotonic() - began_s
        assert all(status == 200 for some in statuses for status in some)
        assert taken_s < 10
        assert server.get("/list", {"Accept-Encoding": "zstd"}).status == 200
        for connection in dawdlers:
            connection.close()


def dawdler(server: Server, number: int) -> socket.socket:
    """A client that says nothing, says half of what it wants, or takes next to nothing."""
    connection = socket.socket()
    if number % 3 == 2:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", server.port))
    if number % 3 == 1:
        connection.sendall(b"GET /list HTTP/1.1\r\nHost:")
    elif number % 3 == 2:
        connection.sendall(b"GET /list HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(1)
    return connection


@contextlib.contextmanager
def big(tmp_path: Path) -> Iterator[Server]:
    """A server whose list has about 9 MB: more than all buffers on the way to a client."""
    folder = tmp_path / "photos"
    folder.mkdir()
    with Server(folder) as server:
        server.settle()
        list_many(server.data_dir, 40_000)
        yield server


def test_a_slow_client_keeps_no_transaction_open_and_gets_one_state(tmp_path: Path) -> None:
    with big(tmp_path) as server:
        before = server.get("/list")  # now it is whole, and has a length
        slow = dawdler(server, 2)
        for number in range(5):  # each makes what the slow client reads an old version
            list_many(server.data_dir, 500, first=50_000 + 1000 * number)
            assert server.get("/list").headers["ETag"] != before.headers["ETag"]
            time.sleep(0.5)
        assert can_checkpoint(server.data_dir)
        slow.settimeout(10)
        received = b""
        while len(received) < len(before.body):
            received += slow.recv(1 << 20)
        slow.close()
        assert received.endswith(before.body[-1000:])


def can_checkpoint(data_dir: Path) -> bool:
    """Whether nobody reads an old state of the catalog, which would stop its log's shortening."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(data_dir / "catalog.sqlite")) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def test_old_answers_are_not_kept(tmp_path: Path) -> None:
    with big(tmp_path) as server:
        for number in range(4):
            list_many(server.data_dir, 1, first=60_000 + number)
            for encoding in ("gzip", "zstd", "identity"):
                server.get("/list", {"Accept-Encoding": encoding})
        folder = server.data_dir / "listing"
        server.wait(lambda: len(list(folder.iterdir())) == 3)
        assert {path.suffix for path in folder.iterdir()} == {".gzip", ".zstd", ".identity"}
        assert server.get("/list").status == 200


def test_clients_that_leave(tmp_path: Path) -> None:
    with big(tmp_path) as server:
        for _ in range(60):
            with server.connect() as connection:
                connection.sendall(b"GET /list HTTP/1.1\r\nHost: localhost\r\n\r\n")
                connection.recv(100)
        web = web_process(server)
        server.wait(lambda: len(list(Path(f"/proc/{web}/fd").iterdir())) < 60)
        assert can_checkpoint(server.data_dir)
        assert server.get("/healthz").status == 200


def web_process(server: Server) -> int:
    """The process that has answered on a connection that is open now."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return min(int(child) for child in children)


@pytest.mark.slow
def test_a_silent_client_is_let_go(site: Server) -> None:
    for said in (b"", b"GET /list HTTP/1.1\r\nHost:"):
        with site.connect() as connection:
            connection.settimeout(30)
            connection.sendall(said)
            began_s = time.monotonic()
            with contextlib.suppress(ConnectionResetError):
                while connection.recv(1000):
                    pass
            assert 5 < time.monotonic() - began_s < 25


def test_a_thousand_silent_clients(site: Server) -> None:
    silent = [site.connect() for _ in range(1200)]
    began_s = time.monotonic()
    assert site.get("/healthz").status == 200
    assert time.monotonic() - began_s < 2
    for connection in silent:
        connection.close()


def memory_kib(pid: int) -> int:
    """What of a process lies in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.slow
def test_ten_thousand_idle_connections(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(10_000, (hard - 512) * 3 // 5 - 100, hard - 1_000)
    if count < 1_000:
        pytest.skip("the system allows this process too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = tmp_path / "photos"
    folder.mkdir()
    idle: list[socket.socket] = []
    try:
        with Server(folder) as server:
            server.settle()
            before_kib = memory_kib(web_process(server))
            for number in range(count):
                idle.append(server.connect())
                if number % 2:
                    idle[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost:")
            began_s = time.monotonic()
            for _ in range(20):
                assert server.get("/healthz").status == 200
            assert time.monotonic() - began_s < 5
            grown_kib = memory_kib(web_process(server)) - before_kib
            assert grown_kib < count * 16
            for connection in idle:
                connection.close()
            fds = Path(f"/proc/{web_process(server)}/fd")
            server.wait(lambda: len(list(fds.iterdir())) < 60)
    finally:
        for connection in idle:
            connection.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_when_all_connections_are_taken_who_comes_waits_and_gets_his_answer(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    with Server(folder, prefix=["prlimit", "--nofile=700:700"]) as server:
        server.settle()
        idle = [server.connect() for _ in range((700 - 512) * 3 // 5)]
        time.sleep(0.5)
        began_s = time.monotonic()
        assert server.get("/healthz").status == 200
        assert 5 < time.monotonic() - began_s < 25
        for connection in idle:
            connection.close()


@pytest.mark.slow
def test_a_body_that_trickles_in_is_given_up(site: Server) -> None:
    head = (
        b"POST /api/v1/assets/lookup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    )
    began_s = time.monotonic()
    with site.connect() as connection:
        connection.settimeout(2)
        connection.sendall(head)
        answer = b""
        while not answer and time.monotonic() - began_s < 50:
            connection.sendall(b" ")
            with contextlib.suppress(TimeoutError):
                answer = connection.recv(65_536)
    assert status_of(answer) == 408
    assert 25 < time.monotonic() - began_s < 40


def test_bodies_that_are_too_large(site: Server) -> None:
    head = b"POST /api/v1/assets/lookup HTTP/1.1\r\nContent-Type: application/json\r\n" + CLOSE
    declared = head + b"Content-Length: 100000000\r\n\r\n"
    assert status_of(site.raw(declared + b"x" * 100_000)) == 413
    chunk = b"%x\r\n" % 600_000 + b" " * 600_000 + b"\r\n"
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 4
    assert status_of(site.raw(chunked)) == 413
    both = head + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    assert status_of(site.raw(both)) in (400, 413)
    assert site.get("/healthz").status == 200
