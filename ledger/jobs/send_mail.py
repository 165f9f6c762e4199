"""Sending what is in the outbox: one message after another, each built anew and sent outside any transaction."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from time import monotonic
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from ledger.jobs.context import NOTHING, Context, JobFailed
from ledger.mail import sending
from ledger.mail.building import build
from ledger.mail.kinds import MAIL_KINDS
from ledger.services import outbox
from ledger.services.outbox import OutgoingMessage
from ledger.services.reminders import digest_facts
from ledger.services.unsubscribe import unsubscribe_url
from ledger.store.accounts import Account

BATCH, LONGEST_RUN_SECONDS = 100, 60.0

# Facts that are worked out when a mail is sent, by its kind: None where the mail is not owed any more.
FACTS_WHEN_SENT: Mapping[str, Callable[[Session, datetime, OutgoingMessage], Mapping[str, Any] | None]] = (
    MappingProxyType({"digest": digest_facts})
)

log = logging.getLogger(__name__)


class SendResult(StrEnum):
    """What became of a message."""

    SENT = "sent"
    DROPPED = "no longer owed"
    DELAYED = "put back"
    DEAD = "dead"
    LOST_LEASE = "left to another sender"


def send_mail(context: Context, now: datetime) -> str:
    """Send the mail that waits, until nothing is left or a batch is full.

    One message that cannot be built or sent holds no other up. When the mail server is away, the one in hand
    is put back without blame, the rest is not tried, and JobFailed says so.
    """
    started = monotonic()

    def clock() -> datetime:
        # A slow server makes a batch long: leases and pauses count from when they begin, not from its start.
        return now + timedelta(seconds=monotonic() - started)

    results: Counter[SendResult] = Counter()
    try:
        while results.total() < BATCH and monotonic() - started < LONGEST_RUN_SECONDS and not context.stopping.is_set():
            result = send_one(context, clock)
            if result is None:
                break
            results[result] += 1
    except sending.ServerAway as fault:
        before = f" Before that: {_counted(results)}" if results else ""
        raise JobFailed(
            f"The mail server cannot be reached; the messages stay in the queue: {fault}.{before}"
        ) from fault
    return _counted(results) if results else NOTHING


def send_one(context: Context, clock: Callable[[], datetime]) -> SendResult | None:
    """Take one message and see it through; None where none is ready. Raises ServerAway, the message put back."""
    with context.sessions() as session:
        outgoing = outbox.take(session, now=clock())
    if outgoing is None:
        return None
    try:
        message = _built(context, outgoing, clock())
        if message is None:
            with context.sessions() as session:
                return _kept(outbox.drop(session, message=outgoing), SendResult.DROPPED)
        sending.send(message, context.smtp)
    except sending.MailRefused as fault:
        with context.sessions() as session:
            return _kept(outbox.bury(session, message=outgoing, error=str(fault)), SendResult.DEAD)
    except sending.ServerAway as fault:
        _put_back(context, outgoing, clock(), str(fault), blameless=True)
        raise
    except sending.Unreachable as fault:
        return _put_back(context, outgoing, clock(), str(fault))
    except Exception as fault:
        # A fault of ours, in a template perhaps: tried again, so that mending it within a day loses nothing.
        log.exception("message %s (%s) could not be built or sent", outgoing.id, outgoing.name)
        return _put_back(context, outgoing, clock(), f"{type(fault).__name__}: {fault}")
    with context.sessions() as session:
        return _kept(outbox.finish(session, now=clock(), message=outgoing), SendResult.SENT)


def _built(context: Context, outgoing: OutgoingMessage, now: datetime) -> EmailMessage | None:
    """The mail as it should read now, or None where it is not owed any more."""
    with context.sessions() as session:
        account = session.get_one(Account, outgoing.account)
        facts: Mapping[str, Any] | None = outgoing.facts
        if outgoing.name in FACTS_WHEN_SENT:
            facts = FACTS_WHEN_SENT[outgoing.name](session, now, outgoing)
        if facts is None:
            return None
        link = None
        if MAIL_KINDS[outgoing.name].stoppable:
            link = unsubscribe_url(account, secret_key=context.secret_key, base_url=context.base_url)
    return build(
        outgoing.name,
        facts,
        to=account.email,
        sender=context.sender,
        message_id=outgoing.message_id,
        now=now,
        templates=context.templates,
        ledger_name=context.ledger_name,
        base_url=context.base_url,
        unsubscribe_url=link,
    )


def _put_back(
    context: Context, outgoing: OutgoingMessage, now: datetime, error: str, *, blameless: bool = False
) -> SendResult:
    with context.sessions() as session:
        ours = outbox.put_back(session, now=now, message=outgoing, error=error, blameless=blameless)
    dead = outgoing.attempts >= outbox.MOST_TRIES and not blameless
    return _kept(ours, SendResult.DEAD if dead else SendResult.DELAYED)


def _kept(ours: bool, result: SendResult) -> SendResult:
    return result if ours else SendResult.LOST_LEASE


def _counted(results: Counter[SendResult]) -> str:
    return f"Messages {', '.join(f'{result}: {results[result]}' for result in SendResult if results[result])}."
