"""What is done with a day in tests: taps, closings, corrections, as people of the house do them."""

from datetime import date, timedelta

from kiosk.database import writing
from kiosk.domain import reviewing
from kiosk.domain.days import count_totals
from kiosk.domain.reviewing import Reviewer, Wanted
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import Reason, Verdict
from tests.build import NOW, TODAY, House, event


def by(house: House, who: str = "staff") -> Reviewer:
    return Reviewer(house.centre, house.users[who].id, NOW)


def record(house: House, *taps: Tap) -> None:
    with writing(house.session):
        assert set(record_taps(house.session, house.poster(), taps, NOW).values()) == {Verdict.RECORDED}
        house.session.commit()


def totals(house: House, day: date = TODAY) -> dict[str, int]:
    return count_totals(house.session, house.centre.id, day)


def close(house: House, day: date = TODAY, *, who: str = "staff", **more: object) -> None:
    options: dict[str, object] = {"was_open": True, "shown": totals(house, day)} | more
    with writing(house.session):
        reviewing.close_day(house.session, by(house, who), day, **options)  # type: ignore[arg-type]
        house.session.commit()


def correct(house: House, reason: Reason = Reason.FORGOTTEN, **numbers: tuple[int, int]) -> None:
    """`visit=(14, 12)`: 14 wanted, 12 seen."""
    with writing(house.session):
        wanted = {key: Wanted(*one) for key, one in numbers.items()}
        reviewing.correct_day(house.session, by(house), TODAY, wanted, reason)
        house.session.commit()


def enter(house: House, **counts: int) -> None:
    with writing(house.session):
        for key, count in counts.items():
            event(house.session, house.centre, house.activities[key], count, TODAY)
        # What must not count.
        event(house.session, house.other_centre, house.activities["visit"], 1000, TODAY)
        event(house.session, house.centre, house.activities["visit"], 100, TODAY - timedelta(days=1))
        house.session.commit()
