"""Scopes: the claimant, topic, outlet, document or year of a scorecard, with its name and details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.scoring.units import LEDGER, scope
from ledger.queries.as_of import claimant_as_of
from ledger.queries.claim_list import PageLink
from ledger.queries.claimant_lookup import merged_into, other_names
from ledger.queries.coverage import ReadingLine, readings_of
from ledger.queries.tallies import newest_entry
from ledger.store.people import Author, Claimant, ClaimantKind, Document
from ledger.store.tallies import Scope


@dataclass(frozen=True)
class AboutScope:
    """The details of a scope; each kind of scope fills the fields that apply to it."""

    about: str = ""
    url: str = ""
    claimant_kind: ClaimantKind | None = None
    other_names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    merged_into: PageLink | None = None  # set even on a scorecard as of a day before the merge
    authors: tuple[str, ...] = ()
    outlet: str = ""
    outlet_key: str = ""  # "" where the outlet has no forecast that counts, and so no page
    published_on: PartialDate | None = None
    published_basis: str = ""
    readings: tuple[ReadingLine, ...] = ()


def describe_scope(session: Session, kind: str, key: str) -> tuple[str, AboutScope]:
    """The name of a scope and its details. Raises Missing.

    Claimants and documents have a page once registered; topics, outlets and years from their first claim on.
    """
    if kind == LEDGER:
        return "The whole ledger", AboutScope()
    if kind == "claimant" and (claimant := session.get(Claimant, int(key))):
        return claimant.name, AboutScope(
            about=claimant.about,
            url=claimant.url,
            claimant_kind=claimant.kind,
            other_names=other_names(session, claimant.id),
            links=claimant.links,
            merged_into=_claimant_link(session, claimant.merged_into),
        )
    if kind == "document" and (document := session.get(Document, int(key))):
        authors = session.scalars(
            select(Author.name).where(Author.document_id == document.id).order_by(Author.position)
        )
        return document.title, AboutScope(
            url=document.url,
            authors=tuple(authors),
            outlet=document.outlet,
            outlet_key=document.outlet_slug if session.get(Scope, scope("outlet", document.outlet_slug)) else "",
            published_on=document.published_on,
            published_basis=document.published_basis,
            readings=readings_of(session, [document.id]).get(document.id, ()),
        )
    return name_of(session, kind, key), AboutScope()


def name_of(session: Session, kind: str, key: str) -> str:
    """The name of a scope. Raises Missing."""
    found = select(Scope.name).where(Scope.key == scope(kind, key))
    name = session.scalar(found) if "\x00" not in key else None  # PostgreSQL rejects a NUL character
    if name is None:
        raise Missing(f"{kind} {key}")
    return name


def unmerged_claimant(session: Session, claimant: int, at: date | None) -> int:
    """The claimant itself or, if it was merged by the end of a day (UTC; None: today), the one it was merged into.

    Raises Missing.
    """
    into = merged_into(session, claimant)
    if into is None or at is None:
        return into or claimant
    return claimant_as_of(session, claimant, newest_entry(session, at))


def most_judged(session: Session, kind: str, limit: int) -> tuple[str, ...]:
    """The names of the scopes of one kind with the most judged claims."""
    found = select(Scope.name).where(Scope.inside == "", Scope.kind == kind, Scope.recorded > 0)
    return tuple(session.scalars(found.order_by(Scope.judged.desc(), Scope.recorded.desc(), Scope.key).limit(limit)))


def _claimant_link(session: Session, claimant: int | None) -> PageLink | None:
    found = session.get(Claimant, claimant) if claimant is not None else None
    return PageLink(found.id, found.name) if found else None
