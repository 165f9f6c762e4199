"""Saved filters: named searches of the list of claims, each visible only to the account that saved it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ledger.domain.errors import AlreadyRecorded, Missing, Problem, Refused, refuse_if
from ledger.domain.text import text_problem
from ledger.store.engine import write_transaction
from ledger.store.search_index import SavedFilter

LONGEST_NAME, LONGEST_QUERY, MOST_SAVED = 80, 2_000, 50


@dataclass(frozen=True)
class SavedLine:
    """A saved filter in a list: its name and its query string."""

    id: int
    name: str
    query: str


def save_filter(session: Session, *, now: datetime, account: int, name: str, query: str) -> int:
    """Save a search under a name. Returns its number.

    Raises Refused, and AlreadyRecorded if the account has the same search under the same name.
    """
    problems = [] if name else [Problem("name", "Give it a name.")]
    if fault := text_problem(name, LONGEST_NAME):
        problems.append(Problem("name", fault))
    if not query.strip("?"):
        problems.append(Problem("", "This search has no filters yet: there is nothing to save."))
    elif fault := text_problem(query, LONGEST_QUERY):
        problems.append(Problem("", "This search is too long to be saved."))
    refuse_if(problems)
    with write_transaction(session):
        mine = SavedFilter.account_id == account
        same = session.execute(select(SavedFilter.id, SavedFilter.query).where(mine, SavedFilter.name == name)).first()
        if same is not None and same.query == query:
            raise AlreadyRecorded(same.id)
        if same is not None:
            raise Refused(Problem("name", "You have another search under this name."))
        if (session.scalar(select(func.count()).select_from(SavedFilter).where(mine)) or 0) >= MOST_SAVED:
            raise Refused(Problem("", f"You have {MOST_SAVED} saved searches: delete one first."))
        row = SavedFilter(account_id=account, name=name, query=query, created_at=now)
        session.add(row)
        session.flush()
        return row.id


def saved_filters(session: Session, account: int) -> tuple[SavedLine, ...]:
    """The saved filters of an account, sorted by name."""
    mine = select(SavedFilter.id, SavedFilter.name, SavedFilter.query).where(SavedFilter.account_id == account)
    rows = session.execute(mine.order_by(func.lower(SavedFilter.name), SavedFilter.id))
    return tuple(SavedLine(row.id, row.name, row.query) for row in rows)


def delete_filter(session: Session, *, account: int, number: int) -> None:
    """Delete a saved filter of this account. Raises Missing, also for another account's filter."""
    with write_transaction(session):
        found = session.scalar(
            select(SavedFilter.id).where(SavedFilter.id == number, SavedFilter.account_id == account)
        )
        if found is None:
            raise Missing(f"saved filter {number}")
        session.execute(delete(SavedFilter).where(SavedFilter.id == number))
