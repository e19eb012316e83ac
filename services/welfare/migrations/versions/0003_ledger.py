"""0003 ledger; a receipt proves more than a visit"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "welfare_ledger"
down_revision = "welfare_hardship_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ledger_entry',
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('school_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('code', sa.String(length=30), nullable=False),
    sa.Column('fund', sa.String(length=20), nullable=False),
    sa.Column('amount_fen', sa.BigInteger(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('counted_on', sa.Date(), nullable=False),
    sa.Column('source', sa.String(length=30), nullable=False),
    sa.Column('source_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('counters_id', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('pack_code', sa.String(length=50), nullable=True),
    sa.Column('pack_version', sa.Integer(), nullable=True),
    sa.Column('breaches', sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
    sa.Column('words', sa.String(length=200), nullable=True),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('booked_by', sa.Uuid(as_uuid=False), nullable=True),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('school_id', 'source', 'source_id', 'number', name=op.f('uq_ledger_entry_school_id_source_source_id_number'))
    )
    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_entry_day', ['school_id', 'counted_on', 'id'], unique=False)

    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=30), nullable=True))
        batch_op.add_column(sa.Column('source_id', sa.String(length=64), nullable=True))
        batch_op.create_index('ix_receipt_source', ['source_id', 'source'], unique=False)
    receipt = sa.table(
        "receipt", sa.column("task_id", sa.Uuid(as_uuid=False)), sa.column("source", sa.String), sa.column("source_id", sa.String)
    )
    bind = op.get_bind()
    for (task_id,) in bind.execute(sa.select(receipt.c.task_id).where(receipt.c.task_id.is_not(None)).distinct()).all():
        bind.execute(
            receipt.update().where(receipt.c.task_id == task_id).values(source="visit", source_id=str(task_id))
        )
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_receipt_task_id'))
        batch_op.drop_column('task_id')



def downgrade() -> None:
    with op.batch_alter_table('receipt', schema=None) as batch_op:
        batch_op.add_column(sa.Column('task_id', sa.Uuid(as_uuid=False), nullable=True))
        batch_op.drop_index('ix_receipt_source')
        batch_op.create_index(batch_op.f('ix_receipt_task_id'), ['task_id'], unique=False)
        batch_op.drop_column('source_id')
        batch_op.drop_column('source')

    with op.batch_alter_table('ledger_entry', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_entry_day')

    op.drop_table('ledger_entry')
