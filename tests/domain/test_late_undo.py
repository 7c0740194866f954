"""An undo that comes after its tap was corrected away never takes a count under zero: a person decides."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import settling
from kiosk.domain.counting import count_by
from kiosk.domain.periods import Period
from kiosk.domain.reporting import enter_figure
from kiosk.domain.settling import CannotAccept
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, Bucket, HoldReason, Outcome, Quality, Span, Verdict
from kiosk.models import HeldTap
from tests.build import NOW, TODAY, House, tap, undo
from tests.days import correct, record, totals


def send(house: House, *taps: Tap, audience: Audience = Audience.PARTICIPANT) -> list[Verdict]:
    with writing(house.session):
        verdicts = record_taps(house.session, house.poster(audience), taps, NOW)
        house.session.commit()
    return [verdicts[one.id] for one in taps]


def waiting(house: House) -> list[HeldTap]:
    house.session.expire_all()
    return list(house.session.scalars(select(HeldTap).where(HeldTap.settled_at.is_(None))))


def decide(house: House, one: HeldTap, outcome: Outcome) -> None:
    with writing(house.session):
        settle = settling.accept if outcome is Outcome.ACCEPTED else settling.dismiss
        settle(house.session, house.centre, one.key, house.users["staff"].id, NOW)
        house.session.commit()


def test_it_waits_for_a_person_and_stays_so_however_often_it_comes(house: House) -> None:
    one = tap()
    record(house, one)
    correct(house, visit=(0, 1))
    late = undo(one)
    assert send(house, late) == send(house, late) == [Verdict.HELD]
    assert totals(house) == {"visit": 0}
    (held,) = waiting(house)
    assert held.reason is HoldReason.CORRECTED_AWAY
    decide(house, held, Outcome.DISMISSED)
    assert send(house, late) == [Verdict.HELD]
    assert (totals(house), waiting(house)) == ({"visit": 0}, [])


def test_it_is_accepted_only_where_there_is_something_left_to_take_back(house: House) -> None:
    one = tap()
    record(house, one)
    correct(house, visit=(0, 1))
    send(house, undo(one))
    (held,) = waiting(house)
    with pytest.raises(CannotAccept) as refused:
        decide(house, held, Outcome.ACCEPTED)
    assert refused.value.reason is HoldReason.CORRECTED_AWAY
    # The correction took another one out.
    record(house, tap())
    decide(house, held, Outcome.ACCEPTED)
    assert totals(house) == {"visit": 0}


def test_what_the_correction_left_is_taken_back_and_no_more(house: House) -> None:
    made = [tap(count=2), tap(count=2), tap(count=2)]
    record(house, *made)
    correct(house, visit=(3, 6))
    assert send(house, *(undo(one) for one in made)) == [Verdict.RECORDED, Verdict.HELD, Verdict.HELD]
    assert totals(house) == {"visit": 1}


def test_a_second_undo_of_a_tap_that_was_taken_back_is_known(house: House) -> None:
    one = tap()
    record(house, one)
    assert send(house, undo(one)) == [Verdict.RECORDED]
    assert send(house, replace(undo(one), id=uuid4())) == [Verdict.KNOWN]
    assert waiting(house) == []


def test_a_whole_that_was_set_to_less_holds_the_undo_of_its_part(house: House) -> None:
    one = tap("trip", count=4)
    assert send(house, one, audience=Audience.STAFF) == [Verdict.RECORDED]
    set_figure(house, "community", Span.DAY, 0)
    assert send(house, undo(one), audience=Audience.STAFF) == [Verdict.HELD]
    assert totals(house) == {"trip": 4, "community": 0}


@pytest.mark.parametrize("span", [Span.MONTH, Span.YEAR])
def test_a_month_or_a_year_that_was_set_to_less_does_not_fall_under_zero(house: House, span: Span) -> None:
    made = [tap(count=3), tap(count=3)]
    record(house, *made)
    set_figure(house, "visit", span, 4)
    assert send(house, *(undo(one) for one in made)) == [Verdict.RECORDED, Verdict.HELD]
    (year,) = count_by(house.session, [house.centre.id], Period.of_year(TODAY.year), Bucket.YEAR)
    assert (totals(house)["visit"], year.count) == (3, 1)


def set_figure(house: House, key: str, span: Span, number: int) -> None:
    with writing(house.session):
        enter_figure(
            house.session,
            centre_id=house.centre.id,
            activity_id=house.activities[key].id,
            span=span,
            day=TODAY,
            number=number,
            quality=Quality.ESTIMATED,
            now=NOW,
        )
        house.session.commit()
