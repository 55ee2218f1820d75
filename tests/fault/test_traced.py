"""What the kernel sees: originals are only read, and nobody outside is called."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from support.library import manifest
from support.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from fault.conftest import Undisturbed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed"),
]

OPENING = "open,openat,openat2,creat"
WRITING = (
    "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,mknodat,link,linkat,"
    "symlink,symlinkat,truncate,ftruncate,fallocate,chmod,fchmod,fchmodat,chown,fchown,lchown,"
    "fchownat,utime,utimes,futimesat,utimensat,setxattr,lsetxattr,fsetxattr,removexattr,"
    "lremovexattr,fremovexattr"
)
CALLING = "connect,sendto,sendmsg"
_FOR_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|\bcreat\(")
_ADDRESS = re.compile(r"sin6?_addr=inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\"")


def strace(log: Path) -> tuple[str, ...]:
    """Words that run a command and log the calls that could do harm, descriptors with paths."""
    calls = f"trace=?{',?'.join(f'{OPENING},{WRITING},{CALLING}'.split(','))}"
    return ("strace", "-f", "-y", "-qq", "-s", "4096", "-o", str(log), "-e", calls)


def writes_below(log: Path, root: str) -> list[str]:
    """Calls that would change something below a folder, whether they worked or not."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        name = re.search(r"(\w+)\(", line)
        if name is None or root not in line or name[1] in CALLING.split(","):
            continue
        if name[1] not in OPENING.split(",") or _FOR_WRITING.search(line):
            found.append(line)
    return found


def calls_out(log: Path) -> list[str]:
    """Calls to other computers."""
    lines = log.read_text(errors="replace").splitlines()
    addressed = [(line, found) for line in lines if (found := _ADDRESS.search(line))]
    local = ("127.", "::1")
    return [line for line, found in addressed if not (found[1] or found[2]).startswith(local)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "strace.log"


def test_scan_and_serve(undisturbed: Undisturbed, tmp_path: Path, log: Path) -> None:
    (tmp_path / "data").mkdir()
    roots, data_dir = [undisturbed.root], str(tmp_path / "data")
    program = Program(roots, data_dir, "--rescan_interval", "1", prefix=strace(log))
    with program:
        program.wait_until_done(within_s=60)
        assert program.listing() == undisturbed.listing
        for digest in undisturbed.listing:
            program.get(f"/thumbnail/{digest}")
    # It saw the originals being opened, by their names in open folders.
    assert re.search(
        rf"openat\(\d+<{re.escape(undisturbed.root)}[^>]*>, \"0\.jpg\"", log.read_text()
    )
    assert writes_below(log, undisturbed.root) == []
    assert calls_out(log) == []
    assert manifest(undisturbed.root) == undisturbed.originals


@pytest.mark.parametrize(
    "statement",
    [
        "open(path, 'wb')",
        "open(path, 'ab')",
        "os.open(os.path.basename(path), os.O_RDWR, dir_fd=folder)",
        "os.rename(path, path + '.new')",
        "os.rename('a.jpg', 'b.jpg', src_dir_fd=folder, dst_dir_fd=folder)",
        "os.unlink('a.jpg', dir_fd=folder)",
        "os.chmod(path, 0o600)",
        "os.utime(path)",
        "os.utime(os.open(path, os.O_RDONLY))",
        "os.truncate(path, 1)",
        "os.mkdir(path + '.thumbnails')",
    ],
)
def test_writing_would_be_seen(tmp_path: Path, log: Path, statement: str) -> None:
    (tmp_path / "library").mkdir()
    path = tmp_path / "library" / "a.jpg"
    path.write_bytes(b"x")
    code = (
        f"import os; path = {str(path)!r}; "
        f"folder = os.open(os.path.dirname(path), os.O_RDONLY); {statement}"
    )
    subprocess.run([*strace(log), sys.executable, "-c", code], check=True)
    assert writes_below(log, str(tmp_path / "library"))


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_calling_out_would_be_seen(log: Path, address: str) -> None:
    family = "AF_INET6" if ":" in address else "AF_INET"
    try:
        socket.socket(getattr(socket, family)).close()
    except OSError:
        pytest.skip("there is no IPv6 here")
    code = (
        f"import socket; one = socket.socket(socket.{family}, socket.SOCK_DGRAM); "
        f"one.connect_ex(({address!r}, 9)); two = socket.socket(); two.connect_ex(('127.0.0.1', 9))"
    )
    subprocess.run([*strace(log), sys.executable, "-c", code], check=True)
    assert len(calls_out(log)) == 1


_PREPARE = """
import sys
from media_server import app
from media_server.model.settings import Settings
from media_server.place import take_place
place = take_place(Settings(storage_dir=(sys.argv[1],), data_dir=sys.argv[2]))
app.prepare_catalog(place)
"""


@pytest.mark.parametrize("starts", [1, 2])
def test_start_does_not_wait_for_the_disk(tmp_path: Path, log: Path, starts: int) -> None:
    (tmp_path / "photos").mkdir()
    words = [sys.executable, "-c", _PREPARE, str(tmp_path / "photos"), str(tmp_path / "data")]
    for _ in range(starts):
        traced = ["strace", "-f", "-y", "-qq", "-o", str(log), "-e", "fsync,fdatasync,openat"]
        subprocess.run([*traced, *words], check=True)
    assert "catalog.sqlite" in log.read_text()
    assert "sync(" not in log.read_text()
