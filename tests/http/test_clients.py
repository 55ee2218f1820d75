"""Clients that are slow, greedy, hasty or gone, while others want to be served."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from support.catalog import list_many
from support.footprint import at_rest, footprint, web_process
from support.media import noise, picture
from support.server import Server, in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

TOKEN = "correct-horse-battery"
FILM_BYTES = 20_000_000
# More than all buffers on the way to a client.
LISTED = 40_000
LOOKUP = (
    b"POST /api/v1/assets/lookup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000\r\n\r\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("clients") / "photos"
    folder.mkdir()
    for number in range(40):
        (folder / f"photo {number}.jpg").write_bytes(picture(number, size=(640, 480)))
    (folder / "film.mp4").write_bytes(noise(1, FILM_BYTES))
    with Server(folder) as started:
        started.settle()
        list_many(started.data_dir, LISTED)
        started.get("/list")
        in_threads(32, lambda _: started.get("/api/v1/timeline"))  # each thread has its catalog now
        yield started


def request(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def ask(server: Server, path: str, *headers: str, buffer_bytes: int = 0) -> socket.socket:
    """A connection on which something is asked for, and nothing taken yet."""
    connection = socket.socket()
    if buffer_bytes:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", server.port))
    connection.sendall(request(path, *headers))
    return connection


@contextlib.contextmanager
def held(
    server: Server, paths: Iterable[str], *headers: str, buffer_bytes: int = 0
) -> Iterator[list[socket.socket]]:
    """Connections on which something is asked for, closed afterwards."""
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(ask(server, path, *headers, buffer_bytes=buffer_bytes))
            for path in paths
        ]


def status(connection: socket.socket) -> int:
    return int(connection.recv(100).split()[1])


def original(server: Server) -> str:
    return f"/api/v1/assets/{server.digest('film.mp4')}/original"


def archive(server: Server) -> str:
    body = json.dumps({"digests": [server.digest("film.mp4")]})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/api/v1/downloads", body, {"Content-Type": "application/json"})
    found: str = json.loads(connection.getresponse().read())["url"]
    connection.close()
    return found


def others_are_served(server: Server, paths: list[str], within_s: float = 1.0) -> None:
    for path in paths:
        began_s = time.monotonic()
        assert server.get(path).status == 200
        assert time.monotonic() - began_s < within_s, path


def one_of_each(server: Server) -> list[str]:
    photo = server.digest("photo 1.jpg")
    return [
        "/healthz",
        "/api/v1/libraries",
        "/api/v1/timeline",
        f"/api/v1/assets/{photo}",
        f"/api/v1/assets/{photo}/renditions/grid",
        f"/api/v1/assets/{photo}/original",
    ]


@contextlib.contextmanager
def every_second(work: Callable[[], None]) -> Iterator[None]:
    """Do something again and again beside what else is done."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(1):
            work()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_one_byte_a_second_is_taken_while_others_are_served(server: Server) -> None:
    paths = one_of_each(server)
    slow_paths = [original(server), archive(server), "/list", "/api/v1/events", "/api/v1/manifest"]
    web = web_process(server)
    others_are_served(server, paths)
    quiet = footprint(web)
    with held(server, slow_paths * 8, buffer_bytes=4_096) as slow:

        def take() -> None:
            for connection in slow:
                connection.recv(1)

        with every_second(take):
            for _ in range(4):
                others_are_served(server, paths)
                time.sleep(0.5)
            # Not even another long answer waits.
            began_s = time.monotonic()
            assert len(server.get(original(server)).body) == FILM_BYTES
            assert time.monotonic() - began_s < 5
    left = at_rest(web, lambda now: now.sockets <= quiet.sockets)
    assert left.sockets <= quiet.sockets


@pytest.mark.slow
def test_sixty_four_bodies_of_one_byte_a_second(server: Server) -> None:
    paths = one_of_each(server)
    began_s = time.monotonic()
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(64)]
        for connection in slow:
            connection.sendall(LOOKUP)

        def send() -> None:
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.send(b" ")

        with every_second(send):
            for _ in range(10):
                others_are_served(server, paths)
                assert lookup(server) == 200
                time.sleep(0.2)
            for connection in slow:
                connection.settimeout(40)
                assert status(connection) == 408
    assert 25 < time.monotonic() - began_s < 45


def lookup(server: Server) -> int:
    """The status of an answer to a small body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=1)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/api/v1/assets/lookup", b'{"digests":[]}', headers)
        return connection.getresponse().status


def test_a_thousand_requests_one_behind_the_other(server: Server) -> None:
    paths = [f"/nowhere/{number}" if number % 10 else "/healthz" for number in range(1_000)]
    sent = b"".join(map(request, paths[:-1])) + request(paths[-1], "Connection: close")
    with server.connect() as connection:
        sending = threading.Thread(target=connection.sendall, args=(sent,))
        sending.start()
        others_are_served(server, ["/healthz"])
        received = b""
        while piece := connection.recv(1 << 20):
            received += piece
        sending.join()
    answers = received.split(b"HTTP/1.1 ")[1:]
    assert [int(one[:3]) for one in answers] == [404 if n % 10 else 200 for n in range(1_000)]


@pytest.mark.slow
def test_who_asks_for_much_at_once_and_leaves_is_forgotten(server: Server) -> None:
    # While there are more requests to read, that he has left shows only with the next event.
    web = web_process(server)
    quiet = footprint(web)
    for path in (original(server), "/api/v1/events", "/api/v1/timeline"):
        for _ in range(5):
            with server.connect() as connection, contextlib.suppress(OSError):
                connection.sendall(request(path) * 1_000)
                connection.recv(100)
    left = at_rest(web, lambda now: now.sockets <= quiet.sockets, within_s=40)
    assert left.sockets <= quiet.sockets
    others_are_served(server, one_of_each(server))


def test_who_closes_his_half_has_left(server: Server) -> None:
    web = web_process(server)
    quiet = footprint(web)
    paths = [original(server), "/list", "/api/v1/events", "/api/v1/timeline", "/healthz"]
    with held(server, paths * 10) as half:
        for number, connection in enumerate(half):
            if number % 2:
                connection.recv(1)
            connection.shutdown(socket.SHUT_WR)
        # The other half is still open here, and nobody reads from it.
        left = at_rest(web, lambda now: now.sockets <= quiet.sockets)
        assert left.sockets <= quiet.sockets
        # Each thread keeps the databases open that it has read; of fifty clients none is left.
        assert left.files <= quiet.files + 32


def test_thirty_two_at_once_are_what_a_browser_may_ask_for(server: Server) -> None:
    paths = [*one_of_each(server), original(server), "/list"]
    for path in paths:
        replies = in_threads(32, lambda _, path=path: server.get(path).status)  # type: ignore[misc]
        assert replies == [200] * 32, path
    with held(server, ["/api/v1/events"] * 32) as streams:
        assert [status(one) for one in streams] == [200] * 32
        mixed = in_threads(32, lambda number: server.get(paths[number % len(paths)]).status)
        assert mixed == [200] * 32


@pytest.mark.parametrize(("path", "share"), [("/api/v1/events", 64), ("original", 64)])
def test_who_asks_for_more_than_his_share(server: Server, path: str, share: int) -> None:
    wanted = original(server) if path == "original" else path
    with contextlib.ExitStack() as stack:
        for _ in range(share // 16):  # fewer than may wait for a thread
            some = stack.enter_context(held(server, [wanted] * 16, buffer_bytes=4_096))
            assert {status(one) for one in some} == {200}
        more = server.get(wanted)
        assert (more.status, more.json()["code"]) == (429, "too_many_requests")
        assert int(more.headers["Retry-After"]) > 0
        others_are_served(server, one_of_each(server)[:-1])
    server.wait(lambda: begins(server, wanted), timeout_s=5)


def begins(server: Server, path: str) -> bool:
    with contextlib.closing(ask(server, path)) as connection:
        return status(connection) == 200


def test_behind_a_proxy_each_of_its_clients_has_a_share(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    flags = ("--trusted_proxies", "127.0.0.1")
    with Server(folder, *flags, env={"MEDIA_SERVER_TOKEN": TOKEN}) as proxied:
        bearer = f"Authorization: Bearer {TOKEN}"

        def listen(client: str, count: int) -> AbstractContextManager[list[socket.socket]]:
            forwarded = f"X-Forwarded-For: {client}"
            return held(proxied, ["/api/v1/events"] * count, bearer, forwarded)

        with listen("203.0.113.1", 64) as greedy:
            assert {status(one) for one in greedy} == {200}
            with listen("203.0.113.1", 1) as more, listen("203.0.113.2", 1) as other:
                assert (status(more[0]), status(other[0])) == (429, 200)


def test_a_stream_ends_soon_after_its_session(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    with Server(folder, env={"MEDIA_SERVER_TOKEN": TOKEN}) as guarded:
        cookie = sign_in(guarded)
        with (
            ask(guarded, "/api/v1/events", f"Cookie: {cookie}") as ending,
            ask(guarded, "/api/v1/events", f"Authorization: Bearer {TOKEN}") as staying,
        ):
            assert (status(ending), status(staying)) == (200, 200)
            assert post(guarded, "/logout", cookie=cookie)[0] == 303
            began_s = time.monotonic()
            with contextlib.suppress(ConnectionResetError):
                while ending.recv(65_536):
                    pass
            assert time.monotonic() - began_s < 15
            assert guarded.get("/api/v1/events", {"Cookie": cookie}).status == 401
            staying.settimeout(2)
            with pytest.raises(TimeoutError):
                while staying.recv(65_536):
                    pass


def post(server: Server, path: str, body: str = "", cookie: str = "") -> tuple[int, str]:
    """Status and `Set-Cookie` of the answer to a form."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    with contextlib.closing(connection):
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Set-Cookie"]


def sign_in(server: Server) -> str:
    """The cookie of a new session."""
    code, cookie = post(server, "/login", f"token={TOKEN}")
    assert code == 303
    return cookie.partition(";")[0]
