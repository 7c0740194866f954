"""The wire format of taps: what makes a batch malformed, and what is only odd and stays inside its record."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import clock
from kiosk.domain.wire import (
    LARGEST_MILLISECONDS,
    LONGEST_KEY,
    MOST_TAPS,
    Batch,
    MalformedBatch,
    Tap,
    TooManyTaps,
    read_batch,
    read_form,
)

ID = "0b0f36b1-1c3a-4b55-9c44-0d6f6f0f7a11"
OTHER_ID = "5cbd81a5-2a4c-4f3e-8f6e-3f9f0a1f0c22"
NOW = 1_790_000_000_000


def record(**other: object) -> dict[str, object]:
    return {"id": ID, "centre": "prove", "activity": "visit", "count": 1, "wall": NOW, "offset": 0, "age": 350} | other


def body(*records: object, **other: object) -> dict[str, object]:
    return {"kiosk": 1, "now": NOW, "client": "abc", "taps": list(records)} | other


def read_one(**other: object) -> Tap:
    (one,) = read_batch(body(record(**other))).taps
    return one


def test_a_batch_is_read_as_it_was_meant() -> None:
    batch = read_batch(
        body(record(centre="andre", count=3, offset=-1200), {"id": OTHER_ID, "activity": "visit", "undoes": ID})
    )
    assert batch == Batch(
        "abc",
        [
            Tap(UUID(ID), "visit", 3, clock.Testimony(NOW, -1200, 350, NOW), "andre"),
            Tap(UUID(OTHER_ID), "visit", None, clock.Testimony(None, None, None, NOW), None, UUID(ID)),
        ],
    )


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        [],
        "taps",
        1,
        {},
        [record()],
        {"now": NOW, "taps": [record()]},
        body(record(), kiosk=2),
        body(record(), kiosk="1"),
        body(record(), kiosk=None),
        {"kiosk": 1},
        body(),
        body(taps=None),
        body(taps={"0": record()}),
        body(taps="visit"),
        body(record(), None),
        body(record(), [ID]),
        body(record(), ID),
    ],
)
def test_what_is_no_batch_is_malformed(malformed: object) -> None:
    with pytest.raises(MalformedBatch):
        read_batch(malformed)


BAD_IDS = [
    1,
    "",
    "visit",
    [ID],
    ID.replace("-", ""),
    ID + " ",
    "{" + ID[1:-1] + "}",
    "urn:uuid:" + ID.replace("-", "")[:27],
    ID.replace("0", "g"),
    ID.replace("0", "٠"),
    "0x" + ID[2:],
    ID.upper(),
    ID.replace("-", "_"),
    ID[:8] + ID[9:14] + "-" + ID[14:],
    "x" * 36,
    "\0" * 36,
]


@pytest.mark.parametrize("id", [None, *BAD_IDS])
def test_a_tap_whose_id_cannot_be_answered_for_makes_its_batch_malformed(id: object) -> None:
    with pytest.raises(MalformedBatch, match="id"):
        read_batch(body(record(id=OTHER_ID), record(id=id)))
    without = record()
    del without["id"]
    with pytest.raises(MalformedBatch, match="id"):
        read_batch(body(without))


@pytest.mark.parametrize("id", BAD_IDS)
def test_an_undo_of_something_that_cannot_be_an_id_makes_its_batch_malformed(id: object) -> None:
    with pytest.raises(MalformedBatch, match="id"):
        read_batch(body(record(undoes=id)))


def test_fifty_taps_are_a_batch_and_more_are_too_many() -> None:
    assert len(read_batch(body(*[record()] * MOST_TAPS)).taps) == MOST_TAPS == 50
    with pytest.raises(TooManyTaps):
        read_batch(body(*[record()] * (MOST_TAPS + 1)))


@pytest.mark.parametrize("number", [None, "1", 1.0, 1.5, True, False, [1], {}, float("nan"), float("inf")])
def test_a_count_that_is_no_whole_number_is_only_odd(number: object) -> None:
    assert read_one(count=number).count is None


@pytest.mark.parametrize("number", [1, 0, -1, 10_000, 10**30, -(10**30)])
def test_a_whole_number_is_read_as_it_stands_for_the_ledger_to_judge(number: int) -> None:
    assert read_one(count=number).count == number


@pytest.mark.parametrize("name", ["activity", "centre"])
@pytest.mark.parametrize("text", [None, 1, True, ["visit"], {"visit": 1}, 1.5])
def test_a_name_that_is_no_text_is_only_odd(name: str, text: object) -> None:
    assert getattr(read_one(**{name: text}), name) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", ""),
        ("Ønsketre", "Ønsketre"),
        ("x" * 65, "x" * LONGEST_KEY),
        ("vi\0sit", "visit"),
        # Half a surrogate pair is valid JSON and no text that a database could keep.
        ("vi\ud83dsit", "visit"),
        ("\udc00" * 3, ""),
        ("😀", "😀"),
    ],
)
def test_a_name_is_cut_to_what_a_database_can_keep(text: str, read: str) -> None:
    assert read_one(activity=text).activity == read
    assert read_one(centre=text).centre == read
    assert read_batch(body(record(), client=text)).client == read


@pytest.mark.parametrize("name", ["wall", "offset", "age"])
@pytest.mark.parametrize(
    ("value", "read"),
    [
        (0, 0),
        (-5, -5),
        (350.4, 350),
        (1e3, 1000),
        (LARGEST_MILLISECONDS, LARGEST_MILLISECONDS),
        (-LARGEST_MILLISECONDS, -LARGEST_MILLISECONDS),
        (LARGEST_MILLISECONDS + 1, None),
        (-LARGEST_MILLISECONDS - 1, None),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        (float("-inf"), None),
        (10**400, None),
        ("1790000000000", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_a_time_is_read_where_a_clock_could_tell_it(name: str, value: object, read: int | None) -> None:
    assert getattr(read_one(**{name: value}).testimony, name) == read
    assert read_batch(body(record(), now=value)).taps[0].testimony.now == read


def test_one_odd_record_leaves_the_others_as_they_are() -> None:
    odd = {"id": OTHER_ID, "activity": 7, "count": "many", "wall": "noon", "mood": "good"}
    assert read_batch(body(odd, record())).taps[1] == read_one()


def test_the_form_of_a_tablet_without_a_clock_is_tapped_when_it_arrives() -> None:
    received = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
    one = read_form({"id": ID, "activity": "visit", "count": "5"}, received)
    assert (one.id, one.activity, one.count, one.undoes) == (UUID(ID), "visit", 5, None)
    assert clock.estimate_tap_time(one.testimony, received).at == received
    undo = read_form({"id": OTHER_ID, "activity": "visit", "count": "5", "undoes": ID}, received)
    assert undo.undoes == UUID(ID)


@pytest.mark.parametrize("count", ["", "-1", "1.5", "five", "٥", "²", "1_000", " 1", "9" * 10])
def test_a_form_with_an_odd_count_is_still_a_tap(count: str) -> None:
    assert read_form({"id": ID, "activity": "visit", "count": count}, datetime.now(UTC)).count is None


@pytest.mark.parametrize("fields", [{}, {"id": ""}, {"id": "visit"}, {"id": ID, "undoes": "visit"}])
def test_a_form_without_an_id_is_malformed(fields: dict[str, str]) -> None:
    with pytest.raises(MalformedBatch):
        read_form(fields, datetime.now(UTC))


# All text that JSON can carry, half surrogate pairs and NUL among it.
TEXT = st.text(st.characters(exclude_categories=()), max_size=80) | st.text("a😀\0\ud83d\udc00", max_size=80)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.uuids().map(str)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=6)


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rarely nonsense: else hardly a batch would get past its first line."""
    return st.integers(0, 9).flatmap(lambda chance: JSON if chance == 9 else good)


IDS = mostly(st.uuids().map(str))
RECORDS = mostly(
    st.fixed_dictionaries(
        {"id": IDS},
        optional={name: TEXT | JSON for name in ("centre", "activity")}
        | {name: JSON for name in ("count", "wall", "offset", "age", "mood")}
        | {"undoes": IDS},
    )
)
BODIES = st.fixed_dictionaries(
    {"kiosk": mostly(st.just(1)), "taps": mostly(st.lists(RECORDS, min_size=1, max_size=MOST_TAPS + 2))},
    optional={"now": JSON, "client": JSON, "mood": JSON},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mostly(BODIES))
def test_any_json_is_a_batch_or_malformed_and_nothing_else(body: Any) -> None:
    try:
        batch = read_batch(json.loads(json.dumps(body)))
    except MalformedBatch:
        return
    assert 1 <= len(batch.taps) <= MOST_TAPS
    for record, one in zip(body["taps"], batch.taps, strict=True):
        # The answer names each tap as the tablet does.
        assert str(one.id) == record["id"]
        assert one.count is None or type(one.count) is int
        for text in (batch.client, one.centre, one.activity):
            assert text is None or (len(text.encode()) <= 4 * LONGEST_KEY and "\0" not in text)
        for time in (one.testimony.wall, one.testimony.offset, one.testimony.age, one.testimony.now):
            assert time is None or (type(time) is int and abs(time) <= LARGEST_MILLISECONDS)
        clock.estimate_tap_time(one.testimony, datetime(2026, 10, 21, tzinfo=UTC))
