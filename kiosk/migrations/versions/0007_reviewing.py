"""When the database was last tidied, and the role that stays of whoever changed something."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("tidied_on", sa.Date(), nullable=True))
    with op.batch_alter_table("audit_entry") as table:
        table.add_column(sa.Column("by_role", sa.String(length=20), nullable=True))
        table.create_check_constraint(op.f("ck_audit_entry_role"), "by_role IN ('reader', 'staff', 'leader')")
