"""0007 how a hardship case ends, and a November that is planned"""

import sqlalchemy as sa
from alembic import op

revision = "welfare_hardship_ends"
down_revision = "welfare_expenses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hardship_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcome", sa.String(length=12), nullable=True))
    with op.batch_alter_table("hardship_recheck", schema=None) as batch_op:
        batch_op.alter_column("opened_at", existing_type=sa.DateTime(timezone=True), nullable=True)
