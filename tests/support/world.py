"""A complete ledger for sweeps: claims in every state, people in every role, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from types import CodeType

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import (
    Cast,
    Person,
    assessment_terms,
    claimant_terms,
    document_terms,
    evidence_terms,
    forecast_terms,
    introduce_cast,
    introduce_person,
    judge,
    record,
    review_of,
)
from support.pages import HOST, Browser
from support.samples.csv_files import HEADER, good_row, good_rows, written
from support.samples.policies import policy_terms

from ledger.app import create_app
from ledger.domain.base_rates import BaseRate
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.claims import HorizonBasis
from ledger.domain.conditions import ConditionState
from ledger.domain.confidence import Confidence
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Refused
from ledger.domain.evidence import EvidenceKind, Stance
from ledger.domain.forecasts import Attribution, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.passages import Passage, words_hash
from ledger.domain.policies import FOUNDING, Grades
from ledger.domain.reviews import Finding
from ledger.domain.wholes import JudgedFrom
from ledger.formats.columns import guessed_columns
from ledger.journal.read import read_head
from ledger.services.claimants import ClaimantTerms, describe_claimant, merge_claimants, register_claimant
from ledger.services.claims.amend import amend_claim, terms_of
from ledger.services.claims.conditions import judge_condition
from ledger.services.claims.end_claim import merge_claims, split_claim, void_claim, withdraw_claim
from ledger.services.claims.lookup import find_claim, latest_review
from ledger.services.claims.record import record_forecast
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, register_document, store_text
from ledger.services.evidence import attach_evidence, correct_evidence, read_file, retract_evidence
from ledger.services.imports import queue
from ledger.services.imports.undo import request_undo
from ledger.services.imports.uploads import choose_columns, request_import, store_upload
from ledger.services.imports.worker import do_task
from ledger.services.invitations import Newcomer, invite
from ledger.services.outbox import enqueue
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import adjudicate, seal_assessment
from ledger.services.reviews.schedule import note_fallen_due, reopen_claim, snooze_review
from ledger.services.saved_filters import save_filter
from ledger.settings import Settings
from ledger.store.accounts import Account, Role
from ledger.store.chart_drawings import Drawing
from ledger.store.imports import ImportPiece, ImportRun
from ledger.store.outbox import JobRun, Message, MessageState
from ledger.store.people import ClaimantKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEALED = "zyzzyva-rationale"  # the one word of a sealed assessment
SETTINGS = Settings(
    base_url=HOST,
    secret_key="a secret key for tests, long enough to be one",
    password_salt="a salt for tests, long enough to be one",
    contact="errors@example.org",
    mail_from="ledger@example.org",
)


class Compiled(BytecodeCache):
    """A cache of compiled templates for all apps of a test process, so that each page is compiled once.

    The key includes the template's source, so that a changed template is compiled again.
    """

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()
ROLES = ("public", "inactive", "reviewer", "editor", "admin")


@dataclass
class Places:
    """Numbers of things in the world. Claims and reviews are by a word for their state: open, due, half, split, …"""

    cast: Cast
    claims: dict[str, int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    evidence: dict[str, int] = field(default_factory=dict)
    inactive: str = ""  # uniquifiers, which identify the account in a session
    dead_message: int = 0
    files: dict[str, int] = field(default_factory=dict)  # uploaded by Dora: new, faulty, waiting, gone
    imports: list[int] = field(default_factory=list)
    unread: int = 0  # a document without claims
    merged: int = 0  # a claimant that was merged into another
    invited: int = 0
    join: str = ""  # the path of the invitation of somebody who has not joined
    drawing: str = ""  # the key of a chart that is drawn


@dataclass
class World:
    """A populated database with an app on it."""

    url: str
    engine: Engine
    sessions: sessionmaker[Session]
    app: Flask
    places: Places

    def browser(self, who: str = "public") -> Browser:
        """A new browser for `public`, a role, `inactive`, or one of the cast by first name. Needs no password."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        if who != "public":
            enter(browser, self.uniquifier(who))
        return browser

    def uniquifier(self, who: str) -> str:
        """The uniquifier of somebody's account."""
        if who == "inactive":
            return self.places.inactive
        name = {"reviewer": "ben", "editor": "dora"}.get(who, who)
        person: Person = getattr(self.places.cast, name)
        return f"uniquifier-of-{person.actor}"

    def size(self) -> int:
        """The number of entries in the journal."""
        with self.sessions() as session:
            return read_head(session).size


def enter(browser: Browser, uniquifier: str) -> None:
    """Sign in without the form: hashing a password for each request of a sweep would take minutes."""
    with browser.session_transaction(base_url=HOST) as kept:
        kept["_user_id"] = uniquifier
        kept["_fresh"] = True
        kept["fs_cc"] = "set"
        kept["fs_paa"] = NOW.timestamp()


def make_app(sessions: sessionmaker[Session], clock: Callable[[], datetime] = lambda: NOW) -> Flask:
    """The app over these sessions, with a fixed clock. Rate limits are off, because sweeps send many requests."""
    app = create_app(SETTINGS, sessions, clock)
    app.test_client_class = Browser
    app.jinja_env.bytecode_cache = COMPILED
    for limiter in app.extensions["limiter"]:
        limiter.enabled = False
    return app


def populate(session: Session, now: datetime = NOW) -> Places:
    """Create everything that a page can show, at least once."""
    cast = introduce_cast(session, now)
    places = Places(cast)
    gone = introduce_person(session, now, "Ines Inactive", Role.ADMIN, active=False)
    places.inactive = session.get_one(Account, gone.account).fs_uniquifier
    both = (cast.ben.actor, cast.cleo.actor)
    extra = register_claimant(
        session,
        now=now,
        by=cast.ada.actor,
        terms=claimant_terms(name="Quentin Quoted", about="A **columnist**.", url="https://example.org/quentin"),
    )
    report = register_document(
        session, now=now, by=cast.ada.actor, terms=document_terms(title="A report", published_basis="its imprint")
    )
    for word, changes in _claims(cast, report, extra).items():
        places.claims[word] = record(session, cast, now, reviewers=both, **changes)
        places.reviews[word] = review_of(session, places.claims[word])
        if word != "bare":
            terms = evidence_terms(checked_in="an archive")
            places.evidence[word] = attach_evidence(
                session, now=now, by=cast.ada.actor, claim=places.claims[word], terms=terms
            )
    note_fallen_due(session, now=now)
    again = forecast_terms(report, extra, attribution=Attribution.REPORTED, note="Said later.", hedge="perhaps")
    record_forecast(session, now=now, by=cast.ada.actor, claim=places.claims["true"], forecast=again)
    _search_note(session, places, now)
    _corpus(session, places, now, report, extra)
    _changed_evidence(session, places, now)
    _judge(session, places, now)
    _policies(session, places, now)
    _widen(session, places, now)
    _operate(session, places, now)
    _import(session, places, now)
    _draw(session, places, now)
    return places


def _draw(session: Session, places: Places, now: datetime) -> None:
    """A chart as the job stores it. Its content does not matter here."""
    places.drawing = sha256(b"a chart").hexdigest()
    row = Drawing(key=places.drawing, request="{}", wanted_at=now, wanted_on=now.date(), tries=1, drawn_at=now)
    row.spec, row.svg, row.inline, row.png = "{}", "<svg/>", "<svg/>", b"PNG"
    session.add(row)
    session.commit()


def _claims(cast: Cast, report: int, extra: int) -> dict[str, dict[str, object]]:
    later = PartialDate(2030)
    could = forecast_terms(report, extra, modality=Modality.COULD, confidence=Confidence.none(), hedge="could")
    number = forecast_terms(report, cast.claimant, modality=Modality.NUMBER, confidence=Confidence.point(0.6))
    return {
        "open": {"horizon": later, "condition": "The army advances"},
        "due": {"forecast": number},
        "bare": {},
        "half": {"statement": "The half-judged thing happens."},
        "sealed_by_cleo": {},
        "split": {},
        "adjudicated": {"topics": ("Battle", "Foreign Fighters")},
        "true": {"condition": "The army advances"},
        "false": {"forecast": could},
        "reopened": {},
        "corrected": {},
        "snoozed": {},
        "choice": {
            "shape": Shape(kind=ClaimKind.CHOICE, options=("The army", "The militias", "Nobody")),
            "forecast": forecast_terms(report, cast.claimant, option=2),
        },
        "quantity": {
            "shape": Shape(kind=ClaimKind.QUANTITY, bounds=Bounds(5_000.0, None, low_strict=True), unit="fighters")
        },
        "compared": {
            "shape": Shape(kind=ClaimKind.COMPARES, metric="Attacks a month", baseline="40 in September 2016"),
            "base_rate": BaseRate(0.3, "Months since 2014 with more attacks than the month before."),
        },
        "measured": {"shape": Shape(kind=ClaimKind.QUANTITY, bounds=Bounds(100.0, 200.0), unit="square miles")},
        "decided": {
            "shape": Shape(kind=ClaimKind.CHOICE, options=("Spring", "Summer"), ordered=True),
            "forecast": forecast_terms(
                report, cast.claimant, confidence=Confidence.none(), modality=Modality.NUMBER, shares=(0.7, 0.3)
            ),
        },
        "conditional": {"condition": "The bridge is held", "horizon": later},
        "withdrawn": {},
        "void": {},
        "merged": {},
        "kept": {},
        "split up": {},
    }


def _policies(session: Session, places: Places, now: datetime) -> None:
    """A second policy, and a claim recorded under each that has its default term."""
    no_date = {"horizon": None, "horizon_basis": HorizonBasis.DEFAULT}
    places.claims["usual"] = record(session, places.cast, now, **no_date)
    terms = policy_terms(
        default_horizon_months=18,
        smallest_n=10,
        grades=Grades(0.8, 0.5, 0.2),
        rubric=f"{FOUNDING.rubric}\n\nWhere two fit, the one that is less true.",
    )
    adopt_policy(session, now=now, by=places.cast.admin.actor, terms=terms, reason="A year was too short.")
    places.claims["usual since"] = record(session, places.cast, now, **no_date)


def _widen(session: Session, places: Places, now: datetime) -> None:
    """Claims of each kind, judged or amended; wholes with their parts; conditions; and every way to end a claim."""
    cast, claims = places.cast, places.claims
    ada, dora = cast.ada.actor, cast.dora.actor
    whole = record(session, cast, now, judged_from=JudgedFrom.ALL, statement="It holds in both towns.")
    places.claims["whole"] = whole
    for town in ("East", "West"):
        places.claims[town] = record(session, cast, now, whole=whole, statement=f"It holds in {town}.")
    vague = {"checkability": Checkability.TOO_VAGUE, "checkability_reason": "No date and no place."}
    places.claims["vague"] = record(session, cast, now, **vague)
    for word, terms in (
        ("measured", assessment_terms(Outcome.TRUE, places.evidence["measured"], value=150.0)),
        ("decided", assessment_terms(Outcome.ANSWERED, places.evidence["decided"], answer=1)),
    ):
        for actor in (cast.ben.actor, cast.cleo.actor):
            seal_assessment(session, now=now, by=actor, review=places.reviews[word], terms=terms)
    judge_condition(
        session,
        now=now,
        by=ada,
        claim=claims["conditional"],
        state=ConditionState.MET,
        evidence=[places.evidence["conditional"]],
        reason="The report says so.",
    )
    there = Passage(5, 2, 2, words_hash("It is likely."))
    for day, confidence in ((18, Confidence.point(0.8)), (19, Confidence.between(0.5, 0.6))):
        again = forecast_terms(
            cast.document,
            cast.claimant,
            made_on=PartialDate(2016, 9, day),
            confidence=confidence,
            passage=there,
            attribution=Attribution.ENDORSED,
        )
        record_forecast(session, now=now, by=ada, claim=claims["compared"], forecast=again)
    found = terms_of(session, find_claim(session, claims["compared"]))
    amend_claim(
        session,
        now=now,
        by=ada,
        claim=claims["compared"],
        terms=replace(found, statement="More attacks than before.", topics=("Battle", "Attacks")),
        reason="Said shorter.",
    )
    withdraw_claim(session, now=now, by=ada, claim=claims["withdrawn"], reason="Recorded by mistake.")
    void_claim(session, now=now, by=dora, claim=claims["void"], reason="The document was a forgery.")
    merge_claims(session, now=now, by=dora, claim=claims["merged"], into=claims["kept"], reason="They are one.")
    terms = terms_of(session, find_claim(session, claims["split up"]))
    pieces = [replace(terms, statement=f"The city is retaken from the {side}.") for side in ("north", "south")]
    made = split_claim(session, now=now, by=dora, claim=claims["split up"], into=pieces, reason="They are two.")
    places.claims |= {"north": made[0], "south": made[1]}


def _search_note(session: Session, places: Places, now: datetime) -> None:
    note = evidence_terms(
        kind=EvidenceKind.SEARCH_NOTE, event_on=None, published_on=None, url="", stance=Stance.CONTEXT
    )
    attach_evidence(session, now=now, by=places.cast.ada.actor, claim=places.claims["false"], terms=note)


def _corpus(session: Session, places: Places, now: datetime, report: int, extra: int) -> None:
    """Documents read and unread, one with its text; a claimant with every field filled, and one merged into it."""
    by = places.cast.ada.actor
    places.unread = register_document(session, now=now, by=by, terms=document_terms(title="Read, and nothing found"))
    passed = (
        PassedPassage("paragraph 3", "talks go on", "an intention"),
        PassedPassage("paragraph 9", "it may rain", "An intention"),
    )
    terms = ReadingTerms(PartialDate(2026, 11, 20), "The first of its month.", 44, False, passed, "In print.")
    log_reading(session, now=now, by=by, document=report, terms=terms)
    empty = ReadingTerms(PartialDate(2026, 11), "The first of its month.", 12, True)
    log_reading(session, now=now, by=places.cast.ben.actor, document=places.unread, terms=empty)
    store_text(session, now=now, by=by, document=report, text="First words. More of them.\n\nThe second paragraph.")
    named = ClaimantTerms(
        "Quentin Quoted",
        ClaimantKind.PERSON,
        "A **columnist**.",
        "https://example.org/quentin",
        ("Q. Quoted",),
        ("https://example.org/about-quentin",),
    )
    describe_claimant(session, now=now, by=by, claimant=extra, terms=named, reason="They sign both ways.")
    places.merged = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Quentin the Quoted"))
    merge_claimants(session, now=now, by=places.cast.dora.actor, claimant=places.merged, into=extra, reason="One man.")


def _changed_evidence(session: Session, places: Places, now: datetime) -> None:
    """Evidence with a file, corrected, and retracted."""
    by, claim = places.cast.ada.actor, places.claims["open"]
    content = b"The army was seen.\n"
    filed = evidence_terms(file=read_file("what was seen.txt", content))
    places.evidence["filed"] = attach_evidence(session, now=now, by=by, claim=claim, terms=filed, content=content)
    for word in ("mended", "withdrawn"):
        places.evidence[word] = attach_evidence(session, now=now, by=by, claim=claim, terms=evidence_terms())
    mended = evidence_terms(summary="As the agency put it right.")
    number = places.evidence["mended"]
    correct_evidence(session, now=now, by=by, evidence=number, terms=mended, reason="The agency corrected itself.")
    retract_evidence(session, now=now, by=by, evidence=places.evidence["withdrawn"], reason="It was a forgery.")


def _seal(session: Session, places: Places, now: datetime, word: str, actor: str, outcome: Outcome) -> None:
    terms = assessment_terms(outcome, places.evidence[word], rationale=f"Because of {SEALED}.")
    seal_assessment(session, now=now, by=actor, review=places.reviews[word], terms=terms)


def _judge(session: Session, places: Places, now: datetime) -> None:
    cast = places.cast
    ben, cleo, dora = cast.ben.actor, cast.cleo.actor, cast.dora.actor
    _seal(session, places, now, "half", ben, Outcome.MOSTLY_FALSE)
    hidden = evidence_terms(stance=Stance.CONTRADICTS, summary="What Ben found meanwhile.")
    places.evidence["hidden"] = attach_evidence(session, now=now, by=ben, claim=places.claims["half"], terms=hidden)
    _seal(session, places, now, "sealed_by_cleo", cleo, Outcome.PARTLY_TRUE)
    for word in ("split", "adjudicated"):
        _seal(session, places, now, word, ben, Outcome.TRUE)
        _seal(session, places, now, word, cleo, Outcome.MOSTLY_TRUE)
    split = places.reviews["adjudicated"]
    adjudicate(session, now=now, by=dora, review=split, finding=Finding(Outcome.TRUE), reason="The *report* decides.")
    outcomes = {"true": Outcome.TRUE, "false": Outcome.FALSE, "reopened": Outcome.TRUE, "corrected": Outcome.TRUE}
    for word, outcome in outcomes.items():
        judge(session, now, places.claims[word], outcome, places.evidence[word])
    for word in ("reopened", "corrected"):
        claim = places.claims[word]
        review = reopen_claim(session, now=now, by=dora, claim=claim, reason="A new report came out.")
        places.reviews[word] = review
    judge(session, now, places.claims["corrected"], Outcome.FALSE, places.evidence["corrected"])
    until = (now + timedelta(days=30)).date()
    snooze_review(session, now=now, by=ben, review=places.reviews["snoozed"], until=until, reason="Too early.")
    for word, number in places.claims.items():
        newest = latest_review(session, number)
        assert newest is not None
        places.reviews[word] = newest.id


def _operate(session: Session, places: Places, now: datetime) -> None:
    """Stuck mail; jobs that ran, failed or never ended; and somebody who is invited."""
    enqueue(
        session,
        now=now,
        account=places.cast.ben.account,
        name="password-changed",
        facts={"when": "now"},
        base_url=HOST,
    )
    save_filter(session, now=now, account=places.cast.ben.account, name="Open <battles>", query="?q=city&state=open")
    session.query(Message).update({"state": MessageState.DEAD, "error": "550 no such mailbox", "attempts": 12})
    places.dead_message = session.query(Message).one().id
    for job, finished, error in (("mail", now, None), ("due", now, "Traceback: it broke"), ("tidy", None, None)):
        session.add(JobRun(job=job, started_at=now, finished_at=finished, summary="done", error=error))
    session.commit()
    newcomer = Newcomer("newcomer@example.org", "Nora Newcomer", Role.REVIEWER, "Europe/Paris")
    session.query(Account).update({"password": "everybody has one, and no text hashes to it"})
    session.commit()
    by = places.cast.admin.actor
    made = invite(session, now=now, by=by, newcomer=newcomer, secret_key=SETTINGS.secret_key, base_url=HOST)
    places.invited, places.join = made.account, made.link.removeprefix(HOST)


def _import(session: Session, places: Places, now: datetime) -> None:
    """Dora's uploaded files at every stage, and imports: one done, one undone in part, one being undone."""
    by = places.cast.dora.actor

    def send(name: str, rows: list[dict[str, str]]) -> int:
        content = BytesIO(written(rows))
        places.files[name] = store_upload(session, now=now, by=by, source="Wire", name=f"{name}.csv", stream=content)
        return places.files[name]

    def choose(file: int) -> None:
        columns, terms = guessed_columns(HEADER), {"register_documents": True, "register_as": None}
        choose_columns(session, now=now, by=by, file=file, columns=columns, **terms)  # type: ignore[arg-type]

    def work() -> None:
        while task := queue.take(session, now=now):
            try:
                told, error = do_task(session, now=now, task=task, progress=lambda done, total: None), None
            except Refused as refused:
                told, error = "", str(refused)
            queue.finish(session, now=now, task=task, summary=told, error=error)

    for name, rows in (("first", good_rows(3)), ("second", [good_row(7), good_row(8)])):
        choose(send(name, rows))
        work()
        request_import(session, now=now, by=by, file=places.files[name], leave_out=False)
        work()
    places.imports = list(session.scalars(select(ImportRun.id).order_by(ImportRun.id)))
    request_undo(session, now=now, by=by, run=places.imports[1], reason="It was a test.")
    work()
    choose(send("faulty", [good_row(20), good_row(21, horizon="soon", note="<b>"), good_row(0)]))
    choose(send("known", good_rows(3)))
    choose(send("gone", good_rows(5)))
    session.execute(delete(ImportPiece).where(ImportPiece.file_id == places.files["gone"]))
    session.commit()
    work()
    send("new", [{"Said": "x", **good_row(30)}])
    choose(send("waiting", good_rows(6)))
