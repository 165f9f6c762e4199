"""Reminders: which are recorded for whom, and what digests say."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from support.cast import (
    Cast,
    assessment_terms,
    evidence_terms,
    introduce_cast,
    introduce_person,
    record,
    resolve,
    review_of,
)

from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.domain.reminders import ReminderKind
from ledger.domain.reviews import Finding
from ledger.jobs.send_mail import FACTS_WHEN_SENT
from ledger.journal.read import read_head
from ledger.mail.kinds import MAIL_KINDS
from ledger.services.evidence import attach_evidence
from ledger.services.outbox import OutgoingMessage, drop, finish, take
from ledger.services.reminders import digest_facts, owe_reminders
from ledger.services.reviews.assessments import adjudicate, seal_assessment, take_back_assessment
from ledger.services.reviews.schedule import bring_forward, note_fallen_due, snooze_review
from ledger.store.accounts import Account, Role
from ledger.store.engine import write_transaction
from ledger.store.outbox import Message, MessageState, Reminder

DAY = timedelta(days=1)


def owe(session: Session, now: datetime) -> int:
    return owe_reminders(session, now=now, base_url="https://ledger.example.org")


def reminders(session: Session) -> list[tuple[int, int, ReminderKind, date, date]]:
    session.expire_all()
    rows = session.scalars(select(Reminder).order_by(Reminder.period, Reminder.account_id, Reminder.review_id))
    return [(r.account_id, r.review_id, r.kind, r.due_on, r.period) for r in rows]


def queued(session: Session, state: MessageState = MessageState.WAITING) -> list[str | None]:
    session.expire_all()
    return list(session.scalars(select(Message.once).where(Message.state == state).order_by(Message.id)))


def digests(session: Session, now: datetime) -> dict[int, dict[str, Any] | None]:
    """The content of the waiting digests, by account; each is taken, then finished or dropped."""
    said = {}
    while (message := take(session, now=now)) is not None:
        facts = digest_facts(session, now, message)
        session.rollback()
        if facts is None:
            drop(session, message=message)
        else:
            assert facts.keys() == MAIL_KINDS["digest"].template_facts
            finish(session, now=now, message=message)
        assert message.account not in said, "two digests at once"
        said[message.account] = facts
    return said


def change(session: Session, account: int, **values: Any) -> None:
    with write_transaction(session):
        row = session.get_one(Account, account)
        for name, value in values.items():
            setattr(row, name, value)


def seal(session: Session, now: datetime, by: str, claim: int, outcome: Outcome, *facts: int) -> None:
    terms = assessment_terms(outcome, *facts)
    seal_assessment(session, now=now, by=by, review=review_of(session, claim), terms=terms)


def split(session: Session, cast: Cast, now: datetime) -> int:
    claim = record(session, cast, now)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    seal(session, now, cast.ben.actor, claim, Outcome.TRUE, fact)
    seal(session, now, cast.cleo.actor, claim, Outcome.FALSE, fact)
    return claim


def statements(facts: dict[str, Any] | None, kind: str) -> list[str]:
    assert facts is not None
    return [review["statement"] for review in facts[kind]]


def test_each_reviewer_gets_one_digest_a_day(session: Session, cast: Cast, now: datetime) -> None:
    old = record(session, cast, now)
    new = record(session, cast, now, horizon=PartialDate(2026, 11, 21))
    later = record(session, cast, now, horizon=PartialDate(2026, 11, 22))
    resolve(session, cast, now)
    assert owe(session, now) == 4
    expected = [
        (person.account, review_of(session, claim), kind, due_on, now.date())
        for person in (cast.ben, cast.cleo)
        for claim, kind, due_on in (
            (old, ReminderKind.OVERDUE, date(2017, 11, 1)),
            (new, ReminderKind.DUE, date(2026, 11, 22)),
        )
    ]
    assert reminders(session) == expected
    assert queued(session) == [f"digest:{p.account}:2026-11-22" for p in (cast.ben, cast.cleo)]
    linked = session.execute(select(Reminder.account_id, Message.account_id).join(Message)).all()
    assert len(linked) == 4 and all(mine == its for mine, its in linked)
    for hours in (0, 1, 11):  # the rest of the day
        assert owe(session, now + timedelta(hours=hours)) == 0
    said = digests(session, now)
    assert said.keys() == {cast.ben.account, cast.cleo.account}
    assert len(statements(said[cast.ben.account], "overdue")) == len(statements(said[cast.ben.account], "due")) == 1
    assert owe(session, now + DAY) == 6  # the third is due by then
    assert review_of(session, later) in {review for _, review, *_ in reminders(session)}


def test_the_content_of_a_digest(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now, statement="The dam holds.")
    other = record(session, cast, now, statement="The dam breaks.")
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=other, terms=evidence_terms())
    seal(session, now, cast.cleo.actor, other, Outcome.FALSE, fact)
    owe(session, now)
    head = read_head(session)
    facts = digests(session, now)[cast.ben.account]
    due_on = {"since": "1 November 2017", "decide": False}
    assert facts == {
        "name": "Ben Berg",
        "day": "22 November 2026",
        "overdue": [
            {"review": review_of(session, claim), "statement": "The dam holds.", **due_on},
            {
                "review": review_of(session, other),
                "statement": "The dam breaks.",
                **due_on,
            },  # without Cleo's
        ],
        "due": [],
        "size": head.size,
        "root": head.root.hex(),
    }


def test_not_before_the_morning_where_the_reader_lives(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    change(session, cast.ben.account, time_zone="America/New_York")
    assert owe(session, datetime(2026, 11, 22, 6, 59, tzinfo=UTC)) == 0
    assert owe(session, datetime(2026, 11, 22, 7, 0, tzinfo=UTC)) == 1
    assert owe(session, datetime(2026, 11, 22, 11, 59, tzinfo=UTC)) == 0
    assert owe(session, datetime(2026, 11, 22, 12, 0, tzinfo=UTC)) == 1
    assert {account for account, *_ in reminders(session)} == {cast.ben.account, cast.cleo.account}


@pytest.mark.parametrize(
    ("morning", "what"),
    [
        (datetime(2026, 3, 29, 6, tzinfo=UTC), "the night an hour was skipped"),
        (datetime(2026, 3, 28, 7, tzinfo=UTC), "the day before"),
        (datetime(2026, 10, 25, 7, tzinfo=UTC), "the night an hour came twice"),
        (datetime(2026, 10, 24, 6, tzinfo=UTC), "the day before"),
    ],
)
def test_mornings_when_clocks_change(session: Session, cast: Cast, now: datetime, morning: datetime, what: str) -> None:
    record(session, cast, datetime(2026, 1, 1, tzinfo=UTC))
    assert owe(session, morning - timedelta(minutes=1)) == 0
    assert owe(session, morning) == 2
    assert owe(session, morning + timedelta(hours=12)) == 0
    assert {period for *_, period in reminders(session)} == {morning.date()}


def test_an_unknown_time_zone_does_not_hold_up_mail(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    change(session, cast.ben.account, time_zone="Mars/Olympus_Mons")
    assert owe(session, now) == 2
    assert digests(session, now).keys() == {cast.ben.account, cast.cleo.account}


def test_a_moved_due_date_reminds_again(session: Session, cast: Cast, now: datetime) -> None:
    review = review_of(session, record(session, cast, now))
    owe(session, now)
    digests(session, now)
    until = (now + 5 * DAY).date()
    snooze_review(session, now=now, by=cast.ben.actor, review=review, until=until, reason="Too early.")
    for days in range(1, 5):
        assert owe(session, now + days * DAY) == 0
    assert owe(session, now + 5 * DAY) == 2
    assert reminders(session)[-1] == (cast.cleo.account, review, ReminderKind.DUE, until, until)
    said = digests(session, now + 5 * DAY)[cast.ben.account]
    assert len(statements(said, "due")) == 1


def test_brought_forward_during_the_day(session: Session, cast: Cast, now: datetime) -> None:
    """It is in the day's digest if that was not sent yet, else in tomorrow's."""
    first, second, third = (
        record(session, cast, now, horizon=PartialDate(2027), statement=f"The dam {verb}.")
        for verb in ("holds", "breaks", "leaks")
    )
    for claim, expected in ((first, True), (second, True), (third, False)):
        if claim == third:
            said = digests(session, now)[cast.ben.account]
            assert statements(said, "due") == ["The dam holds.", "The dam breaks."]
        review = review_of(session, claim)
        bring_forward(session, now=now, by=cast.dora.actor, review=review, reason="It is plain by now.")
        assert owe(session, now) == 2
        messages = session.scalars(select(Reminder.message_id).where(Reminder.review_id == review)).all()
        assert [message is not None for message in messages] == [expected] * 2
    assert digests(session, now) == {}
    assert owe(session, now + DAY) == 6
    said = digests(session, now + DAY)[cast.ben.account]
    assert statements(said, "due") == ["The dam holds.", "The dam breaks.", "The dam leaks."]


def test_a_digest_leaves_out_what_is_settled_since(session: Session, cast: Cast, now: datetime) -> None:
    claims = {
        name: record(session, cast, now, statement=f"{name}.")
        for name in ("Kept", "Sealed", "Moved", "Closed", "Back again")
    }
    facts = {
        name: attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
        for name, claim in claims.items()
    }
    owe(session, now)
    for name in ("Sealed", "Back again", "Closed"):
        seal(session, now, cast.ben.actor, claims[name], Outcome.TRUE, facts[name])
    take_back_assessment(session, now=now, by=cast.ben.actor, review=review_of(session, claims["Back again"]))
    seal(session, now, cast.cleo.actor, claims["Closed"], Outcome.TRUE, facts["Closed"])
    until = (now + DAY).date()
    moved = review_of(session, claims["Moved"])
    snooze_review(session, now=now, by=cast.cleo.actor, review=moved, until=until, reason="Too early.")
    said = digests(session, now)
    assert statements(said[cast.ben.account], "overdue") == ["Kept.", "Back again."]
    assert statements(said[cast.cleo.account], "overdue") == ["Kept.", "Sealed.", "Back again."]


def test_a_digest_without_content_is_dropped(session: Session, cast: Cast, now: datetime) -> None:
    claim = record(session, cast, now)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=claim, terms=evidence_terms())
    owe(session, now)
    seal(session, now, cast.ben.actor, claim, Outcome.TRUE, fact)
    said = digests(session, now)
    assert said[cast.ben.account] is None and said[cast.cleo.account] is not None
    assert queued(session, MessageState.DROPPED) == [f"digest:{cast.ben.account}:2026-11-22"]


@pytest.mark.parametrize("change_to", [{"wants_reminders": False}, {"active": False}])
def test_unwanted_digests_are_dropped(session: Session, cast: Cast, now: datetime, change_to: dict[str, Any]) -> None:
    record(session, cast, now)
    owe(session, now)
    change(session, cast.ben.account, **change_to)  # after the scan, before sending
    said = digests(session, now)
    assert said[cast.ben.account] is None and said[cast.cleo.account] is not None
    assert owe(session, now + DAY) == 1  # Cleo's


def test_days_of_downtime_end_in_one_digest(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    assert owe(session, now) == 2  # then no job runs for five days, and nothing is sent
    at = now + 5 * DAY
    assert owe(session, at) == 2
    assert len(queued(session)) == 4
    said = {}
    while (message := take(session, now=at)) is not None:
        said[message.id] = digest_facts(session, at, message)
        session.rollback()
    assert [facts is not None for _, facts in sorted(said.items())] == [False, False, True, True]


def test_yesterdays_digest_is_dropped_even_before_todays_is_queued(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    owe(session, now)
    night = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert owe(session, night) == 0
    assert digests(session, night) == {cast.ben.account: None, cast.cleo.account: None}
    assert owe(session, night + timedelta(hours=7)) == 2


def test_an_editor_is_reminded_of_a_split(session: Session, cast: Cast, now: datetime) -> None:
    claim = split(session, cast, now)
    assert owe(session, now) == 2  # Dora, and Admin, who may do what an editor may
    assert {account for account, *_ in reminders(session)} == {cast.dora.account, cast.admin.account}
    said = digests(session, now)[cast.dora.account]
    assert said is not None and said["overdue"] == []
    # Due from the day of the split, not from the horizon two years before.
    assert [(item["decide"], item["since"]) for item in said["due"]] == [(True, "22 November 2026")]
    assert owe(session, now + 7 * DAY) == 2
    assert digests(session, now + 7 * DAY)[cast.dora.account]["overdue"] == said["due"]  # type: ignore[index]
    adjudicate(
        session,
        now=now + 7 * DAY,
        by=cast.dora.actor,
        review=review_of(session, claim),
        finding=Finding(Outcome.TRUE),
        reason="The report is plain.",
    )
    assert owe(session, now + 8 * DAY) == 0


def test_an_editor_who_may_not_decide_it_is_not_reminded(session: Session, cast: Cast, now: datetime) -> None:
    recorded = record(session, cast, now, by=cast.dora.actor, reviewers=(cast.ben.actor, cast.admin.actor))
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=recorded, terms=evidence_terms())
    seal(session, now, cast.ben.actor, recorded, Outcome.TRUE, fact)
    seal(session, now, cast.admin.actor, recorded, Outcome.FALSE, fact)
    assert owe(session, now) == 0  # Dora recorded it, Admin judged it
    eve = introduce_person(session, now, "Eve Eriksen", Role.EDITOR)
    assert owe(session, now) == 1
    assert digests(session, now).keys() == {eve.account}


def test_a_reviewer_gets_no_reminder_of_a_split(session: Session, cast: Cast, now: datetime) -> None:
    split(session, cast, now)
    owe(session, now)
    assert digests(session, now).keys() == {cast.dora.account, cast.admin.account}


def test_a_scan_with_nothing_new_writes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    note_fallen_due(session, now=now)
    owe(session, now)
    before = read_head(session).size
    assert owe(session, now) == 0
    assert session.info.get("writing") is False
    assert read_head(session).size == before


def test_concurrent_schedulers_record_each_reminder_once(sessions: sessionmaker[Session], now: datetime) -> None:
    with sessions() as session:
        cast = introduce_cast(session, now)
        for _ in range(5):
            record(session, cast, now)
    written: list[int] = []
    ready = threading.Barrier(6)

    def scan() -> None:
        with sessions() as session:
            ready.wait()
            written.append(owe(session, now))

    threads = [threading.Thread(target=scan) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 10
    with sessions() as session:
        assert len(reminders(session)) == 10
        assert len(queued(session)) == 2
        assert None not in session.scalars(select(Reminder.message_id)).all()


def test_a_deleted_account_gets_no_digest(session: Session, cast: Cast, now: datetime) -> None:
    message = OutgoingMessage(1, "digest", 999_999, "<1@example.org>", {"day": "2026-11-22"}, 1, "lease")
    assert digest_facts(session, now, message) is None


def test_facts_are_computed_when_sent_for_the_kinds_that_say_so() -> None:
    assert FACTS_WHEN_SENT.keys() == {name for name, kind in MAIL_KINDS.items() if kind.template_facts is not None}
