"""Sending mail from the outbox over a real mail server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, record, review_of
from support.mail_server import free_port, mailbox, scripted_server

from ledger.jobs.context import NOTHING, Context, JobFailed
from ledger.jobs.due_scan import due_scan
from ledger.jobs.send_mail import send_mail
from ledger.journal.read import read_head
from ledger.services.outbox import LEASE, enqueue, list_dead, requeue
from ledger.services.reviews.schedule import snooze_review
from ledger.services.unsubscribe import resubscribe, unsubscribe
from ledger.store.accounts import Account
from ledger.store.claims import Claim
from ledger.store.engine import write_transaction
from ledger.store.outbox import Message

pytestmark = pytest.mark.mailbox

Contexts = Callable[[int | None], Context]
LEDGER = (sys.executable, "-c", "from ledger.cli.main import main; main()")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def states(context: Context) -> list[tuple[str, int]]:
    with context.sessions() as session:
        rows = session.execute(select(Message.state, Message.attempts).order_by(Message.id))
        return [(state.value, attempts) for state, attempts in rows]


def queue_notice(context: Context, now: datetime, account: int) -> None:
    with context.sessions() as session:
        facts = {"when": "22 November 2026, 12:00 UTC"}
        enqueue(session, now=now, account=account, name="password-changed", facts=facts, base_url=context.base_url)


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_digest_arrives_once(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        assert due_scan(here, now) == "Reviews that fell due: 1. Reminders queued: 2."
        assert send_mail(here, now) == "Messages sent: 2."
        assert due_scan(here, now + MINUTE) == send_mail(here, now + MINUTE) == NOTHING
    assert {letter["To"] for letter in box.letters} == {played.ben.email, played.cleo.email}
    assert len(box.letters) == 2
    (letter,) = box.to(played.ben.email)
    assert letter["From"] == "The test ledger <ledger@example.org>"
    assert letter["Subject"] == "1 review waits for you, 1 overdue"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<[0-9a-f]{32}@ledger\.example\.org>", letter["Message-ID"])
    assert abs(letter["Date"].datetime - now) < MINUTE
    with here.sessions() as session:
        review = review_of(session, session.scalars(select(Claim.id).where(Claim.statement == "The dam holds.")).one())
        head = read_head(session)
    said = text(letter)
    assert "The dam holds." in said and f"https://ledger.example.org/desk/reviews/{review}" in said
    assert f"The record stood at {head.size} entries, root {head.root.hex()}." in said
    assert "Noise" not in said


def test_the_unsubscribe_link_works(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)
        send_mail(here, now)
        (letter,) = box.to(played.ben.email)
        link = letter["List-Unsubscribe"].strip("<>")
        assert link in text(letter)
        token = unquote(link.removeprefix("https://ledger.example.org/unsubscribe/"))
        with here.sessions() as session:
            unsubscribe(session, token=token, secret_key=here.secret_key)
        due_scan(here, now + DAY)
        send_mail(here, now + DAY)
        assert len(box.to(played.ben.email)) == 1 and len(box.to(played.cleo.email)) == 2
        with here.sessions() as session:
            resubscribe(session, token=token, secret_key=here.secret_key)
        due_scan(here, now + 2 * DAY)
        send_mail(here, now + 2 * DAY)
        assert len(box.to(played.ben.email)) == 2


def test_unsubscribed_while_it_waits(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)
        with here.sessions() as session, write_transaction(session):
            session.get_one(Account, played.ben.account).wants_reminders = False
        assert send_mail(here, now) == "Messages sent: 1, no longer owed: 1."
    assert [letter["To"] for letter in box.letters] == [played.cleo.email]


def test_concurrent_schedulers_send_each_mail_once(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        ready = threading.Barrier(6)
        faults: list[BaseException] = []

        def scheduler() -> None:
            try:
                ready.wait()
                due_scan(here, now)
                send_mail(here, now)
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=scheduler) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        assert send_mail(here, now) == NOTHING
    assert sorted(letter["To"] for letter in box.letters) == [played.ben.email, played.cleo.email]


def test_a_dead_server_delays_and_loses_nothing(context: Contexts, played: Cast, now: datetime) -> None:
    port = free_port()
    here = context(port)
    due_scan(here, now)
    at = now
    for _ in range(20):  # more often than a refused message would be tried
        with pytest.raises(
            JobFailed, match=r"The mail server cannot be reached; the messages stay in the queue: .*refused"
        ):
            send_mail(here, at)
        assert sorted(state for state, _ in states(here)) == ["waiting", "waiting"]
        at += 2 * MINUTE
    with here.sessions() as session:
        fixed = sorted(session.scalars(select(Message.message_id)))
    with mailbox(port) as box:
        assert send_mail(here, at) == "Messages sent: 2."
    assert sorted(letter["Message-ID"] for letter in box.letters) == fixed


def test_a_server_that_goes_away_stops_the_batch(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    for _ in range(5):
        queue_notice(here, now, played.ben.account)
    with pytest.raises(JobFailed):
        send_mail(here, now)
    # One was tried and requeued, which does not count as a try; the others were not taken.
    assert states(here) == [("waiting", 0)] * 5
    with here.sessions() as session:
        assert [error is not None for error in session.scalars(select(Message.error).order_by(Message.id))] == [
            True,
            *[False] * 4,
        ]


def test_a_temporary_refusal_is_tried_again(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)
        box.at_recipient = lambda address: "450 Greylisted" if address == played.ben.email else None
        assert send_mail(here, now) == "Messages sent: 1, put back: 1."
        assert send_mail(here, now + MINUTE / 2) == NOTHING
        box.at_recipient = lambda _: None
        assert send_mail(here, now + 2 * MINUTE) == "Messages sent: 1."
    assert [letter["To"] for letter in box.letters].count(played.ben.email) == 1
    assert sorted(states(here)) == [("sent", 1), ("sent", 2)]


def test_a_permanent_refusal_is_shown_to_the_operator(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)
        box.at_recipient = lambda address: "550 No such user here" if address == played.ben.email else None
        assert send_mail(here, now) == "Messages sent: 1, dead: 1."
        assert send_mail(here, now + 3 * DAY) == NOTHING
        with here.sessions() as session:
            (dead,) = list_dead(session)
            assert dead.error == "550 No such user here"
            requeue(session, now=now + MINUTE, message=dead.id)
        box.at_recipient = lambda _: None
        assert send_mail(here, now + MINUTE) == "Messages sent: 1."
        (letter,) = box.to(played.ben.email)
    assert letter["Message-ID"] == dead.message_id


def test_a_broken_connection_counts_as_a_try_of_the_message(context: Contexts, played: Cast, now: datetime) -> None:
    """A message that makes the server hang up must not delay the others for ever."""
    here = context(None)
    queue_notice(here, now, played.ben.account)
    with scripted_server(b"220 Hello", b"250 Hello") as port:
        broken = replace(here, smtp=replace(here.smtp, port=port))
        assert send_mail(broken, now) == "Messages put back: 1."
    assert states(here) == [("waiting", 1)]


def test_a_message_that_cannot_be_built_delays_no_other(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        queue_notice(here, now, played.ben.account)
        queue_notice(here, now, played.cleo.account)
        with here.sessions() as session, write_transaction(session):
            first = session.scalars(select(Message).order_by(Message.id).limit(1)).one()
            first.facts = "{}"
        assert send_mail(here, now) == "Messages sent: 1, put back: 1."
        with here.sessions() as session:
            assert session.get_one(Message, first.id).error == "UndefinedError: 'when' is undefined"
    assert [letter["To"] for letter in box.letters] == [played.cleo.email]


def test_a_moved_due_date_reminds_again(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)
        send_mail(here, now)
        with here.sessions() as session:
            claim = session.scalars(select(Claim.id).where(Claim.statement == "The dam holds.")).one()
            snooze_review(
                session,
                now=now,
                by=played.ben.actor,
                review=review_of(session, claim),
                until=(now + 3 * DAY).date(),
                reason="Too early.",
            )
        for days in range(1, 4):
            due_scan(here, now + days * DAY)
            send_mail(here, now + days * DAY)
            assert len(box.to(played.ben.email)) == (2 if days == 3 else 1)
    assert "Due on 25 November 2026" in text(box.to(played.ben.email)[1])


def test_five_days_of_downtime_end_in_one_digest(context: Contexts, played: Cast, now: datetime) -> None:
    with mailbox() as box:
        here = context(box.port)
        due_scan(here, now)  # then the host goes down, before
        later = now + 5 * DAY
        send_mail(here, later)  # whichever job comes first
        due_scan(here, later)
        send_mail(here, later + MINUTE)
    assert len(box.to(played.ben.email)) == len(box.to(played.cleo.email)) == 1


def test_five_days_without_a_mail_server_end_in_one_digest(context: Contexts, played: Cast, now: datetime) -> None:
    port = free_port()
    here = context(port)
    for days in range(5):
        due_scan(here, now + days * DAY)
        with pytest.raises(JobFailed):
            send_mail(here, now + days * DAY)
    with mailbox(port) as box:
        assert send_mail(here, now + 4 * DAY + 3 * MINUTE) == "Messages sent: 2."
    assert len(box.to(played.ben.email)) == 1
    assert sorted(state for state, _ in states(here)) == ["dropped"] * 8 + ["sent"] * 2


def test_a_kill_between_sending_and_finishing_sends_a_copy(
    context: Contexts, environ: Callable[[int], dict[str, str]], played: Cast, now: datetime
) -> None:
    """The only case in which a mail is sent twice. Both have the same Message-ID: mail clients show one."""
    with mailbox() as box:
        here = context(box.port)
        queue_notice(here, now, played.ben.account)
        command = [*LEDGER, "jobs", "run", "send-mail", "--now", now.isoformat()]
        sender = subprocess.Popen(command, env=environ(box.port))
        box.after_data = lambda: os.kill(
            sender.pid, signal.SIGKILL
        )  # the text has arrived, the reply has not been sent
        assert sender.wait(30) == -signal.SIGKILL
        box.after_data = lambda: None
        assert len(box.letters) == 1
        assert states(here) == [("sending", 1)]
        assert send_mail(here, now + LEASE - MINUTE) == NOTHING
        assert send_mail(here, now + LEASE + MINUTE) == "Messages sent: 1."
        assert send_mail(here, now + 9 * LEASE) == NOTHING
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]


def test_a_batch_is_limited(context: Contexts, played: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.jobs.send_mail.BATCH", 4)
    with mailbox() as box:
        here = context(box.port)
        for _ in range(7):
            queue_notice(here, now, played.ben.account)
        assert send_mail(here, now) == "Messages sent: 4."
        assert send_mail(here, now) == "Messages sent: 3."


def test_a_secret_link_arrives_and_is_deleted(context: Contexts, played: Cast, now: datetime) -> None:
    link = "https://ledger.example.org/reset/secret"
    with mailbox() as box:
        here = context(box.port)
        with here.sessions() as session:
            facts = {"link": link, "valid_for": "1 hour"}
            enqueue(session, now=now, account=played.ben.account, name="reset", facts=facts, base_url=here.base_url)
        send_mail(here, now)
        assert link in text(box.letters[0])
        assert "List-Unsubscribe" not in box.letters[0]
        with here.sessions() as session:
            assert session.scalars(select(Message.facts)).one() == "{}"


def test_sending_holds_no_transaction(context: Contexts, played: Cast, now: datetime) -> None:
    """While a slow mail server is sending, others can write to the ledger."""
    with mailbox() as box:
        here = context(box.port)
        queue_notice(here, now, played.ben.account)
        written: list[int] = []

        def write_meanwhile() -> None:
            with here.sessions() as session:
                written.append(record(session, played, now))

        box.after_data = write_meanwhile
        assert send_mail(here, now) == "Messages sent: 1."
    assert len(written) == 1


def test_templates_come_from_the_installation(context: Contexts) -> None:
    assert (context(None).templates / "mail" / "digest" / "body.txt").is_file()
    assert isinstance(context(None).templates, Path)
    assert "kkkk" not in repr(context(None))


def test_senders_on_several_hosts_share_a_database(
    sessions: sessionmaker[Session], context: Contexts, played: Cast, now: datetime
) -> None:
    """A sender whose lease expired while the server was slow does not undo what another sender did."""
    with mailbox() as box:
        here = context(box.port)
        queue_notice(here, now, played.ben.account)
        outcome: list[str] = []

        def overtaken() -> None:
            box.after_data = lambda: None
            outcome.append(send_mail(here, now + LEASE + MINUTE))

        box.after_data = lambda: threading.Thread(target=overtaken).start() or wait_for(outcome)
        with mailbox() as other:
            first = replace(here, smtp=replace(here.smtp, port=box.port))
            here = replace(here, smtp=replace(here.smtp, port=other.port))
            assert send_mail(first, now) == "Messages left to another sender: 1."
    assert outcome == ["Messages sent: 1."]
    assert box.letters[0]["Message-ID"] == other.letters[0]["Message-ID"]
    assert states(here) == [("sent", 2)]


def wait_for(outcome: list[str]) -> None:
    over = threading.Event()
    for _ in range(400):
        if outcome:
            return
        over.wait(0.01)
