"""The server that the contract is tried on: one for all tests, over the library of `library.py`.

Two variables put another one in its place:

- `MEDIA_SERVER_CONTRACT_URL`: where it is.
- `MEDIA_SERVER_CONTRACT_LIBRARY`: the folder that it serves, as `python -m contract.library FOLDER`
  has made it. The tests put files into its folder `new` and take them away again.

It must let whoever asks do everything, and take a date without an offset as one of UTC.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from contract import library as contents
from contract.client import Answer, Client, until
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL, LIBRARY = "MEDIA_SERVER_CONTRACT_URL", "MEDIA_SERVER_CONTRACT_LIBRARY"


class Get(Protocol):
    """`get("/list", if_none_match="…")`."""

    def __call__(self, path: str, method: str = ..., **headers: str) -> Answer: ...


class Post(Protocol):
    """`post("/api/v1/assets/lookup", {"digests": []})`."""

    def __call__(self, path: str, body: object = ..., **headers: str) -> Answer: ...


class Start(Protocol):
    """`with start(folder) as other:` is a client of a server of its own."""

    def __call__(
        self, folder: Path, *flags: str, token: str = ...
    ) -> contextlib.AbstractContextManager[Client]: ...


def settle(client: Client) -> None:
    """Wait until a server has nothing left to do."""

    def is_done() -> bool:
        state = client.get("/api/v1/libraries").json()
        left = state["progress"]["unhashed"] + state["progress"]["unpictured"]
        return bool(state["scans"] and state["step"] == "idle" and not left)

    until(is_done)


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Path]]:
    """The server, with nothing left to do, and the folder that it serves."""
    if URL in os.environ:
        foreign = Client(os.environ[URL])
        settle(foreign)
        yield foreign, Path(os.environ[LIBRARY])
        return
    folder = tmp_path_factory.mktemp("contract") / "photos"
    contents.make(folder)
    with Server(folder, env={"TZ": "UTC"}) as server:
        ours = Client(f"http://127.0.0.1:{server.port}")
        settle(ours)
        yield ours, folder


@pytest.fixture
def get(client: tuple[Client, Path]) -> Get:
    return client[0].get


@pytest.fixture
def post(client: tuple[Client, Path]) -> Post:
    return client[0].post


@pytest.fixture
def url(client: tuple[Client, Path]) -> str:
    """What all addresses begin with, for curl."""
    return client[0].url


@pytest.fixture
def library(client: tuple[Client, Path]) -> Path:
    """The folder that is served."""
    return client[1]


@pytest.fixture
def digest(library: Path) -> Callable[[str], str]:
    """SHA-256 of a file of the library, as `sha256sum` has it."""
    return lambda name: sha256((library / name).read_bytes()).hexdigest()


@pytest.fixture
def scanned(client: tuple[Client, Path]) -> Callable[[], None]:
    """Has the library scanned, and waits until there is nothing left to do."""
    server = client[0]

    def scan() -> None:
        before = server.get("/api/v1/libraries").json()["scans"]
        server.post("/api/v1/libraries/scan")
        until(lambda: server.get("/api/v1/libraries").json()["scans"] > before)
        settle(server)

    return scan


@pytest.fixture
def new(library: Path, scanned: Callable[[], None]) -> Iterator[Path]:
    """A folder of the library for files that come and go; afterwards the library is as before."""
    folder = library / "new"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)
    scanned()


@pytest.fixture(scope="session")
def start() -> Start:
    """Starts another server; those who try a foreign one have to do without."""
    if URL in os.environ:
        pytest.skip(f"{URL}: only one server is there")
    return _started


@contextlib.contextmanager
def _started(folder: Path, *flags: str, token: str = "") -> Iterator[Client]:
    env = {"TZ": "UTC"} | ({"MEDIA_SERVER_TOKEN": token} if token else {})
    with Server(folder, *flags, env=env) as server:
        if not token:
            server.settle()
        yield Client(f"http://127.0.0.1:{server.port}")
