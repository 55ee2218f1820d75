"""Bytes over real sockets, with the tools that people have: curl, unzip, sha256sum."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.library import digest_of
from support.media import picture
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator

PHOTO = picture(7, size=(400, 300))
BIG_BYTES = 48 << 20
CLIENTS = 300


def big() -> bytes:
    """More than sockets and pipes hold, and told to be a film by what it begins with."""
    block = bytes(range(256)) * 4_096
    return b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + block * (BIG_BYTES // len(block))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("bytes") / "photos"
    (folder / "2020").mkdir(parents=True)
    (folder / "2020/Zoë \\ 1.jpg").write_bytes(PHOTO)
    (folder / "copy.jpg").write_bytes(PHOTO)
    (folder / "big.mp4").write_bytes(big())
    with Server(folder) as running:
        yield running.settle()


@pytest.fixture(scope="module")
def library(server: Server) -> Path:
    return server.data_dir.parent / "photos"


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}/api/v1/assets/{server.digest('big.mp4')}/original"


def curl(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["curl", "-sS", "--max-time", "60", *words], capture_output=True)


def status_and_headers(*words: str) -> tuple[int, dict[str, str]]:
    told = curl("-D", "-", "-o", "/dev/null", *words).stdout.decode().splitlines()
    pairs = (line.partition(": ") for line in told[1:] if line)
    return int(told[0].split()[1]), {name.lower(): text for name, _, text in pairs}


def test_whole(server: Server, address: str) -> None:
    got = curl(address)
    assert got.returncode == 0
    assert digest_of(got.stdout) == server.digest("big.mp4")


def test_head_is_that_of_get(address: str) -> None:
    there = status_and_headers(address)
    head = status_and_headers("-I", address)
    for one in (there, head):
        one[1].pop("date", None)
    assert head == there
    assert there[1]["content-length"] == str(len(big()))


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("0-0", (0, 1)),
        ("100-", (100, None)),
        ("-1000000", (-1_000_000, None)),
        ("5-2000004", (5, 2_000_005)),
    ],
)
def test_ranges(address: str, asked: str, span: tuple[int, int | None]) -> None:
    expected = big()[slice(*span)]
    got = curl("-r", asked, address)
    assert got.returncode == 0
    assert got.stdout == expected
    status, headers = status_and_headers("-r", asked, address)
    assert (status, headers["content-length"]) == (206, str(len(expected)))


def test_a_download_is_gone_on_with(server: Server, address: str, tmp_path: Path) -> None:
    path = tmp_path / "part"
    path.write_bytes(big()[:1_000_000])
    assert curl("-C", "-", "-o", str(path), address).returncode == 0
    assert digest_of(path.read_bytes()) == server.digest("big.mp4")


def test_if_range(server: Server, address: str) -> None:
    etag = f'"{server.digest("big.mp4")}"'
    for sent, status in ((etag, 206), ('"other"', 200)):
        told = status_and_headers("-r", "0-9", "-H", f"If-Range: {sent}", address)
        assert told[0] == status
    assert status_and_headers("-H", f"If-None-Match: {etag}", address)[0] == 304


def test_beyond_the_end(address: str) -> None:
    status, headers = status_and_headers("-r", "999999999-", address)
    assert (status, headers["content-range"]) == (416, f"bytes */{len(big())}")


def test_the_manifest_checks_the_library(server: Server, library: Path, tmp_path: Path) -> None:
    sums = tmp_path / "sums"
    sums.write_bytes(server.get("/api/v1/manifest").body)
    checked = subprocess.run(["sha256sum", "-c", sums], cwd=library, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(b": OK") == 3


def test_an_archive(server: Server, tmp_path: Path) -> None:
    names = [server.digest("big.mp4"), digest_of(PHOTO)]
    body = '{"digests": ["%s", "%s"]}' % tuple(names)  # noqa: UP031 (braces)
    site = f"http://127.0.0.1:{server.port}"
    json = "content-type: application/json"
    location = status_and_headers("-H", json, "-d", body, f"{site}/api/v1/downloads")[1]["location"]
    path = tmp_path / "a.zip"
    assert curl("-o", str(path), f"{site}{location}").returncode == 0
    assert subprocess.run(["unzip", "-t", "-q", path]).returncode == 0
    out = tmp_path / "out"
    subprocess.run(
        ["unzip", "-q", path, "-d", out], check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=out, capture_output=True)
    assert checked.returncode == 0, checked.stderr


def test_one_that_changes_is_cut(server: Server, library: Path, tmp_path: Path) -> None:
    """The client has its end of the file when the beginning is changed, and is told so."""
    data = b"\0\0\0\x18ftypmp42\0\0\0\1mp42isom" + big()[24:]
    path = library / "changing.mp4"
    path.write_bytes(data)
    server.get("/api/v1/libraries/scan", method="POST")
    address = f"/api/v1/assets/{digest_of(data)}/original"
    server.wait(lambda: server.get(address, method="HEAD").status == 200)
    with stalled(server, address) as client:
        time.sleep(0.5)
        with path.open("r+b") as file:
            file.seek(-7, os.SEEK_END)
            file.write(b"changed")
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while piece := client.recv(1 << 20):
                received += len(piece)
                assert b"changed" not in piece
    assert 0 < received < len(data)
    path.unlink()


@contextlib.contextmanager
def stalled(server: Server, address: str) -> Iterator[socket.socket]:
    """A client that has asked, and takes little."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.settimeout(30)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield client


def memory_kib(web: int) -> int:
    lines = Path(f"/proc/{web}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1])


def held(web: int) -> Counter[str]:
    """What a process has open: sockets, nameless files and files of the library, by kind."""
    found: Counter[str] = Counter()
    for name in os.listdir(f"/proc/{web}/fd"):
        with contextlib.suppress(OSError):
            target = os.readlink(f"/proc/{web}/fd/{name}")
            kind = target.partition(":")[0] if ":" in target else os.path.basename(target)
            if not kind.startswith(("catalog.sqlite", "renditions.sqlite")):
                found[kind.rpartition("#")[2] if "(deleted)" not in target else "nameless"] += 1
    return found


def threads_of(web: int) -> int:
    return len(os.listdir(f"/proc/{web}/task"))


def web_process(server: Server) -> int:
    """Whoever has more sockets open while we are connected than the others have."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    with contextlib.ExitStack() as running:
        for _ in range(9):
            running.enter_context(server.connect())
        server.get("/healthz")
        return max(map(int, children), key=lambda child: held(child)["socket"])


@pytest.mark.parametrize("what", ["original", "archive"])
def test_clients_that_leave_leave_nothing(server: Server, address: str, what: str) -> None:
    path = address.partition(str(server.port))[2]
    if what == "archive":
        body = b'{"digests": ["%s"]}' % server.digest("big.mp4").encode()
        asked = f"POST /api/v1/downloads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"  # noqa: E501
        path = server.raw(asked.encode() + body).partition(b"ocation: ")[2].split(b"\r")[0].decode()
    web = web_process(server)
    before, threads, most_kib = held(web), threads_of(web), 0
    for _ in range(CLIENTS // 50):
        with contextlib.ExitStack() as running:
            for _ in range(50):
                running.enter_context(stalled(server, path))
            time.sleep(0.3)
            most_kib = max(most_kib, memory_kib(web))
            # Nobody else waits for them, and each of them holds no more than descriptors.
            began_s = time.monotonic()
            assert server.get(path, {"Range": "bytes=-9"}).status in (200, 206)
            assert time.monotonic() - began_s < 5
            assert threads_of(web) <= threads + 40
    server.wait(lambda: held(web) <= before, 15)
    assert most_kib < 400_000


def test_a_byte_a_second(server: Server, address: str) -> None:
    path = address.partition(str(server.port))[2]
    web = web_process(server)
    with contextlib.ExitStack() as running:
        clients = [running.enter_context(stalled(server, path)) for _ in range(60)]
        time.sleep(0.5)
        before, threads = held(web), threads_of(web)
        for _ in range(2):
            for client in clients:
                assert len(client.recv(1)) == 1
            time.sleep(1)
        assert held(web) <= before
        assert threads_of(web) <= threads
        assert digest_of(curl(address).stdout) == server.digest("big.mp4")
