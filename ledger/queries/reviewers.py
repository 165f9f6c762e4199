"""The names of reviewers, for pages that editors and reviewers see."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.store.people import Actor


def reviewer_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """The names of these actors by actor id, sorted by name."""
    rows = session.scalars(select(Actor).where(Actor.id.in_(list(actors))).order_by(Actor.name, Actor.id))
    return {row.id: row.name for row in rows}
