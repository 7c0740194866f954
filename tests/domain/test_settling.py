"""Held taps are settled by a person, once, and count exactly as they would have."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import settling
from kiosk.domain.settling import AlreadySettled, CannotAccept, HeldTapNotFound
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import EventKind, HoldReason, Outcome, Verdict
from kiosk.models import AuditEntry, HeldTap
from tests.build import NOW, TODAY, House, tap, undo

LEADER = "leader"


def record(house: House, *taps: Tap) -> list[Verdict]:
    with writing(house.session):
        verdicts = record_taps(house.session, house.poster(), taps, NOW)
        house.session.commit()
    return [verdicts[one.id] for one in taps]


def hold(house: House, *taps: Tap) -> HeldTap:
    """The held tap of the first; all are sent."""
    record(house, *taps)
    house.session.expire_all()
    return house.session.scalars(select(HeldTap).where(HeldTap.tap_id == taps[0].id)).one()


def accept(house: House, one: HeldTap) -> None:
    with writing(house.session):
        settling.accept(house.session, house.centre, one.key, house.users[LEADER].id, NOW)
        house.session.commit()
    house.session.expire_all()


def dismiss(house: House, one: HeldTap) -> None:
    with writing(house.session):
        settling.dismiss(house.session, house.centre, one.key, house.users[LEADER].id, NOW)
        house.session.commit()
    house.session.expire_all()


def test_an_accepted_tap_counts_under_its_own_id_for_its_own_day_and_names_nobody(house: House) -> None:
    late = tap("phone", at=NOW - timedelta(days=2))
    one = hold(house, late)
    accept(house, one)
    (stored,) = house.ledger()
    assert (stored.id, stored.day, stored.hour, stored.count, stored.user_id) == (
        late.id,
        TODAY - timedelta(days=2),
        11,
        1,
        None,
    )
    assert record(house, late) == [Verdict.KNOWN] and len(house.ledger()) == 1


def test_who_settled_a_tap_and_why_it_was_held_stands_in_the_audit(house: House) -> None:
    accept(house, hold(house, tap("phone")))
    dismiss(house, hold(house, tap("sms")))
    entries = house.session.scalars(select(AuditEntry).where(AuditEntry.verb.like("held_tap.%"))).all()
    assert [(entry.verb, entry.user_id, entry.old["reason"]) for entry in entries] == [
        ("held_tap.accept", house.users[LEADER].id, "not_on_screen"),
        ("held_tap.dismiss", house.users[LEADER].id, "not_on_screen"),
    ]


def test_a_settled_tap_has_lost_its_minute_and_keeps_day_and_hour(house: House) -> None:
    one = hold(house, tap("phone"))
    assert one.tapped_at is not None
    dismiss(house, one)
    assert (one.tapped_at, one.received_at, one.day, one.hour) == (None, None, TODAY, 11)
    assert one.outcome is Outcome.DISMISSED and not house.ledger()


def test_a_tap_is_settled_once(house: House) -> None:
    one = hold(house, tap("phone"))
    accept(house, one)
    for again in (accept, dismiss):
        with pytest.raises(AlreadySettled):
            again(house, one)
    assert len(house.ledger()) == 1


def test_a_dismissed_tap_never_counts_by_being_sent_again(house: House) -> None:
    one = tap("phone")
    dismiss(house, hold(house, one))
    assert record(house, one) == [Verdict.HELD] and not house.ledger()


def test_an_undo_that_waits_for_a_held_tap_counts_when_it_is_accepted(house: House) -> None:
    one = tap("phone")
    accept(house, hold(house, one, undo(one)))
    assert sorted((stored.kind, stored.count) for stored in house.ledger()) == [
        (EventKind.TAP, 1),
        (EventKind.UNDO, -1),
    ]
    assert not settling.list_held(house.session, house.centre.id)


def test_an_undo_that_waits_for_a_held_tap_is_dismissed_with_it(house: House) -> None:
    one = tap("phone")
    dismiss(house, hold(house, one, undo(one)))
    assert not house.ledger() and not settling.list_held(house.session, house.centre.id)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (tap("unheard_of"), HoldReason.UNKNOWN_ACTIVITY),
        (tap("contact"), HoldReason.UNKNOWN_ACTIVITY),
        (tap(count=None), HoldReason.IMPOSSIBLE_COUNT),
        (tap(count=0), HoldReason.IMPOSSIBLE_COUNT),
        (tap(count=10**9), HoldReason.IMPOSSIBLE_COUNT),
        (replace(tap(), undoes=uuid4()), HoldReason.UNDO_BEFORE_TAP),
    ],
)
def test_what_cannot_be_counted_as_it_is_cannot_be_accepted_and_keeps_waiting(
    house: House, one: Tap, reason: HoldReason
) -> None:
    held = hold(house, one)
    with pytest.raises(CannotAccept) as refusal:
        accept(house, held)
    assert refusal.value.reason is reason
    assert not house.ledger() and settling.list_held(house.session, house.centre.id)


def test_a_conflict_cannot_be_accepted(house: House) -> None:
    one = tap()
    record(house, one)
    with pytest.raises(CannotAccept):
        accept(house, hold(house, replace(one, count=2)))
    assert [stored.count for stored in house.ledger()] == [1]


def test_an_unknown_activity_can_be_accepted_once_it_is_there(house: House) -> None:
    held = hold(house, tap("new_activity"))
    with writing(house.session):
        house.activities["lunch"].key = "new_activity"
        house.session.add(house.activities["lunch"])
        house.session.commit()
    accept(house, held)
    assert len(house.ledger()) == 1


def test_another_centres_held_tap_is_not_found(house: House) -> None:
    one = tap(centre="andre")
    record(house, one)
    held = house.session.scalars(select(HeldTap)).one()
    for settle in (accept, dismiss):
        with pytest.raises(HeldTapNotFound):
            settle(house, held)
