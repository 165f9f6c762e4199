"""Searching: each claim's words with their full-text index, and filters people save.

The words are a projected table and come from the journal: `ledger db upgrade` fills the projected tables anew when
all migrations have run (`head.projected` set to 0 says that they wait for it).

Revision: 20261122_1820
After: 20261122_1810
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_1820'
down_revision = '20261122_1810'
branch_labels = None
depends_on = None

COLUMNS = ('statement', 'criteria', 'said', 'evidence')


def upgrade() -> None:
    op.create_table('searchable',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('criteria', sa.Text(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_searchable'))
    )
    op.create_table('saved_filter',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_saved_filter_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_filter')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_saved_filter_account_id_name'))
    )
    if op.get_bind().dialect.name == 'sqlite':
        index_sqlite()
    else:
        index_postgresql()
    op.execute("UPDATE head SET projected = 0")


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        op.execute("DROP TABLE searchable_index")
    op.drop_table('saved_filter')
    op.drop_table('searchable')


def index_sqlite() -> None:
    """An FTS5 table that holds no text of its own; triggers tell it what the rows say and said."""
    names = ', '.join(COLUMNS)
    op.execute(
        f"CREATE VIRTUAL TABLE searchable_index USING fts5({names}, content='searchable', content_rowid='claim_id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    new, old = (', '.join(f'{row}.{name}' for name in COLUMNS) for row in ('new', 'old'))
    add = f"INSERT INTO searchable_index(rowid, {names}) VALUES (new.claim_id, {new});"
    take = f"INSERT INTO searchable_index(searchable_index, rowid, {names}) VALUES ('delete', old.claim_id, {old});"
    op.execute(f"CREATE TRIGGER searchable_added AFTER INSERT ON searchable BEGIN {add} END")
    op.execute(f"CREATE TRIGGER searchable_removed AFTER DELETE ON searchable BEGIN {take} END")
    op.execute(f"CREATE TRIGGER searchable_changed AFTER UPDATE ON searchable BEGIN {take} {add} END")


def index_postgresql() -> None:
    """A generated column, weighted by where a word stands, and an index over it."""
    parts = ' || '.join(
        f"setweight(to_tsvector('pg_catalog.simple', {name}), '{weight}')" for name, weight in zip(COLUMNS, 'ABCD')
    )
    op.execute(f"ALTER TABLE searchable ADD COLUMN vector tsvector GENERATED ALWAYS AS ({parts}) STORED")
    op.execute("CREATE INDEX ix_searchable_vector ON searchable USING gin (vector) WITH (fastupdate = off)")
