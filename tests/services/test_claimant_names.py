"""Names of claimants: every name or alias finds its claimant, and merged claimants are not listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session
from support.cast import Cast, claimant_terms, record

from ledger.domain.errors import Missing, Refused
from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.queries.claimant_lookup import find_claimant, find_claimants, merged_into, other_names
from ledger.queries.scopes import describe_scope
from ledger.queries.scorecards import scorecard_table
from ledger.services.claimants import (
    claimant_terms as terms_of,
)
from ledger.services.claimants import describe_claimant, merge_claimants, register_claimant

TODAY = date(2026, 11, 22)


def test_every_name_finds_the_claimant(session: Session, cast: Cast, now: datetime) -> None:
    by = cast.ada.actor
    one = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Robert Roe"))
    terms = replace(terms_of(session, find_claimant(session, one)), aliases=("R. Roe", "Bob, the"), links=())
    describe_claimant(session, now=now, by=by, claimant=one, terms=terms, reason="As he signs.")
    other = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Bobby Roe"))
    merge_claimants(session, now=now, by=cast.dora.actor, claimant=other, into=one, reason="One man.")
    assert find_claimants(session, ["robert roe", "R. ROE", "Bob, the", "Bobby Roe"]) == ([one], [])
    assert other_names(session, one) == ("Bob, the", "Bobby Roe", "R. Roe")
    assert (merged_into(session, other), merged_into(session, one)) == (one, None)
    _, about = describe_scope(session, "claimant", str(one))
    assert about.other_names == other_names(session, one)
    with pytest.raises(Missing):
        merged_into(session, 10_000)


def test_a_merged_claimant_is_in_no_list(session: Session, cast: Cast, now: datetime) -> None:
    record(session, cast, now)
    before = scorecard_table(session, "claimant", today=TODAY)
    noisy = cast.noise.claimants[0]
    assert str(noisy) in [row.key for row in before.rows]
    merge_claimants(session, now=now, by=cast.dora.actor, claimant=noisy, into=cast.claimant, reason="One.")
    after = scorecard_table(session, "claimant", today=TODAY)
    assert {row.key for row in after.rows} == {row.key for row in before.rows} - {str(noisy)}
    assert after.total == before.total - 1 == len(after.rows)
    mine = next(row for row in after.rows if row.key == str(cast.claimant))
    assert mine.figures.recorded == 2
    assert list(differences(session)) == []


def test_a_merged_claimant_s_name_is_refused_as_a_new_name(session: Session, cast: Cast, now: datetime) -> None:
    by = cast.ada.actor
    one = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Robert Roe"))
    other = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Bobby Roe"))
    merge_claimants(session, now=now, by=by, claimant=other, into=one, reason="One man.")
    before = read_head(session)
    with pytest.raises(Refused) as refusal:
        terms = replace(terms_of(session, find_claimant(session, one)), name="bobby roe")
        describe_claimant(session, now=now, by=by, claimant=one, terms=terms, reason="As he signs.")
    assert [problem.field for problem in refusal.value.problems] == ["name"]
    assert read_head(session) == before


def test_somebody_else_s_name_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    by = cast.ada.actor
    one = register_claimant(session, now=now, by=by, terms=claimant_terms(name="Robert Roe"))
    register_claimant(session, now=now, by=by, terms=claimant_terms(name="Richard Roe"))
    mine = terms_of(session, find_claimant(session, one))
    for field, changed in (
        ("name", replace(mine, name="Richard Roe")),
        ("aliases", replace(mine, aliases=("RICHARD roe",))),
    ):
        with pytest.raises(Refused) as refusal:
            describe_claimant(session, now=now, by=by, claimant=one, terms=changed, reason="As he signs.")
        assert [problem.field for problem in refusal.value.problems] == [field]
