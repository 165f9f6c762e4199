"""Every filter on every page that it applies to: its field, its words above the list, and its results."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.pages import forms_of
from support.sweeps import Markup
from support.world import World

from ledger.queries.claim_list import list_claims
from ledger.queries.filters import AppliesTo, ClaimFilters, Filter, Widget, filters_on
from ledger.queries.scopes import most_judged
from ledger.store.claims import Claim, Forecast
from ledger.web.page_cache import PageCache

LISTS = AppliesTo.SCORECARDS | AppliesTo.CLAIMS  # pages that show the filters in use above the list
PAGES = {
    AppliesTo.CLAIMS: ("/claims", "/desk/claims"),
    AppliesTo.SCORECARDS: ("/ledger", "/ledger/calls", "/ledger/choices-and-quantities", "/ledger/restatements"),
    AppliesTo.CALLS: ("/ledger/calls",),
    AppliesTo.ANSWERS: ("/ledger/choices-and-quantities",),
}


def value_of(world: World, one: Filter) -> str:
    """A value for this filter, as typed."""
    if one.choices:
        return list(one.choices)[-1]
    with world.sessions() as session:
        return {
            Widget.SEARCH: "city",
            Widget.HIDDEN: str(world.places.cast.document),
            Widget.TEXT: one.example,
            Widget.NAME: next(iter(most_judged(session, one.scope, 1)), ""),
        }[one.widget]


def filter_problems(world: World, address: str, one: Filter) -> list[str]:
    """What is wrong with a page on which a filter is used."""
    value, where = value_of(world, one), f"{one.key} on {address}"
    page = world.browser("admin").get(address, query_string={one.key: value})
    if page.status_code != 200:
        return [f"{where}: {page.status_code}"]
    found = []
    forms = [form for form in forms_of(page) if one.key in form.names and form.method.lower() == "get"]
    if not forms or forms[0].filled().get(one.key) != [value]:
        found.append(f"{where}: its form does not hold it")
    if one.widget is not Widget.HIDDEN and f'for="{one.key}"' not in page.text:
        found.append(f"{where}: its field has no label")
    shown = [e for e in Markup.of(page.text).all("a") if f"Remove the filter {one.label}: " in " ".join(e.text.split())]
    if one.on & LISTS and not shown:
        found.append(f"{where}: it is not shown as in use")
    if any(one.key in e.attributes.get("href", "") for e in shown):
        found.append(f"{where}: the link that removes it keeps it")
    return found


def error_problems(world: World, address: str, one: Filter) -> list[str]:
    """What is wrong with a page on which a filter has an unreadable value."""
    page = world.browser("admin").get(address, query_string={one.key: "no such thing"})
    reported = page.status_code == 422 and (one.widget is Widget.HIDDEN or f'id="{one.key}-error"' in page.text)
    return [] if reported else [f"{one.key} on {address}: {page.status_code}, and no error is shown"]


def each() -> Iterator[tuple[str, Filter]]:
    """Each filter with each page that it applies to."""
    for pages, addresses in PAGES.items():
        for one in filters_on(pages):
            yield from ((address, one) for address in addresses)


def test_each_filter_is_in_the_form_and_shown_and_can_be_removed(world: World) -> None:
    assert [what for address, one in each() for what in filter_problems(world, address, one)] == []


def test_an_unreadable_value_has_a_message_at_its_field(world: World) -> None:
    wrong = [
        what
        for address, one in each()
        if one.widget is not Widget.SEARCH
        for what in error_problems(world, address, one)
    ]
    assert wrong == []


def test_the_sweeps_see_a_filter_that_no_form_has(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    [kind] = [one for one in filters_on(AppliesTo.CLAIMS) if one.key == "kind"]
    for name in ("claim_filters", "scorecard_filters"):
        left = tuple(one for one in world.app.jinja_env.globals[name] if one.key != "kind")  # type: ignore[attr-defined] # a tuple of filters
        monkeypatch.setitem(world.app.jinja_env.globals, name, left)
    monkeypatch.setitem(world.app.extensions, "ledger.page_cache", PageCache())
    assert "kind on /claims: its form does not hold it" in filter_problems(world, "/claims", kind)
    assert error_problems(world, "/ledger", kind) != []


def wrong_results(session: Session, one: Filter) -> list[str]:
    """The choices of a filter for which a list finds other claims than a check of each claim."""
    by_claim = hasattr(Claim, _COLUMNS.get(one.key, one.key))
    rows = session.scalars(select(Claim)).all() if by_claim else session.scalars(select(Forecast)).all()
    wrong = []
    for value in one.choices:
        fit = [row for row in rows if getattr(row, _COLUMNS.get(one.key, one.key)) == value]
        expected = {row.id if isinstance(row, Claim) else row.claim_id for row in fit}
        found = list_claims(session, ClaimFilters(**{one.key: one.parse(value)}), limit=10_000)
        if {line.id for line in found.lines} != expected or found.total != len(expected):
            wrong.append(f"{one.key}={value}")
    return wrong


_COLUMNS = {"basis": "horizon_basis"}  # where the column has another name than the filter


def test_a_list_finds_what_a_check_of_each_claim_finds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [one for one in filters_on(AppliesTo.CLAIMS) if one.choices]
    with world.sessions() as session:
        assert len(chosen) > 5 and [what for one in chosen for what in wrong_results(session, one)] == []
        monkeypatch.setattr("ledger.queries.claim_list.claim_conditions", lambda *_, **__: [])
        assert all(wrong_results(session, one) for one in chosen)
