"""Drawings: charts that pages ask for, kept by the hash of what they show.

Revision: 20261122_2300
After: 20261122_2030
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_2300'
down_revision = '20261122_2030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('drawing',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('wanted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('wanted_on', sa.Date(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failed', sa.Text(), nullable=True),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('spec', sa.Text(), nullable=True),
    sa.Column('band', sa.Text(), nullable=True),
    sa.Column('svg', sa.Text(), nullable=True),
    sa.Column('inline', sa.Text(), nullable=True),
    sa.Column('png', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_drawing'))
    )
    with op.batch_alter_table('drawing', schema=None) as batch_op:
        batch_op.create_index('ix_drawing_drawn_at_wanted_at', ['drawn_at', 'wanted_at'], unique=False)
        batch_op.create_index('ix_drawing_wanted_on', ['wanted_on'], unique=False)


def downgrade() -> None:
    op.drop_table('drawing')
