"""The preview of an import: what would become of each row of a file, without writing anything."""

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
from ledger.formats.claim_rows import Fault, Row
from ledger.queries.imports import RowResult
from ledger.services.imports.claim_file import Seen, Table, batches, rows
from ledger.services.imports.lookup import Lookup, Options, document_of

BATCH = 1_000
MOST_FAULTS = 100  # told; all are counted
LONGEST_SOURCE = 80
Progress = Callable[[int], None]  # told the number of the row that is done


@dataclass
class Report:
    """What a file's rows would become, or have become."""

    most: int = MOST_FAULTS  # of the faults that are kept
    fates: Counter[RowResult] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    faulty: int = 0
    last_row: int = 1
    sample: list[tuple[Row, RowResult]] = field(default_factory=list)  # the first rows, for showing

    def blame(self, faults: list[Fault]) -> None:
        """Note a faulty row."""
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
    """What would become of each row, without writing anything. Raises Refused."""
    refuse_if(source_problems(options.source))
    report = Report(most_faults)
    with closing(Seen()) as claims, closing(Seen()) as sayings:
        for some in batches(rows(table, latest_today(now)), BATCH):
            _check(session, some, report, now, options, claims, sayings)
            session.rollback()  # a read only, and a long one: let go of its snapshot
            progress(report.last_row)
    return report


def _check(
    session: Session,
    some: list[Row | list[Fault]],
    report: Report,
    now: datetime,
    options: Options,
    claims: Seen,
    sayings: Seen,
) -> None:
    """Note what becomes of a batch. The same claim, or the same saying of it, may stand further up in the file."""
    lookup = Lookup(session, options, [row for row in some if isinstance(row, Row)])
    for row in some:
        report.last_row = row.number if isinstance(row, Row) else row[0].row
        if not isinstance(row, Row):
            report.blame(row)
        elif faults := lookup.faults(row, now):
            report.blame(faults)
        else:
            fate = lookup.fate(row)
            if fate is not RowResult.KNOWN:
                again = claims.add(row.claim.fingerprint, row.number) is not None
                said = (row.claim.fingerprint, document_of(row), str(row.forecast.made_on), *_names(row))
                same = sayings.add(" ".join(said), row.number) is not None
                fate = RowResult.KNOWN if same else RowResult.RESTATEMENT if again else fate
            report.fates[fate] += 1
            if len(report.sample) < MOST_FAULTS:
                report.sample.append((row, fate))


def source_problems(source: str) -> list[Problem]:
    """What is wrong with the name of a source."""
    if not source:
        return [Problem("source", "Name the source: a row is identified by its source and its key.")]
    fault = text_problem(source, LONGEST_SOURCE)
    return [Problem("source", fault)] if fault else []


def _names(row: Row) -> list[str]:
    return sorted({fingerprint(name) for name in row.speakers})
