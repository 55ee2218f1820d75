from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from media_server.media.jail.confine import LARGE_FACTOR, memory_limit_bytes, readable_paths

if TYPE_CHECKING:
    from pathlib import Path

# Confines itself in a kernel that answers some calls with an error, and says what is on.
_LACKING = """
import errno, os, sys
sys.path[:] = PATH
from media_server.media.jail import kernel, wire
from media_server.media.jail.confine import confine
from media_server.media.jail.escape import find_escape
lacking = LACKING
def invoke(name, *arguments):
    error = lacking.get((name, arguments[0])) or lacking.get(name)
    if error:
        raise OSError(error, os.strerror(error))
    return kernel.invoke(name, *arguments)
setup = wire.Setup(512 << 20, 30, 64, 0, b"/etc/passwd")
layers = confine(setup, os.getppid(), invoke)
print(layers.privileges, layers.memory, layers.landlock, layers.seccomp, sep="|")
print(find_escape(layers, setup))
"""
_LANDLOCK, _SECCOMP = ("syscall", 444), ("prctl", 22)


def run(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script.replace("PATH", repr(sys.path))],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def layers_where(lacking: dict[object, int]) -> tuple[list[str], str]:
    layers, escape = run(_LACKING.replace("LACKING", repr(lacking)))
    return layers.split("|"), escape


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (38, "off (the kernel has none)"),  # ENOSYS
        (95, "off (switched off in the kernel)"),  # EOPNOTSUPP
        (1, "off (not permitted here)"),  # EPERM: inside another jail
        (7, "off (Argument list too long)"),  # E2BIG: 16 layers of Landlock already
    ],
)
def test_a_kernel_without_landlock(error: int, why: str) -> None:
    layers, escape = layers_where({_LANDLOCK: error})
    assert layers[2] == why
    assert layers[3] == "on"
    assert escape == "None"


@pytest.mark.parametrize("error", [22, 38])
def test_a_kernel_without_filters(error: int) -> None:
    layers, escape = layers_where({_SECCOMP: error})
    assert layers[2].startswith("on (ABI ")
    assert layers[3] == "off (the kernel has none)"
    assert escape == "None"


def test_a_kernel_with_nothing() -> None:
    layers, escape = layers_where({_LANDLOCK: 38, _SECCOMP: 22, "capset": 1})
    assert layers == [
        "off (not permitted here)",
        "on",
        "off (the kernel has none)",
        "off (the kernel has none)",
    ]
    assert escape == "None"


def test_a_process_with_threads_is_not_confined() -> None:
    """The layers would hold one thread and not the other."""
    script = """
import os, sys, threading
sys.path[:] = PATH
from media_server.media.jail import wire
from media_server.media.jail.confine import confine
threading.Thread(target=threading.Event().wait, daemon=True).start()
try:
    confine(wire.Setup(512 << 20, 30, 64, 0, b""), os.getppid())
except RuntimeError:
    print("refused")
"""
    assert run(script) == ["refused"]


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        (None, 1),
        ("image/jpeg", 1),
        ("image/heic", 1),
        ("image/x-raw", LARGE_FACTOR),
        ("image/x-adobe-dng", LARGE_FACTOR),
        ("image/x-nikon-nef", LARGE_FACTOR),
        ("video/mp4", LARGE_FACTOR),
        ("video/quicktime", LARGE_FACTOR),
    ],
)
def test_memory_follows_the_type(kind: str | None, factor: int) -> None:
    assert memory_limit_bytes(kind) == factor * (512 << 20)
    assert memory_limit_bytes(kind, 100) == factor * 100


def test_only_code_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder is on the module path of `python -m`: it may hold the photos."""
    modules = tmp_path / "lib" / "site-packages"
    monkeypatch.setattr(sys, "path", [*sys.path, "", str(tmp_path), str(modules)])
    monkeypatch.chdir(tmp_path)
    paths = readable_paths()
    assert str(modules) in paths
    assert str(tmp_path) not in paths
    assert not {"", "/", ".", "/home", os.path.expanduser("~")} & set(paths)


def test_an_empty_library_path_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib::/")
    paths = readable_paths()
    assert "/opt/lib" in paths
    assert not {"", "/"} & set(paths)
