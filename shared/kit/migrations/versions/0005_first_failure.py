"""0005 when an attempt at a message failed first"""

import sqlalchemy as sa
from alembic import op

revision = 'kit_0005'
down_revision = 'kit_0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('inbox', sa.Column('failed_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('inbox', 'failed_at')
