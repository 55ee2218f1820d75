"""Clients that leave in the middle of an answer, very often: nothing of them stays behind."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from support.catalog import list_many
from support.footprint import at_rest, footprint, web_process
from support.media import noise, picture
from support.server import Server, in_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# `make fault` sets the first of these.
LONG = "MEDIA_SERVER_FAULT_CYCLES" in os.environ
LEAVING = int(os.environ.get("MEDIA_SERVER_LEAVING", "10000" if LONG else "500"))
WARMING = max(250, LEAVING // 5)
AT_ONCE = 8
# Those of the web process, which is spoken to over a socket each.
JAILS = 2
PHOTOS, FILMS = 60, 3
# More than all buffers on the way to a client.
FILM_BYTES = 6_000_000
# What an allocator may keep for the next one.
SLACK_KIB = 48 << 10
RESET = struct.pack("ii", 1, 0)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("leaving") / "photos"
    folder.mkdir()
    for number in range(PHOTOS):
        (folder / f"photo {number}.jpg").write_bytes(picture(number, size=(640, 480)))
    for number in range(FILMS):
        (folder / f"film {number}.mp4").write_bytes(noise(number, FILM_BYTES))
    with Server(folder, "--jails", str(JAILS)) as started:
        started.settle()
        list_many(started.data_dir, 20_000)
        yield started


def addresses(server: Server) -> dict[str, list[str]]:
    """For each kind of answer some addresses that have one."""
    listed = server.list()
    photos = [one for one, entry in listed.items() if entry["filename"].startswith("photo")]
    films = [one for one, entry in listed.items() if entry["filename"].startswith("film")]
    assets = "/api/v1/assets"
    return {
        "originals": [f"{assets}/{one}/original" for one in films],
        "archive": [promised(server, films)],
        "list": ["/list"],
        "events": ["/api/v1/events"],
        "events from the beginning": ["/api/v1/events?since="],
        "pictures made now": [f"{assets}/{one}/renditions/preview" for one in photos],
        "thumbnails made now": [f"/thumbnail/{one}" for one in photos],
        "pictures": [f"{assets}/{one}/renditions/grid" for one in photos],
        "pages": ["/api/v1/changes"],
        "checksums": ["/api/v1/manifest"],
    }


def promised(server: Server, digests: list[str]) -> str:
    """The address of an archive of some originals."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    body = json.dumps({"digests": digests})
    connection.request("POST", "/api/v1/downloads", body, {"Content-Type": "application/json"})
    found: str = json.loads(connection.getresponse().read())["url"]
    connection.close()
    return found


def leave(server: Server, path: str, number: int) -> None:
    """Ask, and leave: before the answer, in its middle, politely, rudely, or half."""
    connection = socket.socket()
    if number % 3:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.settimeout(30)
    with connection, contextlib.suppress(ConnectionResetError, BrokenPipeError):
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        if number % 4:
            connection.recv(100)
        if number % 4 == 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if number % 4 == 3:
            connection.shutdown(socket.SHUT_WR)


def crowd(server: Server, kinds: Sequence[Sequence[str]], count: int) -> None:
    """So many clients that leave, some at the same time, of each kind of answer alike."""

    def some(first: int) -> None:
        for number in range(first, count, AT_ONCE):
            paths = kinds[number % len(kinds)]
            if number % 100 == first:
                forget_pictures(server)
            leave(server, paths[number // len(kinds) % len(paths)], number // len(kinds))

    in_threads(AT_ONCE, some)


def forget_pictures(server: Server) -> None:
    """Have those made on demand be made again."""
    for path in (server.data_dir / "renditions").rglob("*"):
        if path.is_file():
            path.unlink(missing_ok=True)


def test_nothing_stays_behind(server: Server) -> None:
    web = web_process(server)
    kinds = list(addresses(server).values())
    quiet = footprint(web)
    crowd(server, kinds, WARMING)
    before = at_rest(web, lambda now: now.sockets <= quiet.sockets + JAILS)
    crowd(server, kinds, LEAVING)
    after = at_rest(web, lambda now: now.sockets <= quiet.sockets + JAILS)
    assert after.sockets <= quiet.sockets + JAILS
    # Threads that have read the catalog keep it open, each for itself.
    assert after.files <= before.files + 16
    assert after.threads <= before.threads + 32
    assert after.memory_kib <= before.memory_kib + SLACK_KIB
    assert web_process(server) == web
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("kind", ["originals", "archive", "events"])
def test_nobody_who_has_left_still_counts(server: Server, kind: str) -> None:
    (path, *_) = addresses(server)[kind]
    for number in range(100):
        leave(server, path, number)
    # Far more of one client than may be under way at once.
    statuses = in_threads(32, lambda _: begun(server, path))
    assert statuses == [200] * 32


def begun(server: Server, path: str) -> int:
    """The status of an answer of which no more is taken."""
    with server.connect() as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return int(connection.recv(100).split()[1])
