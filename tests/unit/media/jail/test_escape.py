from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# Claims layers without being confined at all: each lie must come out.
_LIAR = """
import os, sys
sys.path[:] = PATH
from media_server.media.jail import wire
from media_server.media.jail.escape import find_escape
layers = wire.Layers(**LAYERS)
setup = wire.Setup(MEMORY, 30, 64, 0, OUT_OF_REACH)
print(find_escape(layers, setup))
"""
_OFF = {"privileges": "off (x)", "memory": "on", "landlock": "off (x)", "seccomp": "off (x)"}


def find(changes: dict[str, str], *, out_of_reach: str = "/etc/passwd", memory: int) -> str:
    script = _LIAR.replace("PATH", repr(sys.path)).replace("LAYERS", repr(_OFF | changes))
    script = script.replace("MEMORY", str(memory)).replace(
        "OUT_OF_REACH", repr(out_of_reach.encode())
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()


_IMPOSSIBLE = 1 << 60  # fails for lack of address space, limit or not


def test_nothing_is_claimed() -> None:
    assert find({}, memory=_IMPOSSIBLE) == "None"


def test_memory_that_has_no_limit() -> None:
    assert find({}, memory=1 << 20) == "('memory', 'take more memory')"


def test_files_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "catalog").touch()
    found = find({"landlock": "on (ABI 1)"}, out_of_reach=str(tmp_path / "catalog"), memory=1 << 60)
    assert found == "('landlock', 'read a file')"


def test_a_file_that_is_not_there_proves_nothing(tmp_path: Path) -> None:
    found = find({"landlock": "on (ABI 1)"}, out_of_reach=str(tmp_path / "absent"), memory=1 << 60)
    assert found == "('landlock', 'list a folder')"


def test_calls_that_are_not_filtered(tmp_path: Path) -> None:
    assert find({"seccomp": "on"}, memory=_IMPOSSIBLE) == "('seccomp', 'write a file')"


@pytest.mark.parametrize("deed", ["connect", "signal its parent", "make a child"])
def test_each_later_attempt_bites(deed: str) -> None:
    """Those that only come to their turn when the ones before them failed."""
    script = """
import os, sys
sys.path[:] = PATH
from media_server.media.jail import escape, wire
layers = wire.Layers(privileges="off (x)", memory="on", landlock="off (x)", seccomp="on")
setup = wire.Setup(1 << 60, 30, 64, 0, b"")
attempts = {deed: (act, expected) for _, deed, act, expected in escape._attempts(layers, setup)}
act, expected = attempts[DEED]
try:
    act()
    print("done")
except OSError as error:
    print(error.errno not in expected)
"""
    script = script.replace("PATH", repr(sys.path)).replace("DEED", repr(deed))
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() in ("done", "True")


def test_a_program_that_can_be_started_is_not_greeted() -> None:
    """It replaces the jail, so the pool hears nothing."""
    script = "import sys; sys.path[:] = PATH; from media_server.media.jail import escape; "
    script = script.replace("PATH", repr(sys.path)) + "escape._start(); print('still here')"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
