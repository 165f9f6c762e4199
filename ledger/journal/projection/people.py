"""Projection of actors, claimants and documents."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from ledger.domain.text import fingerprint, slug
from ledger.journal.entries import (
    ActorIntroduced,
    ClaimantDescribed,
    ClaimantRegistered,
    ClaimantsMerged,
    DocumentRegistered,
)
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.statements import columns_of
from ledger.journal.projection.tallies import rename_scope
from ledger.store.claims import Forecast, ForecastClaimant
from ledger.store.people import Actor, Alias, Author, Claimant, Document


def actor_introduced(entry: ActorIntroduced, posted: PostedEntry) -> None:
    posted.connection.execute(insert(Actor.table()), {"id": entry.actor, "name": entry.name})


def claimant_registered(entry: ClaimantRegistered, posted: PostedEntry) -> None:
    posted.add(
        Claimant.table(),
        {
            "id": posted.number,
            **columns_of(Claimant.table(), entry, claimant_kind="kind"),
            "fingerprint": fingerprint(entry.name),
            "links": (),
            "merged_into": None,
        },
    )


def claimant_described(entry: ClaimantDescribed, posted: PostedEntry) -> None:
    claimants, aliases = Claimant.table(), Alias.table()
    posted.connection.execute(
        update(claimants)
        .where(claimants.c.id == entry.claimant)
        .values(
            **columns_of(claimants, entry, claimant_kind="kind"),
            fingerprint=fingerprint(entry.name),
        )
    )
    posted.connection.execute(delete(aliases).where(aliases.c.claimant_id == entry.claimant))
    if entry.aliases:
        posted.connection.execute(
            insert(aliases),
            [{"fingerprint": fingerprint(name), "claimant_id": entry.claimant, "name": name} for name in entry.aliases],
        )
    rename_scope(posted.session, entry.claimant, entry.name)


def claimants_merged(entry: ClaimantsMerged, posted: PostedEntry) -> None:
    claimants, aliases, theirs = Claimant.table(), Alias.table(), ForecastClaimant.table()
    moved = posted.connection.execute(
        select(theirs.c.forecast_id, Forecast.table().c.claim_id)
        .join(Forecast.table(), Forecast.table().c.id == theirs.c.forecast_id)
        .where(theirs.c.claimant_id == entry.claimant)
        .order_by(theirs.c.forecast_id)
    ).all()
    together = select(theirs.c.forecast_id).where(theirs.c.claimant_id == entry.into)
    # A forecast that names both already has the claimant who stays.
    posted.connection.execute(
        delete(theirs).where(theirs.c.claimant_id == entry.claimant, theirs.c.forecast_id.in_(together))
    )
    posted.connection.execute(
        update(theirs).where(theirs.c.claimant_id == entry.claimant).values(claimant_id=entry.into)
    )
    posted.connection.execute(
        update(aliases).where(aliases.c.claimant_id == entry.claimant).values(claimant_id=entry.into)
    )
    posted.connection.execute(
        update(claimants)
        .where((claimants.c.id == entry.claimant) | (claimants.c.merged_into == entry.claimant))
        .values(merged_into=entry.into)
    )
    for claim in dict.fromkeys(row.claim_id for row in moved):
        posted.retally(claim)


def document_registered(entry: DocumentRegistered, posted: PostedEntry) -> None:
    posted.add(
        Document.table(),
        {
            "id": posted.number,
            **columns_of(Document.table(), entry),
            "outlet_slug": slug(entry.outlet),
            "fingerprint": document_fingerprint(entry.title, entry.outlet, entry.published_on),
        },
    )
    posted.add(
        Author.table(),
        *(
            {"document_id": posted.number, "position": position, "name": name}
            for position, name in enumerate(entry.authors)
        ),
    )


def document_fingerprint(title: str, outlet: str, published_on: str) -> str:
    """A hash that is equal for duplicates: documents with the same title, outlet and date of publication."""
    return fingerprint(title, outlet, published_on)
