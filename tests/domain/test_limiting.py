"""How often something may be tried: exact under load, and never for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import limiting
from kiosk.domain.limiting import SAME_ADDRESS, SAME_NAME, SAME_NAME_FROM_SAME_ADDRESS
from kiosk.models import RateBucket
from tests.build import NOW

SECRET = b"the secret of the installation"
HERE, THERE = "192.0.2.1", "192.0.2.2"
TRIES = SAME_NAME_FROM_SAME_ADDRESS.at_once
NONE = timedelta(0)


def keys(name: str = "liv", address: str = HERE, now: datetime = NOW, purpose: str = "sign-in") -> limiting.Keys:
    return limiting.limit_attempts(SECRET, purpose, name, address, now)


def take(session: Session, taken: limiting.Keys, now: datetime = NOW) -> timedelta:
    with writing(session):
        wait = limiting.take(session, taken, now)
        session.commit()
    return wait


def take_all(session: Session, name: str = "liv", address: str = HERE) -> int:
    """How many tries there are before the first wait."""
    tries = 0
    while not take(session, keys(name, address)):
        tries += 1
    return tries


def test_a_name_from_an_address_has_ten_tries_and_then_one_a_minute(session: Session) -> None:
    assert take_all(session) == TRIES
    assert take(session, keys()) == timedelta(minutes=1)
    assert take(session, keys(), NOW + timedelta(seconds=59)) == timedelta(seconds=1)
    later = NOW + timedelta(minutes=1)
    assert take(session, keys(now=later), later) == NONE
    assert take(session, keys(now=later), later) == timedelta(minutes=1)


def test_other_names_other_addresses_and_other_purposes_have_their_own(session: Session) -> None:
    take_all(session)
    assert take(session, keys(name="stian")) == take(session, keys(address=THERE)) == NONE
    assert take(session, keys(purpose="code")) == NONE


def test_many_addresses_at_one_name_and_one_address_at_many_names_are_limited_too(session: Session) -> None:
    many = range(200)
    assert sum(take(session, keys(address=f"192.0.2.{one}")) == NONE for one in many) == SAME_NAME.at_once
    assert sum(take(session, keys(name=f"name {one}", address="198.51.100.1")) == NONE for one in many) == (
        SAME_ADDRESS.at_once
    )


def test_a_try_that_is_refused_costs_nothing(session: Session) -> None:
    take_all(session)
    for _ in range(20):
        assert take(session, keys()) == timedelta(minutes=1)
    # Nor does it from the buckets that still have some.
    assert take_all(session, address=THERE) == TRIES


def test_a_hundred_at_once_get_as_many_as_there_are(make_session: Callable[[], Session]) -> None:
    threads = 20
    start = Barrier(threads)

    def try_five_times(session: Session) -> int:
        start.wait()
        return sum(take(session, keys()) == NONE for _ in range(5))

    with ThreadPoolExecutor(threads) as pool:
        taken = list(pool.map(try_five_times, [make_session() for _ in range(threads)]))
    assert sum(taken) == TRIES


def test_what_is_given_back_can_be_taken_again_and_no_more(session: Session) -> None:
    take_all(session)
    for _ in range(TRIES + 5):
        with writing(session):
            limiting.give_back(session, keys(), NOW)
            session.commit()
    assert take_all(session) == TRIES


def test_looking_takes_nothing_and_writes_nothing(session: Session) -> None:
    assert limiting.find_wait(session, keys(), NOW) == NONE
    assert list(session.scalars(select(RateBucket.key))) == []
    take_all(session)
    assert limiting.find_wait(session, keys(), NOW) == timedelta(minutes=1)


@pytest.mark.parametrize("gone_back", [timedelta(minutes=5), timedelta(days=3650)])
def test_a_clock_that_was_put_back_locks_nobody_out(session: Session, gone_back: timedelta) -> None:
    take_all(session)
    assert take(session, keys(), NOW - gone_back) == NONE


def test_requests_that_overtake_each_other_find_no_bucket_full(session: Session) -> None:
    took = [take(session, keys(), NOW - timedelta(milliseconds=10) * number) for number in range(20)]
    assert [one == NONE for one in took] == [True] * 10 + [False] * 10


def test_neither_name_nor_address_can_be_read_and_the_next_day_has_other_keys(session: Session) -> None:
    take_all(session)
    stored = list(session.scalars(select(RateBucket.key)))
    assert set(stored) == set(keys()) and all(len(key) == 32 for key in stored)
    assert not set(keys()) & set(keys(now=NOW + timedelta(days=1)))
    assert not set(keys()) & set(limiting.limit_attempts(b"another secret", "sign-in", "liv", HERE, NOW))


def test_no_name_can_be_made_to_look_like_another_with_an_address() -> None:
    assert not set(keys(name="liv|9:192.0.2.1", address="")) & set(keys())


def test_buckets_of_yesterday_are_forgotten(session: Session) -> None:
    take_all(session)
    later = NOW + timedelta(days=1, seconds=1)
    take(session, keys(now=later), later)
    with writing(session):
        limiting.forget_old(session, later)
        session.commit()
    assert set(session.scalars(select(RateBucket.key))) == set(keys(now=later))
