"""Policies: those adopted after the founding one, and which of them each claim is held to.

Whatever was recorded so far was recorded under the founding policy. Both are projected and come from the journal:
`ledger db upgrade` fills them anew when all migrations have run (`head.projected` set to 0 says that they wait for it).

Revision: 20261123_0330
After: 20261122_2300
"""

import sqlalchemy as sa
from alembic import op

revision = '20261123_0330'
down_revision = '20261122_2300'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('policy',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('default_horizon_months', sa.Integer(), nullable=False),
    sa.Column('reviewers_per_claim', sa.Integer(), nullable=False),
    sa.Column('longest_snooze_days', sa.Integer(), nullable=False),
    sa.Column('yardstick', sa.String(length=40), nullable=False),
    sa.Column('smallest_n', sa.Integer(), nullable=False),
    sa.Column('mostly_true', sa.Double(), nullable=False),
    sa.Column('partly_true', sa.Double(), nullable=False),
    sa.Column('mostly_false', sa.Double(), nullable=False),
    sa.Column('rubric', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('adopted_by', sa.String(length=40), nullable=False),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy')),
    sa.UniqueConstraint('version', name=op.f('uq_policy_version'))
    )
    # Added in place: SQLite would otherwise copy the table, and forget the checks on its words.
    op.execute("ALTER TABLE claim ADD COLUMN policy VARCHAR(20) NOT NULL DEFAULT '1'")
    if op.get_bind().dialect.name == 'postgresql':
        op.execute("ALTER TABLE claim ALTER COLUMN policy DROP DEFAULT")
    op.execute("UPDATE head SET projected = 0")


def downgrade() -> None:
    op.execute("ALTER TABLE claim DROP COLUMN policy")
    op.drop_table('policy')
    op.execute("UPDATE head SET projected = 0")
