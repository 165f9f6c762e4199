"""Importing claims: the results and errors of rows, and repeated, resumed and undone imports."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from support.cast import Cast, claim_terms, evidence_terms, forecast_terms, judge, record, review_of
from support.samples.csv_files import good_row, good_rows, spoilt_files, written

from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.errors import Missing, Refused
from ledger.domain.outcomes import Outcome
from ledger.formats.csv_reader import guard
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.queries.exports.claims_csv import forecast_rows
from ledger.queries.imports import RowResult
from ledger.services.claims.record import record_forecast
from ledger.services.evidence import attach_evidence
from ledger.services.imports import run as import_run
from ledger.services.imports.claim_file import Table, open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.preview import Report, check_file
from ledger.services.imports.run import FileHasErrors, import_file, importing_actor
from ledger.services.imports.undo import undo_import
from ledger.services.reviews.assign import assignees
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.imports import ImportRow, ImportRun, ImportState
from ledger.store.people import Claimant, Document
from ledger.store.reviews import Assignment

FILES = 504


def table_of(content: bytes, **mapping: str) -> Table:
    return open_table(io.BytesIO(content), "claims.csv", mapping)


def run_import(
    session: Session, cast: Cast, now: datetime, rows: Sequence[Mapping[str, str]], source: str = "test"
) -> tuple[int, Report]:
    return import_file(session, now=now, table=table_of(written(rows)), options=Options(source, cast.ada.actor))


def count_claims(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Claim)) or 0


def test_a_row_gives_the_same_entries_as_the_form(session: Session, cast: Cast, now: datetime) -> None:
    _, report = run_import(session, cast, now, good_rows(3))
    assert (report.results, report.faulty) == (Counter({RowResult.NEW: 3}), 0)
    claim = session.scalars(select(Claim).where(Claim.statement == "The fighters return, in case 1.")).one()
    assert (claim.criteria, str(claim.horizon), claim.state) == (
        "True if they do,\nfalse if not.",
        "2017-10",
        ClaimState.OPEN,
    )
    forecast = session.scalars(select(Forecast).where(Forecast.claim_id == claim.id)).one()
    assert (forecast.low, forecast.high, forecast.hedge) == (0.7, 0.7, "seven in ten, “by all accounts”")
    said_by = select(Claimant.name).join(ForecastClaimant, ForecastClaimant.claimant_id == Claimant.id)
    names = session.scalars(said_by.where(ForecastClaimant.forecast_id == forecast.id))
    assert set(names) == {"Paula Pundit", "Ömer “the Oracle” Öz"}
    assert set(assignees(session, review_of(session, claim.id))) == {cast.ben.actor, cast.cleo.actor}
    same = select(func.count()).select_from(Document).where(Document.title == "What comes after")
    assert session.scalar(same) == 2  # one of the fixtures, published elsewhere, and one for all three rows
    assert list(differences(session)) == []


def test_importing_again_changes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    run_import(session, cast, now, good_rows(5))
    before = read_head(session)
    _, report = run_import(session, cast, now, [*good_rows(5), good_row(4, key="other")])
    assert report.results == Counter({RowResult.KNOWN: 6})
    assert read_head(session) == before
    _, elsewhere = run_import(
        session, cast, now, good_rows(5), source="elsewhere"
    )  # the same forecasts from another source
    assert elsewhere.results == Counter({RowResult.KNOWN: 5})
    assert read_head(session) == before


def test_a_restatement_is_another_forecast_on_the_claim(session: Session, cast: Cast, now: datetime) -> None:
    rows = [
        good_row(0),
        good_row(0, key="later", made_on="2016-10-17", probability="0.9"),
        good_row(0, key="other", speaker="Otto Other"),
        good_row(1),
    ]
    checked = check_file(session, now=now, table=table_of(written(rows)), options=Options("test", cast.ada.actor))
    assert [result for _, result in checked.sample] == [
        RowResult.NEW,
        RowResult.RESTATEMENT,
        RowResult.RESTATEMENT,
        RowResult.NEW,
    ]
    _, report = run_import(session, cast, now, rows)
    assert report.results == checked.results
    assert count_claims(session) == 2 + 2  # two of them by the fixtures
    assert list(differences(session)) == []


def test_a_check_writes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    before = read_head(session)
    report = check_file(session, now=now, table=table_of(written(good_rows(3))), options=Options("test", "x"))
    assert report.results == Counter({RowResult.NEW: 3})
    assert (read_head(session), session.scalar(select(func.count()).select_from(ImportRun))) == (before, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_every_usual_encoding_and_delimiter_is_read(
    session: Session, cast: Cast, now: datetime, encoding: str, delimiter: str
) -> None:
    table = table_of(written(good_rows(2), delimiter=delimiter, encoding=encoding))
    report = check_file(session, now=now, table=table, options=Options("test", cast.ada.actor))
    assert report.results == Counter({RowResult.NEW: 2})
    assert report.sample[0][0].speakers == ("Paula Pundit", "Ömer “the Oracle” Öz")


def test_damaged_files_are_refused_whole_with_the_place(session: Session, cast: Cast, now: datetime) -> None:
    before = read_head(session)
    for spoilt in spoilt_files(FILES):
        try:
            import_file(session, now=now, table=table_of(spoilt.content), options=Options("test", cast.ada.actor))
        except Refused as refused:
            assert spoilt.column == "", spoilt.how
            assert any(spoilt.says in problem.message for problem in refused.problems), spoilt.how
        except FileHasErrors as faulty:
            faults = faulty.report.faults
            here = [fault for fault in faults if (fault.row, fault.column) == (spoilt.row, spoilt.column)]
            assert any(spoilt.says in fault.message for fault in here), (spoilt.how, faults)
        else:
            pytest.fail(f"it was imported: {spoilt.how}")
    assert read_head(session) == before
    assert session.scalar(select(func.count()).select_from(ImportRun)) == 0


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "no rows"),
        (b"statement\r\nx", "one column"),
        (b"statement,criteria\r\na,b", "A column “speaker” is needed"),
        (b"statement,Statement,criteria\r\na,b,c", "Two columns are headed"),
        (b'statement,"criteria\r\na,b', "that is not closed"),
    ],
)
def test_an_unusable_header_is_refused(session: Session, content: bytes, says: str) -> None:
    with pytest.raises(Refused, match=says):
        table_of(content)


def test_columns_are_found_by_heading_or_mapping(session: Session, cast: Cast, now: datetime) -> None:
    rows = [{"What they said": r.pop("statement"), "Published On": r.pop("published_on"), **r} for r in good_rows(2)]
    with pytest.raises(Refused, match="statement"):
        table_of(written(rows))
    table = table_of(written([row | {"Mood": "grim"} for row in rows]), statement="what they said")
    assert table.unused == ("Mood",)
    report = check_file(session, now=now, table=table, options=Options("test", cast.ada.actor))
    assert report.results == Counter({RowResult.NEW: 2})
    with pytest.raises(Refused, match="There is no column “mood”"):
        table_of(written(rows), mood="Mood")


def test_keys_are_case_sensitive(session: Session, cast: Cast, now: datetime) -> None:
    _, report = run_import(session, cast, now, [good_row(0, key="a"), good_row(1, key="A")])
    assert report.results == Counter({RowResult.NEW: 2})


def test_rows_with_errors_can_be_left_out(session: Session, cast: Cast, now: datetime) -> None:
    content = written([good_row(0), good_row(1, probability="much"), good_row(2)])
    options = Options("test", cast.ada.actor)
    _, report = import_file(session, now=now, table=table_of(content), options=options, skip_faulty=True)
    assert (report.results, report.faulty) == (Counter({RowResult.NEW: 2}), 1)


def test_names_are_registered_only_if_allowed(session: Session, cast: Cast, now: datetime) -> None:
    options = Options("test", cast.ada.actor, register_documents=False)
    report = check_file(session, now=now, table=table_of(written([good_row(0)])), options=options)
    assert [(fault.column, fault.message[:16]) for fault in report.faults] == [("document", "No such document")]
    nobody = written([good_row(0, speaker="Otto Other", speaker_kind="")])
    report = check_file(session, now=now, table=table_of(nobody), options=Options("test", cast.ada.actor))
    assert [(fault.column, fault.message[:20]) for fault in report.faults] == [("speaker", "Nobody is registered")]


def test_an_interrupted_import_resumes_where_it_stopped(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_run, "BATCH", 3)

    def stop(row: int) -> None:
        if row >= 7:
            raise KeyboardInterrupt

    rows, options = good_rows(10), Options("test", cast.ada.actor)
    with pytest.raises(KeyboardInterrupt):
        import_file(session, now=now, table=table_of(written(rows)), options=options, progress=stop)
    run = session.scalars(select(ImportRun)).one()
    assert (run.state, run.rows_done, run.new) == (ImportState.RUNNING, 7, 6)
    number, report = import_file(session, now=now, table=table_of(written(rows)), options=options)
    assert (number, report.results) == (run.id, Counter({RowResult.NEW: 4}))
    session.refresh(run)
    assert (run.state, run.new, count_claims(session)) == (ImportState.DONE, 10, 12)
    assert list(differences(session)) == []


def test_a_reviewer_is_not_assigned_to_their_own_claim(session: Session, cast: Cast, now: datetime) -> None:
    rows = [good_row(0), good_row(1, speaker=cast.ben.name), good_row(0, key="ben too", speaker=cast.ben.name)]
    run_import(session, cast, now, rows)
    for claim in session.scalars(select(Claim.id).where(Claim.statement.startswith("The fighters"))):
        assert set(assignees(session, review_of(session, claim))) == {cast.cleo.actor}
    assert list(differences(session)) == []


def test_reviewers_are_chosen_by_load_within_a_batch(session: Session, cast: Cast, now: datetime) -> None:
    rows = [good_row(n, speaker=cast.ben.name if n < 2 else "Otto Other") for n in range(4)]
    run_import(session, cast, now, rows)
    load = select(Assignment.actor_id, func.count()).group_by(Assignment.actor_id)
    assert {actor: n for actor, n in session.execute(load) if actor in (cast.ben.actor, cast.cleo.actor)} == {
        cast.ben.actor: 2,
        cast.cleo.actor: 4,
    }


def test_undoing_withdraws_claims_except_those_others_use(session: Session, cast: Cast, now: datetime) -> None:
    old = record(
        session, cast, now, statement=good_row(9)["statement"], horizon=None, horizon_basis=HorizonBasis.DEFAULT
    )
    run, report = run_import(session, cast, now, [*good_rows(4), good_row(9, horizon="", horizon_basis="")])
    assert report.results == Counter({RowResult.NEW: 4, RowResult.RESTATEMENT: 1})
    mine = session.scalars(select(ImportRow.claim).where(ImportRow.opened).order_by(ImportRow.claim)).all()
    judged, shared = mine[0], mine[1]
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=judged, terms=evidence_terms())
    judge(session, now, judged, Outcome.TRUE, fact)
    terms = forecast_terms(cast.document, cast.claimant)
    record_forecast(session, now=now, by=cast.dora.actor, claim=shared, forecast=terms)

    undone = undo_import(session, now=now, by=cast.dora.actor, run=run)
    assert (undone.withdrawn, undone.judged, undone.shared, undone.added) == (2, 1, 1, 1)
    states = dict(session.execute(select(Claim.id, Claim.state).where(Claim.id.in_([old, *mine]))).all())
    assert [states[claim] for claim in (*mine[2:], judged, shared, old)] == [
        *[ClaimState.WITHDRAWN] * 2,
        ClaimState.RESOLVED,
        ClaimState.OPEN,
        ClaimState.OPEN,
    ]
    assert session.get_one(ImportRun, run).state is ImportState.UNDONE
    assert list(differences(session)) == []
    head = read_head(session)
    assert undo_import(session, now=now, by=cast.dora.actor, run=run).withdrawn == 0
    assert read_head(session) == head

    _, again = run_import(session, cast, now, [*good_rows(4), good_row(9, horizon="", horizon_basis="")])
    assert again.results == Counter({RowResult.NEW: 2, RowResult.KNOWN: 3})
    with pytest.raises(Missing):
        undo_import(session, now=now, by=cast.dora.actor, run=run + 100)


def test_an_export_can_be_imported_unchanged(session: Session, cast: Cast, now: datetime) -> None:
    rows = [
        good_row(0, topics="One; Two\nThree", hedge="=1+1"),
        good_row(1, note="-5 said, +3 meant", outlet="@home"),
        good_row(2, modality="likely", probability="", statement="A; B come about."),
    ]
    run_import(session, cast, now, rows)

    def out() -> list[list[str]]:
        return [list(map(guard, cells)) for cells in forecast_rows(session)]

    header, *cells = out()
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in cells for cell in row)
    exported = [dict(zip(header, row, strict=True)) for row in cells]
    assert {row["probability"] for row in exported} >= {"0.7"}
    before = read_head(session)
    _, report = run_import(session, cast, now, exported, source="round trip")
    assert (report.results, report.faulty) == (Counter({RowResult.KNOWN: len(exported)}), 0)
    assert read_head(session) == before


def test_an_import_is_recorded_under_the_name_of_its_source(session: Session, now: datetime) -> None:
    actor = importing_actor(session, now=now, source="Fatebook")
    assert importing_actor(session, now=now, source="Fatebook") == actor
    with pytest.raises(Refused, match="Name the source"):
        importing_actor(session, now=now, source="")


def test_a_row_must_fit_the_claim_on_record(session: Session, cast: Cast, now: datetime) -> None:
    """If the claim on record has another shape, the forecast must fit that, not the shape in the row."""
    record(session, cast, now, **{name: getattr(claim_terms(), name) for name in ("statement",)})
    statement = session.scalars(select(Claim.statement).order_by(Claim.id.desc()).limit(1)).one()
    row = good_row(0, statement=statement, horizon="2017-10-31") | {
        "kind": "choice",
        "options": "Yes; No",
        "option": "Yes",
    }
    report = check_file(session, now=now, table=table_of(written([row])), options=Options("test", cast.ada.actor))
    assert [(fault.column, fault.message) for fault in report.faults] == [
        ("option", "This claim has no options to choose among.")
    ]


def test_the_example_in_the_guide_works(checkout: Path) -> None:
    guide = (checkout / "docs" / "importing.md").read_text("utf-8")
    example = guide.split("```csv\n")[1].split("```")[0]
    table = table_of(example.encode())
    assert next(csv.reader(io.StringIO(example))) == list(table.header)
    assert table.unused == ()
