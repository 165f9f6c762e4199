"""Outlets, documents and years are kept by topic, and sums say how many numbers are our reading of words.

Both come from the journal: `ledger db upgrade` fills the tables when all migrations have run (`head.projected` set to 0
says that they wait for it).

Revision: 20261123_1815
After: 20261123_1145
"""

import sqlalchemy as sa
from alembic import op

revision = '20261123_1815'
down_revision = '20261123_1145'
branch_labels = None
depends_on = None

ENDS = ('low', 'mid', 'high')


def upgrade() -> None:
    make_sums_anew('n', 'scored', 'ours')


def downgrade() -> None:
    make_sums_anew('n', 'scored')


def make_sums_anew(*counts: str) -> None:
    op.drop_table('sum_tally')
    op.create_table('sum_tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
    *(sa.Column(name, sa.BigInteger(), nullable=False) for end in ENDS for name in (end, f'{end}_rest')),
    sa.PrimaryKeyConstraint('scope', 'standing', 'month', name=op.f('pk_sum_tally')),
    sqlite_with_rowid=False
    )
    op.execute("UPDATE head SET projected = 0")
