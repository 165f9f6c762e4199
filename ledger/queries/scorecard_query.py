"""The query of a scorecard, or of a page below one: a scope and filters, as of an entry, on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ledger.domain.scoring.units import scope
from ledger.journal.read import read_head
from ledger.queries.filters import ScorecardFilters
from ledger.queries.tallies import newest_entry


@dataclass(frozen=True)
class ScorecardQuery:
    """The forecasts that a scorecard counts: those of its scope that fit its filters, as of an entry of the journal.

    `day` (UTC) decides which horizons have passed; `as_of` is the requested past day, None for today.
    """

    scope: str
    filters: ScorecardFilters
    entry: int
    day: date
    as_of: date | None

    @property
    def whole(self) -> bool:
        """Whether it covers the whole scope as of today, for which tallies are stored."""
        return self.as_of is None and not self.filters.any

    @property
    def scoped_filters(self) -> ScorecardFilters:
        """The filters combined with those of the scope, which win where both set the same filter."""
        return self.filters.under(ScorecardFilters.of_scope(self.scope))


def scorecard_query(
    session: Session,
    kind: str,
    key: str,
    *,
    today: date,
    filters: ScorecardFilters | None = None,
    as_of: date | None = None,
) -> ScorecardQuery:
    """The query of a scorecard as of `today`, or as of the end of the past day `as_of` (both UTC)."""
    entry = read_head(session).size if as_of is None else newest_entry(session, as_of)
    return ScorecardQuery(scope(kind, key), filters or ScorecardFilters(), entry, as_of or today, as_of)
