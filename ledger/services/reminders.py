"""Reminders: recording which are due to whom, and composing the daily digest when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ledger.domain.dates import PartialDate, latest_today, local_day
from ledger.domain.reminders import OwedReminder, PendingReview, Recipient, ReminderKind, owed_reminders, urgency
from ledger.domain.reviews import OPEN_STATES, ReviewState
from ledger.journal.read import read_head
from ledger.services.outbox import OutgoingMessage, enqueue
from ledger.services.reviews.assessments import barred_from_deciding
from ledger.store.accounts import Account, Role
from ledger.store.claims import Claim
from ledger.store.engine import write_transaction
from ledger.store.entries import EntryRow
from ledger.store.outbox import Message, MessageState, Reminder
from ledger.store.people import Actor
from ledger.store.reviews import Assessment, Assignment, Review
from ledger.store.upsert import insert_for


def owe_reminders(session: Session, *, now: datetime, base_url: str) -> int:
    """Record new reminders, and queue one digest a day to each person concerned. Returns the number of reminders.

    Any number of schedulers may do this at once, without a lock: the key of the rows makes each reminder unique, and
    the digest is composed when it is sent, not now.
    """
    accounts = session.scalars(select(Account).where(Account.active)).all()
    readers = [Recipient(a.id, a.actor_id, _zone(a), a.wants_reminders) for a in accounts]
    found = sorted(owed_reminders(readers, waiting(session, now, accounts), now), key=lambda o: (o.account, o.review))
    recorded = 0
    for account, theirs in groupby(_not_recorded(session, found), key=lambda o: o.account):
        with write_transaction(session):
            recorded += _record(session, now, base_url, account, list(theirs))
    return recorded


def waiting(session: Session, now: datetime, accounts: Iterable[Account]) -> list[PendingReview]:
    """What waits for any of these people: assessments not sealed yet, and splits they may decide."""
    return [*_waiting_assessments(session, now, accounts), *_waiting_decisions(session, now, accounts)]


def digest_facts(session: Session, now: datetime, message: OutgoingMessage) -> dict[str, Any] | None:
    """The content of a digest as of now; None if it is not to be sent any more.

    It is not sent if nothing waits for its reader, if they stopped reminders or have no active account, or if its day
    is over in their time zone: the next day's digest lists what still waits, so that days of downtime give one mail.
    """
    account = session.get(Account, message.account, populate_existing=True)
    if account is None or not account.active or not account.wants_reminders:
        return None
    today = local_day(now, _zone(account))
    if date.fromisoformat(message.facts["day"]) < today:
        return None
    reviews = sorted(waiting(session, now, [account]), key=lambda w: (w.due_on, w.review))
    by_kind: dict[ReminderKind, list[dict[str, Any]]] = {kind: [] for kind in ReminderKind}
    known = _statements(session, [review.review for review in reviews])
    for review in reviews:
        kind = urgency(review.due_on, today)
        if kind is not None:
            statement, state = known[review.review]
            by_kind[kind].append(
                {
                    "review": review.review,
                    "statement": statement,
                    "since": PartialDate.of(review.due_on).words,
                    "decide": state is ReviewState.SPLIT,
                }
            )
    if not any(by_kind.values()):
        return None
    head = read_head(session)
    return {
        "name": session.scalar(select(Actor.name).where(Actor.id == account.actor_id)),
        "day": PartialDate.of(today).words,
        "overdue": by_kind[ReminderKind.OVERDUE],
        "due": by_kind[ReminderKind.DUE],
        "size": head.size,
        "root": head.root.hex(),
    }


def _waiting_assessments(session: Session, now: datetime, accounts: Iterable[Account]) -> list[PendingReview]:
    rows = session.execute(
        select(Review.id, Assignment.actor_id, Review.due_on)
        .join(Assignment, Assignment.review_id == Review.id)
        .where(
            Review.state.in_(OPEN_STATES),
            Review.due_on <= latest_today(now),
            Assignment.sealed.is_(None),
            Assignment.actor_id.in_([account.actor_id for account in accounts]),
        )
    )
    return [PendingReview(review, actor, due_on) for review, actor, due_on in rows]


def _waiting_decisions(session: Session, now: datetime, accounts: Iterable[Account]) -> list[PendingReview]:
    """Splits, for every editor who may decide them: due from the day the assessments were opened."""
    editors = [account.actor_id for account in accounts if account.role.covers(Role.EDITOR)]
    if not editors:
        return []
    splits = session.execute(
        select(Review.id, Review.claim_id, func.max(EntryRow.at))
        .join(Assessment, Assessment.review_id == Review.id)
        .join(EntryRow, EntryRow.number == Assessment.opened)
        .where(Review.state == ReviewState.SPLIT)
        .group_by(Review.id, Review.claim_id)
    ).all()
    result = []
    for review, claim, opened_at in splits:
        barred = barred_from_deciding(session, review=review, claim=claim)
        result += [PendingReview(review, actor, opened_at.date()) for actor in editors if actor not in barred]
    return result


def _not_recorded(session: Session, found: list[OwedReminder]) -> list[OwedReminder]:
    """The reminders that are not recorded yet, so that a scan that finds nothing new takes no lock."""
    if not found:
        return []
    rows = session.execute(
        select(Reminder.account_id, Reminder.review_id, Reminder.kind, Reminder.due_on, Reminder.period).where(
            Reminder.period.in_({o.period for o in found})
        )
    )
    recorded = {OwedReminder(*row) for row in rows}
    return [o for o in found if o not in recorded]


def _record(session: Session, now: datetime, base_url: str, account: int, theirs: list[OwedReminder]) -> int:
    """Record one person's new reminders and queue their digest of the day; returns how many were new.

    A digest that was not sent yet also covers reminders of later in the day. After it was sent, no second one follows:
    the rows stay without a message, and tomorrow's digest lists what still waits.
    """
    table = Reminder.table()
    rows = [
        {
            "account_id": account,
            "review_id": o.review,
            "kind": o.kind,
            "due_on": o.due_on,
            "period": o.period,
            "message_id": None,
        }
        for o in theirs
    ]
    statement = insert_for(session, table).on_conflict_do_nothing().returning(table.c.id)
    new = session.scalars(statement, rows).all()
    if not new:
        return 0
    day = theirs[0].period.isoformat()
    once = f"digest:{account}:{day}"
    enqueue(session, now=now, account=account, name="digest", facts={"day": day}, base_url=base_url, once=once)
    digest = session.scalar(select(Message.id).where(Message.once == once, Message.state == MessageState.WAITING))
    if digest is not None:
        session.execute(update(Reminder).where(Reminder.id.in_(new)).values(message_id=digest))
    return len(new)


def _statements(session: Session, reviews: list[int]) -> dict[int, tuple[str, ReviewState]]:
    rows = session.execute(
        select(Review.id, Claim.statement, Review.state)
        .join(Claim, Claim.id == Review.claim_id)
        .where(Review.id.in_(reviews))
    )
    return {review: (statement, state) for review, statement, state in rows}


def _zone(account: Account) -> ZoneInfo:
    """An account's time zone. UTC if this host does not know it: that must not hold up other people's mail."""
    try:
        return ZoneInfo(account.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
