from __future__ import annotations

import io
import threading
import time
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from media_server.media.jail.pool import JailLimits, JailPool, JailState
from media_server.media.picture import Picture
from media_server.media.reading import Failure, Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def jpeg(width: int = 40) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, 30), "red").save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def make_pool() -> Iterator[Callable[..., JailPool]]:
    pools = []

    def make(size: int = 1, **limits: float) -> JailPool:
        pools.append(JailPool(size=size, limits=JailLimits(**limits)))  # type: ignore[arg-type]
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


def test_all_three_tasks_in_order(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool(2)
    sources = [jpeg(20), b"", b"text", jpeg(30)]
    for task, kind in (("probe", Reading), ("grid", Picture), ("thumbnail", Picture)):
        outcomes = pool.submit(task, sources).result(20)  # type: ignore[arg-type]
        assert [type(outcome) for outcome in outcomes] == [kind, Failure, Failure, kind]
        codes = [outcome.code for outcome in outcomes if isinstance(outcome, Failure)]
        assert codes == ["empty", "unrecognised"]
    assert pool.submit("probe", []).result(1) == []


def test_many_sources_keep_their_order(make_pool: Callable[..., JailPool]) -> None:
    """More than one message holds, over two jails."""
    sources = [jpeg(width) for width in range(10, 60)] * 50
    outcomes = make_pool(2).submit("probe", sources).result(30)
    widths = [outcome.width_px for outcome in outcomes if isinstance(outcome, Reading)]
    assert widths == list(range(10, 60)) * 50


def test_urgent_work_goes_first(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool()
    order: list[str] = []
    done = threading.Semaphore(0)

    def note(name: str) -> Callable[[object], None]:
        def callback(_: object) -> None:
            order.append(name)
            done.release()

        return callback

    first = pool.submit("probe", [jpeg()] * 4_000)
    for name, urgent in (("a", False), ("b", False), ("now", True)):
        pool.submit("probe", [jpeg()], urgent=urgent).add_done_callback(note(name))
    first.result(20)
    for _ in range(3):
        assert done.acquire(timeout=10)
    assert order == ["now", "a", "b"]


def test_cancelled_work_is_not_begun(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool(sources=2_500)
    first = pool.submit("probe", [jpeg()] * 2_000)
    second = pool.submit("probe", [jpeg()] * 3_000)  # several messages
    assert second.cancel()
    assert len(first.result(20)) == 2_000
    assert len(pool.submit("probe", [jpeg()]).result(10)) == 1
    assert pool.state().started_total == 1  # the second would have worn it out


def test_cancelled_work_does_not_disturb_the_end(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool()
    pool.submit("probe", [jpeg()] * 2_000)
    assert pool.submit("probe", [jpeg()]).cancel()
    pool.close()


def test_processes_exist_only_while_there_is_work(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool(2, idle_s=0.1)
    assert pool.state() == JailState(2, 0, 0, 0, 0, None)
    for round_ in (1, 2):
        pool.submit("probe", [jpeg()]).result(10)
        assert pool.state().started_total == round_
        deadline_s = time.monotonic() + 5
        while pool.state().running and time.monotonic() < deadline_s:
            time.sleep(0.01)
        layers = pool.state().layers
        assert layers is not None
        assert pool.state() == JailState(2, 0, 0, round_, 0, layers)


def test_a_jail_is_replaced_after_its_time(make_pool: Callable[..., JailPool]) -> None:
    pool = make_pool(sources=10)
    for _ in range(4):
        pool.submit("probe", [jpeg()] * 5).result(10)
    assert pool.state().started_total == 2
    assert pool.state().died_total == 0


def test_a_pool_has_a_jail() -> None:
    with pytest.raises(ValueError, match="at least one"):
        JailPool(size=0)
