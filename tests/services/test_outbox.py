"""The outbox: each mail is queued once, taken by one sender at a time, and never lost."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import Cast, introduce_cast

from ledger.domain.errors import Missing, Refused
from ledger.journal.entries import ActorIntroduced
from ledger.journal.post import writing
from ledger.mail.kinds import MAIL_KINDS
from ledger.services.outbox import (
    LEASE,
    LONGEST_PAUSE,
    MOST_TRIES,
    OutgoingMessage,
    bury,
    drop,
    enqueue,
    finish,
    list_dead,
    pause,
    put_back,
    requeue,
    take,
)
from ledger.store.accounts import Account
from ledger.store.engine import write_transaction
from ledger.store.outbox import Message, MessageState

BASE_URL = "https://ledger.example.org:8443/sub"
# Each kind of mail with facts that it can be queued with.
FACTS: dict[str, dict[str, Any]] = {
    name: {fact: f"some {fact}" for fact in kind.queued_with} for name, kind in MAIL_KINDS.items()
}
MINUTE = timedelta(minutes=1)


def queue(session: Session, cast: Cast, now: datetime, name: str = "password-changed", once: str | None = None) -> bool:
    return enqueue(
        session, now=now, account=cast.ben.account, name=name, facts=FACTS[name], base_url=BASE_URL, once=once
    )


def rows(session: Session) -> list[Message]:
    session.expire_all()
    return list(session.scalars(select(Message).order_by(Message.id)))


def row(session: Session) -> Message:
    (only,) = rows(session)
    return only


def taken(session: Session, now: datetime) -> OutgoingMessage:
    message = take(session, now=now)
    assert message is not None
    return message


def test_queued_by_itself(session: Session, cast: Cast, now: datetime) -> None:
    assert queue(session, cast, now)
    assert not session.in_transaction()
    message = row(session)
    assert (message.state, message.attempts, message.not_before) == (MessageState.WAITING, 0, now)
    assert message.message_id.endswith("@ledger.example.org>")
    assert json.loads(message.facts) == FACTS["password-changed"]


def test_queued_within_a_transaction(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError), write_transaction(session):
        assert queue(session, cast, now)
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), writing(session, now) as journal:
        journal.post(ActorIntroduced(actor="someone", name="Someone"))
        assert queue(session, cast, now)
        raise ZeroDivisionError
    assert rows(session) == []
    with writing(session, now):
        assert queue(session, cast, now)
    assert row(session).state is MessageState.WAITING


def test_a_key_is_used_once(session: Session, cast: Cast, now: datetime) -> None:
    assert queue(session, cast, now, once="a")
    assert not queue(session, cast, now + MINUTE, once="a")
    assert queue(session, cast, now, once="b")
    assert queue(session, cast, now) and queue(session, cast, now)
    assert len({message.message_id for message in rows(session)}) == 4


def test_only_known_mails_with_all_their_facts(session: Session, cast: Cast, now: datetime) -> None:
    for name, facts in (("nonsense", {}), ("reset", {}), ("reset", {**FACTS["reset"], "more": 1})):
        with pytest.raises(ValueError, match=name):
            enqueue(session, now=now, account=cast.ben.account, name=name, facts=facts, base_url=BASE_URL)


def test_taken_once_then_finished(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    assert take(session, now=now - MINUTE) is None
    message = taken(session, now)
    assert not session.in_transaction()
    assert (message.name, message.account, message.attempts) == ("password-changed", cast.ben.account, 1)
    assert take(session, now=now) is None
    assert finish(session, now=now + MINUTE, message=message)
    assert take(session, now=now + timedelta(days=9)) is None
    after = row(session)
    assert (after.state, after.sent_at, after.lease, after.lease_until) == (
        MessageState.SENT,
        now + MINUTE,
        None,
        None,
    )


def test_oldest_first(session: Session, cast: Cast, now: datetime) -> None:
    for minutes in (3, 1, 2):
        queue(session, cast, now + minutes * MINUTE)
    first, second, third = (taken(session, now + 5 * MINUTE).id for _ in range(3))
    assert [message.id for message in rows(session)] == [third, first, second]


def test_a_lease_that_ran_out_passes_on(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    slow = taken(session, now)
    assert take(session, now=now + LEASE) is None
    later = now + LEASE + MINUTE
    quick = taken(session, later)
    assert (quick.message_id, quick.attempts) == (slow.message_id, 2)
    # The slow sender comes back: its lease has passed on.
    assert not finish(session, now=later, message=slow)
    assert not drop(session, message=slow)
    assert not bury(session, message=slow, error="550 No")
    assert not put_back(session, now=later, message=slow, error="451 Later")
    assert row(session).state is MessageState.SENDING
    assert finish(session, now=later, message=quick)
    assert not finish(session, now=later, message=quick)


def test_put_back_waits_longer_each_time_and_then_is_dead(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    waits = []
    at = now
    for _ in range(MOST_TRIES):
        message = taken(session, at)
        assert put_back(session, now=at, message=message, error="451 Try later")
        after = row(session)
        assert after.error is not None and "451 Try later" in after.error
        if after.state is MessageState.WAITING:
            assert take(session, now=after.not_before - timedelta(seconds=1)) is None
            waits.append(after.not_before - at)
            at = after.not_before
    assert len(waits) == MOST_TRIES - 1
    assert waits[:10] == sorted(waits[:10]) and waits[-1] >= LONGEST_PAUSE
    assert at - now >= timedelta(hours=20)
    assert after.state is MessageState.DEAD
    assert after.error is not None and after.error.startswith("Given up after 12 tries.")
    assert list_dead(session) == [after]


def test_an_unreachable_server_never_kills_a_message(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    at = now
    for _ in range(3 * MOST_TRIES):
        assert put_back(session, now=at, message=taken(session, at), error="nobody answers", blameless=True)
        wait = row(session).not_before - at
        assert MINUTE <= wait <= 2 * MINUTE  # so that it goes out soon after the server returns
        at += wait
    after = row(session)
    assert (after.state, after.attempts, after.error) == (MessageState.WAITING, 0, "nobody answers")


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_within_bounds(tries: int, jitter: float) -> None:
    assert MINUTE <= pause(tries, jitter) <= LONGEST_PAUSE * 1.25
    assert pause(tries, jitter) <= pause(tries + 1, jitter)


@pytest.mark.parametrize("end", ["finish", "drop", "bury", "last try"])
@pytest.mark.parametrize("name", MAIL_KINDS)
def test_a_secret_link_is_erased(session: Session, cast: Cast, now: datetime, name: str, end: str) -> None:
    queue(session, cast, now, name)
    message = taken(session, now)
    put_back(session, now=now, message=message, error="451 Later")
    assert json.loads(row(session).facts) == FACTS[name]  # needed while it waits
    for _ in range(1, MOST_TRIES if end == "last try" else 2):
        message = taken(session, now + timedelta(days=3))
        if end == "last try":
            put_back(session, now=now, message=message, error="451 Later")
    if end == "finish":
        finish(session, now=now, message=message)
    elif end == "drop":
        drop(session, message=message)
    elif end == "bury":
        bury(session, message=message, error="550 No")
    assert row(session).state not in (MessageState.WAITING, MessageState.SENDING)
    assert json.loads(row(session).facts) == ({} if name in ("reset", "invitation") else FACTS[name])


def test_requeued(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    first = taken(session, now)
    bury(session, message=first, error="550 No such user here")
    assert [(dead.id, dead.error) for dead in list_dead(session)] == [(first.id, "550 No such user here")]
    later = now + timedelta(days=2)
    requeue(session, now=later, message=first.id)
    assert list_dead(session) == []
    again = taken(session, later)
    assert (again.message_id, again.attempts) == (first.message_id, 1)


def test_what_cannot_be_requeued(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now, "reset")
    with pytest.raises(Refused, match="waiting: only one that was given up"):
        requeue(session, now=now, message=row(session).id)
    bury(session, message=taken(session, now), error="550 No")
    with pytest.raises(Refused, match="link in this message was erased"):
        requeue(session, now=now, message=row(session).id)
    assert row(session).state is MessageState.DEAD
    with pytest.raises(Missing):
        requeue(session, now=now, message=row(session).id + 1)


def test_many_senders_take_each_message_once(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
        for _ in range(20):
            queue(session, cast, now)
    got: list[int] = []
    ready = threading.Barrier(6)

    def sender() -> None:
        ready.wait()
        with sessions() as session:
            # A sender skips rows locked by others, so it may find none for a moment and looks again.
            nothing = 0
            while nothing < 3:
                message = take(session, now=now)
                nothing = nothing + 1 if message is None else 0
                if message is not None:
                    got.append(message.id)
                    finish(session, now=now, message=message)

    threads = [threading.Thread(target=sender) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions() as session:
        assert sorted(got) == [message.id for message in rows(session)]
        assert {message.state for message in rows(session)} == {MessageState.SENT}


def test_concurrent_requests_queue_one_key_once(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
    answers: list[bool] = []
    ready = threading.Barrier(6)

    def ask() -> None:
        with sessions() as session:
            ready.wait()
            answers.append(queue(session, cast, now, once="the same"))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 5 + [True]


def test_a_message_is_deleted_with_its_account(session: Session, cast: Cast, now: datetime) -> None:
    queue(session, cast, now)
    with write_transaction(session):
        session.delete(session.get_one(Account, cast.ben.account))
    assert rows(session) == []
