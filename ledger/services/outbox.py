"""The outbox: queueing mail, taking it for sending under a lease, and recording the result.

A message is taken, sent outside any transaction, and then finished, put back, dropped or buried. The last four return
False, and do nothing, if another sender has taken over the lease meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow, token_hex
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused
from ledger.mail.kinds import MAIL_KINDS
from ledger.store.engine import write_transaction
from ledger.store.lease_queue import LeaseQueue
from ledger.store.outbox import Message, MessageState
from ledger.store.upsert import insert_for

LEASE = timedelta(minutes=10)  # far longer than the time limits for sending one message
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
MOST_TRIES = 12  # with these pauses, the last try comes twenty hours or more after the first
NO_FACTS = "{}"


def _ready(now: datetime) -> ColumnElement[bool]:
    """Waiting and due; or in sending by a sender whose lease ran out."""
    return or_(
        and_(Message.state == MessageState.WAITING, Message.not_before <= now),
        and_(Message.state == MessageState.SENDING, Message.lease_until < now),
    )


MESSAGES = LeaseQueue(
    table=Message,
    key=Message.id,
    lease=Message.lease,
    until=Message.lease_until,
    ready=_ready,
    order=(Message.not_before, Message.id),
    lasts=LEASE,
)


@dataclass(frozen=True)
class OutgoingMessage:
    """A copy of a message taken for sending. Reading the row again could show another sender's lease as ours."""

    id: int
    name: str
    account: int
    message_id: str
    facts: Mapping[str, Any]
    attempts: int  # including this one
    lease: str


def enqueue(
    session: Session,
    *,
    now: datetime,
    account: int,
    name: str,
    facts: Mapping[str, Any],
    base_url: str,
    once: str | None = None,
) -> bool:
    """Queue one mail to an account; False if one was queued before with the key `once`.

    Inside `writing` or `write_transaction` it is part of that transaction: the mail goes out if and only if the rest is
    committed. Elsewhere it commits by itself. The Message-ID is fixed here, with the host of `base_url`. Raises
    ValueError for a mail or facts that `ledger.mail.kinds` does not define.
    """
    if name not in MAIL_KINDS or MAIL_KINDS[name].queued_with != facts.keys():
        raise ValueError(f"the mail {name!r} is not queued with {sorted(facts)}: see ledger.mail.kinds")
    row = {
        "name": name,
        "account_id": account,
        "message_id": f"<{token_hex(16)}@{urlsplit(base_url).hostname}>",
        "once": once,
        "facts": json.dumps(dict(facts)),
        "state": MessageState.WAITING,
        "created_at": now,
        "not_before": now,
        "attempts": 0,
    }
    statement = insert_for(session, Message.table()).values(row).on_conflict_do_nothing(index_elements=["once"])
    with write_transaction(session):
        return session.execute(statement.returning(Message.table().c.id)).one_or_none() is not None


def take(session: Session, *, now: datetime) -> OutgoingMessage | None:
    """Take one message that is due, or whose sender's lease ran out; None if there is none.

    No other sender gets it until the new lease runs out.
    """
    taken = MESSAGES.take(session, now=now, state=MessageState.SENDING, attempts=Message.attempts + 1)
    if taken is None:
        return None
    row = taken.row
    return OutgoingMessage(
        row.id, row.name, row.account_id, row.message_id, json.loads(row.facts), row.attempts + 1, taken.lease
    )


def finish(session: Session, *, now: datetime, message: OutgoingMessage) -> bool:
    """Mark a message as sent: the mail server has accepted it."""
    return _leave(session, message, MessageState.SENT, sent_at=now, error=None)


def drop(session: Session, *, message: OutgoingMessage) -> bool:
    """Mark a message as dropped: it is no longer needed."""
    return _leave(session, message, MessageState.DROPPED, error=None)


def bury(session: Session, *, message: OutgoingMessage, error: str) -> bool:
    """Mark a message as dead: the mail server will never accept it, and an operator decides."""
    return _leave(session, message, MessageState.DEAD, error=error)


def put_back(session: Session, *, now: datetime, message: OutgoingMessage, error: str, blameless: bool = False) -> bool:
    """Put back a message that could not be sent: it waits longer after each try, and is dead after the last.

    If the mail server was unreachable, the message is `blameless`: the try does not count, so that no outage loses it,
    and mail flows again within about a minute of the server's return.
    """
    tries = message.attempts - 1 if blameless else message.attempts
    if tries >= MOST_TRIES:
        return bury(session, message=message, error=f"Given up after {tries} tries. The last one: {error}")
    wait = pause(1 if blameless else tries, randbelow(1_000) / 1_000)
    return _leave(session, message, MessageState.WAITING, not_before=now + wait, attempts=tries, error=error)


def pause(tries: int, jitter: float) -> timedelta:
    """The wait after so many tries: a minute, doubled each time, up to six hours.

    `jitter`, from 0 to 1, adds up to a quarter, so that messages that failed together are not retried together.
    """
    doubled: timedelta = FIRST_PAUSE * 2 ** min(tries - 1, 20)
    return min(doubled, LONGEST_PAUSE) * (1 + jitter / 4)


def list_dead(session: Session) -> Sequence[Message]:
    """The dead messages, which were refused for good or tried too often, newest first."""
    return session.scalars(
        select(Message).where(Message.state == MessageState.DEAD).order_by(Message.created_at.desc(), Message.id.desc())
    ).all()


def requeue(session: Session, *, now: datetime, message: int) -> None:
    """Queue a dead message again, with all its tries, for an operator. Raises Missing, Refused."""
    with write_transaction(session):
        found = session.get(Message, message, with_for_update=True)
        if found is None:
            raise Missing(f"message {message}")
        if found.state is not MessageState.DEAD:
            raise Refused(
                Problem("", f"This message is {found.state.value}: only one that was given up can be sent again.")
            )
        if _secret(found.name):
            raise Refused(
                Problem(
                    "",
                    "The link in this message was erased when sending was given up, so it cannot be sent again. "
                    "Invite the person again, or let them ask for a new password.",
                )
            )
        found.state, found.not_before, found.attempts, found.error = MessageState.WAITING, now, 0, None


def _leave(session: Session, message: OutgoingMessage, state: MessageState, **values: Any) -> bool:
    """End our lease and set a new state; False if the lease was no longer ours."""
    if _secret(message.name) and state is not MessageState.WAITING:
        values["facts"] = NO_FACTS  # a link that gives access is erased once the message is no longer waiting
    return MESSAGES.leave(session, key=message.id, lease=message.lease, state=state, **values)


def _secret(name: str) -> bool:
    return name not in MAIL_KINDS or MAIL_KINDS[name].secret
