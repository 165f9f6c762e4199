"""Introducing actors, registering claimants and documents: refusals and duplicates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import Cast, claimant_terms, document_terms

from ledger.domain.dates import PartialDate
from ledger.domain.errors import AlreadyRecorded, Refused
from ledger.journal.read import read_head
from ledger.queries.claimant_lookup import find_claimants
from ledger.services.claimants import register_claimant
from ledger.services.documents import MOST_AUTHORS, register_document
from ledger.services.people import LONGEST_NAME, introduce_actor
from ledger.store.people import Actor, Author, Claimant, Document


def test_actors_have_random_ids_and_may_share_a_name(session: Session, now: datetime) -> None:
    one, other = (introduce_actor(session, now=now, name="Kim Kim") for _ in range(2))
    assert one != other
    assert "kim" not in one.lower()
    assert set(session.scalars(select(Actor.name))) == {"Kim Kim"}


@pytest.mark.parametrize("name", ["", "x" * (LONGEST_NAME + 1), "two\nlines", "\u202eturned"])
def test_an_actor_needs_a_name_that_can_be_printed(session: Session, now: datetime, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        introduce_actor(session, now=now, name=name)
    assert [problem.field for problem in refusal.value.problems] == ["name"]
    assert read_head(session).size == 0


def test_a_name_is_registered_once_however_it_is_spelled(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(AlreadyRecorded) as already:
        register_claimant(session, now=now, by=cast.ada.actor, terms=claimant_terms(name="paula  PUNDIT"))
    assert already.value.number == cast.claimant
    assert find_claimants(session, ["PAULA pundit", "Nobody", "Paula Pundit"]) == ([cast.claimant], ["Nobody"])
    claimant = session.get(Claimant, cast.claimant)
    assert claimant is not None and claimant.name == "Paula Pundit"


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"name": ""}, ["name"]),
        ({"about": "x" * 2_001}, ["about"]),
        ({"url": "example.org"}, ["url"]),
        ({"url": "https://example.org/\x00"}, ["url"]),
        ({"name": "", "url": "javascript:alert(1)"}, ["name", "url"]),
    ],
)
def test_a_claimant_s_problems(session: Session, cast: Cast, now: datetime, changes: Any, at: list[str]) -> None:
    before = read_head(session)
    with pytest.raises(Refused) as refusal:
        register_claimant(session, now=now, by=cast.ada.actor, terms=claimant_terms(**changes))
    assert [problem.field for problem in refusal.value.problems] == at
    assert read_head(session) == before


def test_a_document_keeps_its_authors_in_the_order_printed(session: Session, cast: Cast, now: datetime) -> None:
    terms = document_terms(authors=("Zoë Zed", "Al Able", "Zoë Zed"))
    number = register_document(session, now=now, by=cast.ada.actor, terms=terms)
    query = select(Author.name).where(Author.document_id == number).order_by(Author.position)
    assert list(session.scalars(query)) == ["Zoë Zed", "Al Able", "Zoë Zed"]
    document = session.get(Document, number)
    assert document is not None and document.outlet_slug == "the-example"
    with pytest.raises(AlreadyRecorded) as already:
        register_document(session, now=now, by=cast.ada.actor, terms=terms)
    assert already.value.number == number


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"title": ""}, ["title"]),
        ({"outlet": ""}, ["outlet"]),
        ({"outlet": "x" * (LONGEST_NAME + 1)}, ["outlet"]),
        ({"outlet": "\ufdfa" * 20}, ["outlet"]),  # 360 characters as a slug
        ({"authors": ("",)}, ["authors"]),
        ({"authors": tuple(f"A{n}" for n in range(MOST_AUTHORS + 1))}, ["authors"]),
        ({"published_on": PartialDate(2026, 11, 24)}, ["published_on"]),
        ({"published_on": PartialDate(2027)}, ["published_on"]),
        ({"url": "ftp://example.org"}, ["url"]),
        ({"published_basis": "\x07"}, ["published_basis"]),
    ],
)
def test_a_document_s_problems(session: Session, cast: Cast, now: datetime, changes: Any, at: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        register_document(session, now=now, by=cast.ada.actor, terms=document_terms(**changes))
    assert [problem.field for problem in refusal.value.problems] == at


def test_today_s_paper_can_be_registered_in_every_time_zone(session: Session, cast: Cast, now: datetime) -> None:
    tomorrow_in_auckland = document_terms(published_on=PartialDate(2026, 11, 23))
    assert register_document(session, now=now, by=cast.ada.actor, terms=tomorrow_in_auckland)
