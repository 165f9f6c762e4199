"""Uploaded files: stored, their columns chosen, checked and imported by tasks of any scheduler, and undone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from support.cast import Cast, resolve
from support.samples.csv_files import HEADER, good_row, good_rows, spoilt_files, written

from ledger.domain.claims import ClaimState
from ledger.domain.errors import Forbidden, Missing, Refused
from ledger.formats import streams
from ledger.formats.columns import COLUMNS, REQUIRED, chosen_problems, guessed_columns
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.queries.imports import Stage, all_faults, file_page, list_imports
from ledger.queries.undo_preview import preview_undo
from ledger.services.imports import queue, uploads
from ledger.services.imports import run as import_run
from ledger.services.imports.queue import LostLease, Task
from ledger.services.imports.undo import request_undo
from ledger.services.imports.uploads import choose_columns, delete_upload, request_import, store_upload
from ledger.services.imports.worker import do_task
from ledger.store.claims import Claim
from ledger.store.imports import ImportFile, ImportPiece, ImportRun, ImportState, ImportTask


def keep(session: Session, cast: Cast, now: datetime, content: bytes, **changes: Any) -> int:
    terms = {"by": cast.dora.actor, "source": "The Wire", "name": "wire.csv", **changes}
    return store_upload(session, now=now, stream=io.BytesIO(content), **terms)


def choose(session: Session, cast: Cast, now: datetime, file: int, header: Sequence[str] = HEADER) -> None:
    choose_columns(
        session,
        now=now,
        by=cast.dora.actor,
        file=file,
        columns=guessed_columns(header),
        register_documents=True,
        register_as=None,
    )


def work(session: Session, now: datetime) -> list[str]:
    """Do all waiting tasks, as the job does."""
    summaries = []
    while task := queue.take(session, now=now):
        summaries.append(do_task(session, now=now, task=task, progress=lambda done, total: None))
        queue.finish(session, now=now, task=task, summary=summaries[-1])
    return summaries


def checked(session: Session, cast: Cast, now: datetime, rows: list[dict[str, str]]) -> int:
    file = keep(session, cast, now, written(rows))
    choose(session, cast, now, file)
    work(session, now)
    return file


def test_a_file_is_stored_checked_imported_and_its_content_deleted(session: Session, cast: Cast, now: datetime) -> None:
    before = read_head(session)
    rows = [*good_rows(3), good_row(0, key="again", made_on="2016-10-15")]
    file = keep(session, cast, now, written(rows))
    assert file_page(session, file, cast.dora.actor).stage is Stage.COLUMNS
    choose(session, cast, now, file)
    assert file_page(session, file, cast.dora.actor).stage is Stage.CHECKING
    assert work(session, now) == ["Rows: 3 new, 1 restatements, 0 already on record, 0 with errors."]
    page = file_page(session, file, cast.dora.actor)
    assert (page.stage, page.rows, page.results["new"], page.left_out) == (Stage.CHECKED, 4, 3, ())
    assert [result.value for _, result, _, _ in page.sample] == ["new", "new", "new", "again"]
    assert read_head(session) == before  # a check writes nothing
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    assert file_page(session, file, cast.dora.actor).stage is Stage.IMPORTING
    work(session, now)
    page = file_page(session, file, cast.dora.actor)
    assert page.stage is Stage.IMPORTED and page.run is not None
    assert session.scalar(select(func.count()).select_from(ImportPiece)) == 0
    (line,) = list_imports(session, cast.dora.actor).lines
    assert (line.by, line.on_web, line.state, line.new, line.again) == ("Dora Dimitrova", True, ImportState.DONE, 3, 1)
    assert list(differences(session)) == []


def test_large_files_are_read_back_from_their_pieces(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "CHUNK", 1_000)
    content = written(good_rows(20))
    file = keep(session, cast, now, content)
    assert (session.scalar(select(func.count()).select_from(ImportPiece)) or 0) > 2
    with uploads.open_upload(session, session.get_one(ImportFile, file)) as table:
        table.stream.seek(0)
        assert table.stream.read() == content


def test_a_file_uploaded_twice_is_stored_once(session: Session, cast: Cast, now: datetime) -> None:
    content = written(good_rows(2))
    file = keep(session, cast, now, content)
    assert keep(session, cast, now, content) == file
    assert keep(session, cast, now, content, source="Elsewhere") != file
    assert keep(session, cast, now, content, by=cast.admin.actor) != file


def test_each_person_may_have_only_a_few_files(session: Session, cast: Cast, now: datetime) -> None:
    for number in range(uploads.MOST_SENT):
        keep(session, cast, now, written(good_rows(number + 1)))
    with pytest.raises(Refused, match="throw it away first"):
        keep(session, cast, now, written(good_rows(30)))
    keep(session, cast, now, written(good_rows(30)), by=cast.admin.actor)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "no rows"),
        (b"PK\x03\x04" + bytes(50), "a spreadsheet or an archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x81\x8d\xff\x00,\x9d", "neither UTF-8"),
        (b"a" * 60_000_000, "larger than 50 MB"),
        (b"statement\nx", "one column only"),
        (b",".join(b"c%d" % n for n in range(300)) + b"\n", "300 columns"),
        (b'a,"b\n', "that is not closed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_a_table_is_refused_at_once(
    session: Session, cast: Cast, now: datetime, content: bytes, says: str
) -> None:
    with pytest.raises(Refused, match=says):
        keep(session, cast, now, content)
    assert session.scalar(select(func.count()).select_from(ImportFile)) == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_problems_of_source_and_name_are_reported_together(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        keep(session, cast, now, b"", source="", name="evil\u202ecsv")
    assert [problem.field for problem in refused.value.problems] == ["source", "file", "file"]


def test_another_person_s_file_is_forbidden(session: Session, cast: Cast, now: datetime) -> None:
    file = checked(session, cast, now, good_rows(1))
    other = cast.admin.actor
    with pytest.raises(Forbidden):
        file_page(session, file, other)
    with pytest.raises(Forbidden):
        all_faults(session, file, other)
    with pytest.raises(Forbidden):
        request_import(session, now=now, by=other, file=file, leave_out=True)
    with pytest.raises(Forbidden):
        delete_upload(session, by=other, file=file)
    with pytest.raises(Missing):
        file_page(session, file + 9, cast.dora.actor)
    assert list_imports(session, other).sent == ()
    assert [sent.id for sent in list_imports(session, cast.dora.actor).sent] == [file]


def test_rows_with_errors_are_left_out_only_on_request(session: Session, cast: Cast, now: datetime) -> None:
    file = checked(session, cast, now, [good_row(0), good_row(1, horizon="soon"), good_row(2)])
    page = file_page(session, file, cast.dora.actor)
    assert (page.faulty, [(fault.row, fault.column) for fault in page.faults]) == (1, [(3, "horizon")])
    with pytest.raises(Refused, match="leave out the rows with errors"):
        request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=True)
    assert work(session, now) == ["Rows: 2 new, 0 restatements, 0 already on record, 1 with errors."]


def test_a_file_is_checked_again_if_the_record_has_grown(session: Session, cast: Cast, now: datetime) -> None:
    """A claim with the same words and another shape was recorded meanwhile: the row does not fit it."""
    row = good_row(0) | {"kind": "choice", "options": "Yes; No", "option": "Yes"}
    file = keep(session, cast, now, written([row]))
    choose(session, cast, now, file, list(row))
    work(session, now)
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    before = session.scalar(select(func.count()).select_from(Claim)) or 0
    import_run.import_file(
        session, now=now, table=_table(good_row(0)), options=uploads.Options("other", cast.ada.actor)
    )
    with pytest.raises(Refused, match="changed since the check"):
        work(session, now)
    page = file_page(session, file, cast.dora.actor)
    assert page.faulty == 1 and "no options" in page.faults[0].message
    assert session.scalar(select(func.count()).select_from(Claim)) == before + 1


def _table(row: dict[str, str]) -> Any:
    from ledger.services.imports.claim_file import open_table

    return open_table(io.BytesIO(written([row])), "a.csv", {})


def test_pressing_twice_queues_one_task(session: Session, cast: Cast, now: datetime) -> None:
    file = keep(session, cast, now, written(good_rows(2)))
    choose(session, cast, now, file)
    choose(session, cast, now, file)
    assert len(work(session, now)) == 1
    for _ in range(2):
        request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    assert len(work(session, now)) == 1
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    assert work(session, now) == []
    with pytest.raises(Refused, match="An import can be undone"):
        delete_upload(session, by=cast.dora.actor, file=file)
    with pytest.raises(Refused, match="An import can be undone"):
        choose(session, cast, now, file)


def test_choosing_other_columns_ends_a_running_check(session: Session, cast: Cast, now: datetime) -> None:
    file = keep(session, cast, now, written(good_rows(2)))
    choose(session, cast, now, file)
    task = queue.take(session, now=now)
    assert task is not None
    choose(session, cast, now, file, [*HEADER[:-1], "remarks on it"])
    with pytest.raises(LostLease):
        queue.note_progress(session, now=now, task=task, done=1, total=2)
    assert len(work(session, now)) == 1
    delete_upload(session, by=cast.dora.actor, file=file)
    for table in (ImportFile, ImportPiece, ImportTask):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_task_belongs_to_its_scheduler_until_the_lease_runs_out(session: Session, cast: Cast, now: datetime) -> None:
    file = keep(session, cast, now, written(good_rows(2)))
    choose(session, cast, now, file)
    first = queue.take(session, now=now)
    assert first is not None and queue.take(session, now=now) is None
    assert not queue.waits(session, now=now + queue.LEASE)
    later = now + queue.LEASE + timedelta(seconds=1)
    assert queue.waits(session, now=later)
    queue.note_progress(session, now=later, task=first, done=1, total=2)  # it was slow, not dead
    assert not queue.waits(session, now=later + timedelta(seconds=1))
    second = queue.take(session, now=later + queue.LEASE + timedelta(seconds=1))
    assert second is not None
    for lost in (
        lambda: queue.note_progress(session, now=later, task=first, done=2, total=2),
        lambda: queue.finish(session, now=later, task=first),
    ):
        with pytest.raises(LostLease):
            lost()
    queue.give_back(session, task=second)
    assert queue.take(session, now=later) is not None


class Stopped(Exception):
    """Raised by the progress callback in a test."""


def test_an_interrupted_import_resumes_where_it_stopped(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 4)
    file = checked(session, cast, now, good_rows(10))
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    task = queue.take(session, now=now)
    assert task is not None

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        do_task(session, now=now, task=task, progress=stop)
    assert session.scalars(select(ImportRun.rows_done)).one() == 5
    assert session.scalars(select(ImportRun.state)).one() is ImportState.RUNNING
    page = file_page(session, file, cast.dora.actor)
    assert page.stage is Stage.IMPORTING
    queue.finish(session, now=now, task=task, error="It broke.")
    assert file_page(session, file, cast.dora.actor).stage is Stage.BROKEN_OFF
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    assert work(session, now) == ["Rows: 6 new, 0 restatements, 0 already on record, 0 with errors."]
    run = session.scalars(select(ImportRun)).one()
    assert (run.new, run.known, run.state) == (10, 0, ImportState.DONE)


def test_the_task_of_a_deleted_file_reports_it(session: Session, cast: Cast, now: datetime) -> None:
    file = keep(session, cast, now, written(good_rows(2)))
    choose(session, cast, now, file)
    session.query(ImportPiece).delete()
    session.commit()
    with pytest.raises(Refused, match="send it again"):
        work(session, now)
    gone = Task(1, queue.TaskKind.CHECK, file + 1, None, "x", "", "lease")
    with pytest.raises(LostLease):
        do_task(session, now=now, task=gone, progress=lambda done, total: None)


def test_the_preview_of_an_undo_matches_its_result(session: Session, cast: Cast, now: datetime) -> None:
    file = checked(session, cast, now, good_rows(4))
    request_import(session, now=now, by=cast.dora.actor, file=file, leave_out=False)
    work(session, now)
    run = session.scalars(select(ImportRun.id)).one()
    assert preview_undo(session, run).withdrawn == 4
    claims = session.scalars(select(Claim.id).where(Claim.statement.like("The fighters return, in case%"))).all()
    resolve(session, cast, now)  # not of this import
    session.execute(Claim.table().update().where(Claim.table().c.id == claims[0]).values(outcome="true"))
    session.commit()
    foretold = preview_undo(session, run)
    assert (foretold.withdrawn, foretold.judged, foretold.shared, foretold.added) == (3, (claims[0],), (), 0)
    with pytest.raises(Refused, match="Give the reason"):
        request_undo(session, now=now, by=cast.dora.actor, run=run, reason="")
    for _ in range(2):
        request_undo(session, now=now, by=cast.dora.actor, run=run, reason="It was no archive.")
    summaries = work(session, now)
    assert summaries == ["3 claims are withdrawn. 1 claim stays: it is judged, and an editor can declare it void."]
    ended = session.get_one(Claim, claims[1])
    assert ended.state is ClaimState.WITHDRAWN
    assert ended.ended_because == f"Import {run} from The Wire was undone: It was no archive."
    with pytest.raises(Missing):
        request_undo(session, now=now, by=cast.dora.actor, run=run + 9, reason="x")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_damaged_files_give_the_same_errors(session: Session, cast: Cast, now: datetime) -> None:
    """Also with NUL characters, which PostgreSQL cannot store."""
    before = read_head(session)
    for spoilt in list(spoilt_files(41)):
        try:
            file = keep(session, cast, now, spoilt.content)
        except Refused as refused:
            assert spoilt.says in str(refused), spoilt.how
            continue
        choose(session, cast, now, file)
        work(session, now)
        here = [f.message for f in all_faults(session, file, cast.dora.actor) if f.row == spoilt.row]
        assert any(spoilt.says in message for message in here), (spoilt.how, here)
        delete_upload(session, by=cast.dora.actor, file=file)
    assert read_head(session) == before
    nul = written([{**good_row(0), "no\0te": "x\0y", "speaker": "A\0B", "speaker_kind": ""}])
    file = keep(session, cast, now, nul)
    choose(session, cast, now, file)
    work(session, now)
    assert any("Nobody is registered as “A\ufffdB”" in f.message for f in all_faults(session, file, cast.dora.actor))


def test_each_column_is_guessed_once_from_the_headings() -> None:
    header = ["ID", "Claim", "Title", "Resolution-Criteria", "statement", "Said by", "said on", "", "Claim"]
    assert guessed_columns(header) == {
        "statement": 4,
        "key": 0,
        "criteria": 3,
        "speaker": 5,
        "made_on": 6,
        "document": 2,
    }
    assert guessed_columns(COLUMNS) == {name: at for at, name in enumerate(COLUMNS)}


def test_problems_of_chosen_columns() -> None:
    good = {name: at for at, name in enumerate(REQUIRED)}
    assert chosen_problems(REQUIRED, good) == []
    problems = chosen_problems(REQUIRED, {**good, "note": 0, "outlet": 99, "mood": 1} | {"criteria": 0})
    assert {problem.field for problem in problems} == {"note", "outlet", "mood", "criteria"}
    assert {p.field for p in chosen_problems(REQUIRED, {})} == set(REQUIRED)
