"""Files sent on the web to be imported, what the check found, and what was asked of the scheduler.

Revision: 20261122_2000
After: 20261122_1830
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_2000'
down_revision = '20261122_1830'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sent_by', sa.String(length=40), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('source', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('encoding', sa.String(length=20), nullable=False),
    sa.Column('delimiter', sa.String(length=1), nullable=False),
    sa.Column('header', sa.Text(), nullable=False),
    sa.Column('first_rows', sa.Text(), nullable=False),
    sa.Column('columns', sa.Text(), nullable=False),
    sa.Column('register_documents', sa.Boolean(), nullable=False),
    sa.Column('register_as', sa.Enum('person', 'organisation', name='claimantkind', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('leave_out', sa.Boolean(), nullable=False),
    sa.Column('checked_at_size', sa.Integer(), nullable=True),
    sa.Column('last_row', sa.Integer(), nullable=False),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('again', sa.Integer(), nullable=False),
    sa.Column('known', sa.Integer(), nullable=False),
    sa.Column('faulty', sa.Integer(), nullable=False),
    sa.Column('fates', sa.Text(), nullable=False),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_file_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_file'))
    )
    with op.batch_alter_table('import_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_file_run_id'), ['run_id'], unique=False)
    op.create_table('import_fault',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('column', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['import_file.id'], name=op.f('fk_import_fault_file_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('file_id', 'position', name=op.f('pk_import_fault'))
    )
    op.create_table('import_piece',
    sa.Column('file_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['file_id'], ['import_file.id'], name=op.f('fk_import_piece_file_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('file_id', 'position', name=op.f('pk_import_piece'))
    )
    op.create_table('import_task',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('check', 'import', 'undo', name='taskkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('run_id', sa.Integer(), nullable=True),
    sa.Column('asked_by', sa.String(length=40), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['file_id'], ['import_file.id'], name=op.f('fk_import_task_file_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['run_id'], ['import_run.id'], name=op.f('fk_import_task_run_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_task'))
    )
    with op.batch_alter_table('import_task', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_task_file_id'), ['file_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_task_finished_at'), ['finished_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_task_run_id'), ['run_id'], unique=False)


def downgrade() -> None:
    op.drop_table('import_task')
    op.drop_table('import_piece')
    op.drop_table('import_fault')
    op.drop_table('import_file')
