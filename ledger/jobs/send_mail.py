"""The job that sends the outbox, message by message. Each is rendered when it is sent, outside any transaction."""

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

# Functions that compute a mail's facts when it is sent, by its kind. None means that the mail is no longer needed.
FACTS_WHEN_SENT: Mapping[str, Callable[[Session, datetime, OutgoingMessage], Mapping[str, Any] | None]] = (
    MappingProxyType({"digest": digest_facts})
)

log = logging.getLogger(__name__)


class SendResult(StrEnum):
    """The result of sending a message."""

    SENT = "sent"
    DROPPED = "no longer owed"
    DELAYED = "put back"
    DEAD = "dead"
    LOST_LEASE = "left to another sender"


def send_mail(context: Context, now: datetime) -> str:
    """Send the queued mail, until none is left, a batch is full or a minute is over.

    A message that cannot be rendered or sent does not delay the others. If the mail server is unreachable, the current
    message goes back into the queue without counting as a try, the rest is not tried, and JobFailed says so.
    """
    started = monotonic()

    def clock() -> datetime:
        # A slow server makes a batch long: leases and pauses count from when they begin, not from the batch's start.
        return now + timedelta(seconds=monotonic() - started)

    results: Counter[SendResult] = Counter()
    try:
        while results.total() < BATCH and monotonic() - started < LONGEST_RUN_SECONDS and not context.stopping.is_set():
            result = send_one(context, clock)
            if result is None:
                break
            results[result] += 1
    except sending.ServerAway as error:
        before = f" Before that: {_counted(results)}" if results else ""
        raise JobFailed(
            f"The mail server cannot be reached; the messages stay in the queue: {error}.{before}"
        ) from error
    return _counted(results) if results else NOTHING


def send_one(context: Context, clock: Callable[[], datetime]) -> SendResult | None:
    """Take a message from the queue and send it; None where none is ready. Raises ServerAway after requeueing it."""
    with context.sessions() as session:
        outgoing = outbox.take(session, now=clock())
    if outgoing is None:
        return None
    try:
        message = _built(context, outgoing, clock())
        if message is None:
            with context.sessions() as session:
                return _unless_lost(outbox.drop(session, message=outgoing), SendResult.DROPPED)
        sending.send(message, context.smtp)
    except sending.MailRefused as error:
        with context.sessions() as session:
            return _unless_lost(outbox.bury(session, message=outgoing, error=str(error)), SendResult.DEAD)
    except sending.ServerAway as error:
        _put_back(context, outgoing, clock(), str(error), blameless=True)
        raise
    except sending.Unreachable as error:
        return _put_back(context, outgoing, clock(), str(error))
    except Exception as error:
        # A bug, perhaps in a template. It is retried, so that no mail is lost if the bug is fixed within a day.
        log.exception("message %s (%s) could not be built or sent", outgoing.id, outgoing.name)
        return _put_back(context, outgoing, clock(), f"{type(error).__name__}: {error}")
    with context.sessions() as session:
        return _unless_lost(outbox.finish(session, now=clock(), message=outgoing), SendResult.SENT)


def _built(context: Context, outgoing: OutgoingMessage, now: datetime) -> EmailMessage | None:
    """The mail, rendered with the facts of now, or None where it is no longer needed."""
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
        still_leased = outbox.put_back(session, now=now, message=outgoing, error=error, blameless=blameless)
    dead = outgoing.attempts >= outbox.MOST_TRIES and not blameless
    return _unless_lost(still_leased, SendResult.DEAD if dead else SendResult.DELAYED)


def _unless_lost(still_leased: bool, result: SendResult) -> SendResult:
    return result if still_leased else SendResult.LOST_LEASE


def _counted(results: Counter[SendResult]) -> str:
    return f"Messages {', '.join(f'{result}: {results[result]}' for result in SendResult if results[result])}."
