"""Imports for the desk: the list of all imports, one import, and an uploaded file that is not imported yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.errors import Forbidden, Missing
from ledger.formats.claim_rows import RowError
from ledger.queries.claim_list import ClaimLine, claim_lines
from ledger.queries.paging import page_count
from ledger.store.imports import ImportFault, ImportFile, ImportRow, ImportRun, ImportState, ImportTask, TaskKind
from ledger.store.people import Actor, ClaimantKind

PAGE, FAULTS_SHOWN, CLAIMS_SHOWN = 30, 50, 5


class RowResult(StrEnum):
    """The result of importing a row without errors."""

    NEW = "new"  # a new claim with its first forecast
    RESTATEMENT = "again"  # a new forecast on a claim on record
    KNOWN = "known"  # nothing: the row was imported before, or the same forecast is on record


@dataclass(frozen=True)
class TaskLine:
    """A task of the scheduler and its progress."""

    kind: TaskKind
    done: int
    total: int
    taken: bool  # whether a scheduler is working on it

    @property
    def percent(self) -> int:
        """The progress in whole percent; 99 at most, because the task is not finished."""
        return min(99, 100 * self.done // self.total) if self.total else 0


@dataclass(frozen=True)
class ImportLine:
    """One import: who requested it, its source, and the number of rows of each result."""

    id: int
    source: str
    file_name: str
    by: str  # who requested it on the web; for other imports, the actor that it recorded as
    on_web: bool
    started_at: datetime
    finished_at: datetime | None
    state: ImportState
    new: int
    again: int
    known: int
    rows_done: int
    left_out: int  # rows with errors, as far as known
    task: TaskLine | None


class Stage(StrEnum):
    """The stage of an uploaded file on its way to being imported."""

    COLUMNS = "columns"  # the columns still have to be chosen
    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    BROKEN_OFF = "broken off"
    IMPORTED = "imported"


@dataclass(frozen=True)
class FileLine:
    """An uploaded file that is not imported yet."""

    id: int
    source: str
    name: str
    sent_at: datetime
    stage: Stage


@dataclass(frozen=True)
class ImportList:
    """A page of all imports, and the reader's own files that are not imported yet."""

    lines: tuple[ImportLine, ...]
    sent: tuple[FileLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class FilePage:
    """An uploaded file that is not imported yet, with the results of checking it."""

    id: int
    source: str
    name: str
    size: int
    header: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    columns: dict[str, int]
    register_documents: bool
    register_as: ClaimantKind | None
    stage: Stage
    task: TaskLine | None
    error: str  # why the last task failed, or ""
    rows: int
    results: dict[str, int]
    faulty: int
    sample: tuple[tuple[int, RowResult, str, str], ...]
    faults: tuple[RowError, ...]
    left_out: tuple[str, ...]
    run: int | None


def list_imports(session: Session, by: str, *, page: int = 1) -> ImportList:
    """Every import, newest first, and the files uploaded by `by`. Raises Missing past the last page."""
    total = session.scalar(select(func.count()).select_from(ImportRun)) or 0
    newest = select(ImportRun).order_by(ImportRun.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    mine = (
        select(ImportFile).where(ImportFile.sent_by == by, ImportFile.run_id.is_(None)).order_by(ImportFile.id.desc())
    )
    sent = [
        FileLine(found.id, found.source, found.name, found.sent_at, _stage(session, found, _task(session, found)))
        for found in session.scalars(mine)
    ]
    lines = _lines(session, session.scalars(newest).all())
    return ImportList(lines, tuple(sent), total, page, page_count(total, PAGE, page))


def file_page(session: Session, number: int, by: str) -> FilePage:
    """A file uploaded by `by`. Raises Missing, Forbidden."""
    found = sent_file(session, number, by)
    task = _task(session, found)
    faults = select(ImportFault).where(ImportFault.file_id == number).order_by(ImportFault.position).limit(FAULTS_SHOWN)
    chosen = {ours: place for place, ours in found.columns}
    return FilePage(
        id=found.id,
        source=found.source,
        name=found.name,
        size=found.size,
        header=tuple(found.header),
        first_rows=tuple(tuple(cells) for cells in found.first_rows),
        columns=chosen,
        register_documents=found.register_documents,
        register_as=found.register_as,
        stage=_stage(session, found, task),
        task=_line_of(task) if task is not None and task.finished_at is None else None,
        error=(task.error or "") if task is not None else "",
        rows=found.new + found.again + found.known + found.faulty,
        results={
            RowResult.NEW.value: found.new,
            RowResult.RESTATEMENT.value: found.again,
            RowResult.KNOWN.value: found.known,
        },
        faulty=found.faulty,
        sample=tuple(
            (row, RowResult(result), statement, speakers) for row, result, statement, speakers in found.results
        ),
        faults=tuple(RowError(fault.row, fault.column, fault.message) for fault in session.scalars(faults)),
        left_out=tuple(name for at, name in enumerate(found.header) if at not in chosen.values()),
        run=found.run_id,
    )


def all_faults(session: Session, number: int, by: str) -> Iterator[RowError]:
    """Every stored error of a file, in the order of its rows. Raises Missing, Forbidden before the first."""
    sent_file(session, number, by)
    faults = select(ImportFault.row, ImportFault.column, ImportFault.message).where(ImportFault.file_id == number)
    return iter([RowError(*row) for row in session.execute(faults.order_by(ImportFault.position))])


def import_line(session: Session, run: int) -> ImportLine:
    """One import. Raises Missing."""
    found = session.get(ImportRun, run)
    if found is None:
        raise Missing(f"import {run}")
    return _lines(session, [found])[0]


def sample_claims(session: Session, run: int) -> tuple[ClaimLine, ...]:
    """The first few claims that an import recorded."""
    recorded = select(ImportRow.claim).where(ImportRow.run_id == run, ImportRow.opened)
    return claim_lines(session, session.scalars(recorded.order_by(ImportRow.claim).limit(CLAIMS_SHOWN)).all())


def last_undo(session: Session, run: int) -> tuple[str, str]:
    """The result of the last undo of an import: its summary and its error, each "" if there is none."""
    last = select(ImportTask).where(ImportTask.run_id == run).order_by(ImportTask.id.desc()).limit(1)
    task = session.scalars(last).one_or_none()
    return (task.summary, task.error or "") if task is not None else ("", "")


def _lines(session: Session, runs: Sequence[ImportRun]) -> tuple[ImportLine, ...]:
    numbers = [run.id for run in runs]
    sent = {found.run_id: found for found in session.scalars(select(ImportFile).where(ImportFile.run_id.in_(numbers)))}
    by = {run.id: sent[run.id].sent_by if run.id in sent else run.actor_id for run in runs}
    tasks = {
        task.run_id: task
        for task in session.scalars(
            select(ImportTask).where(ImportTask.run_id.in_(numbers), ImportTask.finished_at.is_(None))
        )
    }
    actors = session.execute(select(Actor.id, Actor.name).where(Actor.id.in_(by.values())))
    names = {actor: name for actor, name in actors}  # noqa: C416 - rows are not yet pairs to the type checker
    return tuple(
        ImportLine(
            id=run.id,
            source=run.source,
            file_name=run.file_name,
            by=names.get(by[run.id], "somebody"),
            on_web=run.id in sent,
            started_at=run.started_at,
            finished_at=run.finished_at,
            state=run.state,
            new=run.new,
            again=run.again,
            known=run.known,
            rows_done=run.rows_done,
            left_out=sent[run.id].faulty if run.id in sent else 0,
            task=_line_of(tasks[run.id]) if run.id in tasks else None,
        )
        for run in runs
    )


def _task(session: Session, found: ImportFile) -> ImportTask | None:
    """The newest task about a file."""
    newest = select(ImportTask).where(ImportTask.file_id == found.id).order_by(ImportTask.id.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).one_or_none()


def _line_of(task: ImportTask) -> TaskLine:
    return TaskLine(task.kind, task.done, task.total, task.lease is not None)


def _stage(session: Session, found: ImportFile, task: ImportTask | None) -> Stage:
    if task is not None and task.finished_at is None:
        return Stage.CHECKING if task.kind is TaskKind.CHECK else Stage.IMPORTING
    if found.run_id is not None:
        run = session.get_one(ImportRun, found.run_id)
        return Stage.BROKEN_OFF if run.state is ImportState.RUNNING else Stage.IMPORTED
    return Stage.CHECKED if found.checked_at_size is not None else Stage.COLUMNS


def sent_file(session: Session, number: int, by: str, *, locked: bool = False) -> ImportFile:
    """A file uploaded by `by`. Raises Missing, Forbidden."""
    found = session.get(ImportFile, number, with_for_update=locked or None)
    if found is None:
        raise Missing(f"file {number} to import")
    if found.sent_by != by:
        raise Forbidden("Somebody else sent this file, and only they can import it. You can send it yourself.")
    return found
