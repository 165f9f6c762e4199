"""Recording and assessing: when a recorder is replaced as reviewer, and when an early verdict counts."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import (
    Cast,
    assessment_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    judge,
    record,
    review_of,
)

from ledger.domain.claims import HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Forbidden
from ledger.domain.outcomes import Outcome
from ledger.journal.read import read_head
from ledger.services.claims.record import record_forecast
from ledger.services.documents import register_document
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.services.reviews.schedule import bring_forward
from ledger.store.tallies import TallyRow


def test_a_reviewer_who_records_a_forecast_is_replaced(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    review = review_of(session, claim)
    assert set(assignees(session, review)) == {cast.ben.actor, cast.cleo.actor}
    again = forecast_terms(cast.noise.documents[0], cast.claimant)
    record_forecast(session, now=now, by=cast.ben.actor, claim=claim, forecast=again)
    assert set(assignees(session, review)) == {cast.cleo.actor}


def test_a_reviewer_who_has_sealed_cannot_record_a_forecast_too(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    review = review_of(session, claim)
    vague = assessment_terms(Outcome.UNRESOLVABLE)
    seal_assessment(session, now=now, by=cast.ben.actor, review=review, terms=vague)
    size = read_head(session).size
    again = forecast_terms(cast.noise.documents[0], cast.claimant)
    with pytest.raises(Forbidden, match="somebody else"):
        record_forecast(session, now=now, by=cast.ben.actor, claim=claim, forecast=again)
    assert read_head(session).size == size


def test_an_early_verdict_without_a_horizon_counts_after_the_usual_term(
    session: Session, cast: Cast, now: datetime
) -> None:
    """The guard against early verdicts applies to the policy's usual term as to a horizon."""
    terms = document_terms(title="Lately", published_on=PartialDate(2026, 10, 20))
    document = register_document(session, now=now, by=cast.ada.actor, terms=terms)
    forecast = forecast_terms(document, cast.claimant, made_on=PartialDate(2026, 10, 17))
    claim = record(session, cast, now, horizon=None, horizon_basis=HorizonBasis.DEFAULT, forecast=forecast)
    review = review_of(session, claim)
    bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="It has happened already.")
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    judge(session, now, claim, Outcome.TRUE, fact)
    months = session.scalars(
        select(TallyRow.month).where(
            TallyRow.scope == f"claimant:{cast.claimant}", TallyRow.status == "true", TallyRow.n > 0
        )
    )
    assert months.all() == ["2027-11"]
