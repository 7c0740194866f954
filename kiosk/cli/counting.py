"""`kiosk count`: the sums, as lines or as JSON."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import click

from kiosk.cli.opening import ALL, find_centre, open_session
from kiosk.cli.sentences import WrongArgument
from kiosk.domain import counting
from kiosk.domain.counting import Count
from kiosk.domain.periods import Period
from kiosk.kinds import Bucket
from kiosk.models import Activity

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--centre", "slug", required=True, help="Slug of a centre, or all.")
@click.option("--from", "first", type=DAY, required=True)
@click.option("--to", "last", type=DAY, required=True)
@click.option("--by", type=click.Choice([bucket.value for bucket in Bucket]), required=True)
@click.option("--activity", "keys", multiple=True, help="Key of an activity; may be repeated.")
@click.option("--json", "as_json", is_flag=True)
def count(slug: str, first: datetime, last: datetime, by: str, keys: tuple[str, ...], as_json: bool) -> None:
    """Sums by activity and day, ISO week, month or year; wholes and parts each as their own row."""
    if last < first:
        raise WrongArgument("--to kan ikke være før --from.")
    period, bucket = Period(first.date(), last.date()), Bucket(by)
    with open_session() as session:
        centres = list(counting.list_centres(session)) if slug == ALL else [find_centre(session, slug)]
        activities = {one.id: one for one in counting.list_activities(session)}
        wanted = _find_activities(activities.values(), keys)
        counts = counting.count_by(session, [one.id for one in centres], period, bucket, wanted)
    if slug == ALL:
        counts = counting.roll_up(counts, {one.id for one in activities.values() if one.rolls_up})
    names = {one.id: one.slug for one in centres} | {counting.ALL_CENTRES: ALL}
    rows = [_row(one, names[one.centre_id], activities[one.activity_id].key, bucket) for one in counts]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        click.echo("{centre}\t{bucket}\t{activity}\t{count}\t{quality}".format(**row))


def _find_activities(activities: Iterable[Activity], keys: Iterable[str]) -> set[int] | None:
    """The ids of the activities with these keys; None, which means all, where there is no key."""
    ids = {one.key: one.id for one in activities}
    for key in keys:
        if key not in ids:
            raise WrongArgument(f"Det finnes ingen aktivitet «{key}».")
    return {ids[key] for key in keys} or None


def _row(one: Count, centre: str, activity: str, bucket: Bucket) -> dict[str, Any]:
    return {
        "centre": centre,
        "activity": activity,
        "bucket": _bucket_name(one.bucket.first, bucket),
        "count": one.count,
        "quality": one.quality.value,
    }


def _bucket_name(first: date, bucket: Bucket) -> str:
    """ISO 8601: 2023-01-02, 2023-W01, 2023-01, 2023."""
    match bucket:
        case Bucket.DAY:
            return first.isoformat()
        case Bucket.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02d}"
        case Bucket.MONTH:
            return f"{first:%Y-%m}"
        case Bucket.YEAR:
            return f"{first:%Y}"
