"""The wire format of taps: a decoded JSON body becomes a Batch. Pure.

A record whose id cannot be read makes the whole batch malformed, because it cannot be answered for. Any
other nonsense stays inside its record: it becomes None here and the tap is held, not refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kiosk.domain.clock import Testimony

MAGIC = 1
MOST_TAPS = 50

# The longest activity key and centre slug there can be; longer ones are cut and then unknown.
LONGEST_KEY = 64

# ±8.64e15 ms is what a JavaScript Date can hold.
LARGEST_MILLISECONDS = 8_640_000_000_000_000

HOUR = 3_600_000

# UUID() reads far more than the one way of writing that the answer uses.
TAP_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What a tablet may say waits on it, in taps or hours.
MOST_HEALTH = 1_000_000_000


class MalformedBatch(Exception):
    """The body is not a batch of taps; the message says what is wrong with it, in English, for a log."""


class TooManyTaps(MalformedBatch):
    """More than MOST_TAPS records in one post."""


@dataclass(frozen=True)
class Tap:
    """One finger on a button, as it arrives. `count` is positive, also in an undo, in the smallest unit.

    `centre` None: the poster's own. `activity` None: no text was given. `count` None: no whole number.
    """

    id: UUID
    activity: str | None
    count: int | None
    testimony: Testimony
    centre: str | None = None
    undoes: UUID | None = None


@dataclass(frozen=True)
class Batch:
    client: str | None
    taps: list[Tap]


@dataclass(frozen=True)
class Health:
    """What a tablet tells of itself; `pending` and `dead` None: it cannot say, because it can keep no tap.

    `oldest_hours`: for how long its oldest tap has waited, None when none waits. Whole hours, not finer: with
    the minute of the message, seconds would be the minute of a tap.
    """

    client: str | None
    pending: int | None
    dead: int | None
    oldest_hours: int | None


def read_health(body: object) -> Health:
    """Raises MalformedBatch when the body is no sign of life of this protocol."""
    if not isinstance(body, dict) or body.get("kiosk") != MAGIC:
        raise MalformedBatch("not a message of this protocol")
    client = _text(body.get("client"))
    if body.get("pending") is None and body.get("dead") is None:
        return Health(client, None, None, None)
    pending, dead = _whole_number(body.get("pending")), _whole_number(body.get("dead"))
    oldest = _milliseconds(body.get("oldest"))
    if pending is None or dead is None or not 0 <= pending <= MOST_HEALTH or not 0 <= dead <= MOST_HEALTH:
        raise MalformedBatch("no number of taps")
    hours = None if oldest is None else min(max(oldest // HOUR, 0), MOST_HEALTH)
    return Health(client, pending, dead, hours)


def read_batch(body: object) -> Batch:
    """Raises MalformedBatch when the body is no batch, TooManyTaps when it holds more than MOST_TAPS."""
    if not isinstance(body, dict) or body.get("kiosk") != MAGIC:
        raise MalformedBatch("not a batch of this protocol")
    records = body.get("taps")
    if not isinstance(records, list) or not records:
        raise MalformedBatch("no taps")
    if len(records) > MOST_TAPS:
        raise TooManyTaps(f"more than {MOST_TAPS} taps")
    now = _milliseconds(body.get("now"))
    return Batch(client=_text(body.get("client")), taps=[_read_tap(record, now) for record in records])


def read_form(fields: Mapping[str, str], received: datetime) -> Tap:
    """The one tap of a form without JavaScript, which has no clock: it was tapped when it arrived.

    Raises MalformedBatch when a field is missing or its id cannot be read.
    """
    count = fields.get("count", "")
    record = {
        "id": fields.get("id"),
        "centre": fields.get("centre") or None,
        "activity": fields.get("activity"),
        "count": int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None,
        "undoes": fields.get("undoes") or None,
    }
    now = round(received.timestamp() * 1000)
    return replace(_read_tap(record, None), testimony=Testimony(wall=now, offset=0, age=0, now=now))


def _read_tap(record: object, now: int | None) -> Tap:
    if not isinstance(record, dict):
        raise MalformedBatch("a tap is not an object")
    undoes = None
    if record.get("undoes") is not None:
        undoes = _tap_id(record["undoes"])
    return Tap(
        id=_tap_id(record.get("id")),
        centre=_text(record.get("centre")),
        activity=_text(record.get("activity")),
        count=_whole_number(record.get("count")),
        undoes=undoes,
        testimony=Testimony(
            wall=_milliseconds(record.get("wall")),
            offset=_milliseconds(record.get("offset")),
            age=_milliseconds(record.get("age")),
            now=now,
        ),
    )


def _tap_id(value: object) -> UUID:
    if isinstance(value, str) and TAP_ID.fullmatch(value):
        return UUID(value)
    raise MalformedBatch("a tap has no id that can be answered for")


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    # No database takes half a surrogate pair, which JSON allows, and PostgreSQL no NUL either.
    return value[:LONGEST_KEY].encode(errors="ignore").decode().replace("\0", "")


def _whole_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _milliseconds(value: object) -> int | None:
    if isinstance(value, float) and abs(value) <= LARGEST_MILLISECONDS:
        value = round(value)
    number = _whole_number(value)
    return number if number is not None and abs(number) <= LARGEST_MILLISECONDS else None
