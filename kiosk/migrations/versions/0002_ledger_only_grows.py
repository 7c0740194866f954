"""The ledger only grows: the database itself refuses to change or delete an event.

Only tapped_at, received_at, station_id and user_id may be set to null (coarsening). An event whose id is
held is ignored until a person has accepted it: once held, a tap never counts by itself. A migration that
rebuilds tally_event must make these triggers again.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIXED = (
    "id",
    "centre_id",
    "activity_id",
    "kind",
    "count",
    "day",
    "span",
    "hour",
    "audience",
    "undoes",
    "quality",
    "time_quality",
    "reason",
)
FORGETTABLE = ("tapped_at", "received_at", "station_id", "user_id")


IS_HELD = """EXISTS (SELECT 1 FROM held_tap WHERE tap_id = NEW.id)
             AND NOT EXISTS (SELECT 1 FROM held_tap WHERE tap_id = NEW.id AND outcome = 'accepted')"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        changed = " OR ".join(
            [f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FIXED]
            + [f"(NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in FORGETTABLE]
        )
        op.execute(
            """CREATE FUNCTION tally_event_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
               BEGIN RAISE EXCEPTION 'tally_event only grows: % is refused', TG_OP; END $$"""
        )
        op.execute(
            f"""CREATE TRIGGER tally_event_update BEFORE UPDATE ON tally_event FOR EACH ROW
                WHEN ({changed}) EXECUTE FUNCTION tally_event_only_grows()"""
        )
        op.execute(
            f"""CREATE FUNCTION tally_event_ignores_held() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN IF {IS_HELD} THEN RETURN NULL; END IF; RETURN NEW; END $$"""
        )
        op.execute(
            """CREATE TRIGGER tally_event_insert BEFORE INSERT ON tally_event FOR EACH ROW
               EXECUTE FUNCTION tally_event_ignores_held()"""
        )
        for verb in ("DELETE", "TRUNCATE"):
            op.execute(
                f"""CREATE TRIGGER tally_event_{verb.lower()} BEFORE {verb} ON tally_event
                    FOR EACH STATEMENT EXECUTE FUNCTION tally_event_only_grows()"""
            )
        return
    changed = " OR ".join(
        [f"NEW.{column} IS NOT OLD.{column}" for column in FIXED]
        + [f"(NEW.{column} IS NOT NULL AND NEW.{column} IS NOT OLD.{column})" for column in FORGETTABLE]
    )
    op.execute(
        f"""CREATE TRIGGER tally_event_update BEFORE UPDATE ON tally_event WHEN {changed}
            BEGIN SELECT RAISE(ABORT, 'tally_event only grows: UPDATE is refused'); END"""
    )
    op.execute(
        """CREATE TRIGGER tally_event_delete BEFORE DELETE ON tally_event
           BEGIN SELECT RAISE(ABORT, 'tally_event only grows: DELETE is refused'); END"""
    )
    # INSERT OR REPLACE deletes what is in its way without asking the trigger above, so such an insert is ignored.
    op.execute(
        f"""CREATE TRIGGER tally_event_insert BEFORE INSERT ON tally_event
            WHEN EXISTS (SELECT 1 FROM tally_event WHERE id = NEW.id)
              OR (NEW.undoes IS NOT NULL AND EXISTS (SELECT 1 FROM tally_event WHERE undoes = NEW.undoes))
              OR ({IS_HELD})
            BEGIN SELECT RAISE(IGNORE); END"""
    )
