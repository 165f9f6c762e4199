"""Adopting policies: what each changes and what it leaves unchanged, now and as of earlier entries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select
from support.acts import Acts
from support.cast import assessment_terms, document_terms, forecast_terms, introduce_person, review_of
from support.oracles import check_record
from support.samples.csv_files import good_row, written
from support.samples.policies import OTHER_GRADES, other_terms, policy_terms

from ledger.domain.claims import HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing, Stale
from ledger.domain.forecasts import ForecastTerms
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import FOUNDING, PolicyTerms
from ledger.domain.reviews import ReviewState
from ledger.domain.wholes import JudgedFrom
from ledger.journal.read import read_head
from ledger.journal.replay import differences, rebuild
from ledger.queries.claim_page import claim_page
from ledger.queries.filters import ScorecardFilters
from ledger.queries.policies_page import changes_between, list_policies
from ledger.queries.restatements_page import list_restatements
from ledger.queries.scorecard_query import ScorecardQuery, scorecard_query
from ledger.queries.scorecards import Scorecard, home, scorecard, scorecard_table
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.end_claim import reinstate_claim, split_claim, void_claim
from ledger.services.claims.record import record_forecast
from ledger.services.documents import register_document
from ledger.services.imports.claim_file import open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.run import import_file
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import seal_assessment
from ledger.services.reviews.assign import assign_reviewers, assignees
from ledger.services.reviews.schedule import bring_forward, note_fallen_due, reopen_claim, snooze_review
from ledger.store.accounts import Role
from ledger.store.claims import Claim
from ledger.store.policies import PolicyRow, policies_of, policy_at, policy_in_force, policy_of_version
from ledger.store.reviews import Review
from ledger.store.tallies import FOREVER, UnitRow

NO_DATE = {"horizon": None, "horizon_basis": HorizonBasis.DEFAULT}


def adopt(acts: Acts, terms: PolicyTerms, reason: str = "A year is too short.") -> str:
    return str(acts.do(adopt_policy, by=acts.cast.admin.actor, terms=terms, reason=reason))


def said(acts: Acts, made_on: PartialDate) -> ForecastTerms:
    """A forecast of 2026, with a document of that year."""
    terms = document_terms(published_on=PartialDate(2026, 11, 1))
    document = register_document(acts.session, now=acts.now, by=acts.cast.ada.actor, terms=terms)
    return forecast_terms(document, acts.cast.claimant, made_on=made_on)


def months(acts: Acts, claim: int) -> set[str]:
    """The months from which a claim's current units count."""
    units = select(UnitRow.month).where(UnitRow.claim_id == claim, UnitRow.valid_to == FOREVER)
    return set(acts.session.scalars(units))


def due_on(acts: Acts, claim: int) -> date:
    return acts.session.get_one(Review, review_of(acts.session, claim), populate_existing=True).due_on


# Adopting


def test_versions_count_up_and_each_applies_from_its_entry_on(acts: Acts) -> None:
    session = acts.session
    assert policy_in_force(session) == FOUNDING
    before = acts.size
    assert adopt(acts, other_terms(rubric="  True: so.  ")) == "2"
    assert adopt(acts, policy_terms(smallest_n=5)) == "3"
    assert policy_in_force(session).terms == policy_terms(smallest_n=5)
    assert policy_at(session, before) == policy_at(session, 0) == FOUNDING
    assert policy_at(session, before + 1).terms == other_terms(rubric="True: so.")
    assert policy_at(session, before + 2) == policy_of_version(session, "3") == policy_in_force(session)
    assert policy_of_version(session, "1") is FOUNDING
    assert {version: one.version for version, one in policies_of(session, ["3", "1", "3"]).items()} == {
        "1": "1",
        "3": "3",
    }
    with pytest.raises(Missing, match="policy 4"):
        policy_of_version(session, "4")
    row = session.scalars(select(PolicyRow).where(PolicyRow.version == "2")).one()
    assert (row.id, row.reason, row.adopted_by, row.adopted_at) == (
        *(before + 1, "A year is too short.", acts.cast.admin.actor, acts.now),
    )


def test_an_invalid_policy_is_refused_with_all_problems(acts: Acts) -> None:
    bad = policy_terms(smallest_n=0, reviewers_per_claim=1, rubric="")
    acts.refused(
        adopt_policy,
        "reviewers_per_claim",
        "smallest_n",
        "rubric",
        "reason",
        by=acts.cast.admin.actor,
        terms=bad,
        reason="",
    )


def test_a_policy_without_changes_is_refused_ignoring_blanks(acts: Acts) -> None:
    same = replace(FOUNDING.terms, rubric=f" {FOUNDING.rubric}\r\n")
    acts.refused(adopt_policy, "", by=acts.cast.admin.actor, terms=same, reason="Why not?")
    adopt(acts, other_terms())
    acts.refused(adopt_policy, "", by=acts.cast.admin.actor, terms=other_terms(), reason="Again.")
    assert adopt(acts, FOUNDING.terms, "Back to the first.") == "3"  # a new policy with the same terms


def test_concurrent_adoptions_do_not_overwrite_each_other(acts: Acts) -> None:
    adopt(acts, other_terms())
    with pytest.raises(Stale, match="Policy 2 was adopted while you were writing"):
        acts.fails(adopt_policy, by=acts.cast.dora.actor, terms=policy_terms(smallest_n=9), reason="So.", seen="1")
    assert acts.do(adopt_policy, terms=policy_terms(smallest_n=9), reason="So.", seen="2") == "3"


def test_the_page_shows_the_changes_and_the_author_of_each(acts: Acts) -> None:
    [founding] = list_policies(acts.session).policies
    assert (founding.policy, founding.entry, founding.adopted_at, founding.changes) == (FOUNDING, None, None, ())
    adopt(acts, other_terms())
    adopt(acts, other_terms(smallest_n=3), "Two were too few.")
    third, second, first = list_policies(acts.session).policies
    assert (third.entry, third.adopted_by, third.reason) == (acts.size, "Admin Abbott", "Two were too few.")
    assert [(change.before, change.after) for change in third.changes] == [("2", "3")]
    assert len(second.changes) == 9  # every term
    assert first == founding


def test_of_a_rubric_only_the_paragraphs_that_differ_are_shown() -> None:
    def change(before: str, after: str) -> tuple[str, str]:
        [found] = changes_between(policy_terms(rubric=before), policy_terms(rubric=after))
        return found.before, found.after

    assert change("True: a.\n\nFalse: b.", "True: a.\n\nFalse: c.\n\nNew: d.") == ("False: b.", "False: c.\n\nNew: d.")
    assert change("A.\n\nB.", "B.\n\nA.") == ("A.\n\nB.", "B.\n\nA.")
    assert changes_between(policy_terms(), policy_terms()) == ()


# Claims


def test_a_claim_keeps_the_policy_it_was_recorded_under(acts: Acts) -> None:
    """Claims without a date, before and after a policy with another usual term, have different last days."""
    older = acts.record(**NO_DATE, forecast=said(acts, PartialDate(2026, 1, 31)))
    adopt(acts, policy_terms(default_horizon_months=30))
    newer = acts.record(**NO_DATE, forecast=said(acts, PartialDate(2026, 1, 31)))
    assert [acts.claim(number).policy for number in (older, newer)] == ["1", "2"]
    assert (due_on(acts, older), due_on(acts, newer)) == (date(2027, 2, 1), date(2028, 8, 1))
    assert [(page.policy, page.usual_term) for page in (claim_page(acts.session, n) for n in (older, newer))] == [
        *(("1", 12), ("2", 30)),
    ]


def test_the_months_from_which_verdicts_count_are_each_claim_s_own(acts: Acts) -> None:
    numbers = []
    for terms in (None, policy_terms(default_horizon_months=30), policy_terms(default_horizon_months=1)):
        if terms:
            adopt(acts, terms)
        numbers.append(acts.record(**NO_DATE, forecast=said(acts, PartialDate(2026, 10))))
    for number in numbers:
        review = review_of(acts.session, number)
        acts.do(bring_forward, by=acts.cast.dora.actor, review=review, reason="It is over.")
        acts.judge(number, Outcome.TRUE)
    assert [months(acts, number) for number in numbers] == [{"2027-11"}, {"2029-05"}, {"2026-12"}]
    check_record(acts.session, date(2028, 1, 1))


def test_late_forecasts_are_found_by_the_claim_s_own_term(acts: Acts) -> None:
    """In units, on the claim's page, and among restatements."""
    late = acts.forecast(made_on=PartialDate(2016, 10, 16))
    older = acts.record(**NO_DATE, forecast=acts.forecast(made_on=PartialDate(2016, 1, 1)))
    adopt(acts, policy_terms(default_horizon_months=3))
    newer = acts.record(**NO_DATE, forecast=acts.forecast(made_on=PartialDate(2016, 1, 1)))
    other = acts.cast.noise.claimants[0]
    for number in (older, newer):
        acts.do(record_forecast, claim=number, forecast=late)
        acts.do(record_forecast, claim=number, forecast=replace(late, claimants=(other,)))
        acts.judge(number, Outcome.TRUE)
    theirs = select(UnitRow.claim_id, UnitRow.mid).where(UnitRow.claimant_id == other, UnitRow.valid_to == FOREVER)
    mids = {claim: mid for claim, mid in acts.session.execute(theirs) if claim in (older, newer)}
    assert mids == {older: 675_000, newer: -1}
    for number, wanted in ((older, [False] * 3), (newer, [False, True, True])):
        assert [line.late for line in claim_page(acts.session, number).forecasts] == wanted
    again = list_restatements(
        acts.session,
        "claimant",
        str(acts.cast.claimant),
        scorecard_query(acts.session, "claimant", str(acts.cast.claimant), today=acts.now.date()),
    )
    assert {one.claim: one.latest.brier is not None for one in again.repeats} == {older: True, newer: False}


def test_an_amended_and_a_reinstated_claim_keep_their_own_term(acts: Acts) -> None:
    """The new review is scheduled under the policy in force; its day follows from the claim's policy."""
    made = said(acts, PartialDate(2026, 1, 31))
    amended = acts.record(horizon=PartialDate(2027, 3, 1), forecast=made)
    ended = acts.record(**NO_DATE, forecast=made)
    vague = acts.record(**NO_DATE, forecast=made)
    adopt(acts, policy_terms(default_horizon_months=30, reviewers_per_claim=3))
    acts.do(amend_claim, claim=amended, terms=replace(acts.terms(amended), **NO_DATE), reason="No date is named.")
    acts.do(void_claim, by=acts.cast.dora.actor, claim=ended, reason="A mistake.")
    acts.do(reinstate_claim, by=acts.cast.dora.actor, claim=ended, reason="It was none.")
    assert {due_on(acts, number) for number in (amended, ended, vague)} == {date(2027, 2, 1)}
    assert {acts.claim(number).policy for number in (amended, ended, vague)} == {"1"}
    reviews = [acts.session.get_one(Review, review_of(acts.session, number)).policy for number in (amended, ended)]
    assert reviews == ["1", "2"]


def test_pieces_of_a_split_claim_have_the_policy_in_force(acts: Acts) -> None:
    whole = acts.record(**NO_DATE, forecast=said(acts, PartialDate(2026, 1, 31)))
    adopt(acts, policy_terms(default_horizon_months=30))
    pieces = [replace(acts.terms(whole), statement=f"It holds in the {side}.") for side in ("east", "west")]
    made = acts.do(split_claim, by=acts.cast.dora.actor, claim=whole, into=pieces, reason="They are two.")
    assert [(acts.claim(number).policy, due_on(acts, number)) for number in made] == [("2", date(2028, 8, 1))] * 2


def test_a_whole_is_rounded_by_its_own_policy(acts: Acts) -> None:
    wholes = []
    for terms in (None, policy_terms(grades=OTHER_GRADES)):
        if terms:
            adopt(acts, terms)
        wholes.append(acts.record(judged_from=JudgedFrom.SHARE))
    for whole in wholes:
        for outcome in (Outcome.TRUE, Outcome.FALSE, Outcome.FALSE):
            acts.judge(acts.record(whole=whole), outcome)
    assert [acts.claim(whole).outcome for whole in wholes] == [Outcome.MOSTLY_FALSE, Outcome.PARTLY_TRUE]
    for whole, version in zip(wholes, ("1", "2"), strict=True):  # and their reviews name the policy
        found = acts.session.scalars(select(Review.policy).where(Review.claim_id == whole))
        assert set(found) == {version}


def test_imported_claims_have_the_policy_in_force(acts: Acts) -> None:
    """The policy is read once a batch, so that one adopted between two imports applies."""
    numbers: dict[str, list[int]] = {}
    for version, terms in enumerate((None, policy_terms(default_horizon_months=30)), 1):
        if terms:
            adopt(acts, terms)
        rows = [
            good_row(n, horizon="", horizon_basis="", key=f"{version}-{n}", statement=f"{version}, {n}.")
            for n in (1, 2)
        ]
        table = open_table(BytesIO(written(rows)), "claims.csv", {})
        import_file(acts.session, now=acts.now, table=table, options=Options("test", acts.cast.ada.actor))
        found = select(Claim.id).where(Claim.policy == str(version), Claim.horizon.is_(None))
        numbers[str(version)] = list(acts.session.scalars(found))
    assert [len(found) for found in numbers.values()] == [2, 2]
    assert {due_on(acts, number) for number in numbers["1"]} == {date(2017, 10, 17)}
    assert {due_on(acts, number) for number in numbers["2"]} == {date(2019, 4, 17)}
    reviews = select(Review.policy).where(Review.claim_id.in_(numbers["2"]))
    assert set(acts.session.scalars(reviews)) == {"2"}


# Reviews


def test_a_review_needs_as_many_reviewers_as_its_policy_said(acts: Acts) -> None:
    cast, session = acts.cast, acts.session
    dan = introduce_person(session, acts.now, "Dan Duarte", Role.REVIEWER).actor
    older = acts.record(reviewers=(cast.ben.actor, cast.cleo.actor))
    adopt(acts, policy_terms(reviewers_per_claim=3))
    newer = acts.record()
    assert set(assignees(session, review_of(session, newer))) == {cast.ben.actor, cast.cleo.actor, dan}
    note_fallen_due(session, now=acts.now)
    assert dan not in assignees(session, review_of(session, older))  # no third reviewer is added
    named = (cast.ben.actor, cast.cleo.actor)
    acts.do(assign_reviewers, by=cast.dora.actor, review=review_of(session, older), reviewers=named)
    words = acts.refused(
        assign_reviewers, "reviewers", by=cast.dora.actor, review=review_of(session, newer), reviewers=named
    )
    assert "A verdict needs 3 independent reviewers" in words
    for claim in (older, newer):
        fact = acts.attach(claim)
        for actor in named:
            terms = assessment_terms(Outcome.TRUE, fact)
            acts.do(seal_assessment, by=actor, review=review_of(session, claim), terms=terms)
    assert [acts.claim(claim).outcome for claim in (older, newer)] == [Outcome.TRUE, None]
    terms = assessment_terms(Outcome.TRUE, fact)
    acts.do(seal_assessment, by=dan, review=review_of(session, newer), terms=terms)
    assert acts.claim(newer).outcome is Outcome.TRUE


def test_an_emptied_seat_is_filled_and_no_other_is_added(acts: Acts) -> None:
    cast, session = acts.cast, acts.session
    for name in ("Dan Duarte", "Eve Ekström"):
        introduce_person(session, acts.now, name, Role.REVIEWER)
    claim = acts.record(reviewers=(cast.ben.actor, cast.cleo.actor))
    adopt(acts, policy_terms(reviewers_per_claim=3))
    acts.do(record_forecast, by=cast.ben.actor, claim=claim, forecast=acts.forecast(made_on=PartialDate(2016, 9)))
    seats = assignees(session, review_of(session, claim))
    assert len(seats) == 2 and cast.ben.actor not in seats


def test_a_lower_number_does_not_open_what_others_have_sealed(acts: Acts) -> None:
    cast, session = acts.cast, acts.session
    adopt(acts, policy_terms(reviewers_per_claim=3))
    claim = acts.record(reviewers=(cast.ben.actor, cast.cleo.actor))  # one seat is empty
    fact, review = acts.attach(claim), review_of(session, claim)
    acts.do(seal_assessment, by=cast.ben.actor, review=review, terms=assessment_terms(Outcome.TRUE, fact))
    adopt(acts, policy_terms(reviewers_per_claim=2))
    acts.do(seal_assessment, by=cast.cleo.actor, review=review, terms=assessment_terms(Outcome.TRUE, fact))
    assert session.get_one(Review, review, populate_existing=True).state is ReviewState.IN_REVIEW
    assert acts.claim(claim).outcome is None


def test_a_reopened_claim_is_reviewed_under_the_policy_in_force(acts: Acts) -> None:
    claim = acts.record()
    acts.judge(claim, Outcome.TRUE)
    adopt(acts, policy_terms(smallest_n=3))
    acts.do(reopen_claim, by=acts.cast.dora.actor, claim=claim, reason="New evidence.")
    page = claim_page(acts.session, claim)
    assert page.review is not None and page.verdict is not None
    assert (page.policy, page.verdict.policy, page.review.policy) == ("1", "1", "2")


def test_a_review_is_snoozed_as_long_as_the_policy_in_force_allows(acts: Acts) -> None:
    claim = acts.record()
    adopt(acts, policy_terms(longest_snooze_days=40))
    common = {"by": acts.cast.ben.actor, "review": review_of(acts.session, claim), "reason": "Not yet."}
    today = acts.now.date()
    acts.refused(snooze_review, "until", **common, until=today + timedelta(days=41))
    acts.do(snooze_review, **common, until=today + timedelta(days=40))


# Scorecards


def of_ledger(acts: Acts, entry: int | None = None) -> Scorecard:
    """The ledger's scorecard now, or as of an entry."""
    day = acts.now.date()
    now = scorecard_query(acts.session, "ledger", "", today=day)
    return scorecard(
        acts.session,
        "ledger",
        "",
        now if entry is None else ScorecardQuery("ledger", ScorecardFilters(), entry, day, day),
    )


def test_a_scorecard_uses_the_policy_in_force_at_its_entry(acts: Acts) -> None:
    """Also for claims recorded and judged under another policy: grades are for scoring, not for judging."""
    acts.judge(acts.record(), Outcome.PARTLY_TRUE)
    before, founding = acts.size, of_ledger(acts)
    adopt(acts, policy_terms(smallest_n=2, grades=OTHER_GRADES))
    after = of_ledger(acts)
    assert (founding.policy, founding.smallest_n, founding.grades) == ("1", 20, FOUNDING.grades)
    assert (after.policy, after.smallest_n, after.grades) == ("2", 2, OTHER_GRADES)
    # Two forecasts with a number: 0.9 (of the fixtures) came true, 0.675 came partly true.
    assert founding.card.graded.by_grade.brier == pytest.approx(((0.9 - 1) ** 2 + (0.675 - 0.5) ** 2) / 2)
    assert after.card.graded.by_grade.brier == pytest.approx(((0.9 - 1) ** 2 + (0.675 - 0.333333) ** 2) / 2)
    assert after.card.headline == founding.card.headline
    earlier, later = of_ledger(acts, before), of_ledger(acts, acts.size)
    assert (earlier.policy, earlier.smallest_n, earlier.card.graded) == ("1", 20, founding.card.graded)
    assert (later.policy, later.smallest_n, later.card.graded) == ("2", 2, after.card.graded)


def test_tables_of_scorecards_use_the_policy_in_force(acts: Acts) -> None:
    adopt(acts, policy_terms(smallest_n=2))
    today = acts.now.date()
    table, front = scorecard_table(acts.session, "claimant", today=today), home(acts.session, today=today)
    assert (table.policy, table.smallest_n) == (front.policy, front.smallest_n) == ("2", 2)


# The record


def test_a_rebuild_gives_each_claim_its_policy_again(acts: Acts) -> None:
    """In batches, as a migration does; every act above was checked entry by entry."""
    for terms in (None, other_terms(), policy_terms(default_horizon_months=3)):
        if terms:
            adopt(acts, terms)
        acts.record(**NO_DATE)
    before = acts.session.execute(select(Claim.id, Claim.policy).order_by(Claim.id)).all()
    assert {row.policy for row in before} == {"1", "2", "3"}
    policies = list_policies(acts.session)
    assert rebuild(acts.session) == read_head(acts.session)
    assert acts.session.execute(select(Claim.id, Claim.policy).order_by(Claim.id)).all() == before
    assert list_policies(acts.session) == policies
    assert list(differences(acts.session)) == []
