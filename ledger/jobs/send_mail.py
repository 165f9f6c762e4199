"""Sending what is in the outbox: one message after another, each built anew and sent outside any transaction."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from time import monotonic

from ledger.jobs.context import NOTHING, Context, JobFailed
from ledger.mail import sending
from ledger.mail.building import build
from ledger.services import outbox
from ledger.services.outbox import Outgoing
from ledger.services.reminders import digest_facts
from ledger.services.unsubscribe import unsubscribe_url
from ledger.store.accounts import Account

BATCH, LONGEST_RUN_SECONDS = 100, 60.0

log = logging.getLogger(__name__)


class Fate(StrEnum):
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

    fates: Counter[Fate] = Counter()
    try:
        while fates.total() < BATCH and monotonic() - started < LONGEST_RUN_SECONDS and not context.stopping.is_set():
            fate = send_one(context, clock)
            if fate is None:
                break
            fates[fate] += 1
    except sending.ServerAway as fault:
        before = f" Before that: {_counted(fates)}" if fates else ""
        raise JobFailed(
            f"The mail server cannot be reached; the messages stay in the queue: {fault}.{before}"
        ) from fault
    return _counted(fates) if fates else NOTHING


def send_one(context: Context, clock: Callable[[], datetime]) -> Fate | None:
    """Take one message and see it through; None where none is ready. Raises ServerAway, the message put back."""
    with context.sessions() as session:
        outgoing = outbox.take(session, now=clock())
    if outgoing is None:
        return None
    try:
        message = _built(context, outgoing, clock())
        if message is None:
            with context.sessions() as session:
                return _kept(outbox.drop(session, message=outgoing), Fate.DROPPED)
        sending.send(message, context.smtp)
    except sending.Refused as fault:
        with context.sessions() as session:
            return _kept(outbox.bury(session, message=outgoing, error=str(fault)), Fate.DEAD)
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
        return _kept(outbox.finish(session, now=clock(), message=outgoing), Fate.SENT)


def _built(context: Context, outgoing: Outgoing, now: datetime) -> EmailMessage | None:
    """The mail as it should read now, or None where it is not owed any more."""
    with context.sessions() as session:
        account = session.get_one(Account, outgoing.account)
        facts, link = outgoing.facts, None
        if outgoing.name == "digest":
            present = digest_facts(session, now=now, message=outgoing)
            if present is None:
                return None
            facts = present
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


def _put_back(context: Context, outgoing: Outgoing, now: datetime, error: str, *, blameless: bool = False) -> Fate:
    with context.sessions() as session:
        ours = outbox.put_back(session, now=now, message=outgoing, error=error, blameless=blameless)
    dead = outgoing.attempts >= outbox.MOST_TRIES and not blameless
    return _kept(ours, Fate.DEAD if dead else Fate.DELAYED)


def _kept(ours: bool, fate: Fate) -> Fate:
    return fate if ours else Fate.LOST_LEASE


def _counted(fates: Counter[Fate]) -> str:
    return f"Messages {', '.join(f'{fate}: {fates[fate]}' for fate in Fate if fates[fate])}."
