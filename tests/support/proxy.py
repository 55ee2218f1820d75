"""Real reverse proxies, nginx and Caddy, set up as the page about security tells."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_START_S = 10.0
_STOP_S = 10.0
# What nginx needs besides the lines under test: not to be a service, and no folder of the system's.
_NGINX = """
daemon off;
{user}
worker_processes 1;
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
{lines}
    }}
}}
"""
_CADDY = """
{{
    admin off
    auto_https off
}}
http://:{port} {{
    bind 127.0.0.1
{lines}
}}
"""


def program_path(name: str) -> str | None:
    """Where a program is. nginx lies where only root's PATH leads."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


class Proxy:
    """A reverse proxy on a port of its own. Leaving the context ends it.

    Attributes:
        port: where it listens on the loopback address.
    """

    def __init__(self, kind: str, program: str, lines: str, home: Path) -> None:
        """Start it.

        Args:
            kind: `nginx` or `caddy`.
            program: its path.
            lines: what stands in its `server` or site.
            home: an empty folder.
        """
        self.port = _free_port()
        self._home = home
        user = "user root;" if os.geteuid() == 0 else ""
        form = {"nginx": _NGINX, "caddy": _CADDY}[kind]
        path = home / "proxy.conf"
        path.write_text(form.format(home=home, user=user, port=self.port, lines=lines))
        words = {
            "nginx": [program, "-c", str(path), "-e", str(home / "error.log")],
            "caddy": [program, "run", "--adapter", "caddyfile", "--config", str(path)],
        }[kind]
        with (home / "output.log").open("wb") as log:
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home)},
            )

    def __enter__(self) -> Self:
        deadline_s = time.monotonic() + _START_S
        while time.monotonic() < deadline_s and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return self
            time.sleep(0.05)
        self.__exit__()
        raise AssertionError(f"it did not start:\n{self._log()}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(_STOP_S)

    def _log(self) -> str:
        return "".join(path.read_text() for path in self._home.glob("*.log"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
