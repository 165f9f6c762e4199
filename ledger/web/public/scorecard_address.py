"""Parsing the address of a scorecard, or of a page below one: its scope, its filters and its as-of day."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, g, redirect, request, url_for

from ledger.domain.errors import Missing
from ledger.domain.scoring.units import scope
from ledger.domain.text import slug
from ledger.queries.filters import ScorecardFilters, in_use
from ledger.queries.scopes import describe_scope, unmerged_claimant
from ledger.queries.scorecard_query import ScorecardQuery, scorecard_query
from ledger.web.context import session, today
from ledger.web.public.filters import FilterReader, ParsedFilters


@dataclass(frozen=True)
class FilteredPage:
    """A scorecard or a page below one: its filters, and its as-of day (UTC), None for today."""

    filters: ParsedFilters
    as_of: date | None

    @property
    def problems(self) -> dict[str, str]:
        """Error messages for filters that could not be read, by the filter's name."""
        return self.filters.problems


def key_in(kind: str, address: dict[str, str | int]) -> str:
    """The key of the scorecard in the address. Redirects to the right address where the key is not the current one.

    So a claimant leads to the one it had been merged into by the as-of day, and the name of a topic or an outlet to
    its key.
    """
    key = next(iter(address.values()), "")
    other = _merged_into(int(key)) if kind == "claimant" else _by_name(kind, str(key))
    if other not in (None, key):
        query = f"?{urlencode(request.args.to_dict())}" if request.args else ""
        to: dict[str, Any] = dict.fromkeys(address, other)
        abort(redirect(url_for(str(request.endpoint), **to) + query, 308))
    return str(key)


def _merged_into(claimant: int) -> int:
    """The claimant's number as of the day in the address: another one's where it was merged by then."""
    return unmerged_claimant(session(), claimant, FilterReader().as_of(today()))


def _by_name(kind: str, name: str) -> str | None:
    """The key of the topic or outlet with this name; None where the name is itself a key, or is unknown."""
    if kind not in ("topic", "outlet") or slug(name) == name:
        return None
    for key in (name, slug(name)):
        with suppress(Missing):
            describe_scope(session(), kind, key)
            return key if key != name else None
    return None


def parse_scorecard_filters(
    kind: str, key: str, reader: FilterReader | None = None
) -> tuple[ScorecardQuery, ParsedFilters]:
    """The query for the scorecard and filters in the address, and the filters in words. Raises Missing.

    `reader` is passed where it has read other filters of the page, so that its problems are reported with these.
    """
    reader = reader or FilterReader()
    as_of = reader.as_of(today())
    filters = reader.scorecard(as_of)
    try:
        own = ScorecardFilters.of_scope(scope(kind, key))
    except ValueError:  # a year that no record can have
        raise Missing(f"{kind} {key}") from None
    filters = filters.without(own)  # a filter on the scope itself is ignored
    for one, _ in in_use(own):
        reader.problems.pop(one.key, None)
    g.scorecard_filters = filters  # for the links of the page: see ledger.web.public.urls
    query = scorecard_query(session(), kind, key, today=today(), filters=filters, as_of=as_of)
    return query, reader.parsed(filters, as_of)
