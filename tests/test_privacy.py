"""Nobody can be found here: every column that may exist, by name, with what it could tell about a person.

A new column fails until it is added here on purpose. Before you add one, ask: could somebody who came to the
centre be found by it, alone or together with what is here already? No name, number, picture, address of a
machine, browser, language or word about a participant is ever stored.
"""

from sqlalchemy import CheckConstraint, String

from kiosk.extensions import Base

ALLOWED = {
    "activity": """id key centre_id position labels units counts counts_not decimals part_of_id input rolls_up
        retired_at""",
    "audit_entry": "id at user_id by_role centre_id verb object old new",
    "button": """id screen_id activity_id position labels icon colour quick_counts usual_maximum
        season_from season_to""",
    "centre": "id slug name timezone open_weekdays hours_per_full_time_year",
    "closed_period": "id centre_id first_on last_on words",
    "day_closing": "id centre_id day was_open totals sentence closed_at closed_by_id reopened_at reopened_by_id",
    # Bags, counted by hand.
    "food_day": "centre_id day packed left",
    "held_tap": """key tap_id centre_id station_id audience activity_key count undoes day hour tapped_at received_at
        time_quality reason settled_at settled_by_id outcome""",
    "installation": "id epoch high_water_on tidied_on created_at start_code_hash",
    "method": "id activity_id centre_id valid_from words",
    "pairing": "id code_hash secret_hash created_at station_id approved_at used_at",
    # The key is an HMAC with a salt of the day: no name, no address.
    "rate_bucket": "key tokens filled_at",
    "screen": "id centre_id name audience",
    "sign_in": "id token_hash user_id created_at last_seen_at confirmed_at ended_at",
    "station": """id centre_id screen_id name token_hash created_at paired_at revoked_at last_seen_at pending dead
        oldest_hours
        client_version pin_hash opened_at wrong_pins wrong_pin_at""",
    "station_screen": "station_id screen_id",
    "tally_event": """id centre_id activity_id kind count day span hour tapped_at received_at station_id audience
        undoes quality time_quality reason user_id""",
    "used_op": "id used_at",
    "user": "id name name_key password_hash code_hash code_expires_at role centre_id created_at disabled_at",
}

# What people write freely: names of centres, screens, tablets and staff, and the sentence about a day.
FREE_TEXT = {
    "audit_entry.object": 80,
    "centre.name": 80,
    "closed_period.words": 80,
    "day_closing.sentence": 140,
    "screen.name": 80,
    "station.name": 80,
    "user.name": 80,
    "user.name_key": 80,
}
# What the program itself writes: keys, codes, hashes, versions.
MADE_TEXT = {
    "activity.key",
    "audit_entry.verb",
    "button.icon",
    "button.season_from",
    "button.season_to",
    "centre.slug",
    "centre.timezone",
    "held_tap.activity_key",
    "installation.epoch",
    "station.client_version",
    "station.pin_hash",
    "user.code_hash",
    "user.password_hash",
}

# What a closed day forgets, and what says when somebody stood at the door to the minute.
FORGOTTEN = {"tapped_at", "received_at", "station_id"}


def columns(table: str) -> set[str]:
    return {column.name for column in Base.metadata.tables[table].columns}


def test_every_column_is_allowed_by_name() -> None:
    assert {table: columns(table) for table in Base.metadata.tables} == {
        table: set(names.split()) for table, names in ALLOWED.items()
    }


def test_free_text_is_short_and_every_text_is_known() -> None:
    lengths = {
        f"{table.name}.{column.name}": column.type.length
        for table in Base.metadata.tables.values()
        for column in table.columns
        if type(column.type) is String
    }
    assert lengths.keys() == FREE_TEXT.keys() | MADE_TEXT
    assert {name: length for name, length in lengths.items() if name in FREE_TEXT} == FREE_TEXT


def test_a_tap_names_no_person_and_its_minute_can_be_forgotten() -> None:
    event, held = (Base.metadata.tables[name].columns for name in ("tally_event", "held_tap"))
    for table in (event, held):
        assert all(table[name].nullable for name in FORGOTTEN)
    # Only who corrects or enters is kept; the database refuses it for taps.
    checks = {str(one.sqltext) for one in event.id.table.constraints if isinstance(one, CheckConstraint)}
    assert "kind NOT IN ('tap', 'undo') OR (span = 'day' AND user_id IS NULL)" in checks
    assert "user_id" not in held
