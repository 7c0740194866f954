"""Whatever happened, every way to a number leads to the same number, and none is under zero."""

import json
import re
from collections.abc import Callable
from datetime import date
from itertools import count

from hypothesis import HealthCheck, Phase, example, given, settings

from kiosk.domain.counting import ALL_CENTRES, count_by, roll_up
from kiosk.domain.periods import Period
from kiosk.kinds import Bucket
from tests.build import House
from tests.command import run_kiosk
from tests.histories import Deed, histories, live, recount
from tests.pages import PageClient

Browse = Callable[[str], PageClient]

FIRST_YEAR, YEARS = 2000, 25

# Two taps; a person sets their number to 0; then both undos come.
CORRECTED_AWAY = [
    *[Deed("tap", elsewhere=False, activity="trip", number=3, place=0.5, hour=12, undone=True, is_late=True)] * 2,
    Deed("correct", elsewhere=False, activity="trip", number=0, place=0.5, hour=13),
]


def numbers(html: str, row: str) -> list[int | None]:
    """The numbers in the row with this id; None where there is none."""
    found = re.search(rf'<tr id="{row}".*?</tr>', html, re.DOTALL)
    assert found, row
    cells = re.findall(r'<td class="number[^"]*">(.*?)</td>', found[0], re.DOTALL)
    plain = [re.sub(r"<[^>]*>|\s|\u202f", "", re.sub(r"<span.*?</span>", "", cell)) for cell in cells]
    # What was entered for a year alone is a difference, and may be under zero where the months came to more.
    signed = [text.replace("\u2212", "-") for text in plain]
    return [int(text) if re.fullmatch(r"-?\d+", text) else None for text in signed]


def fetch(client: PageClient, path: str) -> str:
    return client.client.get(path).get_data(as_text=True)


def check_counting(house: House, period: Period) -> None:
    keys = {one.id: one.key for one in house.activities.values()}
    ids = [house.centre.id, house.other_centre.id]
    for bucket in Bucket:
        expected = recount(house, period, bucket)
        assert all(number >= 0 for number in expected.values()), bucket
        counts = count_by(house.session, ids, period, bucket)
        together = roll_up(counts, keys)
        house.session.commit()
        found = {}
        for one in [*counts, *together]:
            centre_id = None if one.centre_id == ALL_CENTRES else one.centre_id
            found[centre_id, keys[one.activity_id], one.bucket.first] = one.count
        assert found == expected, bucket


def in_column(html: str, header: str, row: str) -> int | None:
    """The number in the row with this id, under the header with these words; None where there is none."""
    heads = [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<th scope=\"col\".*?</th>", html, re.DOTALL)]
    return numbers(html, row)[[one for one in heads if one][1:].index(header)]


def check_year_pages(house: House, client: PageClient, year: int) -> None:
    period = Period.of_year(year)
    months, totals = (recount(house, period, bucket) for bucket in (Bucket.MONTH, Bucket.YEAR))
    pages = {one.id: fetch(client, f"/aar/{year}?senter={one.slug}") for one in (house.centre, house.other_centre)}
    for (centre_id, key, first), total in totals.items():
        page, row = pages.get(centre_id) or fetch(client, f"/alle-sentre/{year}"), f"year-{house.activities[key].id}"
        assert [one or 0 for one in numbers(page, row)[:12]] == [
            months.get((centre_id, key, date(year, month, 1)), 0) for month in range(1, 13)
        ], key
        assert in_column(page, str(year), row) == total, (key, first)


def check_month_pages(house: House, client: PageClient, days: set[date]) -> None:
    for day in sorted(days):
        period = Period.of_month(day.year, day.month)
        by_day, by_week, by_month = (recount(house, period, one) for one in (Bucket.DAY, Bucket.WEEK, Bucket.MONTH))
        for centre in (house.centre, house.other_centre):
            html = fetch(client, f"/maaned/{day.year}/{day.month}?senter={centre.slug}")
            order = re.findall(r'class="number upright"><a href="/tall/(\w+)/', html)
            assert set(order) == {key for centre_id, key, _ in by_month if centre_id == centre.id}
            week = max(day - (day - Period.of_week(day).first), period.first)
            week_row = numbers(html, f"week-{day.isocalendar()[1]}") if order else []
            day_row = (numbers(html, f"day-{day.day}") or [None] * len(order)) if order else []
            for key, of_day, of_week in zip(order, day_row, week_row, strict=True):
                assert (of_day or 0) == by_day.get((centre.id, key, day), 0), (key, day)
                assert (of_week or 0) == by_week.get((centre.id, key, week), 0), (key, week)
            sums = re.search(r'<tr class="sum">.*?</tr>', html, re.DOTALL)
            if order and sums:
                shown = numbers(sums[0].replace('class="sum"', 'id="sum"'), "sum")
                assert shown == [by_month[centre.id, key, period.first] for key in order]


def check_day_pages(house: House, client: PageClient, days: set[date]) -> None:
    """The page of the day, and of each figure on it with its events."""
    for day in sorted(days):
        by_day = recount(house, Period.of_day(day), Bucket.DAY)
        for centre in (house.centre, house.other_centre):
            html = fetch(client, f"/dag/{day}?senter={centre.slug}")
            for key, one in house.activities.items():
                counted = by_day.get((centre.id, key, day))
                if f'id="day-{one.id}"' in html:
                    assert numbers(html, f"day-{one.id}")[0] == (counted or 0), (key, day)
                else:
                    assert not counted, (key, day)
                if counted:
                    figure = fetch(client, f"/tall/{key}/{day}?senter={centre.slug}")
                    point = re.search(r'<p class="point">.*?<strong>(.*?)</strong>', figure, re.DOTALL)
                    assert point and int(re.sub(r"\D", "", point[1])) == counted, (key, day)


def check_command(house: House, environ: dict[str, str]) -> None:
    period = Period(date(FIRST_YEAR, 1, 1), date(FIRST_YEAR + YEARS, 12, 31))
    for bucket in Bucket:
        expected = recount(house, period, bucket)
        for slug, centre_id in (("all", None), ("prove", house.centre.id)):
            said = run_kiosk(
                environ, "count", "--centre", slug, "--from", str(period.first), "--to", str(period.last),
                "--by", bucket.value, "--json",
            )  # fmt: skip
            rows = {(one["activity"], one["bucket"]): one["count"] for one in json.loads(said.stdout)}
            assert rows == {(key, name(first, bucket)): n for (c, key, first), n in expected.items() if c == centre_id}


def name(first: date, bucket: Bucket) -> str:
    form = {Bucket.DAY: "%Y-%m-%d", Bucket.WEEK: "%G-W%V", Bucket.MONTH: "%Y-%m", Bucket.YEAR: "%Y"}
    return first.strftime(form[bucket])


def test_every_way_to_a_number_agrees(house: House, browse: Browse, environ: dict[str, str]) -> None:
    client = browse("reader")
    turn = count()

    # Each example adds to the ledger, which cannot be emptied, so a smaller one would not be the same.
    @settings(
        max_examples=15,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    @example(CORRECTED_AWAY)
    def agrees(deeds: list[Deed]) -> None:
        year = FIRST_YEAR + next(turn) % YEARS
        days = live(house, year, deeds)
        check_counting(house, Period.of_year(year))
        check_year_pages(house, client, year)
        check_month_pages(house, client, days)
        check_day_pages(house, client, days)

    agrees()
    check_command(house, environ)
