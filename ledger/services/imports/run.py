"""Running an import: the whole file is checked before anything is written, then posted in batches.

An interrupted import resumes where it stopped: each batch records the progress in its own transaction, and rows are
recognized by their keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.dates import latest_today
from ledger.domain.errors import refuse_if
from ledger.domain.text import fingerprint
from ledger.formats.claim_rows import Row
from ledger.journal.entries import ActorIntroduced
from ledger.journal.post import writing
from ledger.services.imports.claim_file import Table, batches, rows
from ledger.services.imports.lookup import Options
from ledger.services.imports.post_rows import ImportBatch
from ledger.services.imports.preview import Progress, Report, check_file, source_problems
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportRun, ImportState
from ledger.store.people import Actor

BATCH = 1_000


class FileHasErrors(Exception):
    """The file has rows with errors, so nothing was imported."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.faulty} rows have errors")
        self.report = report


def import_file(
    session: Session,
    *,
    now: datetime,
    table: Table,
    options: Options,
    skip_faulty: bool = False,
    checked: Report | None = None,
    begun: Callable[[int], None] = lambda _: None,
    progress: Progress = lambda _: None,
) -> tuple[int, Report]:
    """Import a file, or resume its interrupted import. Returns the import's id and a report of the rows.

    The whole file is checked first, unless `checked` is the report of a check done just now. If a row has errors,
    nothing is imported, unless `skip_faulty`. `begun` is called with the import's id before the first row. Raises
    FileHasErrors, Refused.
    """
    report = checked or check_file(session, now=now, table=table, options=options)
    if report.faulty and not skip_faulty:
        raise FileHasErrors(report)
    run = _begin(session, now, table, options)
    begun(run.id)
    total = Report()
    for some in batches(rows(table, latest_today(now), after=run.rows_done), BATCH):
        with writing(session, now, in_batches=True) as journal:
            batch = ImportBatch(session, journal, now, options, [row for row in some if isinstance(row, Row)])
            for row in some:
                if isinstance(row, Row):
                    batch.post(row, total)
                else:
                    total.add_errors(row)
            batch.save_progress(run.id)
        if batch.last:
            progress(batch.last)
    with write_transaction(session):
        done = session.get_one(ImportRun, run.id)
        done.state, done.finished_at = ImportState.DONE, now
    return run.id, total


def importing_actor(session: Session, *, now: datetime, source: str) -> str:
    """The actor that records imports from a source: not a person, because nobody here wrote the claims."""
    refuse_if(source_problems(source))
    name = f"Import from {source}"
    with writing(session, now) as journal:
        known = session.scalar(select(Actor.id).where(Actor.name == name).limit(1))
        if known is not None:
            return known
        actor = f"i{fingerprint(name)[:16]}"
        journal.post(ActorIntroduced(actor=actor, name=name))
        return actor


def _begin(session: Session, now: datetime, table: Table, options: Options) -> ImportRun:
    with write_transaction(session):
        run = session.scalars(
            select(ImportRun)
            .where(
                ImportRun.source == options.source,
                ImportRun.sha256 == table.sha256,
                ImportRun.state == ImportState.RUNNING,
            )
            .order_by(ImportRun.id)
            .limit(1)
        ).one_or_none()
        if run is None:
            run = ImportRun(
                source=options.source,
                file_name=table.name[-200:],
                sha256=table.sha256,
                actor_id=options.by,
                state=ImportState.RUNNING,
                rows_done=1,
                new=0,
                again=0,
                known=0,
                started_at=now,
                finished_at=None,
            )
            session.add(run)
            session.flush()
        return run
