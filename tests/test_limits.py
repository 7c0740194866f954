"""How much one sender may post."""

from concurrent.futures import ThreadPoolExecutor

from kiosk.limits import MOST_SENDERS, TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_empties_and_fills_again_with_time() -> None:
    clock = Clock()
    buckets = TokenBuckets(capacity=10, per_second=2, clock=clock)
    assert buckets.take("door", 10) == 0
    assert buckets.take("door", 4) == 2
    clock.now += 2
    assert buckets.take("door", 4) == 0
    clock.now += 1000
    assert buckets.take("door", 10) == 0 and buckets.take("door", 1) > 0


def test_one_sender_does_not_use_up_what_another_may_send() -> None:
    buckets = TokenBuckets(capacity=1, per_second=1, clock=Clock())
    assert buckets.take("door", 1) == 0
    assert buckets.take("staff", 1) == 0


def test_many_threads_get_no_more_than_there_is() -> None:
    buckets = TokenBuckets(capacity=100, per_second=1, clock=Clock())
    with ThreadPoolExecutor(8) as pool:
        granted = list(pool.map(lambda _: buckets.take("door", 1) == 0, range(400)))
    assert sum(granted) == 100


def test_senders_long_silent_are_forgotten() -> None:
    buckets = TokenBuckets(capacity=1, per_second=1, clock=Clock())
    for sender in range(MOST_SENDERS + 1):
        buckets.take(sender, 1)
    assert len(buckets._buckets) == MOST_SENDERS


def test_asking_how_long_to_wait_takes_nothing() -> None:
    clock = Clock()
    buckets = TokenBuckets(capacity=2, per_second=0.1, clock=clock)
    assert [buckets.pause("leader") for _ in range(5)] == [0] * 5
    buckets.take("leader", 2)
    assert buckets.pause("leader") == 10
    clock.now += 9.5
    assert buckets.pause("leader") == 1
    clock.now += 0.5
    assert buckets.pause("leader") == 0 and buckets.take("leader", 1) == 0
