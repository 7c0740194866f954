"""Forms that count once, limits that survive a restart, and the one-time code for a new password."""

import sqlalchemy as sa
from alembic import op

from kiosk.models.columns import Instant, Key

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_op",
        sa.Column("id", Key(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_op")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rate_bucket",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_bucket")),
        sqlite_with_rowid=False,
    )
    op.add_column("user", sa.Column("code_hash", sa.String(length=255), nullable=True))
    op.add_column("user", sa.Column("code_expires_at", Instant(), nullable=True))
