"""What a scorecard's address asks for: whose it is, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask import abort, redirect, request, url_for

from ledger.services.claimants import merged_into
from ledger.services.reading.scorecards import what_counts
from ledger.services.reading.selecting import Counted
from ledger.web.context import session, today
from ledger.web.public.asking import Asked
from ledger.web.public.filtering import Active, in_use


@dataclass(frozen=True)
class Narrowed:
    """What a scorecard was narrowed to, in words; `problems` is what could not be read, `typed` what was written, and
    `names` what the scopes it is narrowed to are called.
    """

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
    """The key in the address. A claimant that was merged into another is found there."""
    key = next(iter(address.values()), "")
    if kind == "claimant" and (other := merged_into(session(), int(key))) is not None:
        query = f"?{urlencode(request.args.to_dict())}" if request.args else ""
        abort(redirect(url_for(str(request.endpoint), number=other) + query, 308))
    return str(key)


def counted_for(kind: str, key: str) -> tuple[Counted, Narrowed]:
    """What the address asks to be counted, and the same in words."""
    asked = Asked()
    selection, at = asked.selection(), asked.as_of(today())
    counted = what_counts(session(), kind, key, today=today(), narrowed=selection, at=at)
    return counted, Narrowed(in_use(selection, asked.names, at), asked.problems, asked.typed, asked.names)
