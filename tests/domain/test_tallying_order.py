"""Taps and undos in any order, any number of times, in any batches: the ledger ends up the same."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import or_, select

from kiosk.database import writing
from kiosk.domain import clock
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.tallying import Poster, record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import EventKind, HoldReason, Verdict
from kiosk.models import HeldTap, TallyEvent
from tests.build import NOW, House, tap, undo


@dataclass(frozen=True)
class Press:
    """What somebody did at a tablet: at which centre, when, and how often the undo was made (each with its own id)."""

    elsewhere: bool
    activity: str
    count: int
    minutes_ago: int
    undos: int


# A message is the number of a press, and of its undo (None: the tap itself).
Message = tuple[int, int | None]


@dataclass(frozen=True)
class Sending:
    presses: list[Press]
    batches: list[list[Message]]

    def messages(self) -> list[Message]:
        """Each message once, in the order in which they were made."""
        return [(number, undo) for number, press in enumerate(self.presses) for undo in (None, *range(press.undos))]


@st.composite
def sendings(draw: st.DrawFn) -> Sending:
    """All messages at least once, some again, shuffled and cut into batches."""
    press = st.builds(
        Press,
        elsewhere=st.booleans(),
        activity=st.sampled_from(["visit", "lunch"]),
        count=st.integers(1, 5),
        minutes_ago=st.integers(0, 5000),
        undos=st.integers(0, 2),
    )
    presses = draw(st.lists(press, min_size=1, max_size=5))
    once = Sending(presses, []).messages()
    again = draw(st.lists(st.sampled_from(once), max_size=6))
    shuffled = draw(st.permutations(once + again))
    cuts = sorted({0, len(shuffled), *draw(st.lists(st.integers(0, len(shuffled)), max_size=6))})
    return Sending(presses, [shuffled[first:last] for first, last in pairwise(cuts)])


class Tablets:
    """The tablets of both centres with one set of fresh ids: what they send, and what then stands in the ledger."""

    def __init__(self, house: House, presses: list[Press]) -> None:
        self.house = house
        self.posters = [house.poster(), house.poster(other=True)]
        self.presses = presses
        self.taps: dict[Message, Tap] = {}
        for number, press in enumerate(presses):
            made = tap(press.activity, count=press.count, at=NOW - timedelta(minutes=press.minutes_ago))
            self.taps[number, None] = made
            # Taken back half-way to now, often in another hour or on another day.
            later = tap(at=NOW - timedelta(minutes=press.minutes_ago // 2)).testimony
            self.taps |= {(number, one): replace(undo(made), testimony=later) for one in range(press.undos)}

    def send(self, batch: Iterable[Message], seconds_later: int) -> None:
        """Each centre's part of the batch is a post of its own, from a tablet that says what time it is now."""
        session, now = self.house.session, NOW + timedelta(seconds=seconds_later)
        for poster, elsewhere in zip(self.posters, (False, True), strict=True):
            messages = [message for message in batch if self.presses[message[0]].elsewhere is elsewhere]
            if not messages:
                continue
            taps = [self._sent_at(self.taps[message], seconds_later) for message in messages]
            with writing(session):
                verdicts = record_taps(session, poster, taps, now)
                session.commit()
            assert verdicts.keys() == {one.id for one in taps}

    def rows(self) -> Counter[tuple[Any, ...]]:
        """What stands of these taps and their undos; an undo goes by the tap it takes back."""
        ids = [one.id for one in self.taps.values()]
        events = self.house.session.scalars(
            select(TallyEvent).where(or_(TallyEvent.id.in_(ids), TallyEvent.undoes.in_(ids)))
        )
        numbers = {one.id: number for (number, undo), one in self.taps.items() if undo is None}
        return Counter(
            (
                numbers[one.undoes or one.id],
                one.kind,
                one.centre_id,
                self.activity(one.activity_id),
                one.count,
                one.day,
                one.hour,
            )
            for one in events
        )

    def expected(self, arrived: Iterable[Message]) -> Counter[tuple[Any, ...]]:
        """One row for each tap that has come, and one for the first of its undos that has."""
        come = set(arrived)
        rows: Counter[tuple[Any, ...]] = Counter()
        for number, press in enumerate(self.presses):
            if (number, None) not in come:
                continue
            instant = NOW - timedelta(minutes=press.minutes_ago)
            place = local_day_and_hour(instant, "Europe/Oslo")
            poster = self.posters[press.elsewhere]
            rows[number, EventKind.TAP, poster.centre_id, press.activity, press.count, *place] += 1
            if any((number, one) in come for one in range(press.undos)):
                rows[number, EventKind.UNDO, poster.centre_id, press.activity, -press.count, *place] += 1
        return rows

    def waiting(self) -> set[UUID]:
        """The ids that are held and not settled."""
        ids = [one.id for one in self.taps.values()]
        unsettled = select(HeldTap.tap_id).where(HeldTap.tap_id.in_(ids), HeldTap.settled_at.is_(None))
        return set(self.house.session.scalars(unsettled))

    def activity(self, id: int) -> str:
        return next(key for key, one in self.house.activities.items() if one.id == id)

    @staticmethod
    def _sent_at(one: Tap, seconds_later: int) -> Tap:
        now = round(NOW.timestamp() * 1000) + 1000 * seconds_later
        wall = one.testimony.wall or 0
        return replace(one, testimony=clock.Testimony(wall=wall, offset=0, age=now - wall, now=now))


def totals(rows: Counter[tuple[Any, ...]]) -> dict[tuple[int, str, date], int]:
    """Sums by centre, activity and day."""
    sums: Counter[tuple[int, str, date]] = Counter()
    for _, _, centre_id, activity, count, day, _ in rows.elements():
        sums[centre_id, activity, day] += count
    return dict(sums)


VISIT = Press(elsewhere=False, activity="visit", count=2, minutes_ago=10, undos=1)
THERE = Press(elsewhere=True, activity="visit", count=2, minutes_ago=10, undos=0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sendings())
@example(Sending([VISIT, THERE], [[(0, 0)], [(1, None)], [(0, None)], [(0, 0)], [(0, None)]]))
@example(Sending([replace(VISIT, undos=2)], [[(0, 1)], [(0, 0)], [(0, None), (0, 1)], [(0, 0)]]))
@example(Sending([replace(VISIT, undos=2), THERE], [[(0, 1), (0, 0), (1, None), (0, None), (0, 1), (0, None)]]))
def test_any_order_any_batches_and_any_repetition_leave_what_each_sent_once_in_order_leaves(
    house: House, sending: Sending
) -> None:
    in_order = Tablets(house, sending.presses)
    for message in sending.messages():
        in_order.send([message], 0)

    anyhow = Tablets(house, sending.presses)
    arrived: set[Message] = set()
    for number, batch in enumerate(sending.batches):
        anyhow.send(batch, seconds_later=7 * number)
        arrived |= set(batch)
        # Also while some are still on their way.
        assert anyhow.rows() == anyhow.expected(arrived)
        lonely = {message for message in arrived if message[1] is not None and (message[0], None) not in arrived}
        assert anyhow.waiting() == {anyhow.taps[message].id for message in lonely}

    assert anyhow.rows() == in_order.rows() == in_order.expected(sending.messages())
    assert totals(anyhow.rows()) == totals(in_order.rows())
    assert not anyhow.waiting() and not in_order.waiting()


def record(house: House, poster: Poster, *taps: Tap) -> list[Verdict]:
    with writing(house.session):
        verdicts = record_taps(house.session, poster, taps, NOW)
        house.session.commit()
    return [verdicts[one.id] for one in taps]


@pytest.mark.parametrize("undo_first", [False, True])
def test_an_undo_that_another_centre_sent_waits_for_a_person_whichever_came_first(
    house: House, undo_first: bool
) -> None:
    one = tap(centre="prove")
    foreign = replace(undo(one), centre="prove")
    here, there = house.poster(), house.poster(other=True)
    house.session.commit()
    if undo_first:
        assert record(house, there, foreign) == [Verdict.HELD]
        assert record(house, here, one) == [Verdict.RECORDED]
    else:
        assert record(house, here, one) == [Verdict.RECORDED]
        assert record(house, there, foreign) == [Verdict.HELD]
    # The answer to the tap was lost.
    assert record(house, here, one) == [Verdict.KNOWN]
    assert [stored.count for stored in house.ledger()] == [1]
    (waiting,) = house.session.scalars(select(HeldTap))
    assert (waiting.reason, waiting.settled_at) == (HoldReason.OTHER_CENTRE, None)


def test_an_undo_of_another_centres_tap_waits_whichever_came_first(house: House) -> None:
    here, there = house.poster(), house.poster(other=True)
    house.session.commit()
    for undo_first in (False, True):
        one = tap()
        if undo_first:
            record(house, there, undo(one))
        record(house, here, one)
        record(house, there, undo(one))
        record(house, here, one)
    assert [stored.count for stored in house.ledger()] == [1, 1]
    assert {(held.centre_id, held.settled_at) for held in house.session.scalars(select(HeldTap))} == {
        (house.other_centre.id, None)
    }
