"""Claims of every kind: parts, choices, quantities, amendments, endings; corrected evidence; the corpus log.

Every projected table is made anew and left empty: `ledger db upgrade` fills them from the journal when all
migrations have run (`head.projected` says how far the tables go, and nothing is written before they are full).

Revision: 20261122_1700
After: 20261122_1330
"""

import sqlalchemy as sa
from alembic import op

revision = '20261122_1700'
down_revision = '20261122_1330'
branch_labels = None
depends_on = None

OLD = (
    *('relied_on', 'verdict', 'assessment', 'assignment', 'review', 'evidence', 'forecast_claimant', 'forecast'),
    *('claim_topic', 'claim', 'author', 'document', 'claimant', 'actor', 'scope', 'tally', 'contribution'),
)
NEW = ('passed_over', 'kept_text', 'reading', 'claimant_alias', *OLD, 'document_text', 'stored_file')


def upgrade() -> None:
    for name in OLD:
        op.drop_table(name)
    with op.batch_alter_table('head', schema=None) as batch_op:
        batch_op.add_column(sa.Column('projected', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('head', schema=None) as batch_op:
        batch_op.alter_column('projected', server_default=None)
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
    sa.Column('condition_state', sa.Enum('unknown', 'met', 'not_met', 'counterfactual', name='conditionstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('condition_reason', sa.Text(), nullable=False),
    sa.Column('kind', sa.Enum('event', 'continues', 'compares', 'quantity', 'choice', name='claimkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('baseline', sa.Text(), nullable=False),
    sa.Column('metric', sa.Text(), nullable=False),
    sa.Column('low_bound', sa.Double(), nullable=True),
    sa.Column('high_bound', sa.Double(), nullable=True),
    sa.Column('low_strict', sa.Boolean(), nullable=False),
    sa.Column('high_strict', sa.Boolean(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('ordered', sa.Boolean(), nullable=False),
    sa.Column('options', sa.Text(), nullable=False),
    sa.Column('whole_id', sa.Integer(), nullable=True),
    sa.Column('judged_from', sa.Enum('itself', 'all', 'any', 'share', name='judgedfrom', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('checkability', sa.Enum('checkable', 'too_vague', 'not_a_forecast', name='checkability', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('checkability_reason', sa.Text(), nullable=False),
    sa.Column('base_rate', sa.Double(), nullable=True),
    sa.Column('base_rate_note', sa.Text(), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Enum('open', 'due', 'in_review', 'adjudication', 'resolved', 'withdrawn', 'void', 'merged', 'split', name='claimstate', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'answered', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('ended_because', sa.Text(), nullable=False),
    sa.Column('became', sa.Text(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_claim_fingerprint'))
    )
    with op.batch_alter_table('claim', schema=None) as batch_op:
        batch_op.create_index('ix_claim_outcome_id', ['outcome', 'id'], unique=False)
        batch_op.create_index('ix_claim_state_due', ['state', 'due_on', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_claim_whole_id'), ['whole_id'], unique=False)
    op.create_table('claimant',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.Enum('person', 'organisation', name='claimantkind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('links', sa.Text(), nullable=False),
    sa.Column('merged_into', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_claimant')),
    sa.UniqueConstraint('fingerprint', name=op.f('uq_claimant_fingerprint'))
    )
    op.create_table('contribution',
    sa.Column('claim_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('cells', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('claim_id', name=op.f('pk_contribution'))
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
    op.create_table('document_text',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_document_text'))
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
    op.create_table('stored_file',
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('media_type', sa.String(length=80), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_stored_file'))
    )
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
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_claim_topic_claim_id')),
    sa.PrimaryKeyConstraint('claim_id', 'slug', name=op.f('pk_claim_topic'))
    )
    with op.batch_alter_table('claim_topic', schema=None) as batch_op:
        batch_op.create_index('ix_claim_topic_slug_claim', ['slug', 'claim_id'], unique=False)
    op.create_table('claimant_alias',
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('claimant_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['claimant_id'], ['claimant.id'], name=op.f('fk_claimant_alias_claimant_id')),
    sa.PrimaryKeyConstraint('fingerprint', name=op.f('pk_claimant_alias'))
    )
    with op.batch_alter_table('claimant_alias', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_claimant_alias_claimant_id'), ['claimant_id'], unique=False)
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
    sa.Column('file_sha256', sa.String(length=64), nullable=True),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('file_type', sa.String(length=80), nullable=False),
    sa.Column('file_size', sa.Integer(), nullable=True),
    sa.Column('corrected', sa.Integer(), nullable=True),
    sa.Column('retracted', sa.Integer(), nullable=True),
    sa.Column('retracted_because', sa.Text(), nullable=False),
    sa.Column('attached_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_evidence_claim_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evidence'))
    )
    with op.batch_alter_table('evidence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_evidence_file_sha256'), ['file_sha256'], unique=False)
        batch_op.create_index('uq_evidence_claim_fingerprint', ['claim_id', 'fingerprint'], unique=True)
    op.create_table('forecast',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('made_on', sa.String(length=10), nullable=False),
    sa.Column('modality', sa.Enum('will', 'likely', 'could', 'number', name='modality', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('attribution', sa.Enum('own', 'endorsed', 'reported', name='attribution', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('hedge', sa.Text(), nullable=False),
    sa.Column('locator', sa.Text(), nullable=False),
    sa.Column('paragraph', sa.Integer(), nullable=True),
    sa.Column('first_sentence', sa.Integer(), nullable=True),
    sa.Column('last_sentence', sa.Integer(), nullable=True),
    sa.Column('words_sha256', sa.String(length=64), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('confidence_kind', sa.Enum('none', 'point', 'range', 'verbal', name='confidencekind', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('low', sa.Double(), nullable=True),
    sa.Column('high', sa.Double(), nullable=True),
    sa.Column('yardstick', sa.String(length=40), nullable=True),
    sa.Column('yardstick_version', sa.String(length=20), nullable=True),
    sa.Column('term', sa.String(length=80), nullable=True),
    sa.Column('reading', sa.Enum('speaker', 'ours', name='reading', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('option', sa.Integer(), nullable=True),
    sa.Column('shares', sa.Text(), nullable=False),
    sa.Column('recorded_by', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['claim_id'], ['claim.id'], name=op.f('fk_forecast_claim_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_forecast_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_forecast'))
    )
    with op.batch_alter_table('forecast', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_forecast_claim_id'), ['claim_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_forecast_document_id'), ['document_id'], unique=False)
    op.create_table('kept_text',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('paragraphs', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_kept_text_document_id')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_kept_text'))
    )
    op.create_table('reading',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('read_by', sa.String(length=40), nullable=False),
    sa.Column('read_on', sa.String(length=10), nullable=False),
    sa.Column('chosen', sa.Text(), nullable=False),
    sa.Column('sentences', sa.Integer(), nullable=False),
    sa.Column('none_found', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_reading_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reading'))
    )
    with op.batch_alter_table('reading', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reading_document_id'), ['document_id'], unique=False)
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
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'answered', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=True),
    sa.Column('answer', sa.Integer(), nullable=True),
    sa.Column('value', sa.Double(), nullable=True),
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
    op.create_table('passed_over',
    sa.Column('reading_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('locator', sa.Text(), nullable=False),
    sa.Column('gist', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['reading_id'], ['reading.id'], name=op.f('fk_passed_over_reading_id')),
    sa.PrimaryKeyConstraint('reading_id', 'position', name=op.f('pk_passed_over'))
    )
    op.create_table('verdict',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('claim_id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.Enum('true', 'mostly_true', 'partly_true', 'mostly_false', 'false', 'answered', 'unresolvable', 'condition_not_met', 'too_vague', name='outcome', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('answer', sa.Integer(), nullable=True),
    sa.Column('value', sa.Double(), nullable=True),
    sa.Column('basis', sa.Enum('consensus', 'adjudication', 'parts', name='verdictbasis', native_enum=False, create_constraint=True, length=24), nullable=False),
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


def downgrade() -> None:
    for name in NEW:
        op.drop_table(name)
    with op.batch_alter_table('head', schema=None) as batch_op:
        batch_op.drop_column('projected')
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
