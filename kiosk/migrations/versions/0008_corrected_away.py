"""An undo whose tap a correction has taken out already is held: a further reason."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

REASONS = (
    "unknown_activity",
    "retired_activity",
    "not_on_screen",
    "other_centre",
    "too_old",
    "impossible_count",
    "conflict",
    "undo_before_tap",
    "undo_mismatch",
    "corrected_away",
)
TRIGGER = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'tally_event_insert'")


NAME = op.f("ck_held_tap_holdreason")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite makes the table anew, and the trigger that asks it has to stand aside meanwhile.
    trigger = op.get_bind().scalar(TRIGGER) if is_sqlite else None
    if is_sqlite:
        op.execute("DROP TRIGGER tally_event_insert")
    # Reflection does not find that the table has no row ids.
    with op.batch_alter_table("held_tap", table_kwargs={"sqlite_with_rowid": False}) as table:
        table.drop_constraint(NAME, type_="check")
        table.create_check_constraint(NAME, f"reason IN ({', '.join(repr(one) for one in REASONS)})")
    if trigger:
        op.execute(trigger)
