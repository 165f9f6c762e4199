"""What was said again is kept from entry to entry, so that a past day shows who had said what by then.

It comes from the journal: `ledger db upgrade` fills the table when all migrations have run (`head.projected` set to 0
says that it waits for it).

Revision: 20261123_2300
After: 20261123_1815
"""

import sqlalchemy as sa
from alembic import op

revision = '20261123_2300'
down_revision = '20261123_1815'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('repeat',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claimant_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('valid_from', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('valid_to', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('latest_id', sa.Integer(), nullable=False),
    sa.Column('mid', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', 'claimant_id', 'valid_from', name=op.f('pk_repeat')),
    sqlite_with_rowid=False
    )
    op.create_index('ix_repeat_claimant', 'repeat', ['claimant_id', 'claim_id'], unique=False)
    op.execute("UPDATE head SET projected = 0")


def downgrade() -> None:
    op.drop_table('repeat')
