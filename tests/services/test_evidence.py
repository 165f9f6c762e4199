"""Attaching evidence: once for each address, to existing claims, and only if valid."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from support.cast import Cast, evidence_terms, record

from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Missing, Refused
from ledger.domain.evidence import EvidenceKind
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.services.evidence import attach_evidence
from ledger.store.claims import Claim, Evidence


def test_evidence_is_attached_as_it_was_given(session: Session, cast: Cast, now: datetime) -> None:
    claim, terms = record(session, cast, now), evidence_terms()
    number = attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=terms)
    kept = session.get_one(Evidence, number)
    assert (kept.claim_id, kept.attached_by, kept.summary, kept.url) == (
        *(claim, cast.ben.actor, terms.summary, terms.url),
    )
    assert (kept.event_on, kept.published_on, kept.captured_on) == (
        *(terms.event_on, terms.published_on, terms.captured_on),
    )
    assert session.get_one(Claim, claim).changed == number


def test_a_second_click_attaches_nothing(session: Session, cast: Cast, now: datetime) -> None:
    claim, terms = record(session, cast, now), evidence_terms()
    number = attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=terms)
    before = read_head(session)
    for again in (terms, evidence_terms(url=terms.url)):
        with pytest.raises(AlreadyRecorded) as already:
            attach_evidence(session, now=now, by=cast.cleo.actor, claim=claim, terms=again)
        assert already.value.number == number
    assert read_head(session) == before


def test_without_an_address_evidence_is_identified_by_its_summary(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    one = evidence_terms(url="", summary="Nothing was found.")
    attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=one)
    with pytest.raises(AlreadyRecorded):
        same = evidence_terms(url="", summary="nothing  was FOUND.")
        attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=same)
    attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=evidence_terms(url=""))


def test_one_report_may_bear_on_two_claims(session: Session, cast: Cast, now: datetime) -> None:
    terms = evidence_terms()
    for _ in range(2):
        attach_evidence(session, now=now, by=cast.ben.actor, claim=record(session, cast, now), terms=terms)
    assert session.scalar(select(func.count()).where(Evidence.url == terms.url)) == 2
    assert list(differences(session)) == []


def test_evidence_for_an_unknown_claim_is_missing(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Missing):
        attach_evidence(session, now=now, by=cast.ben.actor, claim=cast.document, terms=evidence_terms())


def test_invalid_evidence_writes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    before = read_head(session)
    with pytest.raises(Refused) as refusal:
        terms = evidence_terms(summary="", url="example.org", event_on=PartialDate(2027))
        attach_evidence(session, now=now, by=cast.ben.actor, claim=claim, terms=terms)
    assert {problem.field for problem in refusal.value.problems} >= {"summary", "url", "event_on"}
    assert read_head(session) == before


def test_a_search_note_is_evidence_that_nothing_happened(session: Session, cast: Cast, now: datetime) -> None:
    note = evidence_terms(kind=EvidenceKind.SEARCH_NOTE, event_on=None, published_on=None, url="")
    number = attach_evidence(session, now=now, by=cast.ben.actor, claim=record(session, cast, now), terms=note)
    kept = session.get_one(Evidence, number)
    assert (kept.kind, kept.event_on) == (EvidenceKind.SEARCH_NOTE, None)
