"""What is easily forgotten is said, and nothing else."""

from datetime import date, timedelta

from kiosk.database import writing
from kiosk.domain import reviewing
from kiosk.domain.days import count_totals, day_table
from kiosk.domain.reminding import list_rare, remind
from kiosk.domain.reviewing import Reviewer
from kiosk.models import ClosedPeriod
from tests.build import NOW, TODAY, House, event

# TODAY is a Wednesday.
MONDAY, TUESDAY, FRIDAY = TODAY - timedelta(days=2), TODAY - timedelta(days=1), TODAY + timedelta(days=2)
SATURDAY = TODAY - timedelta(days=4)


def count(house: House, *days: date, activity: str = "visit", number: int = 3) -> None:
    with writing(house.session):
        for day in days:
            event(house.session, house.centre, house.activities[activity], number, day)
            event(house.session, house.other_centre, house.activities["visit"], 1000, day)
        house.session.commit()


def close(house: House, *days: date) -> None:
    with writing(house.session):
        for day in days:
            shown = count_totals(house.session, house.centre.id, day)
            by = Reviewer(house.centre, house.users["staff"].id, NOW)
            reviewing.close_day(house.session, by, day, was_open=bool(shown), shown=shown)
        house.session.commit()


def test_open_weekdays_since_the_first_number_are_to_be_looked_over_until_they_are(house: House) -> None:
    assert remind(house.session, house.centre, TODAY).open_days == []
    thursday = TODAY - timedelta(days=6)
    count(house, thursday)
    friday = thursday + timedelta(days=1)
    assert remind(house.session, house.centre, TODAY).open_days == [thursday, friday, MONDAY, TUESDAY]
    close(house, thursday, MONDAY)
    assert remind(house.session, house.centre, TODAY).open_days == [friday, TUESDAY]


def test_a_day_off_is_to_be_looked_over_just_when_it_has_a_number(house: House) -> None:
    count(house, TODAY - timedelta(days=5), SATURDAY)
    assert SATURDAY in remind(house.session, house.centre, TODAY).open_days
    assert SATURDAY + timedelta(days=1) not in remind(house.session, house.centre, TODAY).open_days


def test_nobody_is_reminded_of_the_days_of_a_closed_period(house: House) -> None:
    count(house, TODAY - timedelta(days=6))
    with writing(house.session):
        for centre, first, last in (
            (house.centre, MONDAY, MONDAY),
            (house.centre, SATURDAY, SATURDAY),
            (house.other_centre, TUESDAY, TODAY),
        ):
            house.session.add(ClosedPeriod(centre_id=centre.id, first_on=first, last_on=last, words="Fridag"))
        house.session.commit()
    open_days = remind(house.session, house.centre, TODAY).open_days
    assert TUESDAY in open_days and MONDAY not in open_days
    # Somebody counted all the same.
    count(house, MONDAY)
    assert MONDAY in remind(house.session, house.centre, TODAY).open_days


def test_a_day_that_changed_after_approval_is_named_until_it_is_approved_anew(house: House) -> None:
    count(house, MONDAY, TUESDAY)
    close(house, MONDAY, TUESDAY)
    assert remind(house.session, house.centre, TODAY).changed_days == []
    count(house, MONDAY, number=1)
    assert remind(house.session, house.centre, TODAY).changed_days == [MONDAY]
    close(house, MONDAY)
    assert remind(house.session, house.centre, TODAY).changed_days == []


def test_on_fridays_what_is_rarely_counted_and_not_this_week_is_asked_for(house: House) -> None:
    weeks = [FRIDAY - timedelta(weeks=one) for one in range(1, 11)]
    count(house, *weeks, TUESDAY, activity="visit")
    count(house, *weeks, activity="phone")
    count(house, weeks[2], activity="prison_visit")
    count(house, weeks[1], weeks[5], TUESDAY, activity="support_meeting")
    count(house, weeks[1], weeks[5], activity="home_visit")
    asked = [one.key for one in list_rare(house.session, house.centre, FRIDAY)]
    assert asked == ["prison_visit", "home_visit"]
    assert list_rare(house.session, house.centre, FRIDAY - timedelta(days=1)) == []


def test_in_a_week_without_a_friday_it_is_asked_for_on_the_last_open_day(house: House) -> None:
    count(house, FRIDAY - timedelta(weeks=3), activity="prison_visit")
    thursday = FRIDAY - timedelta(days=1)
    with writing(house.session):
        house.session.add(ClosedPeriod(centre_id=house.centre.id, first_on=FRIDAY, last_on=FRIDAY, words=""))
        house.session.commit()
    assert [one.key for one in list_rare(house.session, house.centre, thursday)] == ["prison_visit"]
    assert list_rare(house.session, house.centre, FRIDAY) == []


def test_what_was_tapped_and_taken_back_this_week_is_still_forgotten(house: House) -> None:
    count(house, FRIDAY - timedelta(weeks=3), activity="prison_visit")
    count(house, TUESDAY, activity="prison_visit", number=1)
    assert list_rare(house.session, house.centre, FRIDAY) == []
    count(house, TUESDAY, activity="prison_visit", number=-1)
    assert [one.key for one in list_rare(house.session, house.centre, FRIDAY)] == ["prison_visit"]


def test_the_usual_range_is_that_of_the_weekday_and_of_days_that_were_counted(house: House) -> None:
    wednesdays = [TODAY - timedelta(weeks=one) for one in range(1, 10)]
    for number, day in zip((12, 13, 14, 15, 16, 17, 18, 99), wednesdays, strict=False):
        count(house, day, number=number)
        count(house, day + timedelta(days=1), number=500)
    # The ninth was counted, though nobody visited.
    count(house, wednesdays[8], activity="lunch")
    count(house, TODAY, number=40)
    rows = {row.activity.key: row for row in day_table(house.session, house.centre, TODAY)}
    visit = rows["visit"]
    assert (visit.count, visit.last_week, visit.is_odd) == (40, 12, True)
    assert visit.usual is not None and (visit.usual.low, visit.usual.high) == (12, 18)
    assert rows["sms"].usual is not None and not rows["sms"].is_worth_a_row


def test_a_day_that_was_found_right_without_a_number_counts_as_zeros_in_what_is_usual(house: House) -> None:
    wednesdays = [TODAY - timedelta(weeks=one) for one in range(1, 9)]
    count(house, *wednesdays[4:], number=10)

    def usual() -> tuple[int, int] | None:
        rows = {row.activity.key: row for row in day_table(house.session, house.centre, TODAY)}
        found = rows["visit"].usual
        return (found.low, found.high) if found else None

    before = usual()
    assert before is not None and before[0] > 0
    by = Reviewer(house.centre, house.users["staff"].id, NOW)
    with writing(house.session):
        for day in wednesdays[:4]:
            reviewing.close_day(house.session, by, day, was_open=True, shown={})
        house.session.commit()
    after = usual()
    assert after is not None and after[0] == 0
