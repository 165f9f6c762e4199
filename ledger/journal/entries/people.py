"""Entries about actors, claimants and documents."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal.entries.base import Entry


@dataclass(frozen=True, kw_only=True)
class ActorIntroduced(Entry):
    kind = "actor-introduced"
    subject_kind = "actor"
    subject_field = "actor"
    groups = {"name": ("name",)}

    actor: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ClaimantRegistered(Entry):
    kind = "claimant-registered"
    subject_kind = "claimant"
    groups = {"claimant": ("name", "claimant_kind", "about", "url"), "by": ("by",)}

    name: str
    claimant_kind: str
    about: str
    url: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DocumentRegistered(Entry):
    kind = "document-registered"
    subject_kind = "document"
    groups = {
        "document": ("title", "outlet", "url"),
        "authors": ("authors",),
        "dates": ("published_on",),
        "note": ("published_basis",),
        "by": ("by",),
    }

    title: str
    outlet: str
    url: str
    authors: tuple[str, ...]
    published_on: str
    published_basis: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ClaimantDescribed(Entry):
    """All fields of a claimant after a change. `links` are addresses."""

    kind = "claimant-described"
    subject_kind = "claimant"
    subject_field = "claimant"
    groups = {
        "claimant": ("name", "claimant_kind", "about", "url", "aliases", "links"),
        "reason": ("reason",),
        "by": ("by",),
    }

    claimant: int
    name: str
    claimant_kind: str
    about: str
    url: str
    aliases: tuple[str, ...]
    links: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class ClaimantsMerged(Entry):
    """Two claimants are the same: forecasts and aliases of `claimant` now belong to `into`."""

    kind = "claimants-merged"
    subject_kind = "claimant"
    subject_field = "claimant"
    groups = {"into": ("into",), "reason": ("reason",), "by": ("by",)}

    claimant: int
    into: int
    reason: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DocumentRead(Entry):
    """Somebody has read a document for forecasts: an entry of the corpus log.

    `sentences` is the number of sentences read. `passed_over` has (place, gist in own words, reason) for each passage
    about the future that was not recorded. `none_found` says that there was nothing to record.
    """

    kind = "document-read"
    subject_kind = "document"
    subject_field = "document"
    groups = {
        "counts": ("sentences", "none_found"),
        "dates": ("read_on",),
        "chosen": ("chosen", "note"),
        "passed-over": ("passed_over",),
        "by": ("by",),
    }

    document: int
    read_on: str
    chosen: str
    sentences: int
    none_found: bool
    passed_over: tuple[tuple[str, str, str], ...]
    note: str
    by: str


@dataclass(frozen=True, kw_only=True)
class DocumentTextStored(Entry):
    """The text of a document was stored, privately. Anybody who has the text can compare it with the hash."""

    kind = "document-text-stored"
    subject_kind = "document"
    subject_field = "document"
    groups = {"text": ("sha256", "paragraphs"), "by": ("by",)}

    document: int
    sha256: str
    paragraphs: int
    by: str
