"""Import tasks carried out: checking a file, importing it, or undoing an import."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused
from ledger.journal.read import read_head
from ledger.queries.imports import RowResult
from ledger.services.imports.claim_file import Table
from ledger.services.imports.preview import Report, check_file
from ledger.services.imports.queue import LostLease, Task
from ledger.services.imports.run import import_file, importing_actor
from ledger.services.imports.undo import undo_import
from ledger.services.imports.uploads import forget_content, opened, options_of
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportFault, ImportFile, TaskKind

MOST_FAULTS = 10_000  # kept to be downloaded; all are counted
FATES_SHOWN = 10
Progress = Callable[[int, int], None]  # told how much is done, and of how much


def do_task(session: Session, *, now: datetime, task: Task, progress: Progress) -> str:
    """Do what was asked. Returns what came of it, in words.

    What `progress` raises ends it, between two batches. Raises Refused and Missing with words for whoever asked.
    """
    if task.kind is TaskKind.UNDO:
        undone = undo_import(session, now=now, by=task.by, run=task.run or 0, why=task.reason, progress=progress)
        return " ".join(undone.sentences)
    found = session.get(ImportFile, task.file)
    if found is None:
        raise LostLease
    try:
        with opened(session, found) as table:
            session.rollback()  # its content is copied: nothing is read in one long transaction
            if task.kind is TaskKind.CHECK:
                return _counts(_check(session, now, found.id, table, progress))
            return _import(session, now, found.id, table, progress)
    except Missing as missing:
        raise Refused(Problem("file", "The file was deleted: send it again.")) from missing


def _check(session: Session, now: datetime, file: int, table: Table, progress: Progress) -> Report:
    size = read_head(session).size
    options = options_of(_file(session, file))
    report = check_file(
        session,
        now=now,
        table=table,
        options=options,
        most_faults=MOST_FAULTS,
        progress=lambda _row: progress(min(table.stream.tell(), table.size), table.size),
    )
    _note_check(session, now, file, report, size)
    return report


def _import(session: Session, now: datetime, file: int, table: Table, progress: Progress) -> str:
    found = _file(session, file)
    leave_out, begun = found.leave_out, found.run_id is not None
    checked = Report(faulty=found.faulty)
    if not begun and found.checked_at_size != read_head(session).size:
        # The record has grown since the check: what was told then may not hold any more.
        checked = _check(session, now, file, table, progress)
        if checked.faulty and not leave_out:
            words = "The record has changed since the check, and some rows have errors now. Nothing was imported."
            raise Refused(Problem("", words))
    options = options_of(_file(session, file), importing_actor(session, now=now, source=_file(session, file).source))

    def note_begun(run: int) -> None:
        with write_transaction(session):
            there = _file(session, file)
            there.run_id, there.touched_at = run, now

    last = _file(session, file).last_row
    session.rollback()
    _, done = import_file(
        session,
        now=now,
        table=table,
        options=options,
        skip_faulty=True,  # whoever asked has agreed to it, where there are any
        checked=checked,
        begun=note_begun,
        progress=lambda row: progress(row, max(row, last)),
    )
    with write_transaction(session):
        forget_content(session, file)
    return _counts(done)


def _file(session: Session, number: int) -> ImportFile:
    found = session.get(ImportFile, number)
    if found is None:
        raise LostLease  # it was thrown away
    return found


def _note_check(session: Session, now: datetime, file: int, report: Report, size: int) -> None:
    """Write down what the check found, for the page that shows it."""
    with write_transaction(session):
        found = _file(session, file)
        found.checked_at_size, found.touched_at, found.last_row = size, now, report.last_row
        found.new, found.again, found.known = (report.fates[fate] for fate in RowResult)
        found.faulty = report.faulty
        found.fates = tuple(
            [row.number, fate.value, row.claim.statement, "; ".join(row.speakers)]
            for row, fate in report.sample[:FATES_SHOWN]
        )
        session.execute(delete(ImportFault).where(ImportFault.file_id == file))
        faults = [
            {
                "file_id": file,
                "position": position,
                "row": fault.row,
                "column": _plain(fault.column),
                "message": _plain(fault.message),
            }
            for position, fault in enumerate(report.faults)
        ]
        if faults:
            session.execute(insert(ImportFault.table()), faults)


def _counts(report: Report) -> str:
    words = {RowResult.NEW: "new", RowResult.RESTATEMENT: "restatements", RowResult.KNOWN: "already on record"}
    told = [f"{report.fates[fate]:,} {word}" for fate, word in words.items()]
    return f"Rows: {', '.join([*told, f'{report.faulty:,} with errors'])}."


def _plain(text: str) -> str:
    """A file's own words may hold NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
