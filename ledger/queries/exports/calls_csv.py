"""The calls of a scorecard as CSV: one row a call, with everything needed to recompute its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from ledger.domain.confidence import typed_probability
from ledger.formats.cells import join_list
from ledger.formats.csv_reader import write_csv
from ledger.queries.calls import Call, every_call
from ledger.queries.filters import ScorecardFilters

# The columns are described in docs/scorecard-files.md. recompute.py reads those that the figures depend on.
HEADER = (
    *("claim", "forecast", "cluster", "statement", "claimant_ids", "claimants", "document", "document_title", "outlet"),
    *("made_on", "horizon", "horizon_basis", "kind", "modality", "reading", "hedge", "low", "mid", "high"),
    *("status", "counts_from", "counted", "brier", "topics"),
)


def calls_csv(session: Session, entry: int, filters: ScorecardFilters, *, today: date) -> Iterator[str]:
    """The calls that fit, as of an entry, as CSV in pieces, with few in memory at a time."""
    return write_csv(call_rows(every_call(session, entry, filters, today=today)))


def call_rows(calls: Iterable[Call]) -> Iterator[list[str]]:
    """The header, then a row for each call."""
    yield list(HEADER)
    for call in calls:
        yield [
            *(str(call.claim), str(call.forecast), str(call.cluster), call.statement),
            "; ".join(str(claimant.key) for claimant in call.claimants),
            join_list([claimant.name for claimant in call.claimants]),
            *(str(call.document.key), call.document.name, call.outlet),
            *(str(call.made_on), str(call.horizon or ""), call.horizon_basis.value),
            *(call.kind.value, call.modality.value, call.reading.value, call.hedge),
            *(_number(end) for end in (call.low, call.mid, call.high)),
            *(call.status, call.counts_from, "yes" if call.counted else "", _number(call.brier)),
            "; ".join(call.topics),
        ]


def _number(value: float | None) -> str:
    return "" if value is None else typed_probability(value)
