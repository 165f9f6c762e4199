"""Calling services on a record that is checked after each call: an accepted call takes effect, a refused one none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import Cast, assessment_terms, evidence_terms, forecast_terms, judge, record, review_of
from support.oracles import check_record

from ledger.domain.claims import ClaimTerms
from ledger.domain.errors import Refused
from ledger.domain.outcomes import Outcome
from ledger.domain.reviews import AssessmentTerms
from ledger.journal.read import Head, read_head
from ledger.journal.replay import Replica
from ledger.services.claims.amend import terms_of
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assignees
from ledger.store.claims import Claim
from ledger.store.reviews import Verdict

Service = Callable[..., Any]


@dataclass
class Acts:
    """A session, the cast and a time. Ada is the actor unless another is named.

    A check reads the whole record, so PostgreSQL is checked once a test (see the fixture), SQLite after each call.
    """

    session: Session
    cast: Cast
    now: datetime
    each: bool
    replica: Replica | None = None  # of the journal as of the last check
    checked: Head | None = None  # the journal's head at the last check

    def do(self, service: Service, **arguments: Any) -> Any:
        """Call a service, and check the whole record after it."""
        result = service(self.session, **({"now": self.now, "by": self.cast.ada.actor} | arguments))
        if self.each:
            self.check()
        return result

    def check(self) -> None:
        check_record(self.session, self.now.date(), self.replica)
        self.checked = read_head(self.session)

    def finish(self) -> None:
        """Check the record, unless nothing was done or refused since the last check."""
        if self.checked != read_head(self.session):
            self.check()

    def refused(self, service: Service, *fields: str, **arguments: Any) -> str:
        """Call a service that must refuse with problems at these fields and write nothing. Returns its message."""
        with pytest.raises(Refused) as refusal:
            self.fails(service, **arguments)
        assert [problem.field for problem in refusal.value.problems] == list(fields)
        return str(refusal.value)

    def fails(self, service: Service, **arguments: Any) -> None:
        """Call a service that must raise and leave the journal unchanged."""
        before, self.checked = read_head(self.session), None
        try:
            service(self.session, **({"now": self.now, "by": self.cast.ada.actor} | arguments))
        except Exception:
            assert read_head(self.session) == before
            raise

    def record(self, **changes: Any) -> int:
        """Record a claim as Ada; see `cast.record`."""
        return record(self.session, self.cast, self.now, **changes)

    def forecast(self, **changes: Any) -> Any:
        return forecast_terms(self.cast.document, self.cast.claimant, **changes)

    def attach(self, claim: int, **changes: Any) -> int:
        """Attach evidence as Ada."""
        terms = evidence_terms(**changes)
        return attach_evidence(self.session, now=self.now, by=self.cast.ada.actor, claim=claim, terms=terms)

    def judge(self, claim: int, outcome: Outcome) -> None:
        """All assigned reviewers assess the claim with this outcome, on new evidence."""
        judge(self.session, self.now, claim, outcome, self.attach(claim))

    def judge_as(self, claim: int, *assessments: AssessmentTerms) -> None:
        """Each assigned reviewer, in the order of IDs, seals one of these; further reviewers seal the last one."""
        review = review_of(self.session, claim)
        for place, actor in enumerate(sorted(assignees(self.session, review))):
            terms = assessments[min(place, len(assessments) - 1)]
            seal_assessment(self.session, now=self.now, by=actor, review=review, terms=terms)

    def judge_choice(self, claim: int, answer: int) -> None:
        """All assigned reviewers find that this option came about."""
        self.judge_as(claim, assessment_terms(Outcome.ANSWERED, self.attach(claim), answer=answer))

    def claim(self, number: int) -> Claim:
        return self.session.get_one(Claim, number)

    def terms(self, number: int) -> ClaimTerms:
        return terms_of(self.session, self.claim(number))

    def verdicts(self, claim: int) -> list[Verdict]:
        """The verdicts on a claim, oldest first."""
        return list(self.session.scalars(select(Verdict).where(Verdict.claim_id == claim).order_by(Verdict.id)))

    @property
    def size(self) -> int:
        return read_head(self.session).size
