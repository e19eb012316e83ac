"""0006 expenses"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "welfare_expenses"
down_revision = "welfare_money"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('expense',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('entry_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kind', sa.String(length=30), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('fund', sa.String(length=20), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('spent_on', sa.Date(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('heads', sa.Integer(), nullable=True),
    sa.Column('winners', sa.Integer(), nullable=True),
    sa.Column('each_fen', sa.Integer(), nullable=True),
    sa.Column('festival', sa.String(length=30), nullable=True),
    sa.Column('activity_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('pack_code', sa.String(length=50), nullable=True),
    sa.Column('pack_version', sa.Integer(), nullable=True),
    sa.Column('breaches', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('confirmed', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('submitted_by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('approved_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refused_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('refused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refusal', sa.String(length=200), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_expense')),
    sa.UniqueConstraint('school_id', 'entry_id', name=op.f('uq_expense_school_id_entry_id'))
    )
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.create_index('ix_expense_list', ['school_id', 'spent_on', 'id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('expense', schema=None) as batch_op:
        batch_op.drop_index('ix_expense_list')

    op.drop_table('expense')
