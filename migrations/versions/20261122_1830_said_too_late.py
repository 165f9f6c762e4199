"""What was said after a claim's last day is counted without its number: the tallies are made anew.

Revision: 20261122_1830
After: 20261122_1820
"""

from alembic import op

revision = '20261122_1830'
down_revision = '20261122_1820'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE head SET projected = 0")


def downgrade() -> None:
    op.execute("UPDATE head SET projected = 0")
