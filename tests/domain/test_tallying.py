"""The ledger's promise: a tap counts once, whatever happens to it on the way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain.tallying import Poster, record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, EventKind, HoldReason, Outcome, Verdict
from kiosk.models import DayClosing, HeldTap
from tests.build import NOW, TODAY, House, event, tap, undo


def record(house: House, *taps: Tap, poster: Poster | None = None, session: Session | None = None) -> list[Verdict]:
    session = session or house.session
    with writing(session):
        verdicts = record_taps(session, poster or house.poster(), taps, NOW)
        session.commit()
    return [verdicts[one.id] for one in taps]


def held(house: House) -> list[HeldTap]:
    house.session.expire_all()
    return list(house.session.scalars(select(HeldTap)))


def test_a_tap_becomes_one_event_of_its_local_day_and_hour(house: House) -> None:
    one = tap("visit")
    assert record(house, one) == [Verdict.RECORDED]
    (stored,) = house.ledger()
    assert (stored.id, stored.count, stored.day, stored.hour) == (one.id, 1, TODAY, 11)
    assert (stored.kind, stored.audience, stored.tapped_at) == (EventKind.TAP, Audience.PARTICIPANT, NOW)


def test_the_same_tap_sent_again_is_known_and_adds_nothing(house: House) -> None:
    one = tap()
    assert record(house, one) == [Verdict.RECORDED]
    assert record(house, one) == [Verdict.KNOWN]
    assert record(house, one, one) == [Verdict.KNOWN, Verdict.KNOWN]
    assert len(house.ledger()) == 1 and not held(house)


def test_the_same_tap_twice_in_one_batch_counts_once(house: House) -> None:
    one = tap()
    assert record(house, one, one) == [Verdict.RECORDED, Verdict.RECORDED]
    assert len(house.ledger()) == 1 and not held(house)


def test_the_same_tap_from_eight_clients_at_once_leaves_one_row(
    house: House, make_session: Callable[[], Session]
) -> None:
    one, poster = tap(), house.poster()
    house.session.commit()
    sessions = [make_session() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda session: record(house, one, poster=poster, session=session)[0], sessions))
    assert sorted(verdicts) == [Verdict.KNOWN] * 7 + [Verdict.RECORDED]
    assert len(house.ledger()) == 1


def test_a_tap_and_its_undo_from_two_clients_at_once_cancel_out(
    house: House, make_session: Callable[[], Session]
) -> None:
    poster = house.poster()
    house.session.commit()
    sessions = [make_session(), make_session()]
    for _ in range(10):
        one = tap()
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(
                    lambda pair: record(house, pair[0], poster=poster, session=pair[1]),
                    zip((one, undo(one)), sessions, strict=True),
                )
            )
    assert sum(one.count for one in house.ledger()) == 0
    assert len(house.ledger()) == 20


def test_an_undo_takes_day_and_hour_from_its_tap(house: House) -> None:
    yesterday = tap(at=NOW - timedelta(days=1, hours=2))
    record(house, yesterday)
    record(house, replace(undo(yesterday), testimony=tap().testimony))
    back = next(one for one in house.ledger() if one.kind is EventKind.UNDO)
    assert (back.count, back.day, back.hour) == (-1, TODAY - timedelta(days=1), 9)


def test_a_tap_is_taken_back_only_once(house: House) -> None:
    one = tap()
    record(house, one)
    assert record(house, undo(one), undo(one)) == [Verdict.RECORDED, Verdict.KNOWN]
    assert sum(stored.count for stored in house.ledger()) == 0


def test_an_undo_before_its_tap_waits_and_counts_when_the_tap_comes(house: House) -> None:
    one = tap()
    early = undo(one)
    assert record(house, early) == [Verdict.HELD]
    assert held(house)[0].reason is HoldReason.UNDO_BEFORE_TAP
    assert record(house, one) == [Verdict.RECORDED]
    assert sum(stored.count for stored in house.ledger()) == 0
    assert held(house)[0].outcome is Outcome.ACCEPTED and held(house)[0].tapped_at is None
    assert record(house, early) == [Verdict.KNOWN]


def test_an_undo_and_its_tap_in_one_batch_need_no_order(house: House) -> None:
    one = tap()
    assert record(house, undo(one), one) == [Verdict.RECORDED, Verdict.RECORDED]
    assert sum(stored.count for stored in house.ledger()) == 0 and not held(house)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"activity": "unheard_of"}, HoldReason.UNKNOWN_ACTIVITY),
        ({"activity": None}, HoldReason.UNKNOWN_ACTIVITY),
        ({"activity": "phone"}, HoldReason.NOT_ON_SCREEN),
        ({"activity": "contact"}, HoldReason.NOT_ON_SCREEN),
        ({"centre": "andre"}, HoldReason.OTHER_CENTRE),
        ({"centre": "nowhere"}, HoldReason.OTHER_CENTRE),
        ({"count": 0}, HoldReason.IMPOSSIBLE_COUNT),
        ({"count": -3}, HoldReason.IMPOSSIBLE_COUNT),
        ({"count": None}, HoldReason.IMPOSSIBLE_COUNT),
        ({"count": 10**30}, HoldReason.IMPOSSIBLE_COUNT),
        ({"testimony": tap(at=NOW - timedelta(days=401)).testimony}, HoldReason.TOO_OLD),
    ],
)
def test_what_cannot_be_counted_is_held_with_its_reason_and_the_rest_is_recorded(
    house: House, changed: dict[str, object], reason: HoldReason
) -> None:
    good, bad = tap(), replace(tap(), **changed)  # type: ignore[arg-type]
    assert record(house, bad, good) == [Verdict.HELD, Verdict.RECORDED]
    assert [one.reason for one in held(house)] == [reason]
    assert record(house, bad) == [Verdict.HELD]
    assert len(held(house)) == 1 and len(house.ledger()) == 1


def test_a_retired_activity_is_held_but_a_replay_of_what_was_counted_is_known(house: House) -> None:
    before, after = tap(), tap()
    record(house, before)
    house.activities["visit"].retired_at = NOW
    house.session.commit()
    assert record(house, before, after) == [Verdict.KNOWN, Verdict.HELD]


def test_a_replay_is_known_also_after_the_tablet_moved_to_another_centre(house: House) -> None:
    one = tap(centre="prove")
    record(house, one)
    assert record(house, one, poster=house.poster(other=True)) == [Verdict.KNOWN]
    assert len(house.ledger()) == 1


def test_a_held_tap_is_shown_to_the_centre_it_was_made_for(house: House) -> None:
    record(house, tap(centre="andre"), tap(centre="nowhere"))
    assert {one.centre_id for one in held(house)} == {house.other_centre.id, house.centre.id}


def test_the_same_id_with_other_content_is_held_as_a_conflict(house: House) -> None:
    one = tap(count=1)
    record(house, one)
    assert record(house, replace(one, count=2)) == [Verdict.HELD]
    assert held(house)[0].reason is HoldReason.CONFLICT
    assert [stored.count for stored in house.ledger()] == [1]


def test_what_was_dismissed_does_not_count_when_it_is_sent_again(house: House) -> None:
    one = tap("new_activity")
    record(house, one)
    waiting = held(house)[0]
    waiting.outcome, waiting.settled_at = Outcome.DISMISSED, NOW
    house.activities["lunch"].key = "new_activity"
    house.session.commit()
    assert record(house, one) == [Verdict.HELD]
    assert not house.ledger()


def test_an_undo_that_does_not_fit_its_tap_is_held(house: House) -> None:
    one = tap(count=2)
    record(house, one)
    assert record(house, replace(undo(one), count=1)) == [Verdict.HELD]
    assert held(house)[0].reason is HoldReason.UNDO_MISMATCH


def test_a_tap_for_a_day_already_closed_is_recorded_without_its_minute(house: House) -> None:
    house.session.add(DayClosing(centre_id=house.centre.id, day=TODAY, was_open=True, totals={}, closed_at=NOW))
    house.session.commit()
    record(house, tap())
    (stored,) = house.ledger()
    assert (stored.hour, stored.tapped_at, stored.received_at, stored.station_id) == (11, None, None, None)
    # One that waits for a person gives its minute away no more than one that counts.
    record(house, tap("unknown_activity"))
    (waiting,) = held(house)
    assert (waiting.hour, waiting.tapped_at, waiting.received_at, waiting.station_id) == (11, None, None, None)


def test_a_tap_older_than_a_week_is_recorded_without_its_minute(house: House) -> None:
    record(house, tap(at=NOW - timedelta(days=7)), tap(at=NOW - timedelta(days=6)))
    assert sorted(one.tapped_at is None for one in house.ledger()) == [False, True]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tally_event SET count = 2",
        "UPDATE tally_event SET day = '2020-01-01'",
        "UPDATE tally_event SET tapped_at = '2020-01-01 00:00:00'",
        "DELETE FROM tally_event",
    ],
)
def test_the_database_itself_refuses_to_change_or_delete_an_event(house: House, statement: str) -> None:
    event(house.session, house.centre, house.activities["visit"], 1, TODAY, tapped_at=NOW)
    house.session.commit()
    with pytest.raises(DBAPIError, match="only grows"):
        house.session.execute(text(statement))
    house.session.rollback()
    assert [one.count for one in house.ledger()] == [1]


def test_the_database_lets_the_exact_time_be_forgotten(house: House) -> None:
    event(house.session, house.centre, house.activities["visit"], 1, TODAY, tapped_at=NOW, received_at=NOW)
    house.session.execute(text("UPDATE tally_event SET tapped_at = NULL, received_at = NULL, station_id = NULL"))
    house.session.commit()
    assert [one.tapped_at for one in house.ledger()] == [None]


def test_replacing_an_event_by_force_changes_nothing(house: House, engine_name: str) -> None:
    one = tap()
    record(house, one, undo(one))
    before = {(stored.id, stored.count) for stored in house.ledger()}
    if engine_name == "sqlite":
        for fresh_id in (False, True):
            # The undo again, under its own id and under a new one that collides on `undoes`.
            id = "randomblob(16)" if fresh_id else "id"
            columns = "centre_id, activity_id, kind, day, span, audience, undoes, quality, time_quality"
            house.session.execute(
                text(
                    f"INSERT OR REPLACE INTO tally_event (id, count, {columns}) "
                    f"SELECT {id}, -9, {columns} FROM tally_event WHERE kind = 'undo'"
                )
            )
    else:
        with pytest.raises(DBAPIError, match="only grows"):
            house.session.execute(text("TRUNCATE tally_event CASCADE"))
        house.session.rollback()
    house.session.commit()
    assert {(stored.id, stored.count) for stored in house.ledger()} == before


def test_an_id_that_nobody_made_is_no_key_to_anything(house: House) -> None:
    assert record(house, replace(tap(), undoes=uuid4())) == [Verdict.HELD]
    assert not house.ledger()
