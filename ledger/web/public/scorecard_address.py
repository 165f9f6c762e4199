"""What the address of a scorecard, or of a page below one, asks for: its scope, its filters and its day."""

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
    """A scorecard or a page below one: its filters, and the past day (UTC) it is as of, None for today."""

    filters: ParsedFilters
    as_of: date | None

    @property
    def problems(self) -> dict[str, str]:
        """What of the address could not be read, by its name."""
        return self.filters.problems


def key_in(kind: str, address: dict[str, str | int]) -> str:
    """The key of the scorecard in the address. Redirects to the key of what is meant, where that is another.

    A claimant that was merged into another by the day asked for is found there, and a topic or an outlet by its name.
    """
    key = next(iter(address.values()), "")
    other = _known_as(int(key)) if kind == "claimant" else _by_name(kind, str(key))
    if other not in (None, key):
        query = f"?{urlencode(request.args.to_dict())}" if request.args else ""
        to: dict[str, Any] = dict.fromkeys(address, other)
        abort(redirect(url_for(str(request.endpoint), **to) + query, 308))
    return str(key)


def _known_as(claimant: int) -> int:
    return unmerged_claimant(session(), claimant, FilterReader().as_of(today()))


def _by_name(kind: str, name: str) -> str | None:
    """The key of the topic or outlet of this name, where nothing has the name itself as its key."""
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
    """The query that the address of a scorecard asks for, with its filters in words. Raises Missing.

    `reader` is given where it has read further filters of the page: what it could not read is told with the rest.
    """
    reader = reader or FilterReader()
    as_of = reader.as_of(today())
    filters = reader.scorecard(as_of)
    try:
        own = ScorecardFilters.of_scope(scope(kind, key))
    except ValueError:  # a year that no record can have
        raise Missing(f"{kind} {key}") from None
    filters = filters.without(own)  # the scope cannot be filtered away: asking for that changes nothing
    for one, _ in in_use(own):
        reader.problems.pop(one.key, None)
    g.scorecard_filters = filters  # the links of the page go by them: see ledger.web.public.urls
    query = scorecard_query(session(), kind, key, today=today(), filters=filters, as_of=as_of)
    return query, reader.parsed(filters, as_of)
