"""0004 officers of a school without looking at all its people"""

import sqlalchemy as sa
from alembic import op

revision = 'kit_0004'
down_revision = 'kit_0003'
branch_labels = None
depends_on = None

HAS_OFFICE = sa.text("CAST(offices AS TEXT) != '[]'")


def upgrade() -> None:
    op.create_index(
        'ix_person_card_officer',
        'person_card',
        ['school_id'],
        unique=False,
        postgresql_where=HAS_OFFICE,
        sqlite_where=HAS_OFFICE,
    )


def downgrade() -> None:
    op.drop_index('ix_person_card_officer', table_name='person_card')
