"""What cells come to is kept for every scope, so that a table of scorecards does not sum up the cells of each.

Cells of what is inside another scope go: nothing but their sums was ever asked for. Going back, they come from the
journal again (`head.projected` set to 0 says that they wait for it).

Revision: 20261123_1130
After: 20261123_1115
"""

import sqlalchemy as sa
from alembic import op

revision = '20261123_1130'
down_revision = '20261123_1115'
branch_labels = None
depends_on = None

ENDS = ('low', 'mid', 'high')


def upgrade() -> None:
    op.create_table('sum_tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('scored', sa.Integer(), nullable=False),
    *(sa.Column(name, sa.BigInteger(), nullable=False) for end in ENDS for name in (end, f'{end}_rest')),
    sa.PrimaryKeyConstraint('scope', 'standing', 'month', name=op.f('pk_sum_tally')),
    sqlite_with_rowid=False
    )
    scored = "standing IN ('true', 'false') AND mid >= 0"
    sums = ["SUM(n)", f"SUM(CASE WHEN {scored} THEN n ELSE 0 END)"]
    for end in ENDS:
        error = f"(CAST({end} AS BIGINT) - CASE WHEN standing = 'true' THEN 1000000 ELSE 0 END)"
        for part in ("/", "%"):
            sums.append(f"SUM(CASE WHEN {scored} THEN n * ({error} * {error} {part} 1000000) ELSE 0 END)")
    op.execute(
        f"INSERT INTO sum_tally SELECT scope, standing, month, {', '.join(sums)} FROM tally"
        " GROUP BY scope, standing, month"
    )
    op.execute("DELETE FROM tally WHERE scope LIKE '%/%'")


def downgrade() -> None:
    op.drop_table('sum_tally')
    op.execute("UPDATE head SET projected = 0")
