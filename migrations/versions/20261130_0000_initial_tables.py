"""The tables of the first release.

Two things are not in the models and made by hand: the full-text index of each database, and on PostgreSQL the indexes
and statistics over units.

Revision: 20261130_0000
After: none
"""

from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "20261130_0000"
down_revision = None
branch_labels = None
depends_on = None


def one_of(name: str, *values: str) -> sa.Enum:
    """A column type for these words, with a check constraint."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


ROLE = one_of("role", "reviewer", "editor", "admin")
CLAIMANT_KIND = one_of("claimantkind", "person", "organisation")
HORIZON_BASIS = one_of("horizonbasis", "stated", "implied", "assigned", "default")
CONDITION_STATE = one_of("conditionstate", "unknown", "met", "not_met", "counterfactual")
CLAIM_KIND = one_of("claimkind", "event", "continues", "compares", "quantity", "choice")
JUDGED_FROM = one_of("judgedfrom", "itself", "all", "any", "share")
CHECKABILITY = one_of("checkability", "checkable", "too_vague", "not_a_forecast")
CLAIM_STATE = one_of(
    "claimstate", "open", "due", "in_review", "adjudication", "resolved", "withdrawn", "void", "merged", "split"
)
OUTCOME = one_of(
    "outcome",
    "true",
    "mostly_true",
    "partly_true",
    "mostly_false",
    "false",
    "answered",
    "unresolvable",
    "condition_not_met",
    "too_vague",
)
EVIDENCE_KIND = one_of("evidencekind", "fact", "search_note")
STANCE = one_of("stance", "supports", "contradicts", "context")
SOURCE_STATUS = one_of("sourcestatus", "checked", "known")
MODALITY = one_of("modality", "will", "likely", "could", "number")
ATTRIBUTION = one_of("attribution", "own", "endorsed", "reported")
CONFIDENCE_KIND = one_of("confidencekind", "none", "point", "range", "verbal")
READING = one_of("numbersource", "speaker", "ours")
REVIEW_STATE = one_of("reviewstate", "waiting", "in_review", "split", "closed")
CERTAINTY = one_of("certainty", "high", "medium", "low")
VERDICT_BASIS = one_of("verdictbasis", "consensus", "adjudication", "parts")
IMPORT_STATE = one_of("importstate", "running", "done", "undone")
TASK_KIND = one_of("taskkind", "check", "import", "undo")
MESSAGE_STATE = one_of("messagestate", "waiting", "sending", "sent", "dropped", "dead")
REMINDER_KIND = one_of("reminderkind", "due", "overdue")
SEARCHED = ("statement", "criteria", "said", "evidence")


def upgrade() -> None:
    create_accounts()
    create_entries()
    create_people()
    create_claims()
    create_reviews()
    create_corpus()
    create_policies()
    create_tallies()
    create_search_index()
    create_imports()
    create_outbox()
    create_drawings()


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE searchable_index")
    op.drop_table("drawing")
    op.drop_table("reminder")
    op.drop_table("message")
    op.drop_table("job_run")
    op.drop_table("import_task")
    op.drop_table("import_piece")
    op.drop_table("import_fault")
    op.drop_table("import_row")
    op.drop_table("import_file")
    op.drop_table("import_run")
    op.drop_table("saved_filter")
    op.drop_table("searchable")
    op.drop_table("unit")
    op.drop_table("tally")
    op.drop_table("sum_tally")
    op.drop_table("scope")
    op.drop_table("restatement")
    op.drop_table("part_tally")
    op.drop_table("filing")
    op.drop_table("cluster_tally")
    op.drop_table("policy")
    op.drop_table("passed_over")
    op.drop_table("document_text_hash")
    op.drop_table("document_reading")
    op.drop_table("stored_file")
    op.drop_table("document_text")
    op.drop_table("relied_on")
    op.drop_table("verdict")
    op.drop_table("assignment")
    op.drop_table("assessment")
    op.drop_table("review")
    op.drop_table("forecast_claimant")
    op.drop_table("forecast")
    op.drop_table("evidence")
    op.drop_table("claim_topic")
    op.drop_table("claim")
    op.drop_table("claimant_alias")
    op.drop_table("author")
    op.drop_table("document")
    op.drop_table("claimant")
    op.drop_table("actor")
    op.drop_table("head")
    op.drop_table("entry")
    op.drop_table("disclosure")
    op.drop_table("draft")
    op.drop_table("rate_count")
    op.drop_table("account")


def create_accounts() -> None:
    """Sign-ins, drafts of forms and rate limits."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("role", ROLE, nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("wants_reminders", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("actor_id", name="uq_account_actor_id"),
        sa.UniqueConstraint("email", name="uq_account_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_account_fs_uniquifier"),
    )
    op.create_table(
        "rate_count",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_count"),
    )
    op.create_table(
        "draft",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_draft_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_draft"),
    )
    op.create_index("ix_draft_account_id", "draft", ["account_id"])
    op.create_index("ix_draft_kept_at", "draft", ["kept_at"])


def create_entries() -> None:
    """The journal."""
    op.create_table(
        "disclosure",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("disclosures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_disclosure"),
    )
    op.create_table(
        "entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_entry"),
    )
    op.create_index("ix_entry_subject_number", "entry", ["subject", "number"])
    head = op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.Column("projected", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_head"),
    )

    # Writers lock this row, so it has to exist before the first write.
    op.bulk_insert(
        head,
        [
            {
                "id": 1,
                "size": 0,
                "at": datetime(1970, 1, 1, tzinfo=UTC),
                "frontier": b"",
                "root": sha256(b"").digest(),
                "projected": 0,
            }
        ],
    )


def create_people() -> None:
    """Actors, claimants and documents."""
    op.create_table(
        "actor",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actor"),
    )
    op.create_table(
        "claimant",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", CLAIMANT_KIND, nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_claimant"),
        sa.UniqueConstraint("fingerprint", name="uq_claimant_fingerprint"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("outlet", sa.String(length=200), nullable=False),
        sa.Column("outlet_slug", sa.String(length=200), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.String(length=10), nullable=False),
        sa.Column("published_basis", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("fingerprint", name="uq_document_fingerprint"),
    )
    op.create_index("ix_document_outlet_slug", "document", ["outlet_slug"])
    op.create_table(
        "author",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_author_document_id"),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_author"),
    )
    op.create_table(
        "claimant_alias",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"], name="fk_claimant_alias_claimant_id"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_claimant_alias"),
    )
    op.create_index("ix_claimant_alias_claimant_id", "claimant_alias", ["claimant_id"])


def create_claims() -> None:
    """Claims, forecasts and evidence."""
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("horizon", sa.String(length=10), nullable=True),
        sa.Column("horizon_basis", HORIZON_BASIS, nullable=False),
        sa.Column("horizon_note", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("condition_state", CONDITION_STATE, nullable=False),
        sa.Column("condition_reason", sa.Text(), nullable=False),
        sa.Column("kind", CLAIM_KIND, nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("low_bound", sa.Double(), nullable=True),
        sa.Column("high_bound", sa.Double(), nullable=True),
        sa.Column("low_strict", sa.Boolean(), nullable=False),
        sa.Column("high_strict", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("ordered", sa.Boolean(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("whole_id", sa.Integer(), nullable=True),
        sa.Column("judged_from", JUDGED_FROM, nullable=False),
        sa.Column("checkability", CHECKABILITY, nullable=False),
        sa.Column("checkability_reason", sa.Text(), nullable=False),
        sa.Column("base_rate", sa.Double(), nullable=True),
        sa.Column("base_rate_note", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", CLAIM_STATE, nullable=False),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("became", sa.Text(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
        sa.UniqueConstraint("fingerprint", name="uq_claim_fingerprint"),
    )
    op.create_index("ix_claim_outcome_id", "claim", ["outcome", "id"])
    op.create_index("ix_claim_state_due", "claim", ["state", "due_on", "id"])
    op.create_index("ix_claim_whole_id", "claim", ["whole_id"])
    op.create_table(
        "claim_topic",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_claim_topic_claim_id"),
        sa.PrimaryKeyConstraint("claim_id", "slug", name="pk_claim_topic"),
    )
    op.create_index("ix_claim_topic_slug_claim", "claim_topic", ["slug", "claim_id"])
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("kind", EVIDENCE_KIND, nullable=False),
        sa.Column("stance", STANCE, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event_on", sa.String(length=10), nullable=True),
        sa.Column("published_on", sa.String(length=10), nullable=True),
        sa.Column("captured_on", sa.String(length=10), nullable=True),
        sa.Column("reliability", sa.String(length=1), nullable=False),
        sa.Column("credibility", sa.String(length=1), nullable=False),
        sa.Column("source_status", SOURCE_STATUS, nullable=False),
        sa.Column("checked_in", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_type", sa.String(length=80), nullable=False),
        sa.Column("file_size", sa.Integer(), nullable=True),
        sa.Column("corrected", sa.Integer(), nullable=True),
        sa.Column("retracted", sa.Integer(), nullable=True),
        sa.Column("retracted_because", sa.Text(), nullable=False),
        sa.Column("attached_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_evidence_claim_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_file_sha256", "evidence", ["file_sha256"])
    op.create_index("uq_evidence_claim_fingerprint", "evidence", ["claim_id", "fingerprint"], unique=True)
    op.create_table(
        "forecast",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("modality", MODALITY, nullable=False),
        sa.Column("attribution", ATTRIBUTION, nullable=False),
        sa.Column("hedge", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("first_sentence", sa.Integer(), nullable=True),
        sa.Column("last_sentence", sa.Integer(), nullable=True),
        sa.Column("words_sha256", sa.String(length=64), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("confidence_kind", CONFIDENCE_KIND, nullable=False),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("yardstick", sa.String(length=40), nullable=True),
        sa.Column("yardstick_version", sa.String(length=20), nullable=True),
        sa.Column("term", sa.String(length=80), nullable=True),
        sa.Column("reading", READING, nullable=False),
        sa.Column("option", sa.Integer(), nullable=True),
        sa.Column("shares", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_forecast_claim_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_forecast_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_forecast"),
    )
    op.create_index("ix_forecast_claim_id", "forecast", ["claim_id"])
    op.create_index("ix_forecast_document_id", "forecast", ["document_id"])
    op.create_table(
        "forecast_claimant",
        sa.Column("forecast_id", sa.Integer(), nullable=False),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claimant_id"], ["claimant.id"], name="fk_forecast_claimant_claimant_id"),
        sa.ForeignKeyConstraint(["forecast_id"], ["forecast.id"], name="fk_forecast_claimant_forecast_id"),
        sa.PrimaryKeyConstraint("forecast_id", "claimant_id", name="pk_forecast_claimant"),
    )
    op.create_index("ix_forecast_claimant_claimant", "forecast_claimant", ["claimant_id", "forecast_id"])


def create_reviews() -> None:
    """Reviews, assessments and verdicts."""
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("state", REVIEW_STATE, nullable=False),
        sa.Column("snoozed", sa.Text(), nullable=True),
        sa.Column("fell_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_review_claim_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_index("ix_review_claim_id", "review", ["claim_id"])
    op.create_index("ix_review_state_due_on", "review", ["state", "due_on"])
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=True),
        sa.Column("outcome", OUTCOME, nullable=True),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("certainty", CERTAINTY, nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_assessment_review_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assessment"),
    )
    op.create_index("ix_assessment_review_id", "assessment", ["review_id"])
    op.create_table(
        "assignment",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_assignment_review_id"),
        sa.PrimaryKeyConstraint("review_id", "actor_id", name="pk_assignment"),
    )
    op.create_index("ix_assignment_actor_review", "assignment", ["actor_id", "review_id"])
    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("outcome", OUTCOME, nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("basis", VERDICT_BASIS, nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_verdict_claim_id"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_verdict_review_id"),
        sa.PrimaryKeyConstraint("id", name="pk_verdict"),
    )
    op.create_index("ix_verdict_claim_id", "verdict", ["claim_id"])
    op.create_index("ix_verdict_superseded_by_id", "verdict", ["superseded_by", "id"])
    op.create_table(
        "relied_on",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name="fk_relied_on_assessment_id"),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name="fk_relied_on_evidence_id"),
        sa.PrimaryKeyConstraint("assessment_id", "evidence_id", name="pk_relied_on"),
    )


def create_corpus() -> None:
    """Documents read for forecasts, and stored files and texts."""
    op.create_table(
        "document_text",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_document_text"),
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_file"),
    )
    op.create_table(
        "document_reading",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("read_by", sa.String(length=40), nullable=False),
        sa.Column("read_on", sa.String(length=10), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("none_found", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_document_reading_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document_reading"),
    )
    op.create_index("ix_document_reading_document_id", "document_reading", ["document_id"])
    op.create_table(
        "document_text_hash",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("paragraphs", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_document_text_hash_document_id"),
        sa.PrimaryKeyConstraint("document_id", name="pk_document_text_hash"),
    )
    op.create_table(
        "passed_over",
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["reading_id"], ["document_reading.id"], name="fk_passed_over_reading_id"),
        sa.PrimaryKeyConstraint("reading_id", "position", name="pk_passed_over"),
    )


def create_policies() -> None:
    """Policies adopted after the founding one."""
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("default_horizon_months", sa.Integer(), nullable=False),
        sa.Column("reviewers_per_claim", sa.Integer(), nullable=False),
        sa.Column("longest_snooze_days", sa.Integer(), nullable=False),
        sa.Column("yardstick", sa.String(length=40), nullable=False),
        sa.Column("smallest_n", sa.Integer(), nullable=False),
        sa.Column("mostly_true", sa.Double(), nullable=False),
        sa.Column("partly_true", sa.Double(), nullable=False),
        sa.Column("mostly_false", sa.Double(), nullable=False),
        sa.Column("rubric", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("adopted_by", sa.String(length=40), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_policy"),
        sa.UniqueConstraint("version", name="uq_policy_version"),
    )


def create_tallies() -> None:
    """Units, and their counts and sums."""
    op.create_table(
        "cluster_tally",
        sa.Column("scope", sa.String(length=240), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("clusters", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scores", sa.BigInteger(), nullable=False),
        sa.Column("squares", sa.BigInteger(), nullable=False),
        sa.Column("rest", sa.BigInteger(), nullable=False),
        sa.Column("products", sa.BigInteger(), nullable=False),
        sa.Column("sizes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "month", name="pk_cluster_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "filing",
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "slug", "valid_from", name="pk_filing"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_filing_slug_claim", "filing", ["slug", "claim_id"])
    op.create_table(
        "part_tally",
        sa.Column("whole_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(length=240), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scores", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("whole_id", "scope", "month", name="pk_part_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "restatement",
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claimant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("latest_id", sa.Integer(), nullable=False),
        sa.Column("mid", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", "claimant_id", "valid_from", name="pk_restatement"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_restatement_claimant", "restatement", ["claimant_id", "claim_id"])
    op.create_table(
        "scope",
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("inside", sa.String(length=240), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("judged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_scope"),
    )
    op.create_index("ix_scope_listed", "scope", ["inside", "kind", "judged", "recorded", "key"])
    op.create_table(
        "sum_tally",
        sa.Column("scope", sa.String(length=240), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("low_rest", sa.BigInteger(), nullable=False),
        sa.Column("mid", sa.BigInteger(), nullable=False),
        sa.Column("mid_rest", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("high_rest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "status", "month", name="pk_sum_tally"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally",
        sa.Column("scope", sa.String(length=240), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("low", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("high", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("modality", MODALITY, nullable=False),
        sa.Column("reading", READING, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "status", "month", "low", "mid", "high", "modality", "reading", name="pk_tally"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit",
        sa.Column("claimant_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("low", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("high", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("modality", MODALITY, nullable=False),
        sa.Column("reading", READING, nullable=False),
        sa.Column("cluster", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("forecast_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("valid_to", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.String(length=10), nullable=False),
        sa.Column("kind", CLAIM_KIND, nullable=False),
        sa.Column("basis", HORIZON_BASIS, nullable=False),
        sa.Column("checkability", CHECKABILITY, nullable=False),
        sa.PrimaryKeyConstraint(
            "claimant_id",
            "status",
            "month",
            "low",
            "mid",
            "high",
            "modality",
            "reading",
            "cluster",
            "claim_id",
            "forecast_id",
            "valid_from",
            name="pk_unit",
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_unit_claim", "unit", ["claim_id", "valid_to"])

    if op.get_bind().dialect.name == "postgresql":
        units_postgresql()


def create_search_index() -> None:
    """The words by which claims are found, and saved filters."""
    op.create_table(
        "searchable",
        sa.Column("claim_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id", name="pk_searchable"),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_saved_filter_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_filter"),
        sa.UniqueConstraint("account_id", "name", name="uq_saved_filter_account_id_name"),
    )

    if op.get_bind().dialect.name == "sqlite":
        index_sqlite()
    else:
        index_postgresql()


def create_imports() -> None:
    """Files to import, and the results of their rows."""
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.String(length=40), nullable=False),
        sa.Column("state", IMPORT_STATE, nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
    )
    op.create_index("ix_import_run_source_sha256", "import_run", ["source", "sha256"])
    op.create_table(
        "import_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("encoding", sa.String(length=20), nullable=False),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("first_rows", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("register_documents", sa.Boolean(), nullable=False),
        sa.Column("register_as", CLAIMANT_KIND, nullable=True),
        sa.Column("leave_out", sa.Boolean(), nullable=False),
        sa.Column("checked_at_size", sa.Integer(), nullable=True),
        sa.Column("last_row", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_import_file_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_file"),
    )
    op.create_index("ix_import_file_run_id", "import_file", ["run_id"])
    op.create_table(
        "import_row",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Integer(), nullable=False),
        sa.Column("forecast", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_import_row_run_id"),
        sa.PrimaryKeyConstraint("source", "key", name="pk_import_row"),
    )
    op.create_index("ix_import_row_run_claim", "import_row", ["run_id", "claim"])
    op.create_table(
        "import_fault",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], name="fk_import_fault_file_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", "position", name="pk_import_fault"),
    )
    op.create_table(
        "import_piece",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], name="fk_import_piece_file_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id", "position", name="pk_import_piece"),
    )
    op.create_table(
        "import_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", TASK_KIND, nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["import_file.id"], name="fk_import_task_file_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["import_run.id"], name="fk_import_task_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_import_task"),
    )
    op.create_index("ix_import_task_file_id", "import_task", ["file_id"])
    op.create_index("ix_import_task_finished_at", "import_task", ["finished_at"])
    op.create_index("ix_import_task_run_id", "import_task", ["run_id"])


def create_outbox() -> None:
    """Reminders, messages and runs of jobs."""
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job_run"),
    )
    op.create_index("ix_job_run_job_started_at", "job_run", ["job", "started_at"])
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("once", sa.String(length=120), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", MESSAGE_STATE, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_message_account_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("message_id", name="uq_message_message_id"),
        sa.UniqueConstraint("once", name="uq_message_once"),
    )
    op.create_index("ix_message_account_id", "message", ["account_id"])
    op.create_index("ix_message_state_not_before", "message", ["state", "not_before"])
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("kind", REMINDER_KIND, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_reminder_account_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_reminder_message_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint(
            "account_id",
            "review_id",
            "kind",
            "due_on",
            "period",
            name="uq_reminder_account_id_review_id_kind_due_on_period",
        ),
    )
    op.create_index("ix_reminder_message_id", "reminder", ["message_id"])


def create_drawings() -> None:
    """Charts that were requested, and their drawings."""
    op.create_table(
        "drawing",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_on", sa.Date(), nullable=False),
        sa.Column("aside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spec", sa.Text(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("svg", sa.Text(), nullable=True),
        sa.Column("inline", sa.Text(), nullable=True),
        sa.Column("png", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_drawing"),
    )
    op.create_index("ix_drawing_aside_drawn_at", "drawing", ["aside", "drawn_at"])
    op.create_index("ix_drawing_drawn_at_wanted_at", "drawing", ["drawn_at", "wanted_at"])
    op.create_index("ix_drawing_wanted_on", "drawing", ["wanted_on"])


def units_postgresql() -> None:
    """Indexes and statistics for counting units fast. SQLite needs none: it stores rows in the order of their key.

    `ix_unit_cluster` covers the sums over clusters, the other index the few units of choices and quantities. The
    statistics give the number of distinct cells. Without them the planner takes the columns for independent, expects a
    thousand times as many cells, and sorts a million units on disk instead of counting them in memory.
    """
    op.create_index(
        "ix_unit_cluster",
        "unit",
        ["claimant_id", "cluster"],
        postgresql_include=["status", "month", "mid", "modality", "valid_from", "valid_to"],
    )
    op.create_index(
        "ix_unit_choices_and_quantities",
        "unit",
        ["claimant_id", "claim_id"],
        postgresql_include=[
            *("forecast_id", "document_id", "made_on", "status", "month", "low", "mid", "high", "reading", "kind"),
            *("valid_from", "valid_to"),
        ],
        postgresql_where="kind IN ('choice', 'quantity')",
    )
    op.execute("CREATE STATISTICS unit_cells (ndistinct) ON status, month, low, mid, high, modality, reading FROM unit")


def index_sqlite() -> None:
    """An FTS5 table without its own copy of the text; triggers keep it up to date with the rows."""
    names = ", ".join(SEARCHED)
    op.execute(
        f"CREATE VIRTUAL TABLE searchable_index USING fts5({names}, content='searchable', content_rowid='claim_id',"
        " tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    )
    new, old = (", ".join(f"{row}.{name}" for name in SEARCHED) for row in ("new", "old"))
    add = f"INSERT INTO searchable_index(rowid, {names}) VALUES (new.claim_id, {new});"  # noqa: S608 # names of ours
    take = (
        f"INSERT INTO searchable_index(searchable_index, rowid, {names})"  # noqa: S608 # names of ours
        f" VALUES ('delete', old.claim_id, {old});"
    )
    op.execute(f"CREATE TRIGGER searchable_added AFTER INSERT ON searchable BEGIN {add} END")
    op.execute(f"CREATE TRIGGER searchable_removed AFTER DELETE ON searchable BEGIN {take} END")
    op.execute(f"CREATE TRIGGER searchable_changed AFTER UPDATE ON searchable BEGIN {take} {add} END")


def index_postgresql() -> None:
    """A generated column, with weights by the place of a word, and an index over it."""
    parts = " || ".join(
        f"setweight(to_tsvector('pg_catalog.simple', {name}), '{weight}')"
        for name, weight in zip(SEARCHED, "ABCD", strict=True)
    )
    op.execute(f"ALTER TABLE searchable ADD COLUMN vector tsvector GENERATED ALWAYS AS ({parts}) STORED")
    op.execute("CREATE INDEX ix_searchable_vector ON searchable USING gin (vector) WITH (fastupdate = off)")
