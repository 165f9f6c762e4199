"""Actors: people who act on the record are introduced with a random id and a public name."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from sqlalchemy.orm import Session

from ledger.domain.errors import Problem, refuse_if
from ledger.domain.text import text_problem
from ledger.journal.entries import ActorIntroduced
from ledger.journal.post import writing

LONGEST_NAME = 160


def introduce_actor(session: Session, *, now: datetime, name: str) -> str:
    """Introduce a person who acts on the record, by name. Returns the random actor id. Raises Refused."""
    problem = text_problem(name, LONGEST_NAME) if name else "Give a name."
    refuse_if([Problem("name", problem)] if problem else [])
    actor = f"a{token_hex(8)}"
    with writing(session, now) as journal:
        journal.post(ActorIntroduced(actor=actor, name=name))
    return actor
