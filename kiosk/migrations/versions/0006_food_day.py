"""Food bags packed and left, as they are counted by hand on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "food_day",
        sa.Column("centre_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("packed", sa.Integer(), nullable=True),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.CheckConstraint("packed >= 0", name=op.f("ck_food_day_packed")),
        sa.CheckConstraint('"left" BETWEEN 0 AND packed', name=op.f("ck_food_day_left_of_packed")),
        sa.ForeignKeyConstraint(["centre_id"], ["centre.id"], name=op.f("fk_food_day_centre_id_centre")),
        sa.PrimaryKeyConstraint("centre_id", "day", name=op.f("pk_food_day")),
    )
