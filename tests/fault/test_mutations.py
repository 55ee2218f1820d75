"""Damaged files of every format: each is settled, and nothing else is harmed.

A few hundred here; `make fuzz` sets MEDIA_SERVER_MUTATIONS to many thousands. A run is repeated by
its seed, which a failure names.
"""

from __future__ import annotations

import os
from random import Random
from typing import TYPE_CHECKING

import pytest

from media_server.media.jail.pool import JailLimits, JailPool
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading
from support.mutate import mutated
from support.seeds import films, pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from media_server.media.jail.wire import Task

pytestmark = pytest.mark.slow

MUTATIONS = int(os.environ.get("MEDIA_SERVER_MUTATIONS", "600"))
SEED = int(os.environ.get("MEDIA_SERVER_MUTATION_SEED", "20261123"))
_BATCH = 20
_MAX_GROWTH_BYTES = 20_000_000
_SETTLED = {"probe": Reading, "grid": Picture, "thumbnail": Picture, "poster": Picture}


@pytest.fixture(scope="module")
def pool() -> Iterator[JailPool]:
    pool = JailPool(size=2, limits=JailLimits(wall_s=30.0))
    yield pool
    pool.close()


def rss_bytes() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settle(pool: JailPool, task: Task, sources: list[bytes]) -> list[str]:
    """The kind of each outcome; codes of failures."""
    outcomes = pool.submit(task, sources).result(600)
    assert len(outcomes) == len(sources)
    kinds: list[str] = []
    for outcome in outcomes:
        assert isinstance(outcome, _SETTLED[task] | Failure)
        kinds.append(outcome.code if isinstance(outcome, Failure) else "done")
    return kinds


@pytest.mark.parametrize("task", ["probe", "grid", "thumbnail"])
def test_every_seed_is_sound(pool: JailPool, task: Task) -> None:
    kinds = settle(pool, task, list(pictures().values()))
    assert dict(zip(pictures(), kinds, strict=True)) == dict.fromkeys(pictures(), "done")


@pytest.mark.parametrize("task", ["probe", "poster"])
def test_every_film_is_sound(pool: JailPool, task: Task) -> None:
    kinds = settle(pool, task, list(films().values()))
    assert dict(zip(films(), kinds, strict=True)) == dict.fromkeys(films(), "done")


@pytest.mark.parametrize("kind", ["pictures", "films"])
def test_damaged_ones_are_settled(pool: JailPool, kind: str) -> None:
    seeds = list((pictures() if kind == "pictures" else films()).values())
    tasks: tuple[Task, ...] = ("probe", "grid") if kind == "pictures" else ("probe", "poster")
    wanted = MUTATIONS * 3 // 4 if kind == "pictures" else MUTATIONS // 4
    counts: dict[str, int] = {}
    before_bytes = 0
    for number in range(0, wanted, _BATCH):
        random = Random(f"{SEED} {kind} {number}")
        batch = [mutated(random.choice(seeds), random.choice(seeds), random) for _ in range(_BATCH)]
        for task in tasks:
            for code in settle(pool, task, batch):
                counts[f"{task} {code}"] = counts.get(f"{task} {code}", 0) + 1
        before_bytes = before_bytes or rss_bytes()
    assert rss_bytes() - before_bytes < _MAX_GROWTH_BYTES
    # Damage must be damage, and must not be all there is.
    assert counts.get(f"{tasks[1]} done", 0) < wanted
    assert counts.get(f"{tasks[1]} corrupt", 0) > 0
    assert counts.get(f"{tasks[1]} done", 0) > 0
    # A decoder may die of a file, once in a while; it may not be the rule, nor hang.
    died = sum(count for code, count in counts.items() if code.endswith("jail_died"))
    assert died <= wanted * 0.02, counts
    assert not [code for code in counts if code.endswith("timeout")], counts
