"""Tables as work queues: each row is taken by one worker at a time, under a lease.

A lease is a random token in the row, with a time at which it expires. Until then the row belongs to the worker that
knows the token. If a worker is killed, its lease expires and another worker takes the row. A worker that was only slow
then finds another token, and its result is not written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from ledger.store.base import Base
from ledger.store.engine import write_transaction

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class LeasedRow(Generic[Row]):
    """A row as it was when it was taken, and the token of our lease."""

    row: Row
    lease: str


@dataclass(frozen=True)
class LeaseQueue(Generic[Row]):
    """A table as a work queue.

    `key` is its primary key, `lease` has the token, and `until` the time at which the lease expires. `ready` gives the
    condition for rows that may be taken at a time: those without a lease, or whose lease has expired. Rows are taken in
    `order`. A lease lasts for `lasts`, and each renewal extends it to that time from then on.
    """

    table: type[Row]
    key: InstrumentedAttribute[Any]
    lease: InstrumentedAttribute[str | None]
    until: InstrumentedAttribute[datetime | None]
    ready: Callable[[datetime], ColumnElement[bool]]
    order: tuple[Any, ...]
    lasts: timedelta

    def waits(self, session: Session, *, now: datetime) -> bool:
        """Whether any row may be taken. It does not write."""
        return session.scalar(select(self.key).where(self.ready(now)).limit(1)) is not None

    def take(self, session: Session, *, now: datetime, **values: Any) -> LeasedRow[Row] | None:
        """Take the first row that is ready, and set `values` in it; None where no row is ready.

        PostgreSQL skips rows that another transaction has locked, so a worker may briefly find none. SQLite has one
        writer at a time. On both, the row is changed only if its lease is still the one that was read.
        """
        first = (
            select(self.table)
            .where(self.ready(now))
            .order_by(*self.order)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        with write_transaction(session):
            row = session.scalars(first).one_or_none()
            if row is None:
                return None
            key, lease = getattr(row, self.key.key), token_hex(16)
            as_read = self.lease.is_not_distinct_from(getattr(row, self.lease.key))
            holding = {self.lease.key: lease, self.until.key: now + self.lasts}
            return LeasedRow(row, lease) if self._change(session, key, as_read, **holding, **values) else None

    def renew(self, session: Session, *, now: datetime, key: Any, lease: str, **values: Any) -> bool:
        """Extend the lease and set `values` in the row; False where the lease is not ours any more."""
        with write_transaction(session):
            return self._change(session, key, self.lease == lease, **{self.until.key: now + self.lasts}, **values)

    def leave(self, session: Session, *, key: Any, lease: str, **values: Any) -> bool:
        """End the lease and set `values` in the row; False, without any change, where the lease is not ours any more.

        By its `values` the row is then done, given up, or waits for a later attempt.
        """
        ended = {self.lease.key: None, self.until.key: None, **values}
        with write_transaction(session):
            return self._change(session, key, self.lease == lease, **ended)

    def _change(self, session: Session, key: Any, still: ColumnElement[bool], **values: Any) -> bool:
        changed = session.execute(
            update(self.table).where(self.key == key, still).values(**values).returning(self.key),
            execution_options={"synchronize_session": False},
        )
        return changed.one_or_none() is not None
