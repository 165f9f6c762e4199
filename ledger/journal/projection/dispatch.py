"""Which function projects which kind of entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, singledispatch
from importlib import import_module

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from ledger.journal.entries import Entry


@dataclass(frozen=True)
class Posted:
    """Where an entry stands in the journal, and where its tables are.

    They are written by the connection, around the session's identity map. `entry` reads an earlier entry:
    opening assessments needs what was sealed.
    """

    session: Session
    connection: Connection
    number: int
    at: datetime
    entry: Callable[[int], Entry]


@singledispatch
def projector(entry: Entry, posted: Posted) -> None:
    """Project one entry; each kind registers its own."""
    raise TypeError(f"nothing projects {entry.kind}")


@cache
def _registered() -> None:
    for name in ("people", "claims", "evidence", "reviews", "corpus"):
        import_module(f"ledger.journal.projection.{name}")


def project(entry: Entry, posted: Posted) -> None:
    """Write what an entry says onto the tables."""
    _registered()
    projector(entry.upgraded(), posted)
