"""All tables of the first need."""

import sqlalchemy as sa
from alembic import op

from kiosk.models.columns import Instant, Key

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "centre",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("open_weekdays", sa.JSON(), nullable=False),
        sa.Column("hours_per_full_time_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_centre")),
        sa.UniqueConstraint("slug", name=op.f("uq_centre_slug")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("high_water_on", sa.Date(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counts_not", sa.JSON(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("part_of_id", sa.Integer(), nullable=True),
        sa.Column(
            "input",
            sa.Enum("tap", "enter", "sum", name="input", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("rolls_up", sa.Boolean(), nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.CheckConstraint("decimals BETWEEN 0 AND 2", name=op.f("ck_activity_decimals")),
        sa.CheckConstraint("part_of_id <> id", name=op.f("ck_activity_not_part_of_itself")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_activity_centre_id_centre")),
        sa.ForeignKeyConstraint(["part_of_id"], ["activity.id"], name=op.f("fk_activity_part_of_id_activity")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("key", name=op.f("uq_activity_key")),
    )
    op.create_table(
        "screen",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "participant",
                "volunteer",
                "staff",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_screen_centre_id_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen")),
    )
    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column(
            "role",
            sa.Enum("reader", "staff", "leader", name="role", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_user_centre_id_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("name_key", name=op.f("uq_user_name_key")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_audit_entry_centre_id_centre")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_audit_entry_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_centre_id_at"), ["centre_id", "at"], unique=False)

    op.create_table(
        "button",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("colour", sa.Integer(), nullable=False),
        sa.Column("quick_counts", sa.JSON(), nullable=False),
        sa.Column("usual_maximum", sa.Integer(), nullable=True),
        sa.Column("season_from", sa.String(length=5), nullable=True),
        sa.Column("season_to", sa.String(length=5), nullable=True),
        sa.CheckConstraint("colour BETWEEN 1 AND 8", name=op.f("ck_button_colour")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_button_activity_id_activity")),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("fk_button_screen_id_screen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_button")),
        sa.UniqueConstraint("screen_id", "activity_id", name=op.f("uq_button_screen_id_activity_id")),
    )
    op.create_table(
        "day_closing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("was_open", sa.Boolean(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.String(length=140), nullable=True),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", Instant(), nullable=True),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_day_closing_centre_id_centre")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_day_closing_closed_by_id_user")),
        sa.ForeignKeyConstraint(["reopened_by_id"], ["user.id"], name=op.f("fk_day_closing_reopened_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_closing")),
    )
    with op.batch_alter_table("day_closing", schema=None) as batch_op:
        batch_op.create_index(
            "uq_day_closing_holds",
            ["centre_id", "day"],
            unique=True,
            sqlite_where=sa.text("reopened_at IS NULL"),
            postgresql_where=sa.text("reopened_at IS NULL"),
        )

    op.create_table(
        "method",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_method_activity_id_activity")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_method_centre_id_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_method")),
        sa.UniqueConstraint(
            "activity_id", "centre_id", "valid_from", name=op.f("uq_method_activity_id_centre_id_valid_from")
        ),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "station",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("paired_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("last_seen_at", Instant(), nullable=True),
        sa.Column("pending", sa.Integer(), nullable=True),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("oldest_hours", sa.Integer(), nullable=True),
        sa.Column("client_version", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_station_centre_id_centre")),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("fk_station_screen_id_screen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_station_token_hash")),
    )
    with op.batch_alter_table("station", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_station_centre_id"), ["centre_id"], unique=False)

    op.create_table(
        "held_tap",
        sa.Column("key", Key(), nullable=False),
        sa.Column("tap_id", Key(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "participant",
                "volunteer",
                "staff",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("activity_key", sa.String(length=64), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("undoes", Key(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("tapped_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=True),
        sa.Column(
            "time_quality",
            sa.Enum("sure", "unsure", name="timequality", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "unknown_activity",
                "retired_activity",
                "not_on_screen",
                "other_centre",
                "too_old",
                "impossible_count",
                "conflict",
                "undo_before_tap",
                "undo_mismatch",
                name="holdreason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("accepted", "dismissed", name="outcome", native_enum=False, create_constraint=True, length=20),
            nullable=True,
        ),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name=op.f("ck_held_tap_settled_has_outcome")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_held_tap_centre_id_centre")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_held_tap_settled_by_id_user")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_held_tap_station_id_station")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_held_tap")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("held_tap", schema=None) as batch_op:
        batch_op.create_index(
            "ix_held_tap_unsettled",
            ["centre_id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_held_tap_tap_id"), ["tap_id"], unique=False)

    op.create_table(
        "tally_event",
        sa.Column("id", Key(), nullable=False),
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "tap",
                "undo",
                "entry",
                "correction",
                "import",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "span",
            sa.Enum("day", "month", "year", name="span", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("tapped_at", Instant(), nullable=True),
        sa.Column("received_at", Instant(), nullable=True),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "participant",
                "volunteer",
                "staff",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("undoes", Key(), nullable=True),
        sa.Column(
            "quality",
            sa.Enum(
                "counted",
                "backdated",
                "from_list",
                "estimated",
                name="quality",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "time_quality",
            sa.Enum("sure", "unsure", name="timequality", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "forgotten",
                "doubled",
                "wrong_button",
                "testing",
                "paper_sheet",
                "tablet_failed",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name=op.f("ck_tally_event_undo_names_its_tap")),
        sa.CheckConstraint("kind <> 'tap' OR count > 0", name=op.f("ck_tally_event_tap_counts_up")),
        sa.CheckConstraint("kind <> 'undo' OR count < 0", name=op.f("ck_tally_event_undo_counts_down")),
        sa.CheckConstraint(
            "kind NOT IN ('tap', 'undo') OR (span = 'day' AND user_id IS NULL)",
            name=op.f("ck_tally_event_tap_is_of_a_day_and_nobody"),
        ),
        sa.CheckConstraint("count <> 0", name=op.f("ck_tally_event_count_not_zero")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_tally_event_hour")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_tally_event_activity_id_activity")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_tally_event_centre_id_centre")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_tally_event_station_id_station")),
        sa.ForeignKeyConstraint(["undoes"], ["tally_event.id"], name=op.f("fk_tally_event_undoes_tally_event")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_tally_event_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_event")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("tally_event", schema=None) as batch_op:
        batch_op.create_index(
            "uq_tally_event_undoes",
            ["undoes"],
            unique=True,
            sqlite_where=sa.text("undoes IS NOT NULL"),
            postgresql_where=sa.text("undoes IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_tally_event_sum", ["centre_id", "day", "activity_id", "span", "quality", "count"], unique=False
        )
