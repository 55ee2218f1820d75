from __future__ import annotations

from media_server.web.gate.throttle import FREE, Throttle


class Clock:
    def __init__(self) -> None:
        self.now_s = 5.0

    def __call__(self) -> float:
        return self.now_s


def fail(throttle: Throttle, client: str, times: int) -> None:
    for _ in range(times):
        throttle.failed(client)


def test_five_are_free_then_it_doubles_up_to_a_quarter_of_an_hour() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    fail(throttle, "192.0.2.1", FREE - 1)
    assert throttle.wait_s("192.0.2.1") == 0
    waits = []
    for _ in range(14):
        throttle.failed("192.0.2.1")
        waits.append(throttle.wait_s("192.0.2.1"))
        clock.now_s += waits[-1]
        assert throttle.wait_s("192.0.2.1") == 0
    assert waits[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert set(waits[10:]) == {900}


def test_others_are_not_held_up() -> None:
    throttle = Throttle(Clock())
    fail(throttle, "192.0.2.1", 20)
    fail(throttle, "2001:db8:0:1::1", 20)
    assert throttle.wait_s("192.0.2.2") == 0
    assert throttle.wait_s("2001:db8:0:2::1") == 0
    assert throttle.wait_s("2001:db8:0:1:ffff::9") > 0


def test_success_and_an_hour_make_it_forgotten() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    fail(throttle, "192.0.2.1", 9)
    throttle.succeeded("192.0.2.1")
    assert throttle.wait_s("192.0.2.1") == 0
    fail(throttle, "192.0.2.1", 12)
    clock.now_s += 3_601
    throttle.failed("192.0.2.1")
    assert throttle.wait_s("192.0.2.1") == 0


def test_when_many_guess_each_has_one_free_guess() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for number in range(300):
        throttle.failed(f"198.51.{number // 250}.{number % 250}")
    assert throttle.wait_s("192.0.2.9") == 0  # the owner, who has guessed nothing
    throttle.failed("192.0.2.1")
    assert throttle.wait_s("192.0.2.1") == 1
    clock.now_s += 61
    throttle.failed("192.0.2.2")
    assert throttle.wait_s("192.0.2.2") == 0


def test_the_table_is_bounded() -> None:
    throttle = Throttle(Clock())
    for number in range(20_000):
        throttle.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(throttle._guessers) == 10_000
