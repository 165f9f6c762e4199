"""The worker of import tasks: checks a file, imports it, or undoes an import."""

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
from ledger.services.imports.uploads import delete_content, open_upload, options_of
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportFault, ImportFile, TaskKind

MOST_FAULTS = 10_000  # stored for download; all are counted
RESULTS_SHOWN = 10
Progress = Callable[[int, int], None]  # called with the amount done and the total


def do_task(session: Session, *, now: datetime, task: Task, progress: Progress) -> str:
    """Do a task. Returns the result in words.

    An exception raised by `progress` ends it between two batches. Raises Refused, Missing.
    """
    if task.kind is TaskKind.UNDO:
        undone = undo_import(session, now=now, by=task.by, run=task.run or 0, why=task.reason, progress=progress)
        return " ".join(undone.sentences)
    found = session.get(ImportFile, task.file)
    if found is None:
        raise LostLease
    try:
        with open_upload(session, found) as table:
            session.rollback()  # the content is copied: do not read on in one long transaction
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
    _save_check(session, now, file, report, size)
    return report


def _import(session: Session, now: datetime, file: int, table: Table, progress: Progress) -> str:
    found = _file(session, file)
    leave_out, begun = found.leave_out, found.run_id is not None
    checked = Report(faulty=found.faulty)
    if not begun and found.checked_at_size != read_head(session).size:
        # The record has grown since the check, so its results may be outdated.
        checked = _check(session, now, file, table, progress)
        if checked.faulty and not leave_out:
            words = "The record has changed since the check, and some rows have errors now. Nothing was imported."
            raise Refused(Problem("", words))
    options = options_of(_file(session, file), importing_actor(session, now=now, source=_file(session, file).source))

    def save_run(run: int) -> None:
        with write_transaction(session):
            row = _file(session, file)
            row.run_id, row.touched_at = run, now

    last = _file(session, file).last_row
    session.rollback()
    _, done = import_file(
        session,
        now=now,
        table=table,
        options=options,
        skip_faulty=True,  # the user has agreed to leave out rows with errors, if any
        checked=checked,
        begun=save_run,
        progress=lambda row: progress(row, max(row, last)),
    )
    with write_transaction(session):
        delete_content(session, file)
    return _counts(done)


def _file(session: Session, number: int) -> ImportFile:
    found = session.get(ImportFile, number)
    if found is None:
        raise LostLease  # the file was deleted
    return found


def _save_check(session: Session, now: datetime, file: int, report: Report, size: int) -> None:
    """Store the results of the check, for the page of the file."""
    with write_transaction(session):
        found = _file(session, file)
        found.checked_at_size, found.touched_at, found.last_row = size, now, report.last_row
        found.new, found.again, found.known = (report.results[result] for result in RowResult)
        found.faulty = report.faulty
        found.results = tuple(
            [row.number, result.value, row.claim.statement, "; ".join(row.speakers)]
            for row, result in report.sample[:RESULTS_SHOWN]
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
    counts = [f"{report.results[result]:,} {word}" for result, word in words.items()]
    return f"Rows: {', '.join([*counts, f'{report.faulty:,} with errors'])}."


def _plain(text: str) -> str:
    """Replace NUL characters, which PostgreSQL rejects."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
