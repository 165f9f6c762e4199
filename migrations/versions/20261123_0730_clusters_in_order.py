"""On PostgreSQL, an index that holds units by cluster, with all that clusters are summed from.

Revision: 20261123_0730
After: 20261123_0330
"""

from alembic import op

revision = '20261123_0730'
down_revision = '20261123_0330'
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(
            'ix_unit_cluster',
            'unit',
            ['claimant_id', 'cluster'],
            postgresql_include=['standing', 'month', 'mid', 'modality', 'valid_from', 'valid_to'],
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_index('ix_unit_cluster', 'unit')
