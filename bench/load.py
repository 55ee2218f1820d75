"""Asks a server for many things at once (wrk), or for one thing several times."""

import json
import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server import MeasureError, get

CONNECTIONS = 32
# Every path once, in an order that is random and always the same, then again.
WRK_LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
math.randomseed(1)
for i = #paths, 2, -1 do
    local j = math.random(i)
    paths[i], paths[j] = paths[j], paths[i]
end
local i = 0
request = function()
    i = i %% #paths + 1
    return wrk.format("GET", paths[i])
end
done = function(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\\n{"requests":%%d,"us":%%d,"p50_us":%%d,"p99_us":%%d,"max_us":%%d,"bad":%%d}\\n',
        summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), latency.max,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What a server bore."""

    rps: float
    p50_ms: float
    p99_ms: float
    max_ms: float


def wrk(port: int, paths: Sequence[str], seconds: int, work: Path) -> Load:
    """Ask for `paths` in random order over 32 connections.

    Raises:
        MeasureError: an answer was not 200, or did not come.
    """
    urls, script = work / "paths.txt", work / "wrk.lua"
    urls.write_text("\n".join(paths) + "\n")
    script.write_text(WRK_LUA % urls)
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)]
    command = ["wrk", *options, f"http://127.0.0.1:{port}"]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    found = re.search(r"^\{.*\}$", printed.stdout, re.MULTILINE)
    if not found:
        raise MeasureError(f"wrk failed: {printed.stdout} {printed.stderr}")
    counted = json.loads(found[0])
    if counted["bad"]:
        raise MeasureError(f"{counted['bad']} of {counted['requests']} requests failed")
    return Load(
        rps=counted["requests"] / (counted["us"] / 1e6),
        p50_ms=counted["p50_us"] / 1e3,
        p99_ms=counted["p99_us"] / 1e3,
        max_ms=counted["max_us"] / 1e3,
    )


def median_load(loads: Sequence[Load]) -> Load:
    """Each figure's median; of the longest wait, the longest."""
    return Load(
        rps=statistics.median(load.rps for load in loads),
        p50_ms=statistics.median(load.p50_ms for load in loads),
        p99_ms=statistics.median(load.p99_ms for load in loads),
        max_ms=max(load.max_ms for load in loads),
    )


def answer_ms(port: int, path: str, headers: dict[str, str] | None = None, times: int = 9) -> float:
    """Median milliseconds from connecting to the last byte, one request after another.

    Raises:
        MeasureError: an answer was neither 200 nor 304.
    """
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        reply = get(port, path, headers)
        took.append((time.perf_counter() - begun) * 1e3)
        if reply.status not in {200, 304}:
            raise MeasureError(f"{path} gave {reply.status}")
    return statistics.median(took)
