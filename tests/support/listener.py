"""A proxy for all that a browser asks of other hosts: it writes that down, and refuses it."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

_REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Listener:
    """Listens on a port of its own. Leaving the context ends it.

    Attributes:
        port: where it listens on the loopback address.
        asked: the first line of each request, such as `CONNECT example.org:443 HTTP/1.1`.
    """

    def __init__(self) -> None:
        """Begin to listen."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.asked: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(2)
                head = connection.recv(4_096)
                self.asked.append(head.split(b"\r\n", 1)[0].decode("latin-1"))
                connection.sendall(_REFUSED)
