"""A day is approved as it was seen, put right by what is missing, and opened again; on both engines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import reviewing
from kiosk.domain.closings import differences, find_closing
from kiosk.domain.days import day_table
from kiosk.domain.reporting import CountWouldBeNegative, LessThanParts
from kiosk.domain.reviewing import Wanted
from kiosk.domain.tallying import record_taps
from kiosk.domain.verifying import verify
from kiosk.kinds import Audience, EventKind, Quality, Reason
from kiosk.models import AuditEntry, DayClosing, HeldTap
from tests.build import NOW, TODAY, House, tap
from tests.days import by, close, correct, enter, record, totals


def test_a_closed_day_keeps_what_was_approved_and_who_did_it(house: House) -> None:
    enter(house, visit=14, phone=3, sms=4)
    close(house, sentence="Sommerfest")
    closing = find_closing(house.session, house.centre.id, TODAY)
    assert closing is not None
    assert closing.totals == {"visit": 14, "phone": 3, "sms": 4, "contact": 7}
    assert (closing.was_open, closing.sentence, closing.closed_by_id) == (True, "Sommerfest", house.users["staff"].id)
    assert list(verify(house.session)) == []


def test_closing_forgets_minutes_and_tablets_of_that_day_alone_and_keeps_hours_and_sums(house: House) -> None:
    record(house, tap(), tap("lunch"), tap(at=NOW - timedelta(days=1)))
    before = totals(house)
    close(house)
    for one in house.ledger():
        times = (one.tapped_at, one.received_at, one.station_id)
        assert (times == (None, None, None)) == (one.day == TODAY)
        assert one.hour == 11
    assert totals(house) == before == {"visit": 1, "lunch": 1}


def test_closing_forgets_the_minutes_of_taps_that_wait(house: House) -> None:
    with writing(house.session):
        record_taps(house.session, house.poster(), [tap("phone")], NOW)
        house.session.commit()
    close(house)
    house.session.expire_all()
    (held,) = house.session.scalars(select(HeldTap))
    assert (held.tapped_at, held.received_at, held.station_id, held.hour) == (None, None, None, 11)


def test_a_tap_after_closing_counts_without_a_minute_and_shows_until_it_is_approved_too(house: House) -> None:
    record(house, tap())
    close(house)
    record(house, tap(), tap())
    assert all(one.tapped_at is None and one.station_id is None for one in house.ledger())
    closing = find_closing(house.session, house.centre.id, TODAY)
    assert closing is not None and differences(closing.totals, totals(house)) == {"visit": 2}
    (visit,) = [row for row in day_table(house.session, house.centre, TODAY, closing) if row.approved is not None]
    assert (visit.activity.key, visit.count, visit.approved) == ("visit", 3, 1)
    close(house, who="leader")
    holding = find_closing(house.session, house.centre.id, TODAY)
    assert holding is not None and holding.totals == {"visit": 3}
    assert len(house.session.scalars(select(DayClosing)).all()) == 2
    newest = house.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert newest is not None and (newest.verb, newest.old) == ("day.close", {"changed": {"visit": 2}})


def test_a_day_is_approved_only_as_it_was_seen(house: House) -> None:
    record(house, tap())
    seen = totals(house)
    record(house, tap())
    with pytest.raises(reviewing.CountHasChanged) as refusal:
        close(house, shown=seen)
    assert refusal.value.now == {"visit": 2}
    assert find_closing(house.session, house.centre.id, TODAY) is None
    assert all(one.tapped_at is not None for one in house.ledger())


def test_an_approved_day_is_not_approved_again_while_nothing_changes(house: House) -> None:
    close(house)
    with pytest.raises(reviewing.DayIsClosed):
        close(house)


def test_a_day_to_come_and_a_day_by_a_wrong_clock_cannot_be_closed(house: House) -> None:
    with pytest.raises(reviewing.DayIsToCome):
        close(house, TODAY + timedelta(days=1))
    with pytest.raises(reviewing.ClockIsWrong):
        close(house, clock_is_wrong=True)
    assert find_closing(house.session, house.centre.id, TODAY) is None


def test_closed_is_neither_zero_nor_missing(house: House) -> None:
    close(house, was_open=False)
    close(house, TODAY - timedelta(days=2))
    closed, zero = (find_closing(house.session, house.centre.id, day) for day in (TODAY, TODAY - timedelta(days=2)))
    assert closed is not None and not closed.was_open
    assert zero is not None and zero.was_open
    assert find_closing(house.session, house.centre.id, TODAY - timedelta(days=1)) is None


def test_a_day_with_numbers_was_not_closed(house: House) -> None:
    record(house, tap())
    with pytest.raises(reviewing.DayHasCounts):
        close(house, was_open=False)


def test_a_reopened_day_can_be_put_right_and_approved_anew(house: House) -> None:
    enter(house, visit=14)
    close(house)
    with pytest.raises(reviewing.DayIsClosed):
        correct(house, visit=(13, 14))
    with writing(house.session):
        reviewing.reopen_day(house.session, by(house, "leader"), TODAY, Reason.DOUBLED)
        house.session.commit()
    assert find_closing(house.session, house.centre.id, TODAY) is None
    correct(house, Reason.DOUBLED, visit=(13, 14))
    close(house)
    assert totals(house)["visit"] == 13 and list(verify(house.session)) == []


def test_a_day_that_is_open_cannot_be_reopened(house: House) -> None:
    with writing(house.session), pytest.raises(reviewing.DayIsOpen):
        reviewing.reopen_day(house.session, by(house, "leader"), TODAY, Reason.DOUBLED)


def test_a_correction_stores_the_difference_with_its_reason_and_who_made_it(house: House) -> None:
    enter(house, visit=14)
    correct(house, Reason.DOUBLED, visit=(12, 14))
    (stored,) = [one for one in house.ledger() if one.kind is EventKind.CORRECTION]
    assert (stored.count, stored.day, stored.hour) == (-2, TODAY, None)
    assert (stored.reason, stored.user_id, stored.audience) == (
        Reason.DOUBLED, house.users["staff"].id, Audience.STAFF,
    )  # fmt: skip
    assert totals(house)["visit"] == 12


def test_what_comes_from_the_paper_sheet_is_said_to_be_entered_afterwards(house: House) -> None:
    correct(house, Reason.PAPER_SHEET, visit=(9, 0))
    assert [one.quality for one in house.ledger()] == [Quality.BACKDATED]


def test_of_two_who_saw_the_same_number_one_corrects_it_and_one_is_told_both(
    house: House, make_session: Callable[[], Session]
) -> None:
    enter(house, visit=14)
    first, second = make_session(), make_session()

    def set_visits(session: Session, number: int) -> None:
        with writing(session):
            wanted = {"visit": Wanted(number, 14)}
            reviewing.correct_day(session, by(house), TODAY, wanted, Reason.FORGOTTEN)
            session.commit()

    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(set_visits, first, 15), pool.submit(set_visits, second, 16)]
        refusals = [one.exception() for one in done]
    (refusal,) = [one for one in refusals if one is not None]
    assert isinstance(refusal, reviewing.CountHasChanged)
    stands = 15 if refusals[0] is None else 16
    assert refusal.now["visit"] == stands == totals(house)["visit"]


def test_a_number_that_changed_meanwhile_is_not_corrected_and_neither_are_the_others(house: House) -> None:
    enter(house, visit=14, lunch=3)
    record(house, tap())
    with pytest.raises(reviewing.CountHasChanged) as refusal:
        correct(house, visit=(13, 14), lunch=(4, 3))
    assert refusal.value.now["visit"] == 15
    assert (totals(house)["visit"], totals(house)["lunch"]) == (15, 3)


def test_a_number_nobody_touched_may_change_meanwhile(house: House) -> None:
    enter(house, visit=14, lunch=3)
    record(house, tap())
    correct(house, visit=(14, 14), lunch=(4, 3))
    assert (totals(house)["visit"], totals(house)["lunch"]) == (15, 4)


def test_nothing_changed_nothing_below_zero_and_no_sum(house: House) -> None:
    enter(house, visit=14, phone=2)
    for refusal, numbers in (
        (reviewing.NothingToCorrect, {"visit": (14, 14)}),
        (CountWouldBeNegative, {"visit": (-1, 14)}),
        (reviewing.SumIsNotCorrected, {"contact": (5, 2)}),
    ):
        with pytest.raises(refusal):
            correct(house, **numbers)
    assert totals(house) == {"visit": 14, "phone": 2, "contact": 2}


def test_a_whole_and_its_part_put_right_at_once_are_what_was_asked_for(house: House) -> None:
    enter(house, community=4, trip=6)
    correct(house, trip=(8, 6), community=(15, 10))
    assert (totals(house)["community"], totals(house)["trip"]) == (15, 8)


def test_a_whole_is_never_less_than_its_parts(house: House) -> None:
    enter(house, community=4, trip=6)
    with pytest.raises(LessThanParts) as refusal:
        correct(house, community=(5, 10))
    assert (refusal.value.activity.key, refusal.value.least) == ("community", 6)
    assert totals(house)["community"] == 10


def test_a_day_is_closed_once_however_many_close_it(house: House, make_session: Callable[[], Session]) -> None:
    enter(house, visit=14)
    shown = totals(house)

    def close_it(session: Session) -> None:
        with writing(session):
            reviewing.close_day(session, by(house), TODAY, was_open=True, shown=shown)
            session.commit()

    with ThreadPoolExecutor(4) as pool:
        refusals = [one.exception() for one in [pool.submit(close_it, make_session()) for _ in range(4)]]
    assert sorted(type(one).__name__ for one in refusals) == ["DayIsClosed"] * 3 + ["NoneType"]
    assert len(house.session.scalars(select(DayClosing)).all()) == 1
