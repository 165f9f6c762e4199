"""Units: what is counted of each claim and when, tallies by forecast, and running sums by cluster.

What a claim had added to the tallies is said by its units, so the contributions go. All of these are projected tables
and come from the journal: `ledger db upgrade` fills them when all migrations have run (`head.projected` set to 0 says
that they wait for it).

Revision: 20261122_2030
After: 20261122_2000
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_2030'
down_revision = '20261122_2000'
branch_labels = None
depends_on = None

MODALITY = sa.Enum(
    'will', 'likely', 'could', 'number', name='modality', native_enum=False, create_constraint=True, length=24
)
READING = sa.Enum('speaker', 'ours', name='reading', native_enum=False, create_constraint=True, length=24)


def upgrade() -> None:
    op.drop_table('contribution')
    op.drop_table('tally')
    op.create_table('tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('low', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mid', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('high', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('modality', MODALITY, nullable=False),
    sa.Column('reading', READING, nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'standing', 'month', 'low', 'mid', 'high', 'modality', 'reading', name=op.f('pk_tally')),
    sqlite_with_rowid=False
    )
    op.create_table('cluster_tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('clusters', sa.Integer(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('scores', sa.BigInteger(), nullable=False),
    sa.Column('squares', sa.BigInteger(), nullable=False),
    sa.Column('rest', sa.BigInteger(), nullable=False),
    sa.Column('products', sa.BigInteger(), nullable=False),
    sa.Column('sizes', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'month', name=op.f('pk_cluster_tally')),
    sqlite_with_rowid=False
    )
    op.create_table('part_tally',
    sa.Column('whole_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('scores', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('whole_id', 'scope', 'month', name=op.f('pk_part_tally')),
    sqlite_with_rowid=False
    )
    op.create_table('unit',
    sa.Column('claimant_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('low', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('mid', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('high', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('modality', MODALITY, nullable=False),
    sa.Column('reading', READING, nullable=False),
    sa.Column('cluster', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('forecast_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('valid_from', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('valid_to', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.Enum('event', 'continues', 'compares', 'quantity', 'choice', name='claimkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('basis', sa.Enum('stated', 'implied', 'assigned', 'default', name='horizonbasis', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('checkability', sa.Enum('checkable', 'too_vague', 'not_a_forecast', name='checkability', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.PrimaryKeyConstraint(
        'claimant_id', 'standing', 'month', 'low', 'mid', 'high', 'modality', 'reading',
        'cluster', 'claim_id', 'forecast_id', 'valid_from', name=op.f('pk_unit')
    ),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index('ix_unit_claim', ['claim_id', 'valid_to'], unique=False)
    op.create_table('filing',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('valid_from', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('valid_to', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', 'slug', 'valid_from', name=op.f('pk_filing')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('filing', schema=None) as batch_op:
        batch_op.create_index('ix_filing_slug_claim', ['slug', 'claim_id'], unique=False)
    op.drop_table('scope')
    op.create_table('scope',
    sa.Column('key', sa.String(length=240), nullable=False),
    sa.Column('inside', sa.String(length=240), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('recorded', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_scope'))
    )
    with op.batch_alter_table('scope', schema=None) as batch_op:
        batch_op.create_index('ix_scope_listed', ['inside', 'kind', 'judged', 'recorded', 'key'], unique=False)
    op.execute("UPDATE head SET projected = 0")


def downgrade() -> None:
    for name in ('filing', 'unit', 'part_tally', 'cluster_tally', 'tally', 'scope'):
        op.drop_table(name)
    op.create_table('scope',
    sa.Column('key', sa.String(length=240), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('recorded', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_scope'))
    )
    with op.batch_alter_table('scope', schema=None) as batch_op:
        batch_op.create_index('ix_scope_kind_judged_recorded', ['kind', 'judged', 'recorded', 'key'], unique=False)
    op.create_table('tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('scored', sa.Integer(), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('mid', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'standing', 'month', name=op.f('pk_tally'))
    )
    op.create_table('contribution',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_contribution'))
    )
    op.execute("UPDATE head SET projected = 0")
