"""What a scorecard's address asks for: whose it is, and what it is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort, redirect, request, url_for

from ledger.services.claimants import merged_into
from ledger.services.reading.scorecards import Counted, what_counts
from ledger.web.context import session, today
from ledger.web.public.blueprint import LONGEST_QUERY
from ledger.web.public.filtering import Active, in_use, read_as_of, read_selection, scope_names

TYPED = ("made_from", "made_to", "as_of")


@dataclass(frozen=True)
class Narrowed:
    """What a scorecard was narrowed to, in words; `problems` is what could not be read, `typed` what was written."""

    active: tuple[Active, ...]
    problems: dict[str, str]
    typed: dict[str, str]


def key_in(kind: str, address: dict[str, str | int]) -> str:
    """The key in the address. A claimant that was merged into another is found there."""
    key = next(iter(address.values()), "")
    if kind == "claimant" and (other := merged_into(session(), int(key))) is not None:
        query = f"?{urlencode(request.args.to_dict())}" if request.args else ""
        abort(redirect(url_for(str(request.endpoint), number=other) + query, 308))
    return str(key)


def counted_for(kind: str, key: str) -> tuple[Counted, Narrowed]:
    """What the address asks to be counted, and the same in words."""
    problems: dict[str, str] = {}
    selection, at = read_selection(problems), read_as_of(problems, today())
    names = scope_names(selection)
    typed = {name: request.args.get(name, "")[:LONGEST_QUERY] for name in TYPED}
    counted = what_counts(session(), kind, key, today=today(), narrowed=selection, at=at)
    return counted, Narrowed(in_use(selection, names, at), problems, typed)
