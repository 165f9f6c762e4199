"""Lease queues: in every table with leases, a row belongs to one worker until its lease expires."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session
from support.cast import Cast

import ledger
from ledger.services.charts.queue import DRAWINGS
from ledger.services.imports.queue import TASKS, enqueue_task
from ledger.services.outbox import MESSAGES, enqueue
from ledger.store.base import Base
from ledger.store.chart_drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportTask, TaskKind
from ledger.store.lease_queue import LeaseQueue
from ledger.store.outbox import Message, MessageState

SECOND = timedelta(seconds=1)


def two_messages(session: Session, cast: Cast, now: datetime) -> None:
    for _ in range(2):
        facts = {"when": "22 November 2026, 12:00 UTC"}
        enqueue(
            session,
            now=now,
            account=cast.ben.account,
            name="password-changed",
            facts=facts,
            base_url="https://ledger.example.org",
        )


def two_tasks(session: Session, cast: Cast, now: datetime) -> None:
    with write_transaction(session):
        for _ in range(2):
            enqueue_task(session, now=now, by=cast.dora.actor, kind=TaskKind.CHECK)


def two_drawings(session: Session, cast: Cast, now: datetime) -> None:
    with write_transaction(session):
        for key in ("a", "b"):
            session.add(Drawing(key=key, request="{}", wanted_at=now, wanted_on=now.date(), aside=False, tries=0))


Case = tuple[LeaseQueue[Any], Callable[[Session, Cast, datetime], None], dict[str, Any]]
# A queue, a function that adds two rows, and values that a worker sets.
CASES: dict[str, Case] = {
    "messages": (MESSAGES, two_messages, {"state": MessageState.SENDING}),
    "tasks": (TASKS, two_tasks, {}),
    "drawings": (DRAWINGS, two_drawings, {"tries": Drawing.tries + 1}),
}


def leased_tables() -> set[type[Base]]:
    return {mapper.class_ for mapper in Base.registry.mappers if "lease" in inspect(mapper.class_).columns}


def test_each_table_with_a_lease_is_one_of_these_queues() -> None:
    assert leased_tables() == {Message, ImportTask, Drawing} == {queue.table for queue, _, _ in CASES.values()}


def test_only_one_module_takes_leases() -> None:
    package = Path(ledger.__file__).parent
    takers = {str(path.relative_to(package)) for path in package.rglob("*.py") if "skip_locked" in path.read_text()}
    assert takers == {"store/lease_queue.py"}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_worker_at_a_time_until_the_lease_runs_out(session: Session, cast: Cast, now: datetime, case: Case) -> None:
    queue, fill, values = case
    assert not queue.waits(session, now=now) and queue.take(session, now=now, **values) is None
    fill(session, cast, now)
    first, second = queue.take(session, now=now, **values), queue.take(session, now=now, **values)
    assert first is not None and second is not None and first.lease != second.lease
    keys = [getattr(taken.row, queue.key.key) for taken in (first, second)]
    assert len(set(keys)) == 2
    assert not queue.waits(session, now=now + queue.lasts - SECOND)
    # The first worker renews its lease; the second has died.
    half = now + queue.lasts / 2
    assert queue.renew(session, now=half, key=keys[0], lease=first.lease)
    later = now + queue.lasts + SECOND
    third = queue.take(session, now=later, **values)
    assert third is not None and getattr(third.row, queue.key.key) == keys[1]
    assert queue.take(session, now=later, **values) is None
    # The second comes back too late: neither its renewal nor its result is written.
    assert not queue.renew(session, now=later, key=keys[1], lease=second.lease)
    assert not queue.leave(session, key=keys[1], lease=second.lease)
    session.expire_all()
    held = dict(iter(session.execute(select(queue.key, queue.lease))))
    assert held == {keys[0]: first.lease, keys[1]: third.lease}
    assert queue.leave(session, key=keys[1], lease=third.lease)
    assert not queue.leave(session, key=keys[1], lease=third.lease)  # once


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_lease_is_changed_only_with_its_own_token(session: Session, cast: Cast, now: datetime, case: Case) -> None:
    """The planted fault: a worker with a wrong token, or of another row, changes nothing."""
    queue, fill, values = case
    fill(session, cast, now)
    first, second = queue.take(session, now=now, **values), queue.take(session, now=now, **values)
    assert first is not None and second is not None
    key = getattr(first.row, queue.key.key)
    assert not queue.leave(session, key=key, lease=second.lease)
    assert not queue.renew(session, now=now, key=key, lease="")
    assert queue.leave(session, key=key, lease=first.lease)
