"""Two processes that fill a store at once, and are killed at any moment, keep its limit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from media_server.store import ledger
from media_server.store.database import open_database, writing
from media_server.store.sweep import sweep
from support.hoarder import stores

LIMIT_BYTES = 400_000
CYCLES = int(os.environ.get("MEDIA_SERVER_FAULT_CYCLES", "12"))

pytestmark = pytest.mark.slow


def start(data_dir: Path, seed: int) -> subprocess.Popen[bytes]:
    tests = str(Path(__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-m", "support.hoarder", str(data_dir), str(LIMIT_BYTES), str(seed)],
        env={**os.environ, "PYTHONPATH": tests},
    )


def file_bytes(data_dir: Path) -> int:
    """Of all files of large renditions, half-written ones included."""
    found = 0
    for folder, _, names in os.walk(data_dir / "renditions"):
        for name in names:
            try:
                found += os.stat(os.path.join(folder, name)).st_size
            except FileNotFoundError:  # a half-written one that was given up, which takes no lock
                continue
    return found


def test_two_processes_at_once_killed_again_and_again(tmp_path: Path) -> None:
    chance = random.Random(4)
    hoarders = [start(tmp_path, seed) for seed in (1, 2)]
    most_bytes = 0
    try:
        with closing(open_database(str(tmp_path / "renditions.sqlite"))) as connection:
            for cycle in range(CYCLES):
                until_s = time.monotonic() + chance.uniform(0.1, 0.6)
                while time.monotonic() < until_s:
                    # Under the lock no file gets or loses its name.
                    with writing(connection):
                        kept = ledger.kept(connection)
                        large_bytes = file_bytes(tmp_path)
                    assert large_bytes <= kept.large_bytes
                    assert kept.small_bytes + kept.large_bytes <= LIMIT_BYTES
                    most_bytes = max(most_bytes, kept.small_bytes + large_bytes)
                    time.sleep(0.01)
                unlucky = chance.randrange(2)
                assert hoarders[unlucky].poll() is None
                hoarders[unlucky].kill()
                hoarders[unlucky].wait()
                hoarders[unlucky] = start(tmp_path, 10 + cycle)
    finally:
        for hoarder in hoarders:
            hoarder.kill()
            hoarder.wait()
    assert most_bytes > LIMIT_BYTES * 0.8
    small, large = stores(str(tmp_path), LIMIT_BYTES)
    with closing(small), closing(large):
        large.prepare()
        assert file_bytes(tmp_path) <= large.size().large_bytes
        sweep(large, pause_s=0)
        assert file_bytes(tmp_path) == large.size().large_bytes
        assert sweep(large, pause_s=0) == (0, 0, 0)
