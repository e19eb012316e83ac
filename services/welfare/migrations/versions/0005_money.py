"""0005 money: budgets, commitments, the aid fund, half-years, posts and policies"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "welfare_money"
down_revision = "welfare_district_figures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity_cost',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('completed_on', sa.Date(), nullable=False),
    sa.Column('attended', sa.Integer(), nullable=False),
    sa.Column('winners', sa.Integer(), nullable=False),
    sa.Column('spend_fen', sa.BigInteger(), nullable=False),
    sa.Column('budget_fen', sa.BigInteger(), nullable=True),
    sa.Column('satisfaction_hundredths', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_cost'))
    )
    with op.batch_alter_table('activity_cost', schema=None) as batch_op:
        batch_op.create_index('ix_activity_cost_day', ['school_id', 'completed_on', 'id'], unique=False)

    op.create_table('aid_allotment',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('fund', sa.String(length=20), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('allotted_on', sa.Date(), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=False),
    sa.Column('allotted_by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('allotted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_aid_allotment'))
    )
    with op.batch_alter_table('aid_allotment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_aid_allotment_school_id'), ['school_id'], unique=False)

    op.create_table('budget',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('reserve_percent', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('drafted_by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('resolution', sa.String(length=200), nullable=True),
    sa.Column('approved_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_budget')),
    sa.UniqueConstraint('school_id', 'year', 'number', name=op.f('uq_budget_school_id_year_number'))
    )
    op.create_table('commitment',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('source', sa.String(length=30), nullable=False),
    sa.Column('source_id', sa.String(length=64), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('fund', sa.String(length=20), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    sa.UniqueConstraint('school_id', 'source', 'source_id', name=op.f('uq_commitment_school_id_source_source_id'))
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index('ix_commitment_day', ['school_id', 'state', 'day'], unique=False)

    op.create_table('finance_period',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('period', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('audit_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('content', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('published_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finance_period')),
    sa.UniqueConstraint('school_id', 'period', name=op.f('uq_finance_period_school_id_period'))
    )
    op.create_table('money_policy',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('adopted_on', sa.Date(), nullable=False),
    sa.Column('published_by', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_money_policy')),
    sa.UniqueConstraint('school_id', 'kind', 'number', name=op.f('uq_money_policy_school_id_kind_number'))
    )
    op.create_table('money_post',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('post', sa.String(length=12), nullable=False),
    sa.Column('person_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('begun_on', sa.Date(), nullable=False),
    sa.Column('ended_on', sa.Date(), nullable=True),
    sa.Column('given_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_money_post'))
    )
    with op.batch_alter_table('money_post', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_money_post_school_id'), ['school_id'], unique=False)

    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.add_column(sa.Column('activity_id', sa.Uuid(as_uuid=False), nullable=True))
        batch_op.create_index(batch_op.f('ix_ledger_entry_activity_id'), ['activity_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ledger_entry_activity_id'))
        batch_op.drop_column('activity_id')

    with op.batch_alter_table('money_post', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_money_post_school_id'))

    op.drop_table('money_post')
    op.drop_table('money_policy')
    op.drop_table('finance_period')
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.drop_index('ix_commitment_day')

    op.drop_table('commitment')
    op.drop_table('budget')
    with op.batch_alter_table('aid_allotment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_aid_allotment_school_id'))

    op.drop_table('aid_allotment')
    with op.batch_alter_table('activity_cost', schema=None) as batch_op:
        batch_op.drop_index('ix_activity_cost_day')

    op.drop_table('activity_cost')
