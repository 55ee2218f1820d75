"""Sets up `.venv`: the pinned packages and the program itself, from nothing but Python ≥ 3.11.

Debian's python3 has neither pip nor ensurepip, so neither is used: the virtual environment is
made without pip, one pinned and hash-checked `uv` is fetched from the package index, and uv
installs what `uv.lock` names, each file checked against its hash there. A second run with nothing
changed does nothing.

Installing the program builds its gallery, too. Where only the gallery's sources have changed since,
only that is done again.

Read from the environment: UV_DEFAULT_INDEX, UV_INDEX_URL or PIP_INDEX_URL (the package index;
PyPI if none is set), SSL_CERT_FILE, the usual proxy variables, UV (a uv to use instead), and
MEDIA_SERVER_NO_GALLERY (leave the gallery out).
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import io
import os
import platform
import re
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import gallery

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "setup-stamp"
PYPI = "https://pypi.org/simple"
TIMEOUT_S = 60
PIP = ["pip", "install", "--quiet", "--python", str(VENV / "bin/python")]

UV_VERSION = "0.13.9"
# (machine, C library) → the wheel's tags and the SHA-256 that PyPI gives for it.
UV_WHEELS = {
    ("x86_64", "glibc"): (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    ("x86_64", "musl"): (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    ("aarch64", "glibc"): (
        "manylinux_2_28_aarch64",
        "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    ),
    ("aarch64", "musl"): (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    ("armv7l", "glibc"): (
        "manylinux_2_17_armv7l.manylinux2014_armv7l",
        "16963d19594e18d746a70c7fce82237bde4f2cac4cfcf0ca2b84796fe9d0c6e9",
    ),
}


class SetupError(Exception):
    """Setting up failed; the message is for the user."""


def made_from() -> str:
    """A digest of all that the environment is made from. Equal: nothing to do."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for name in ("pyproject.toml", "uv.lock", "tools/setup_venv.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def installed_groups() -> set[str] | None:
    """The groups in the environment; None when it is absent or made from other files than now's."""
    try:
        digest, *groups = STAMP.read_text().split()
    except (OSError, ValueError):
        return None
    # The link goes nowhere once the system has replaced the Python that it was made with.
    return set(groups) if digest == made_from() and (VENV / "bin/python").exists() else None


def make_venv() -> None:
    """Create the environment, or keep the one that is there if it has this Python's version."""
    import venv  # slow to import, and not needed when nothing has changed

    ask = [str(VENV / "bin/python"), "-c", "import sys; print(*sys.version_info[:2])"]
    if words_of(ask) != [str(part) for part in sys.version_info[:2]]:
        venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(VENV)


def words_of(command: list[str]) -> list[str]:
    """The words that a command prints; none when it does not run."""
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.split()
    except OSError:
        return []


def package_index() -> str:
    """The address of the package index, without a slash at its end."""
    names = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
    return next(filter(None, map(os.environ.get, names)), PYPI).rstrip("/")


def fetch(url: str) -> bytes:
    """The body at `url`.

    Raises:
        SetupError: it cannot be had.
    """
    accept = {"Accept": "application/vnd.pypi.simple.v1+json, text/html;q=0.1"}
    try:
        request = urllib.request.Request(url, headers=accept)
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
            body: bytes = response.read()
            return body
    except (OSError, ValueError) as error:  # URLError is an OSError, InvalidURL a ValueError
        reason = getattr(error, "reason", error)
        raise SetupError(f"cannot reach the package index: {url}: {reason}") from error


def find_uv() -> str:
    """The path of the uv to use: $UV, the one in the environment, or one fetched now."""
    if os.environ.get("UV"):
        return os.environ["UV"]
    program = VENV / "bin/uv"
    if UV_VERSION not in words_of([str(program), "--version"]):
        program.write_bytes(fetch_uv())
        program.chmod(0o755)
    return str(program)


def fetch_uv() -> bytes:
    """The pinned uv program for this machine.

    Raises:
        SetupError: none is pinned for this machine, or the index has none, or another one.
    """
    libc = platform.libc_ver()[0] or "musl"
    try:
        tags, sha256 = UV_WHEELS[platform.machine(), libc]
    except KeyError:
        kind = f"{sys.platform} {platform.machine()} {libc}"
        raise SetupError(f"no uv pinned for {kind}: install uv and set UV=/path/to/uv") from None
    name = f"uv-{UV_VERSION}-py3-none-{tags}.whl"
    page_url = package_index() + "/uv/"
    page = fetch(page_url).decode(errors="replace")
    # Both forms of the page quote the address, JSON (PEP 691) and HTML; JSON quotes the name too.
    links: list[str] = re.findall(rf"""["']([^"']*{re.escape(name)})[#"']""", page)
    if not links:
        raise SetupError(f"{page_url} does not offer {name}")
    wheel = fetch(urllib.parse.urljoin(page_url, max(links, key=len)))
    if hashlib.sha256(wheel).hexdigest() != sha256:
        raise SetupError(f"{name} from {page_url} is not the file whose SHA-256 is pinned here")
    with zipfile.ZipFile(io.BytesIO(wheel)) as members:
        return members.read(f"uv-{UV_VERSION}.data/scripts/uv")


def install(uv: str, groups: set[str]) -> None:
    """Install what uv.lock names, and the program itself, editable.

    Not `uv sync`: that takes files from the addresses in uv.lock, so it cannot use another index.

    Raises:
        SetupError: uv failed; it has said why.
    """
    wanted = VENV / "requirements.txt"
    options = [word for group in sorted(groups) for word in ("--group", group)]
    export = ["export", "--frozen", "--quiet", "--no-default-groups", "--no-emit-project", *options]
    run_uv(uv, [*export, "--output-file", str(wanted)])
    # Byte code now rather than at the first start, which has a second to listen.
    run_uv(uv, [*PIP, "--compile-bytecode", "--require-hashes", "--requirement", str(wanted)])
    install_program(uv)


def install_program(uv: str) -> None:
    """Install the program itself, editable, which builds its gallery.

    Raises:
        SetupError: uv failed; it has said why.
    """
    run_uv(uv, [*PIP, "--no-deps", "--reinstall", "--editable", str(ROOT)])


def run_uv(uv: str, command: list[str]) -> None:
    """Run uv on the package index.

    Raises:
        SetupError: it failed; it has said why.
    """
    environment = {**os.environ, "UV_DEFAULT_INDEX": package_index(), "UV_NO_CONFIG": "1"}
    if subprocess.run([uv, *command], cwd=ROOT, env=environment).returncode:
        raise SetupError("uv " + " ".join(command[:2]) + " failed")


def build_gallery() -> int:
    """Build the gallery where its sources have changed. Returns the exit code."""
    if not gallery.wanted() or gallery.is_built():
        return 0
    print("Building the gallery ...", file=sys.stderr)
    try:
        install_program(find_uv())
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def main() -> int:
    """Set up the environment with the groups asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Set up .venv from uv.lock.")
    parser.add_argument("--group", action="append", default=[], help="dependency group to add")
    groups = set(parser.parse_args().group)
    if sys.version_info < (3, 11):  # noqa: UP036  whoever runs this has not installed anything yet
        print(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)  # two makes at once: the second waits, then finds it done
    installed = installed_groups()
    if installed is not None:
        if groups <= installed:
            return build_gallery()
        groups |= installed
    print("Setting up .venv ...", file=sys.stderr)
    try:
        make_venv()
        STAMP.unlink(missing_ok=True)
        install(find_uv(), groups)
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    STAMP.write_text(" ".join([made_from(), *sorted(groups)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
