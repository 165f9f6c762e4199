"""The first tables: journal, record, accounts, outbox.

Revision: 20261122_1330
After: 
"""

from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = '20261122_1330'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=True),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('role', sa.Enum('reviewer', 'editor', 'admin', name='role', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('wants_reminders', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('actor_id', name=op.f('uq_account_actor_id')),
    sa.UniqueConstraint('email', name=op.f('uq_account_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_account_fs_uniquifier'))
    )
    op.create_table('actor',
    sa.Column('id', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actor'))
    )
    op.create_table('claim',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('statement', sa.Text(), nullable=False),
    sa.Column('criteria', sa.Text(), nullable=False),
    sa.Column('horizon', sa.String(length=10), nullable=True),
    sa.Column('horizon_basis', sa.Enum('stated', 'implied', 'assigned', 'default', name='horizonbasis', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('horizon_note', sa.Text(), nullable=False),
    sa.Column('condition', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'due', 'in_review', 'adjudication', 'resolved', name='claimstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_claim_fingerprint'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index('ix_claim_outcome_id', ['outcome', 'id'], unique=False)
        batch_op.create_index('ix_claim_state_due', ['state', 'due_on', 'id'], unique=False)

    op.create_table('claimant',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('person', 'organisation', name='claimantkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claimant')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_claimant_fingerprint'))
    )
    op.create_table('contribution',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_contribution'))
    )
    op.create_table('disclosure',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('disclosures', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_disclosure'))
    )
    op.create_table('document',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('outlet', sa.String(length=200), nullable=False),
    sa.Column('outlet_slug', sa.String(length=200), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('published_on', sa.String(length=10), nullable=False),
    sa.Column('published_basis', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_document_fingerprint'))
    )
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_outlet_slug'), ['outlet_slug'], unique=False)

    op.create_table('entry',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('subject', sa.String(length=60), nullable=False),
    sa.Column('leaf', sa.LargeBinary(), nullable=False),
    sa.Column('leaf_hash', sa.LargeBinary(length=32), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_entry'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index('ix_entry_subject_number', ['subject', 'number'], unique=False)

    op.create_table('head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('frontier', sa.LargeBinary(), nullable=False),
    sa.Column('root', sa.LargeBinary(length=32), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_head_one_row')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_head'))
    )
    op.create_table('job_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job_run'))
    )
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.create_index('ix_job_run_job_started_at', ['job', 'started_at'], unique=False)

    op.create_table('kept_form',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('fields', sa.Text(), nullable=False),
    sa.Column('kept_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_kept_form'))
    )
    with op.batch_alter_table('kept_form', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_kept_form_kept_at'), ['kept_at'], unique=False)

    op.create_table('rate_count',
    sa.Column('key', sa.String(length=255), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('expires_at', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_rate_count'))
    )
    op.create_table('scope',
    sa.Column('key', sa.String(length=240), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('recorded', sa.Integer(), nullable=False),
    sa.Column('judged', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_scope'))
    )
    with op.batch_alter_table('scope', schema=None) as batch_op:
        batch_op.create_index('ix_scope_kind_judged_recorded', ['kind', 'judged', 'recorded', 'key'], unique=False)

    op.create_table('tally',
    sa.Column('scope', sa.String(length=240), nullable=False),
    sa.Column('standing', sa.String(length=24), nullable=False),
    sa.Column('month', sa.String(length=7), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('scored', sa.Integer(), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('mid', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('scope', 'standing', 'month', name=op.f('pk_tally'))
    )
    op.create_table('author',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_author_document_id')),
    sa.PrimaryKeyConstraint('document_id', 'position', name=op.f('pk_author'))
    )
    op.create_table('claim_topic',
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_topic_claim_id')),
    sa.PrimaryKeyConstraint('claim_id', 'slug', name=op.f('pk_claim_topic'))
    )
    with op.batch_alter_table('claim_topic', schema=None) as batch_op:
        batch_op.create_index('ix_claim_topic_slug_claim', ['slug', 'claim_id'], unique=False)

    op.create_table('evidence',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('fact', 'search_note', name='evidencekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('stance', sa.Enum('supports', 'contradicts', 'context', name='stance', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('summary', sa.Text(), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('event_on', sa.String(length=10), nullable=True),
    sa.Column('published_on', sa.String(length=10), nullable=True),
    sa.Column('captured_on', sa.String(length=10), nullable=True),
    sa.Column('reliability', sa.String(length=1), nullable=False),
    sa.Column('credibility', sa.String(length=1), nullable=False),
    sa.Column('source_status', sa.Enum('checked', 'known', name='sourcestatus', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('checked_in', sa.Text(), nullable=False),
    sa.Column('attached_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_evidence_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index('uq_evidence_claim_fingerprint', ['claim_id', 'fingerprint'], unique=True)

    op.create_table('forecast',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.String(length=10), nullable=False),
    sa.Column('modality', sa.Enum('will', 'likely', 'could', 'number', name='modality', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('attribution', sa.Enum('own', 'reported', name='attribution', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('hedge', sa.Text(), nullable=False),
    sa.Column('locator', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('confidence_kind', sa.Enum('none', 'point', 'range', 'verbal', name='confidencekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('low', sa.Double(), nullable=True),
    sa.Column('high', sa.Double(), nullable=True),
    sa.Column('yardstick', sa.String(length=40), nullable=True),
    sa.Column('yardstick_version', sa.String(length=20), nullable=True),
    sa.Column('term', sa.String(length=80), nullable=True),
    sa.Column('reading', sa.Enum('speaker', 'ours', name='reading', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_forecast_claim_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_forecast_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forecast'))
    )
    with op.batch_alter_table('forecast', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forecast_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_forecast_document_id'), ['document_id'], unique=False)

    op.create_table('message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.String(length=200), nullable=False),
    sa.Column('once', sa.String(length=120), nullable=True),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sending', 'sent', 'dropped', 'dead', name='messagestate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_message_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
    sa.UniqueConstraint('message_id', name=op.f('uq_message_message_id')),
    sa.UniqueConstraint('once', name=op.f('uq_message_once'))
    )
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_account_id'), ['account_id'], unique=False)
        batch_op.create_index('ix_message_state_not_before', ['state', 'not_before'], unique=False)

    op.create_table('review',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('policy', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'in_review', 'split', 'closed', name='reviewstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('snoozed', sa.Text(), nullable=True),
    sa.Column('fell_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_review_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index('ix_review_state_due_on', ['state', 'due_on'], unique=False)

    op.create_table('assessment',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('certainty', sa.Enum('high', 'medium', 'low', name='certainty', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('rationale', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_assessment_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessment'))
    )
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assessment_review_id'), ['review_id'], unique=False)

    op.create_table('assignment',
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('actor_id', sa.String(length=40), nullable=False),
    sa.Column('sealed', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_assignment_review_id')),
    sa.PrimaryKeyConstraint('review_id', 'actor_id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index('ix_assignment_actor_review', ['actor_id', 'review_id'], unique=False)

    op.create_table('forecast_claimant',
    sa.Column('forecast_id', sa.Integer(), nullable=False),
    sa.Column('claimant_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['claimant_id'], ['claimant.id'], name=op.f('fk_forecast_claimant_claimant_id')),
    sa.ForeignKeyConstraint(['forecast_id'], ['forecast.id'], name=op.f('fk_forecast_claimant_forecast_id')),
    sa.PrimaryKeyConstraint('forecast_id', 'claimant_id', name=op.f('pk_forecast_claimant'))
    )
    with op.batch_alter_table('forecast_claimant', schema=None) as batch_op:
        batch_op.create_index('ix_forecast_claimant_claimant', ['claimant_id', 'forecast_id'], unique=False)

    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('due', 'overdue', name='reminderkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('period', sa.Date(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_reminder_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['message_id'], ['message.id'], name=op.f('fk_reminder_message_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder')),
    sa.UniqueConstraint('account_id', 'review_id', 'kind', 'due_on', 'period', name=op.f('uq_reminder_account_id_review_id_kind_due_on_period'))
    )
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reminder_message_id'), ['message_id'], unique=False)

    op.create_table('verdict',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('basis', sa.Enum('consensus', 'adjudication', name='verdictbasis', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('rationale', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.String(length=40), nullable=True),
    sa.Column('adopted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('superseded_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_verdict_claim_id')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_verdict_review_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict'))
    )
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_verdict_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index('ix_verdict_superseded_by_id', ['superseded_by', 'id'], unique=False)

    op.create_table('relied_on',
    sa.Column('assessment_id', sa.Integer(), nullable=False),
    sa.Column('evidence_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assessment_id'], ['assessment.id'], name=op.f('fk_relied_on_assessment_id')),
    sa.ForeignKeyConstraint(['evidence_id'], ['evidence.id'], name=op.f('fk_relied_on_evidence_id')),
    sa.PrimaryKeyConstraint('assessment_id', 'evidence_id', name=op.f('pk_relied_on'))
    )
    # The journal begins empty: writers lock this row, so it must be there before the first of them.
    op.bulk_insert(
        sa.table(
            "head",
            sa.column("id", sa.Integer),
            sa.column("size", sa.Integer),
            sa.column("at", sa.DateTime(timezone=True)),
            sa.column("frontier", sa.LargeBinary),
            sa.column("root", sa.LargeBinary),
        ),
        [{"id": 1, "size": 0, "at": datetime(1970, 1, 1, tzinfo=UTC), "frontier": b"", "root": sha256(b"").digest()}],
    )


def downgrade() -> None:
    op.drop_table('relied_on')
    with op.batch_alter_table('verdict', schema=None) as batch_op:
        batch_op.drop_index('ix_verdict_superseded_by_id')
        batch_op.drop_index(batch_op.f('ix_verdict_claim_id'))

    op.drop_table('verdict')
    with op.batch_alter_table('reminder', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reminder_message_id'))

    op.drop_table('reminder')
    with op.batch_alter_table('forecast_claimant', schema=None) as batch_op:
        batch_op.drop_index('ix_forecast_claimant_claimant')

    op.drop_table('forecast_claimant')
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.drop_index('ix_assignment_actor_review')

    op.drop_table('assignment')
    with op.batch_alter_table('assessment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_assessment_review_id'))

    op.drop_table('assessment')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index('ix_review_state_due_on')
        batch_op.drop_index(batch_op.f('ix_review_claim_id'))

    op.drop_table('review')
    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index('ix_message_state_not_before')
        batch_op.drop_index(batch_op.f('ix_message_account_id'))

    op.drop_table('message')
    with op.batch_alter_table('forecast', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_forecast_document_id'))
        batch_op.drop_index(batch_op.f('ix_forecast_claim_id'))

    op.drop_table('forecast')
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.drop_index('uq_evidence_claim_fingerprint')

    op.drop_table('evidence')
    with op.batch_alter_table('claim_topic', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_topic_slug_claim')

    op.drop_table('claim_topic')
    op.drop_table('author')
    op.drop_table('tally')
    with op.batch_alter_table('scope', schema=None) as batch_op:
        batch_op.drop_index('ix_scope_kind_judged_recorded')

    op.drop_table('scope')
    op.drop_table('rate_count')
    with op.batch_alter_table('kept_form', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_kept_form_kept_at'))

    op.drop_table('kept_form')
    with op.batch_alter_table('job_run', schema=None) as batch_op:
        batch_op.drop_index('ix_job_run_job_started_at')

    op.drop_table('job_run')
    op.drop_table('head')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_subject_number')

    op.drop_table('entry')
    with op.batch_alter_table('document', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_outlet_slug'))

    op.drop_table('document')
    op.drop_table('disclosure')
    op.drop_table('contribution')
    op.drop_table('claimant')
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.drop_index('ix_claim_state_due')
        batch_op.drop_index('ix_claim_outcome_id')

    op.drop_table('claim')
    op.drop_table('actor')
    op.drop_table('account')
