"""Where the program works: storage folders, data dir with its lock, and the port; and for whom.

All of it is checked here, before anything else is begun, and refused in words for people.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from media_server.model.access import MAX_TOKEN_SIGNS, Access, digest_of_token
from media_server.model.errors import DataDirInUse, DataDirUnusable, PortInUse, UsageError
from media_server.model.network import is_loopback
from media_server.store.files import RenditionFiles
from media_server.store.large import LargeStore
from media_server.store.room import Room
from media_server.store.small import SmallStore

if TYPE_CHECKING:
    from media_server.model.settings import Settings

# A server that was killed a moment ago may still hold the lock or the port.
_PATIENCE_S = 1.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where the program works: checked, made and locked.

    Attributes:
        roots: absolute paths of the storage folders.
        data_dir: absolute path, which exists.
        lock_fd: holds the data dir's lock for as long as it is open.
        max_store_bytes: limit of all renditions together; 0 is none.
    """

    roots: tuple[bytes, ...]
    data_dir: str
    lock_fd: int
    max_store_bytes: int

    @property
    def catalog_path(self) -> str:
        """The catalog's file."""
        return os.path.join(self.data_dir, "catalog.sqlite")

    @property
    def small_path(self) -> str:
        """The store's file: small renditions, and a row for each large one."""
        return os.path.join(self.data_dir, "renditions.sqlite")

    @property
    def sessions_path(self) -> str:
        """The file of those who have signed in."""
        return os.path.join(self.data_dir, "sessions.json")

    def small_store(self) -> SmallStore:
        """The store of small renditions, opened anew."""
        return SmallStore(self.small_path, room=Room(self._files(), self.max_store_bytes))

    def large_store(self) -> LargeStore:
        """The store of large renditions."""
        return LargeStore(self._files(), self.small_path, limit_bytes=self.max_store_bytes)

    def _files(self) -> RenditionFiles:
        return RenditionFiles(os.path.join(self.data_dir, "renditions"))

    def skipped_folder(self) -> tuple[int, int]:
        """Device and inode of the data dir, which is never walked as part of a library."""
        found = os.stat(self.data_dir)
        return found.st_dev, found.st_ino


def storage_roots(settings: Settings) -> tuple[bytes, ...]:
    """The storage folders as absolute paths, each once.

    Raises:
        UsageError: one is absent, no folder, or may not be listed.
    """
    roots: dict[bytes, None] = {}
    for given in settings.storage_dir:
        root = os.path.abspath(given)
        try:
            os.scandir(root).close()
        except FileNotFoundError:
            raise UsageError(f"--storage_dir: there is no folder {given}") from None
        except NotADirectoryError:
            raise UsageError(f"--storage_dir: {given} is not a folder") from None
        except OSError as error:
            raise UsageError(f"--storage_dir: cannot read {given}: {error.strerror}") from None
        roots[os.fsencode(root)] = None
    return tuple(roots)


def default_data_dir(first_root: bytes) -> str:
    """The platform's folder for a user's data, one for each first storage folder."""
    from platformdirs import user_data_dir

    name = os.path.basename(os.fsdecode(first_root)) or "root"
    readable = "".join(one if one.isalnum() or one in "-_." else "_" for one in name)
    word = f"{readable[:40]}-{sha256(first_root).hexdigest()[:8]}"
    return os.path.join(user_data_dir("media-server", appauthor=False), word)


def take_place(settings: Settings) -> Place:
    """Check the storage folders, make the data dir and take its lock.

    Raises:
        UsageError: a storage folder cannot be used, or the data dir lies inside one.
        DataDirUnusable: the data dir cannot be made or written.
        DataDirInUse: another process has its lock.
    """
    roots = storage_roots(settings)
    if settings.data_dir:
        data_dir = os.path.abspath(settings.data_dir)
        _refuse_inside(roots, data_dir)
    else:
        data_dir = default_data_dir(roots[0])
    try:
        os.makedirs(data_dir, mode=0o700, exist_ok=True)
        lock_fd = os.open(
            os.path.join(data_dir, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
    except OSError as error:
        raise DataDirUnusable(f"cannot use the data dir {data_dir}: {error.strerror}") from error
    _lock(lock_fd, data_dir)
    return Place(roots, data_dir, lock_fd, settings.max_store)


def _refuse_inside(roots: tuple[bytes, ...], data_dir: str) -> None:
    real = os.path.realpath(os.fsencode(data_dir))
    for root in roots:
        inside = os.path.realpath(root)
        if real == inside or real.startswith(inside.rstrip(b"/") + b"/"):
            shown = os.fsdecode(root)
            raise UsageError(f"--data_dir: {data_dir} lies inside the storage folder {shown}")


def _lock(lock_fd: int, data_dir: str) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline_s:
                raise DataDirInUse(
                    f"another media-server already works with the data dir {data_dir}"
                ) from None
            time.sleep(0.05)
        else:
            return


def take_access(settings: Settings, host: str) -> Access:
    """Who may use the server; refused where a network would be let in by mistake.

    Args:
        settings: as given.
        host: the address that is listened on.

    Raises:
        UsageError: the access token cannot be used, or there is none where one is needed.
    """
    token = _token(settings)
    if token is not None and settings.open_to_network:
        raise UsageError("--open_to_network: there is an access token; leave one of them out")
    if token is not None or settings.open_to_network:
        return Access(token, settings.open_to_network)
    door = _door(settings, host)
    if door:
        raise UsageError(
            f"{door} opens the server to others: give an access token with --token_file FILE or "
            "MEDIA_SERVER_TOKEN, or say --open_to_network to let everyone in"
        )
    return Access()


def _door(settings: Settings, host: str) -> str:
    """The setting by which others than this computer's users come in; empty where none does."""
    if not is_loopback(host):
        return f"--host {settings.host}"
    # Through a proxy on this computer everyone seems to be at this computer.
    if settings.trusted_proxies:
        return "--trusted_proxies"
    return "--allowed_hosts" if settings.allowed_hosts else ""


def _token(settings: Settings) -> bytes | None:
    if settings.token_file and settings.token:
        raise UsageError("--token_file: MEDIA_SERVER_TOKEN is there too; leave one of them out")
    where, text = "MEDIA_SERVER_TOKEN", settings.token.reveal()
    if settings.token_file:
        where, text = f"--token_file: {settings.token_file}", _first_line(settings.token_file)
    elif not settings.token:
        return None
    try:
        return digest_of_token(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _first_line(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_TOKEN_SIGNS + 100)
    except OSError as error:
        raise UsageError(f"--token_file: cannot read {path}: {error.strerror}") from None
    return data.decode("latin-1").strip().partition("\n")[0].strip()


def numeric(host: str) -> str:
    """The address that a name stands for; the name itself where it is unknown, for `bind` to say.

    Asked once, so that what is listened on is what was checked.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        return host
    return str(found[4][0])


def bind(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        PortInUse: the address is taken, unknown, or not ours to bind.
    """
    deadline_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            bound = socket.socket(found[0], socket.SOCK_STREAM)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                bound.bind(found[4])
                bound.listen(1024)
            except OSError:
                bound.close()
                raise
        except OSError as error:
            if time.monotonic() > deadline_s or isinstance(error, socket.gaierror):
                reason = error.strerror or str(error)
                raise PortInUse(f"cannot listen on {host} port {port}: {reason}") from error
            time.sleep(0.05)
        else:
            bound.setblocking(False)
            return bound
