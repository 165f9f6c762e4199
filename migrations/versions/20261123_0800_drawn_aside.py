"""Charts of scorecards that somebody narrowed are told from those of whole ones, so that they cannot crowd them out.

Revision: 20261123_0800
After: 20261123_0730
"""

from alembic import op

revision = '20261123_0800'
down_revision = '20261123_0730'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE drawing ADD COLUMN aside BOOLEAN NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE drawing DROP COLUMN aside")
