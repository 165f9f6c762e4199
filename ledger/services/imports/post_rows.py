"""Posting a batch of rows: the documents, claimants, claims and forecasts that are not on record yet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ledger.domain.forecasts import ForecastTerms
from ledger.domain.reviews import choose_reviewers
from ledger.domain.text import fingerprint
from ledger.formats.claim_rows import Row
from ledger.journal.entries import ReviewersAssigned
from ledger.journal.post import Journal
from ledger.queries.imports import RowResult
from ledger.services.claimants import ClaimantTerms, post_claimant
from ledger.services.claims.entries import post_claim, post_forecast, post_review
from ledger.services.claims.lookup import latest_review
from ledger.services.documents import post_document
from ledger.services.imports.lookup import KnownClaim, Lookup, Options, document_of, document_terms
from ledger.services.imports.preview import Report
from ledger.services.reviews.assign import assignees, candidates, give_up_seats
from ledger.store.imports import ImportRow, ImportRun
from ledger.store.people import ClaimantKind
from ledger.store.policies import policy_in_force


class ImportBatch:
    """A batch of rows being posted. Its lookup is updated, so that later rows find what earlier ones added."""

    def __init__(self, session: Session, journal: Journal, now: datetime, options: Options, some: list[Row]) -> None:
        self.session, self.journal, self.now, self.options = session, journal, now, options
        self.policy = policy_in_force(session)
        self.lookup = Lookup(session, options, some)
        self.load = dict(candidates(session))
        self.imported: list[dict[str, object]] = []
        self.results: Counter[RowResult] = Counter()
        self.last = some[-1].number if some else 0

    def post(self, row: Row, report: Report) -> None:
        """Post a row, unless it has errors or is on record already."""
        lookup = self.lookup
        if faults := lookup.faults(row, self.now):
            report.add_errors(faults)
            return
        result = lookup.result_of(row)
        if row.key not in lookup.rows:
            claim = lookup.claims.get(row.claim.fingerprint)
            opened = claim is None
            document = lookup.documents.get(document_of(row)) or self._document(row)
            terms = _with_numbers(row, document, self._claimants(row))
            if claim is None:
                claim = lookup.claims[row.claim.fingerprint] = self._claim(row)
            key = lookup.forecast_key(row, claim)
            forecast = lookup.forecasts.get(key)
            if forecast is None:
                forecast = lookup.forecasts[key] = post_forecast(self.journal, claim.number, terms, self.options.by)
                if opened:
                    self._review(row, claim, terms.claimants)
                else:
                    self._replace_barred_reviewers(claim, terms.claimants)
            self._remember(row, claim.number, forecast, opened)
        self.results[result] += 1
        report.results[result] += 1

    def save_progress(self, run: int) -> None:
        """Record the progress of the import, in the same transaction as the rows."""
        if self.imported:
            self.session.execute(insert(ImportRow.table()), [{**row, "run_id": run} for row in self.imported])
        found = self.session.get_one(ImportRun, run)
        found.rows_done = max(found.rows_done, self.last)
        found.new += self.results[RowResult.NEW]
        found.again += self.results[RowResult.RESTATEMENT]
        found.known += self.results[RowResult.KNOWN]

    def _remember(self, row: Row, claim: int, forecast: int, opened: bool) -> None:
        self.imported.append(
            {"source": self.options.source, "key": row.key, "claim": claim, "forecast": forecast, "opened": opened}
        )
        self.lookup.rows[row.key] = claim, forecast

    def _document(self, row: Row) -> int:
        number = post_document(self.journal, document_terms(row), self.options.by)
        self.lookup.documents[document_of(row)] = number
        return number

    def _claimants(self, row: Row) -> tuple[int, ...]:
        lookup, kind = self.lookup, ClaimantKind(row.speaker_kind or self.options.register_as or ClaimantKind.PERSON)
        for name in row.speakers:
            key = fingerprint(name)
            if key not in lookup.claimants:
                number = post_claimant(self.journal, ClaimantTerms(name, kind), self.options.by)
                lookup.claimants[key] = number
                lookup.made_by[number] = lookup.actors.get(key, set())
        return tuple(dict.fromkeys(lookup.claimants[fingerprint(name)] for name in row.speakers))

    def _claim(self, row: Row) -> KnownClaim:
        return KnownClaim(post_claim(self.journal, row.claim, self.options.by), row.claim.shape)

    def _review(self, row: Row, claim: KnownClaim, claimants: tuple[int, ...]) -> None:
        if not row.claim.reviewed:
            return
        review = post_review(self.journal, claim.number, row.claim, row.forecast.made_on, self.policy)
        chosen = choose_reviewers(
            self.load.items(),
            recorded_by=self._barred(claimants),
            already=(),
            wanted=self.policy.reviewers_per_claim,
        )
        if chosen:
            self.journal.post(ReviewersAssigned(claim=claim.number, review=review, reviewers=chosen, by=None))
            claim.seats = dict.fromkeys(chosen)
            for actor in chosen:
                self.load[actor] += 1

    def _replace_barred_reviewers(self, claim: KnownClaim, claimants: tuple[int, ...]) -> None:
        """Replace reviewers who by now have recorded or made the claim."""
        if not claim.seats.keys() & self._barred(claimants):
            return
        self.journal.flush()
        self.session.expire_all()
        give_up_seats(self.session, self.journal, claim.number, self.options.by)
        self.journal.flush()
        review = latest_review(self.session, claim.number)
        claim.seats = assignees(self.session, review.id) if review else {}

    def _barred(self, claimants: tuple[int, ...]) -> set[str]:
        made = (self.lookup.made_by.get(claimant, set()) for claimant in claimants)
        return {self.options.by}.union(*made)


def _with_numbers(row: Row, document: int, claimants: tuple[int, ...]) -> ForecastTerms:
    return replace(row.forecast, document=document, claimants=claimants)
