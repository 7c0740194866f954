"""Tablets are paired by a code they show, may have further screens behind a PIN; the first start has a code."""

import sqlalchemy as sa
from alembic import op

from kiosk.models.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("start_code_hash", sa.LargeBinary(length=32), nullable=True))
    op.add_column("sign_in", sa.Column("confirmed_at", Instant(), nullable=True))
    op.add_column("station", sa.Column("pin_hash", sa.String(length=255), nullable=True))
    op.add_column("station", sa.Column("opened_at", Instant(), nullable=True))
    op.add_column("station", sa.Column("wrong_pins", sa.Integer(), server_default="0", nullable=False))
    op.add_column("station", sa.Column("wrong_pin_at", Instant(), nullable=True))
    op.create_table(
        "station_screen",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("screen_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("fk_station_screen_screen_id_screen")),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_station_screen_station_id_station")),
        sa.PrimaryKeyConstraint("station_id", "screen_id", name=op.f("pk_station_screen")),
    )
    op.create_table(
        "pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["station_id"], ["station.id"], name=op.f("fk_pairing_station_id_station")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairing_code_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_pairing_secret_hash")),
    )
