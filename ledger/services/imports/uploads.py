"""Uploaded files: storing them, choosing their columns, and queueing their check and import.

They are stored in the database, in pieces, so that the scheduler can run on another host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from ledger.domain.errors import Missing, Problem, Refused, refuse_if
from ledger.domain.text import text_problem
from ledger.formats.columns import chosen_problems
from ledger.formats.registry import CLAIM_FORMATS, format_of
from ledger.formats.streams import chunks_of
from ledger.formats.table_format import Layout
from ledger.queries.imports import sent_file
from ledger.services.imports.claim_file import Table, claims_layout, digest_of, first_rows
from ledger.services.imports.lookup import Options
from ledger.services.imports.preview import source_problems
from ledger.services.imports.queue import enqueue_task, pending_task
from ledger.store.engine import write_transaction
from ledger.store.imports import ImportFault, ImportFile, ImportPiece, ImportRun, ImportState, TaskKind
from ledger.store.people import ClaimantKind

LARGEST_TABLE = 50_000_000  # bytes; larger ones are imported on the command line
LONGEST_NAME = 160
MOST_SENT = 10  # files of one person that are not imported yet
KEPT_FOR = timedelta(days=14)  # since the last change
ROWS_SHOWN, CELL_SHOWN = 5, 80
# The first bytes of files that people upload by mistake instead of a text table.
NO_TABLES = {
    b"PK\x03\x04": "a spreadsheet or an archive",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"%PDF": "a PDF",
}


def store_upload(session: Session, *, now: datetime, by: str, source: str, name: str, stream: IO[bytes]) -> int:
    """Store an uploaded file. Returns its number, or that of the same file if it was uploaded before.

    Raises Refused.
    """
    problems = source_problems(source)
    if fault := text_problem(name, LONGEST_NAME):
        problems.append(Problem("file", f"Its name: {fault}"))
    try:
        layout = _readable(stream)
    except Refused as refused:
        raise Refused(*problems, *refused.problems) from refused
    refuse_if(problems)
    digest = digest_of(stream)
    size = stream.tell()
    with write_transaction(session):
        mine = (ImportFile.sent_by == by, ImportFile.run_id.is_(None))
        same = select(ImportFile.id).where(*mine, ImportFile.sha256 == digest, ImportFile.source == source)
        if (known := session.scalar(same.limit(1))) is not None:
            return known
        if (session.scalar(select(func.count()).select_from(ImportFile).where(*mine)) or 0) >= MOST_SENT:
            words = f"You have sent {MOST_SENT} files that are not imported: import one or throw it away first."
            raise Refused(Problem("file", words))
        row = _row(now, by, source, name, digest, size, layout, first_rows(stream, layout, ROWS_SHOWN))
        session.add(row)
        session.flush()
        for position, content in enumerate(chunks_of(stream)):
            piece = {"file_id": row.id, "position": position, "content": content}
            session.execute(insert(ImportPiece.table()), piece)
        return row.id


def _readable(stream: IO[bytes]) -> Layout:
    stream.seek(0)
    start = stream.read(4)
    if kind := next((kind for magic, kind in NO_TABLES.items() if start.startswith(magic)), ""):
        raise Refused(Problem("file", f"This is {kind}, not a text table. Save it as “CSV UTF-8” and send that."))
    stream.seek(0, 2)
    if stream.tell() > LARGEST_TABLE:
        raise Refused(Problem("file", f"This file is larger than {LARGEST_TABLE // 1_000_000} MB. {BY_COMMAND}"))
    return claims_layout(stream)


BY_COMMAND = "Larger ones are imported on the server, with the command `ledger claims import`."


def _row(
    now: datetime,
    by: str,
    source: str,
    name: str,
    digest: str,
    size: int,
    layout: Layout,
    shown: tuple[list[str], ...],
) -> ImportFile:
    return ImportFile(
        sent_by=by,
        sent_at=now,
        touched_at=now,
        source=source,
        name=name,
        sha256=digest,
        size=size,
        encoding=layout.encoding,
        delimiter=layout.delimiter,
        header=layout.header,
        first_rows=tuple([cell[:CELL_SHOWN] for cell in cells] for cells in shown),
        columns=(),
        register_documents=True,
        register_as=None,
        leave_out=False,
        checked_at_size=None,
        last_row=1,
        new=0,
        again=0,
        known=0,
        faulty=0,
        results=(),
        run_id=None,
    )


def choose_columns(
    session: Session,
    *,
    now: datetime,
    by: str,
    file: int,
    columns: Mapping[str, int],
    register_documents: bool,
    register_as: ClaimantKind | None,
) -> None:
    """Set the columns of a file (our name: position), and queue its check. Raises Refused, Missing, Forbidden."""
    with write_transaction(session):
        found = sent_file(session, file, by, locked=True)
        refuse_if(chosen_problems(found.header, columns))
        _refuse_if_imported(session, found)
        chosen = tuple(sorted([place, ours] for ours, place in columns.items()))
        before = (tuple(map(list, found.columns)), found.register_documents, found.register_as)
        waiting = pending_task(session, file=file)
        if waiting is not None and before == (chosen, register_documents, register_as):
            return  # the button was pressed twice
        if waiting is not None:
            session.delete(waiting)  # a scheduler that works on it notices and stops
        found.columns, found.register_documents, found.register_as = chosen, register_documents, register_as
        found.checked_at_size, found.touched_at = None, now
        session.execute(delete(ImportFault).where(ImportFault.file_id == file))
        enqueue_task(session, now=now, by=by, kind=TaskKind.CHECK, file=file, total=found.size)


def request_import(session: Session, *, now: datetime, by: str, file: int, leave_out: bool) -> None:
    """Queue the import of a checked file. Raises Refused, Missing, Forbidden."""
    with write_transaction(session):
        found = sent_file(session, file, by, locked=True)
        if pending_task(session, file=file) is not None:
            return  # the button was pressed twice
        run = session.get(ImportRun, found.run_id) if found.run_id is not None else None
        if run is not None:
            if run.state is ImportState.RUNNING:  # it was interrupted by an error of the program
                enqueue_task(session, now=now, by=by, kind=TaskKind.IMPORT, file=file, total=found.last_row)
            return
        if found.checked_at_size is None:
            raise Refused(Problem("", "This file has to be checked first: choose its columns."))
        if found.faulty and not leave_out:
            words = "Tick this to leave out the rows with errors, or correct the file and send it again."
            raise Refused(Problem("leave_out", words))
        if not found.new + found.again:
            raise Refused(Problem("", "There is nothing to import: every row is on record already."))
        found.leave_out, found.touched_at = leave_out, now
        enqueue_task(session, now=now, by=by, kind=TaskKind.IMPORT, file=file, total=found.last_row)


def delete_upload(session: Session, *, by: str, file: int) -> None:
    """Delete an uploaded file that is not imported. Raises Refused, Missing, Forbidden."""
    with write_transaction(session):
        found = sent_file(session, file, by, locked=True)
        _refuse_if_imported(session, found)
        session.delete(found)


def _refuse_if_imported(session: Session, found: ImportFile) -> None:
    waiting = pending_task(session, file=found.id)
    if found.run_id is not None or (waiting is not None and waiting.kind is TaskKind.IMPORT):
        raise Refused(Problem("", "This file is imported, or being imported. An import can be undone."))


@contextmanager
def open_upload(session: Session, found: ImportFile) -> Iterator[Table]:
    """An uploaded file as a table, copied to a temporary file to save memory. Raises Missing."""
    with TemporaryFile() as copy:
        pieces = select(ImportPiece.content).where(ImportPiece.file_id == found.id)
        position = 0
        while (content := session.scalar(pieces.where(ImportPiece.position == position))) is not None:
            copy.write(content)
            position += 1
        if copy.tell() != found.size:
            raise Missing(f"content of file {found.id} to import")
        header, kind = tuple(found.header), format_of(copy, found.encoding, CLAIM_FORMATS)
        layout = Layout(kind, found.encoding, found.delimiter, header)
        yield Table(copy, found.name, found.sha256, found.size, layout, dict(found.columns))


def options_of(found: ImportFile, by: str = "") -> Options:
    """The import options of a file; `by` is the actor that records."""
    return Options(found.source, by, found.register_documents, found.register_as)


def delete_content(session: Session, file: int) -> None:
    """Delete the content of an imported file, which is no longer needed."""
    session.execute(delete(ImportPiece).where(ImportPiece.file_id == file))
