"""What this machine can do without the program: find, vipsthumbnail and nginx, run beside it.

Each is a plain Debian package. One that is not installed is left out, and so are its ratios.
"""

import contextlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from server import POLL_S, MeasureError, Reply, free_port, get

CORES = os.cpu_count() or 1
PACKAGES = {
    "find": "findutils",
    "nginx": "nginx-light",
    "strace": "strace",
    "vipsthumbnail": "libvips-tools",
    "wrk": "wrk",
}


def has(program: str) -> bool:
    """Whether a program is installed. nginx lies where only root's PATH leads."""
    return path_of(program) is not None


def path_of(program: str) -> str | None:
    """The full path of a program."""
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")


def missing() -> list[str]:
    """A line for each program that is not installed, with the way to mend it."""
    return [
        f"{program} is not installed: apt install {package}"
        for program, package in PACKAGES.items()
        if not has(program)
    ]


def find_s(folder: Path) -> float:
    """Seconds that `find` takes to walk a folder and ask for size and time of each file."""
    begun = time.monotonic()
    subprocess.run(
        ["find", str(folder), "-type", "f", "-printf", "%s %T@\n"],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - begun


@dataclass(frozen=True, slots=True)
class Effort:
    """What a piece of work took."""

    wall_s: float
    cpu_s: float


def _reaped_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def vipsthumbnail(pictures: Sequence[Path], out: Path) -> Effort:
    """Make a WebP of 320 pixels from each picture, in a process for each core.

    Raises:
        MeasureError: it could not make one of them.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    spec = str(out / "%s.webp[Q=80,strip]")
    cpu_s, begun = _reaped_cpu_s(), time.monotonic()
    running = [
        subprocess.Popen(
            ["vipsthumbnail", "--size", "320x320>", "-o", spec, *pictures[core::CORES]],
            env={**os.environ, "VIPS_CONCURRENCY": "1"},
        )
        for core in range(min(CORES, len(pictures)))
    ]
    failed = [process.args for process in running if process.wait()]
    effort = Effort(time.monotonic() - begun, _reaped_cpu_s() - cpu_s)
    if failed:
        raise MeasureError("vipsthumbnail did not make every picture")
    return effort


NGINX_CONF = """
daemon off;
{user}
worker_processes {cores};
pid {home}/nginx.pid;
error_log {home}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    open_file_cache max=200000 inactive=1h;
    client_body_temp_path {home}/body;
    proxy_temp_path {home}/proxy;
    fastcgi_temp_path {home}/fastcgi;
    uwsgi_temp_path {home}/uwsgi;
    scgi_temp_path {home}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {home}/root;
        location /thumbnail/ {{ default_type image/png; }}
        location /list {{ default_type application/json; }}
    }}
}}
"""


class Nginx:
    """nginx with a worker for each core, serving static files from a folder of its own.

    Attributes:
        port: where it listens on the loopback address.
        root: the folder it serves; what the program answers is written there, byte for byte.
    """

    def __init__(self, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)
        self.root = home / "root"
        (self.root / "thumbnail").mkdir(parents=True)
        self.port = free_port()
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX_CONF.format(user=user, cores=CORES, home=home, port=self.port)
        (home / "nginx.conf").write_text(text)
        (self.root / "ready").touch()
        program = path_of("nginx")
        assert program, "ask has() first"
        log = str(home / "error.log")
        self._process = subprocess.Popen([program, "-c", str(home / "nginx.conf"), "-e", log])

    def __enter__(self) -> Self:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                if get(self.port, "/ready").status == 200:
                    return self
            time.sleep(POLL_S)
        self.__exit__()
        raise MeasureError("nginx does not answer")

    def get(self, path: str) -> Reply:
        """GET a path."""
        return get(self.port, path)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
