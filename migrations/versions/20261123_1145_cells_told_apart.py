"""PostgreSQL is told how few cells there are, and finds choices and quantities without looking through all units.

It took the columns of a cell for independent, expected a thousand times as many cells, and sorted a million units on
disk instead of counting them in memory.

Revision: 20261123_1145
After: 20261123_1130
"""

from alembic import op

revision = '20261123_1145'
down_revision = '20261123_1130'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.execute(
            'CREATE STATISTICS unit_cells (ndistinct) ON standing, month, low, mid, high, modality, reading FROM unit'
        )
        op.create_index(
            'ix_unit_answers',
            'unit',
            ['claimant_id', 'claim_id'],
            postgresql_include=[
                'forecast_id', 'document_id', 'made_on', 'standing', 'month', 'low', 'mid', 'high', 'reading', 'kind',
                'valid_from', 'valid_to',
            ],
            postgresql_where="kind IN ('choice', 'quantity')",
        )
        op.execute('ANALYZE unit')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_index('ix_unit_answers', 'unit')
        op.execute('DROP STATISTICS unit_cells')
