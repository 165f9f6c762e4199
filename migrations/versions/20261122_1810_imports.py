"""Imports of claims from files: their runs and their rows.

Revision: 20261122_1810
After: 20261122_1800
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_1810'
down_revision = '20261122_1800'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.Column('file_name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=False),
    sa.Column('state', sa.Enum('running', 'done', 'undone', name='importstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    with op.batch_alter_table('import_run', schema=None) as batch_op:
        batch_op.create_index('ix_import_run_source_sha256', ['source', 'sha256'], unique=False)
    op.create_table('import_row',
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=False),
    sa.Column('claim', sa.Integer(), nullable=False),
    sa.Column('forecast', sa.Integer(), nullable=False),
    sa.Column('opened', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_row_run_id')),
    sa.PrimaryKeyConstraint('source', 'key', name=op.f('pk_import_row'))
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index('ix_import_row_run_claim', ['run_id', 'claim'], unique=False)


def downgrade() -> None:
    op.drop_table('import_row')
    op.drop_table('import_run')
