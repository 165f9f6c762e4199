"""Running an import: checked whole before anything is written, then posted in batches that each stand for themselves.

Killed in the middle, it is taken up where it stopped: each batch says in its own transaction how far it came, and a
row is known again by its key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.domain.dates import latest_today
from ledger.domain.forecasts import ForecastTerms
from ledger.domain.importing import Fault, Row
from ledger.domain.judging import choose_reviewers
from ledger.domain.policy import POLICY, Policy
from ledger.domain.problems import Problem, refuse_if
from ledger.domain.prose import fingerprint, text_problem
from ledger.journal.entries import ActorIntroduced, ReviewersAssigned
from ledger.journal.posting import Journal, writing
from ledger.services.assigning import assignees, candidates, give_up_seats
from ledger.services.claimants import ClaimantTerms, post_claimant
from ledger.services.entering import post_claim, post_forecast, post_review
from ledger.services.finding import latest_review
from ledger.services.importing.files import Seen, Table, batches, rows
from ledger.services.importing.planning import Fate, Known, Lookup, Options, document_of, document_terms
from ledger.services.people import post_document
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRow, ImportRun, ImportState
from ledger.store.people import Actor, ClaimantKind

BATCH = 1_000
MOST_FAULTS = 100  # shown; all are counted
LONGEST_SOURCE = 80
Progress = Callable[[int], None]  # told the number of the row that is done


@dataclass
class Report:
    """What a file's rows would become, or have become."""

    fates: Counter[Fate] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    sample: list[tuple[Row, Fate]] = field(default_factory=list)  # the first rows, for showing

    def blame(self, faults: list[Fault]) -> None:
        """Note a faulty row."""
        self.faulty += 1
        self.faults += faults[: MOST_FAULTS - len(self.faults)]


class Faulty(Exception):
    """The file has faulty rows, so nothing was imported."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.faulty} rows have faults")
        self.report = report


def check_file(
    session: Session, *, now: datetime, table: Table, options: Options, progress: Progress = lambda _: None
) -> Report:
    """What would become of each row, without writing anything. Raises Refused."""
    refuse_if(_source_problems(options.source))
    report, claims, sayings = Report(), Seen(), Seen()
    for some in batches(rows(table, latest_today(now)), BATCH):
        good = [row for row in some if isinstance(row, Row)]
        lookup = Lookup(session, options, good)
        for row in some:
            if not isinstance(row, Row):
                report.blame(row)
            elif faults := lookup.faults(row, now):
                report.blame(faults)
            else:
                fate = lookup.fate(row)
                if fate is not Fate.KNOWN:  # the same claim may stand further up in the file
                    again = claims.add(row.claim.fingerprint, row.number) is not None
                    said = (row.claim.fingerprint, document_of(row), str(row.forecast.made_on), *_names(row))
                    same = sayings.add(" ".join(said), row.number) is not None
                    fate = Fate.KNOWN if same else Fate.AGAIN if again else fate
                report.fates[fate] += 1
                if len(report.sample) < MOST_FAULTS:
                    report.sample.append((row, fate))
        if good:
            progress(good[-1].number)
    session.rollback()  # a read only, and a long one: let go of its snapshot
    claims.close()
    sayings.close()
    return report


def import_file(
    session: Session,
    *,
    now: datetime,
    table: Table,
    options: Options,
    policy: Policy = POLICY,
    skip_faulty: bool = False,
    checked: Report | None = None,
    progress: Progress = lambda _: None,
) -> tuple[int, Report]:
    """Import a file, or go on with an import of it that was broken off. Returns the import's id and what became.

    Everything is checked first (`checked`, where that was done just now); with a faulty row nothing is imported,
    unless `skip_faulty`. Raises Faulty, Refused.
    """
    report = checked or check_file(session, now=now, table=table, options=options)
    if report.faulty and not skip_faulty:
        raise Faulty(report)
    run = _begin(session, now, table, options)
    total = Report()
    for some in batches(rows(table, latest_today(now), after=run.rows_done), BATCH):
        with writing(session, now, in_batches=True) as journal:
            batch = _Batch(session, journal, now, options, policy, [row for row in some if isinstance(row, Row)])
            for row in some:
                if isinstance(row, Row):
                    batch.take(row, total)
                else:
                    total.blame(row)
            batch.note(run.id)
        if batch.last:
            progress(batch.last)
    with write_transaction(session):
        done = session.get_one(ImportRun, run.id)
        done.state, done.finished_at = ImportState.DONE, now
    return run.id, total


def importing_actor(session: Session, *, now: datetime, source: str) -> str:
    """The actor under whose name what comes from a source is recorded: no person judged or wrote it here."""
    refuse_if(_source_problems(source))
    name = f"Import from {source}"
    with writing(session, now) as journal:
        known = session.scalar(select(Actor.id).where(Actor.name == name).limit(1))
        if known is not None:
            return known
        actor = f"i{fingerprint(name)[:16]}"
        journal.post(ActorIntroduced(actor=actor, name=name))
        return actor


def _begin(session: Session, now: datetime, table: Table, options: Options) -> ImportRun:
    with write_transaction(session):
        run = session.scalars(
            select(ImportRun)
            .where(
                ImportRun.source == options.source,
                ImportRun.sha256 == table.sha256,
                ImportRun.state == ImportState.RUNNING,
            )
            .order_by(ImportRun.id)
            .limit(1)
        ).one_or_none()
        if run is None:
            run = ImportRun(
                source=options.source,
                file_name=table.name[-200:],
                sha256=table.sha256,
                actor_id=options.by,
                state=ImportState.RUNNING,
                rows_done=1,
                new=0,
                again=0,
                known=0,
                started_at=now,
                finished_at=None,
            )
            session.add(run)
            session.flush()
        return run


class _Batch:
    """A batch being posted: what it needs of the record, and what it adds, so that later rows find it."""

    def __init__(
        self, session: Session, journal: Journal, now: datetime, options: Options, policy: Policy, some: list[Row]
    ) -> None:
        self.session, self.journal, self.now, self.options, self.policy = session, journal, now, options, policy
        self.lookup = Lookup(session, options, some)
        self.load = dict(candidates(session))
        self.imported: list[dict[str, object]] = []
        self.fates: Counter[Fate] = Counter()
        self.last = some[-1].number if some else 0

    def take(self, row: Row, report: Report) -> None:
        """Post what a row says, unless it is known or the record has something against it."""
        lookup = self.lookup
        if faults := lookup.faults(row, self.now):
            report.blame(faults)
            return
        fate = lookup.fate(row)
        if row.key not in lookup.rows:
            claim = lookup.claims.get(row.claim.fingerprint)
            opened = claim is None
            document = lookup.documents.get(document_of(row)) or self._document(row)
            terms = _numbered(row, document, self._claimants(row))
            if claim is None:
                claim = lookup.claims[row.claim.fingerprint] = self._claim(row)
            saying = lookup.saying(row, claim)
            forecast = lookup.sayings.get(saying)
            if forecast is None:
                forecast = lookup.sayings[saying] = post_forecast(self.journal, claim.number, terms, self.options.by)
                if opened:
                    self._review(row, claim, terms.claimants)
                else:
                    self._keep_judges_apart(claim, terms.claimants)
            self._note(row, claim.number, forecast, opened)
        self.fates[fate] += 1
        report.fates[fate] += 1

    def note(self, run: int) -> None:
        """Write down how far the import came, in the transaction that brought it there."""
        if self.imported:
            self.session.execute(insert(ImportRow.table()), [{**row, "run_id": run} for row in self.imported])
        found = self.session.get_one(ImportRun, run)
        found.rows_done = max(found.rows_done, self.last)
        found.new += self.fates[Fate.NEW]
        found.again += self.fates[Fate.AGAIN]
        found.known += self.fates[Fate.KNOWN]

    def _note(self, row: Row, claim: int, forecast: int, opened: bool) -> None:
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

    def _claim(self, row: Row) -> Known:
        return Known(post_claim(self.journal, row.claim, self.options.by), row.claim.shape)

    def _review(self, row: Row, claim: Known, claimants: tuple[int, ...]) -> None:
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

    def _keep_judges_apart(self, claim: Known, claimants: tuple[int, ...]) -> None:
        """Whoever has now recorded or made the claim leaves their seat to others."""
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


def _numbered(row: Row, document: int, claimants: tuple[int, ...]) -> ForecastTerms:
    return replace(row.forecast, document=document, claimants=claimants)


def _names(row: Row) -> list[str]:
    return sorted({fingerprint(name) for name in row.speakers})


def _source_problems(source: str) -> list[Problem]:
    if not source:
        return [Problem("source", "Name the source: by it and the key a row is known again.")]
    fault = text_problem(source, LONGEST_SOURCE)
    return [Problem("source", fault)] if fault else []
