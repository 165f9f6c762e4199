"""Tallies: clusters by hand, as of an entry and a day, and sums beyond 64 bits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from support.acts import Acts
from support.cast import Cast, forecast_terms, judge, record, review_of
from support.oracles import Past, check_past, check_selections, store_present

from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, of_cluster
from ledger.domain.scoring.tally import Cell, Sums, headline
from ledger.journal.projection.tallies import sum_rows
from ledger.journal.read import read_head
from ledger.queries.filters import ScorecardFilters
from ledger.queries.tallies import newest_entry, sums_of, tally_as_of, tally_of
from ledger.services.claimants import merge_claimants
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.end_claim import merge_claims, reinstate_claim, void_claim
from ledger.services.claims.record import record_forecast
from ledger.services.reviews.schedule import bring_forward, reopen_claim
from ledger.store.tallies import FOREVER, ClusterTally, Filing, PartTally, Scope, SumTally, UnitRow

LATE, MAY = date(2199, 1, 1), PartialDate(2016, 5)


def sure(cast: Cast, p: float, claimant: int | None = None, **changes: object) -> object:
    confidence = Confidence.point(p)
    who = claimant or cast.claimant
    return forecast_terms(cast.document, who, modality=Modality.NUMBER, confidence=confidence, **changes)


def clusters(acts: Acts, scope: str, today: date = LATE) -> RunningSums:
    return tally_of(acts.session, scope, today=today).clusters


def sums(*scores: list[float]) -> RunningSums:
    """The sums of clusters, each given by its scores."""
    found = (of_cluster(ClusterScores(len(one), round(sum(one) * MILLION))) for one in scores)
    return sum(found, RunningSums())


def test_parts_of_a_whole_are_one_cluster_and_so_is_the_whole_itself(acts: Acts) -> None:
    whole = acts.record(forecast=sure(acts.cast, 0.5))
    parts = [acts.record(whole=whole, forecast=sure(acts.cast, p)) for p in (0.9, 0.8)]
    alone = acts.record(forecast=sure(acts.cast, 0.4))
    scope = f"claimant:{acts.cast.claimant}"
    for claim in (parts[0], alone, whole, parts[1]):
        acts.judge(claim, Outcome.TRUE)
    assert clusters(acts, scope) == sums([0.25, 0.01, 0.04], [0.36])
    acts.do(amend_claim, claim=parts[0], terms=replace(acts.terms(parts[0]), whole=None), reason="On its own.")
    assert clusters(acts, scope) == sums([0.25, 0.04], [0.36], [0.01])
    acts.do(amend_claim, claim=parts[0], terms=replace(acts.terms(parts[0]), whole=alone), reason="Of that one.")
    assert clusters(acts, scope) == sums([0.25, 0.04], [0.36, 0.01])
    acts.do(void_claim, by=acts.cast.dora.actor, claim=alone, reason="Recorded twice.")
    assert clusters(acts, scope) == sums([0.25, 0.04], [0.01])


def test_several_claimants_of_one_claim_are_one_cluster_in_the_ledger_s_count(acts: Acts) -> None:
    one, other = acts.cast.noise.claimants
    before = clusters(acts, "ledger")
    claim = acts.record(forecast=sure(acts.cast, 0.9, one))
    acts.do(record_forecast, claim=claim, forecast=sure(acts.cast, 0.6, other))
    acts.judge(claim, Outcome.TRUE)
    assert clusters(acts, "ledger") - before == sums([0.01, 0.16])
    assert clusters(acts, f"claimant:{other}") == sums([0.16])


def test_parts_judged_early_join_their_cluster_by_the_calendar(acts: Acts) -> None:
    """One statement with three horizons, true at once: the claims begin to count one by one, as one cluster."""
    acts.now = datetime(2017, 1, 10, 12, tzinfo=UTC) + timedelta(days=3650)
    whole = acts.record(forecast=sure(acts.cast, 0.5))
    parts = []
    for p, horizon in ((0.9, PartialDate(2027, 3)), (0.8, PartialDate(2027, 6)), (0.6, PartialDate(2026))):
        part = acts.record(whole=whole, horizon=horizon, forecast=sure(acts.cast, p))
        if horizon.year == 2027:
            review = review_of(acts.session, part)
            acts.do(bring_forward, by=acts.cast.dora.actor, review=review, reason="It has happened already.")
        acts.judge(part, Outcome.TRUE)
        parts.append(part)
    scope = f"claimant:{acts.cast.claimant}"
    assert clusters(acts, scope, date(2027, 3, 31)) == sums([0.16])
    assert clusters(acts, scope, date(2027, 4, 1)) == sums([0.16, 0.01])
    assert clusters(acts, scope, date(2027, 7, 1)) == sums([0.16, 0.01, 0.04])
    acts.do(void_claim, by=acts.cast.dora.actor, claim=parts[2], reason="Recorded twice.")
    assert clusters(acts, scope, date(2027, 3, 31)) == RunningSums()
    assert clusters(acts, scope, date(2027, 7, 1)) == sums([0.01, 0.04])


def test_past_tallies_do_not_change(acts: Acts) -> None:
    """Even when verdicts are superseded, topics and kinds amended, and claims and claimants merged."""
    past: Past = {}
    other = acts.cast.noise.claimants[0]
    claim = acts.record(topics=("Drones", "Oil"), forecast=sure(acts.cast, 0.9))
    twin = acts.record(topics=("Drones",), forecast=sure(acts.cast, 0.3, other))
    like = acts.record(topics=("Oil",), forecast=sure(acts.cast, 0.2))
    for step in (
        lambda: amend(acts, claim, shape=Shape(ClaimKind.CONTINUES, baseline="As it is.")),
        lambda: amend(acts, claim, statement="It is put better.", horizon=PartialDate(2018)),
        lambda: acts.judge(claim, Outcome.TRUE),
        lambda: acts.do(record_forecast, claim=claim, forecast=sure(acts.cast, 0.7, other)),
        lambda: acts.do(record_forecast, claim=claim, forecast=sure(acts.cast, 0.6, made_on=MAY)),
        lambda: acts.do(record_forecast, claim=twin, forecast=sure(acts.cast, 0.8, other, made_on=MAY)),
        lambda: amend(acts, claim, topics=("Oil", "Gas")),
        lambda: amend(acts, claim, topics=("Drones", "Gas")),
        lambda: amend(acts, claim, horizon_basis=HorizonBasis.IMPLIED),
        lambda: reopen_and_judge(acts, claim),
        lambda: acts.do(void_claim, by=acts.cast.dora.actor, claim=claim, reason="Recorded twice."),
        lambda: acts.do(reinstate_claim, by=acts.cast.dora.actor, claim=claim, reason="It was not."),
        lambda: acts.do(merge_claims, by=acts.cast.dora.actor, claim=twin, into=like, reason="One and the same."),
        lambda: acts.do(
            merge_claimants, by=acts.cast.dora.actor, claimant=other, into=acts.cast.claimant, reason="One person."
        ),
    ):
        store_present(acts.session, past)
        step()
    store_present(acts.session, past)
    check_past(acts.session, past)
    check_selections(acts.session)
    assert len(past) == 15
    both = {len(again) for _, again, _ in past.values()}
    assert both == {0, 1, 2}  # restatements included
    continues, size = ScorecardFilters(topic="drones", kind=ClaimKind.CONTINUES), read_head(acts.session).size
    counted = [sum(tally_as_of(acts.session, n, continues, today=LATE).cells.values()) for n in (claim, size)]
    assert counted == [0, 1]


def amend(acts: Acts, claim: int, **changes: object) -> None:
    acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), **changes), reason="Better so.")


def reopen_and_judge(acts: Acts, claim: int) -> None:
    acts.do(reopen_claim, by=acts.cast.dora.actor, claim=claim, reason="New facts.")
    acts.judge(claim, Outcome.FALSE)


def test_unchanged_units_keep_their_rows(acts: Acts) -> None:
    """A unit ends only when something that counts changes, and a filing when its topic is removed."""
    claim = acts.record(topics=("Drones",))
    table = UnitRow.table()
    before = acts.session.execute(select(table).where(table.c.claim_id == claim)).all()
    assert [row.valid_to for row in before] == [FOREVER, FOREVER]
    amend(acts, claim, topics=("Drones", "Oil"), statement="It is put better.")
    assert acts.session.execute(select(table).where(table.c.claim_id == claim)).all() == before
    filings = acts.session.scalars(select(Filing).where(Filing.claim_id == claim).order_by(Filing.slug)).all()
    assert [(row.slug, row.valid_to) for row in filings] == [("drones", FOREVER), ("oil", FOREVER)]
    assert filings[0].valid_from == claim < filings[1].valid_from


def test_a_day_is_as_of_its_last_entry(session: Session, cast: Cast, now: datetime) -> None:
    sizes = {}
    for days in (0, 1, 1, 4):
        now += timedelta(days=days)
        record(session, cast, now)
        sizes[now.date()] = read_head(session).size
    first, _, third, last = sorted(sizes)
    assert [newest_entry(session, day) for day in sizes] == list(sizes.values())
    assert newest_entry(session, third + timedelta(days=1)) == sizes[third] < sizes[last]
    assert newest_entry(session, last + timedelta(days=1)) == sizes[last]
    assert newest_entry(session, first - timedelta(days=1)) == 0
    assert tally_as_of(session, 0, ScorecardFilters(), today=LATE).cells == {}


def test_the_last_moment_of_a_day_belongs_to_it(session: Session, cast: Cast, now: datetime) -> None:
    day = now.date() + timedelta(days=1)
    record(session, cast, datetime(day.year, day.month, day.day, 23, 59, 59, 999_999, tzinfo=UTC))
    size = read_head(session).size
    record(session, cast, datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1))
    assert newest_entry(session, day) == size < read_head(session).size


def test_sums_of_very_many_forecasts_are_exact(session: Session) -> None:
    """Two billion maximally wrong forecasts: far beyond 64 bits in units of 1e-12."""
    most = 2**30 - 1
    words = {"modality": Modality.NUMBER, "reading": NumberSource.SPEAKER}
    rows = [{**{"status": "true", "month": "", "low": low, "mid": low, "high": low + 1}, **words} for low in (0, 1)]
    session.execute(insert(SumTally.table()), sum_rows({("ledger", Cell(**row)): most for row in rows}))
    found = sums_of(session, ["ledger", "topic:none"], today=LATE)
    low, high = ((MILLION**2 + (MILLION - 1) ** 2) * most, ((MILLION - 1) ** 2 + (MILLION - 2) ** 2) * most)
    assert found == {"ledger": {"true": Sums(2 * most, 2 * most, 0, low, low, high)}, "topic:none": {}}
    assert low > 2**63
    assert headline(found["ledger"]).brier == pytest.approx(1 - 1e-6)


def test_a_cluster_as_large_as_fits_can_still_grow(session: Session, cast: Cast, now: datetime) -> None:
    """2.9 million maximally wrong forecasts on one whole: its sums stay integers, on both databases."""
    whole = record(session, cast, now)
    m = 2_900_000
    huge = of_cluster(ClusterScores(m, m * MILLION))
    squares, rest = divmod(huge.squares, MILLION)
    assert 0.9 * 2**63 < squares < 2**63
    scope = {"scope": f"document:{cast.document}", "month": ""}
    columns = {"squares": squares, "rest": rest, "products": huge.products, "sizes": huge.sizes}
    session.execute(insert(PartTally.table()), {"whole_id": whole, **scope, "n": m, "scores": huge.scores})
    session.execute(insert(ClusterTally.table()), {**scope, "clusters": 1, "n": m, "scores": huge.scores, **columns})
    session.commit()
    part = record(session, cast, now, whole=whole, forecast=sure(cast, 0.1))
    acts = Acts(session, cast, now, each=False)
    judge(session, now, part, Outcome.TRUE, acts.attach(part))
    found = tally_of(session, scope["scope"], today=LATE).clusters
    assert found == of_cluster(ClusterScores(m + 1, m * MILLION + 810_000))
    if session.get_bind().dialect.name == "sqlite":
        assert session.scalars(text("SELECT typeof(squares) FROM cluster_tally")).all().count("integer") > 0
        assert "real" not in session.scalars(text("SELECT typeof(squares) FROM cluster_tally")).all()


def test_cells_of_a_scope_are_its_own(acts: Acts) -> None:
    claim = acts.record(topics=("Drones",), forecast=sure(acts.cast, 0.25))
    acts.judge(claim, Outcome.PARTLY_TRUE)
    at_once = Cell("partly_true", "", 250_000, 250_000, 250_000, Modality.NUMBER, NumberSource.OURS)
    assert tally_of(acts.session, "topic:drones", today=LATE).cells == {at_once: 1}
    assert tally_of(acts.session, "topic:oil", today=LATE) == tally_as_of(
        acts.session, claim - 1, ScorecardFilters(topic="drones"), today=LATE
    )


def test_scopes_have_the_name_of_the_first_that_counted_in_them(acts: Acts) -> None:
    """Also a topic added by an amendment, which begins no unit; a later spelling changes nothing."""
    names = select(Scope.name).where(Scope.key == "topic:oil-gas")
    claim = acts.record(topics=("Battle",))
    acts.do(amend_claim, claim=claim, terms=replace(acts.terms(claim), topics=("Oil & Gas",)), reason="Better so.")
    assert acts.session.scalars(names).one() == "Oil & Gas"
    acts.record(topics=("OIL GAS",))
    assert acts.session.scalars(names).one() == "Oil & Gas"


def test_an_invalid_scope_is_refused() -> None:
    with pytest.raises(ValueError, match="no scope"):
        ScorecardFilters.of_scope("everything")
