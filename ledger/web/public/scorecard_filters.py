"""What a scorecard's address asks for: whose it is, and what it is narrowed to."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, g, redirect, request, url_for

from ledger.domain.errors import Missing
from ledger.domain.scoring.units import scope
from ledger.domain.text import slug
from ledger.queries.filters import Counted, Selection
from ledger.queries.scorecards import describe_scope, known_as, what_counts
from ledger.web.context import session, today
from ledger.web.public.filter_chips import Active, in_use
from ledger.web.public.parsed_filters import Asked


@dataclass(frozen=True)
class Narrowed:
    """What a scorecard was narrowed to, also in words; `problems` is what could not be read, `typed` what was written,
    and `names` what the scopes it is narrowed to are called.
    """

    selection: Selection
    active: tuple[Active, ...]
    problems: dict[str, str]
    typed: dict[str, str]
    names: dict[str, str]


@dataclass(frozen=True)
class Shown:
    """A scorecard, or a page below one, with what it was narrowed to, and the day it is as of, if not as it stands."""

    narrowed: Narrowed
    at: date | None

    @property
    def problems(self) -> dict[str, str]:
        """What of the address could not be read, by its name."""
        return self.narrowed.problems


def key_in(kind: str, address: dict[str, str | int]) -> str:
    """The key in the address. A claimant that was merged into another, by the day asked for, is found there, and a
    topic or an outlet that was asked for by its name where its key is.
    """
    key = next(iter(address.values()), "")
    other = _known_as(int(key)) if kind == "claimant" else _by_name(kind, str(key))
    if other not in (None, key):
        query = f"?{urlencode(request.args.to_dict())}" if request.args else ""
        known: dict[str, Any] = dict.fromkeys(address, other)
        abort(redirect(url_for(str(request.endpoint), **known) + query, 308))
    return str(key)


def _known_as(claimant: int) -> int:
    return known_as(session(), claimant, Asked().as_of(today()))


def _by_name(kind: str, name: str) -> str | None:
    """The key of the topic or outlet of this name, where nothing has the name itself as its key."""
    if kind not in ("topic", "outlet") or slug(name) == name:
        return None
    for key in (name, slug(name)):
        with suppress(Missing):
            describe_scope(session(), kind, key)
            return key if key != name else None
    return None


def counted_for(kind: str, key: str, asked: Asked | None = None) -> tuple[Counted, Narrowed]:
    """What the address asks to be counted, and the same in words; and what else of what was asked could not be read."""
    asked = asked or Asked()
    at = asked.as_of(today())
    selection = asked.selection(at)
    # What it is of cannot be narrowed: asking for that changes nothing, and nothing is said of it.
    try:
        own, nothing = Selection.of_scope(scope(kind, key)), Selection()
    except ValueError:  # a year that no record can have
        raise Missing(f"{kind} {key}") from None
    given = [item.name for item in fields(Selection) if getattr(own, item.name) != getattr(nothing, item.name)]
    selection = replace(selection, **{name: getattr(nothing, name) for name in given})
    for name in given:
        asked.problems.pop(name, None)
    g.narrowed = selection  # as the addresses on the page go by
    counted = what_counts(session(), kind, key, today=today(), narrowed=selection, at=at)
    return counted, Narrowed(selection, in_use(selection, asked.names, at), asked.problems, asked.typed, asked.names)
