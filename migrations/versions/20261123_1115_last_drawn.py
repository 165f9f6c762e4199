"""Each page asks when anything was drawn last: an index answers it without looking at a drawing.

Revision: 20261123_1115
After: 20261123_0800
"""

from alembic import op

revision = '20261123_1115'
down_revision = '20261123_0800'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_drawing_aside_drawn_at', 'drawing', ['aside', 'drawn_at'])


def downgrade() -> None:
    op.drop_index('ix_drawing_aside_drawn_at', 'drawing')
