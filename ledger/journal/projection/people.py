"""Projection of those who act and those who make claims, and of documents."""

from __future__ import annotations

from sqlalchemy import insert

from ledger.domain.dates import PartialDate
from ledger.domain.prose import fingerprint, slug
from ledger.journal.entries import ActorIntroduced, ClaimantRegistered, DocumentRegistered
from ledger.journal.projection.dispatch import Posted, projector
from ledger.store.people import Actor, Author, Claimant, ClaimantKind, Document


@projector.register
def _(entry: ActorIntroduced, posted: Posted) -> None:
    posted.connection.execute(insert(Actor.table()), {"id": entry.actor, "name": entry.name})


@projector.register
def _(entry: ClaimantRegistered, posted: Posted) -> None:
    posted.connection.execute(
        insert(Claimant.table()),
        {
            "id": posted.number,
            "name": entry.name,
            "fingerprint": fingerprint(entry.name),
            "kind": ClaimantKind(entry.claimant_kind),
            "about": entry.about,
            "url": entry.url,
        },
    )


@projector.register
def _(entry: DocumentRegistered, posted: Posted) -> None:
    posted.connection.execute(
        insert(Document.table()),
        {
            "id": posted.number,
            "title": entry.title,
            "outlet": entry.outlet,
            "outlet_slug": slug(entry.outlet),
            "url": entry.url,
            "published_on": PartialDate.parse(entry.published_on),
            "published_basis": entry.published_basis,
            "fingerprint": document_fingerprint(entry.title, entry.outlet, entry.published_on),
        },
    )
    if entry.authors:
        posted.connection.execute(
            insert(Author.table()),
            [
                {"document_id": posted.number, "position": position, "name": name}
                for position, name in enumerate(entry.authors)
            ],
        )


def document_fingerprint(title: str, outlet: str, published_on: str) -> str:
    """What makes two documents one: title, outlet and date of publication."""
    return fingerprint(title, outlet, published_on)
