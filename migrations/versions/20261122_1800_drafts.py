"""Drafts: kept forms know whose they are, so that each person can be shown theirs.

What was kept before is let go: it lasts seven days, and nothing tells whose it was.

Revision: 20261122_1800
After: 20261122_1700
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_1800'
down_revision = '20261122_1700'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM kept_form")
    with op.batch_alter_table('kept_form', schema=None) as batch_op:
        batch_op.add_column(sa.Column('account_id', sa.Integer(), nullable=False))
        batch_op.create_foreign_key(
            op.f('fk_kept_form_account_id'), 'account', ['account_id'], ['id'], ondelete='CASCADE'
        )
        batch_op.create_index(op.f('ix_kept_form_account_id'), ['account_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('kept_form', schema=None) as batch_op:
        batch_op.drop_index(op.f('ix_kept_form_account_id'))
        batch_op.drop_constraint(op.f('fk_kept_form_account_id'), type_='foreignkey')
        batch_op.drop_column('account_id')
