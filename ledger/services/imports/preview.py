"""The preview of an import: the result or the errors of each row of a file, without writing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from ledger.domain.dates import latest_today
from ledger.domain.errors import Problem, refuse_if
from ledger.domain.text import fingerprint, text_problem
from ledger.formats.claim_rows import Row, RowError
from ledger.queries.imports import RowResult
from ledger.services.imports.claim_file import SeenTexts, Table, batches, rows
from ledger.services.imports.lookup import Lookup, Options, document_of

BATCH = 1_000
MOST_FAULTS = 100  # listed; all are counted
LONGEST_SOURCE = 80
Progress = Callable[[int], None]  # called with the number of the last row done


@dataclass
class Report:
    """The results and errors of the rows of a file, when previewed or imported."""

    most: int = MOST_FAULTS  # errors listed
    results: Counter[RowResult] = field(default_factory=Counter)
    faults: list[RowError] = field(default_factory=list)
    faulty: int = 0
    last_row: int = 1
    sample: list[tuple[Row, RowResult]] = field(default_factory=list)  # the first rows, to show

    def add_errors(self, faults: list[RowError]) -> None:
        """Add a row with errors."""
        self.faulty += 1
        self.faults += faults[: self.most - len(self.faults)]


def check_file(
    session: Session,
    *,
    now: datetime,
    table: Table,
    options: Options,
    most_faults: int = MOST_FAULTS,
    progress: Progress = lambda _: None,
) -> Report:
    """Find the result or the errors of each row, without writing anything. Raises Refused."""
    refuse_if(source_problems(options.source))
    report = Report(most_faults)
    with closing(SeenTexts()) as claims, closing(SeenTexts()) as forecasts:
        for some in batches(rows(table, latest_today(now)), BATCH):
            _check(session, some, report, now, options, claims, forecasts)
            session.rollback()  # end the read transaction, so that it does not hold an old snapshot for long
            progress(report.last_row)
    return report


def _check(
    session: Session,
    some: list[Row | list[RowError]],
    report: Report,
    now: datetime,
    options: Options,
    claims: SeenTexts,
    forecasts: SeenTexts,
) -> None:
    """Add a batch to the report. The same claim or forecast may have come earlier in the file."""
    lookup = Lookup(session, options, [row for row in some if isinstance(row, Row)])
    for row in some:
        report.last_row = row.number if isinstance(row, Row) else row[0].row
        if not isinstance(row, Row):
            report.add_errors(row)
        elif faults := lookup.faults(row, now):
            report.add_errors(faults)
        else:
            result = lookup.result_of(row)
            if result is not RowResult.KNOWN:
                again = claims.add(row.claim.fingerprint, row.number) is not None
                key = (row.claim.fingerprint, document_of(row), str(row.forecast.made_on), *_names(row))
                same = forecasts.add(" ".join(key), row.number) is not None
                result = RowResult.KNOWN if same else RowResult.RESTATEMENT if again else result
            report.results[result] += 1
            if len(report.sample) < MOST_FAULTS:
                report.sample.append((row, result))


def source_problems(source: str) -> list[Problem]:
    """The problems with the name of a source."""
    if not source:
        return [Problem("source", "Name the source: a row is identified by its source and its key.")]
    fault = text_problem(source, LONGEST_SOURCE)
    return [Problem("source", fault)] if fault else []


def _names(row: Row) -> list[str]:
    return sorted({fingerprint(name) for name in row.speakers})
