"""Tidying deletes old rows, but none that prevents something from happening twice."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from support.cast import Cast
from support.samples.csv_files import HEADER, good_rows, written

from ledger.domain.reminders import ReminderKind
from ledger.formats.columns import guessed_columns
from ledger.jobs.context import NOTHING, Context
from ledger.jobs.due_scan import due_scan
from ledger.jobs.tidy import tidy
from ledger.journal.read import read_head
from ledger.services.imports.claim_file import open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.run import import_file
from ledger.services.imports.uploads import choose_columns, store_upload
from ledger.services.outbox import enqueue
from ledger.store.accounts import DraftRow, RateCount
from ledger.store.imports import ImportFault, ImportFile, ImportPiece
from ledger.store.outbox import JobRun, Message, MessageState, Reminder

Contexts = Callable[[int | None], Context]
DAY = timedelta(days=1)


def message(
    session: Session, cast: Cast, at: datetime, state: MessageState, once: str | None, name: str = "digest"
) -> None:
    session.add(
        Message(
            name=name,
            account_id=cast.ben.account,
            message_id=f"<{once}{at}{state}@example.org>",
            once=once,
            facts="{}",
            state=state,
            created_at=at,
            not_before=at,
            lease_until=None,
            lease=None,
            attempts=1,
            sent_at=None,
            error=None,
        )
    )


def run(session: Session, at: datetime, summary: str, error: str | None = None) -> None:
    session.add(JobRun(job="tidy", started_at=at, finished_at=at, summary=summary, error=error))


def test_drafts_and_rate_counts(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    with here.sessions() as session:
        for key, days in (("old", 31), ("new", 29)):
            kept_at, account = now - days * DAY, played.ben.account
            session.add(DraftRow(key=key, account_id=account, path="/", fields="[]", kept_at=kept_at))
            session.add(RateCount(key=key, count=1, expires_at=(now + (30 - days) * DAY).timestamp()))
        session.commit()
        assert tidy(here, now) == "Deleted: 1 kept forms, 1 rate counts."
        assert session.scalars(select(DraftRow.key)).all() == session.scalars(select(RateCount.key)).all() == ["new"]
    assert tidy(here, now) == NOTHING


def test_files_that_were_not_imported(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    with here.sessions() as session:
        kept = {}
        for word, days in (("old", 15), ("new", 13), ("waiting", 15), ("imported", 91)):
            stream = io.BytesIO(written(good_rows(2)))
            by, then = played.dora.actor, now - days * DAY
            kept[word] = store_upload(session, now=then, by=by, source=word, name="a.csv", stream=stream)
        for word in ("waiting", "imported"):
            choose_columns(
                session,
                now=now - (15 if word == "waiting" else 91) * DAY,
                by=played.dora.actor,
                file=kept[word],
                columns=guessed_columns(HEADER),
                register_documents=True,
                register_as=None,
            )
        run, _ = import_file(
            session,
            now=now,
            table=open_table(io.BytesIO(written(good_rows(2))), "a.csv", {}),
            options=Options("imported", played.ada.actor),
        )
        imported = session.get_one(ImportFile, kept["imported"])
        imported.run_id = run
        session.add(ImportFault(file_id=imported.id, position=0, row=2, column="", message="Old."))
        session.commit()
    assert tidy(here, now) == "Deleted: 1 files that were not imported, 1 errors of imported files."
    with here.sessions() as session:
        left = set(session.scalars(select(ImportFile.source)))
        assert left == {"new", "waiting", "imported"}  # files with a task stay, as do imported ones
        assert set(session.scalars(select(ImportPiece.file_id))) == {kept[word] for word in left}
    assert tidy(here, now) == NOTHING


def test_job_runs(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    with here.sessions() as session:
        run(session, now - 91 * DAY, "Did something.")
        run(session, now - 3 * DAY, NOTHING)
        run(session, now - 89 * DAY, "Kept: it did something.")
        run(session, now - 89 * DAY, "", error="Kept: it failed.")
        run(session, now - 1 * DAY, NOTHING)
        session.commit()
        assert tidy(here, now) == "Deleted: 2 job runs."
        assert session.scalars(select(JobRun.started_at).order_by(JobRun.id)).all() == [
            *(now - 89 * DAY, now - 89 * DAY, now - 1 * DAY),
        ]


def test_messages(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    old, new = now - 91 * DAY, now - 89 * DAY
    with here.sessions() as session:
        message(session, played, old, MessageState.SENT, "digest:1")
        message(session, played, old, MessageState.DROPPED, "digest:2")
        message(session, played, old, MessageState.SENT, None, "password-changed")
        message(session, played, old, MessageState.SENT, "reset-0123456789abcdef", "reset")
        message(session, played, new, MessageState.SENT, "kept: new")
        message(session, played, old, MessageState.DEAD, "kept: dead")
        message(session, played, old, MessageState.WAITING, "kept: waiting")
        message(session, played, old, MessageState.SENDING, "kept: sending")
        message(session, played, old, MessageState.SENT, "kept: its key must not be used again", "invitation")
        session.commit()
        assert tidy(here, now) == "Deleted: 4 messages."
        kept = session.scalars(select(Message.once)).all()
        assert len(kept) == 5 and all(once is not None and once.startswith("kept") for once in kept)
        invitation = {
            "inviter": "Ada",
            "role": "reviewer",
            "link": "https://ledger.example.org/x",
            "valid_for": "1 day",
        }
        assert not enqueue(
            session,
            now=now,
            account=played.ben.account,
            name="invitation",
            facts=invitation,
            base_url=here.base_url,
            once="kept: its key must not be used again",
        )


def test_reminders_stay_while_they_could_be_due_again(context: Contexts, played: Cast, now: datetime) -> None:
    here = context(None)
    due_scan(here, now)
    with here.sessions() as session:
        today = len(session.scalars(select(Reminder.id)).all())
        session.add(
            Reminder(
                account_id=played.ben.account,
                review_id=1,
                kind=ReminderKind.DUE,
                due_on=(now - 91 * DAY).date(),
                period=(now - 91 * DAY).date(),
                message_id=None,
            )
        )
        session.commit()
        before = read_head(session).size
    assert tidy(here, now) == "Deleted: 1 reminders."
    assert due_scan(here, now) == NOTHING  # today's reminders were not deleted
    with here.sessions() as session:
        assert len(session.scalars(select(Reminder.id)).all()) == today == 2
        assert read_head(session).size == before
