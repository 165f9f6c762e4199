"""Oracles: slow, plain computations in fractions and from definitions, with which the fast ones are compared."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date
from fractions import Fraction
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import CountedForecast
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.running_sums import RunningSums
from ledger.domain.scoring.tally import Cell, Headline, Sums, Tally, headline, sums
from ledger.domain.scoring.units import inner
from ledger.domain.text import slug
from ledger.domain.wholes import JudgedFrom
from ledger.journal.read import read_head
from ledger.journal.replay import Replica, differences
from ledger.queries.breakdown import NOT_SLICED, By
from ledger.queries.calls import Call, every_call
from ledger.queries.claim_list import PageLink
from ledger.queries.filters import AppliesTo, Filter, ScorecardFilters, filters_on
from ledger.queries.tallies import builders_as_of, cells_of_modality, clusters_of, sums_of, tally_as_of
from ledger.queries.tallies import tally_of as read_tally
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Document
from ledger.store.policies import PolicyRow
from ledger.store.reviews import Verdict
from ledger.store.tallies import FOREVER, Filing, RestatementRow, Scope, TallyRow, UnitRow

KINDS = ("outlet:", "topic:")
StoredTally = tuple[dict[str, Sums], RunningSums, object]  # of a scope; the cells only where they are stored
# Claim, claimant, number of forecasts, latest forecast, its middle in millionths.
StoredRestatements = set[tuple[int, int, int, int, int]]
Past = dict[int, tuple[dict[str, StoredTally], StoredRestatements, list[Call]]]  # by the newest entry at the time
FAR = date(2199, 1, 1)  # by then every verdict counts
ENDINGS = (ClaimState.WITHDRAWN, ClaimState.VOID, ClaimState.MERGED, ClaimState.SPLIT)


def always(claim: Judged, unit: CountedForecast) -> bool:
    return True


@dataclass(frozen=True)
class Judged:
    """The data of a claim that scoring uses: its forecasts, and the verdict in force with its day (UTC), if any."""

    said: tuple[CountedForecast, ...]
    topics: tuple[str, ...]
    horizon: PartialDate | None
    outcome: Outcome | None
    decided_on: date | None
    counts: bool = True  # False where it has ended, or where its parts are counted instead
    number: int = 1
    whole: int | None = None
    kind: ClaimKind = ClaimKind.EVENT
    basis: HorizonBasis = HorizonBasis.STATED
    checkability: Checkability = Checkability.CHECKABLE
    usual_term: int = 12  # months, by the claim's policy

    @property
    def last_day(self) -> date:
        return (
            self.horizon.last
            if self.horizon
            else _months_after(min(one.made_on.last for one in self.said), self.usual_term)
        )

    def number_of(self, unit: CountedForecast, which: str) -> Fraction | None:
        """The probability to score; None for a forecast made after the claim's last day, which predicted nothing."""
        probability = getattr(unit.confidence, which)
        return None if probability is None or unit.made_on.first > self.last_day else Fraction(str(probability))

    def counts_from(self) -> str:
        """The month from which the verdict counts in the headline. "" if that is at once.

        A verdict from before the last day, or on it, counts from the month after that day.
        """
        if self.decided_on is None or self.decided_on > self.last_day:
            return ""
        last = self.last_day
        return f"{last.year + last.month // 12:04}-{last.month % 12 + 1:02}"

    def early(self, today: date) -> bool:
        return self.counts_from() > f"{today:%Y-%m}"


def headline_of(claims: Iterable[Judged], scope: str, today: date) -> Headline:
    """The headline of a scope, from its definition: one unit for each claimant's first forecast, added one by one."""
    still_open = uncheckable = early = 0
    outcomes = dict.fromkeys((outcome.value for outcome in Outcome), 0)
    errors: dict[str, list[Fraction]] = {"mid": [], "best": [], "worst": []}
    events: list[int] = []
    ours = 0
    for claim in claims:
        for unit in units_in(claim, scope) if claim.counts else ():
            if claim.outcome is None or claim.decided_on is None:
                still_open += claim.checkability is Checkability.CHECKABLE
                uncheckable += claim.checkability is not Checkability.CHECKABLE
                continue
            if claim.early(today):
                early += 1
                continue
            outcomes[claim.outcome.value] += 1
            mid, low, high = (claim.number_of(unit, which) for which in ("mid", "low", "high"))
            if claim.outcome not in (Outcome.TRUE, Outcome.FALSE) or mid is None or low is None or high is None:
                continue
            event = int(claim.outcome is Outcome.TRUE)
            events.append(event)
            ours += unit.reading is NumberSource.OURS
            squares = [(end - event) ** 2 for end in (low, high)]
            errors["mid"].append((mid - event) ** 2)
            errors["best"].append(min(squares))
            errors["worst"].append(max(squares))
    judged, n = sum(outcomes.values()), len(events)
    rate = Fraction(sum(events), n) if n else None
    return Headline(
        recorded=still_open + uncheckable + early + judged,
        open=still_open,
        uncheckable=uncheckable,
        judged=judged,
        early=early,
        outcomes=outcomes,
        scored=n,
        our_reading=ours,
        events=sum(events),
        brier=_mean(errors["mid"]),
        brier_best=_mean(errors["best"]),
        brier_worst=_mean(errors["worst"]),
        base_rate=float(rate) if rate is not None else None,
        base_rate_brier=_mean([(rate - event) ** 2 for event in events]) if rate is not None else None,
    )


def tally_of(
    claims: Iterable[Judged], scope: str, today: date, keep: Callable[[Judged, CountedForecast], bool] = always
) -> Tally:
    """The tally of a scope, from its definition, of the units for which `keep` is true."""
    cells: Counter[Cell] = Counter()
    clusters: dict[int, list[int]] = {}
    for claim in claims:
        for unit in units_in(claim, scope) if claim.counts else ():
            if not keep(claim, unit):
                continue
            month = claim.counts_from() if claim.early(today) else ""
            cells[_cell_of(claim, unit)._replace(month=month)] += 1
            mid = claim.number_of(unit, "mid")
            if claim.outcome in (Outcome.TRUE, Outcome.FALSE) and mid is not None and not month:
                brier = (mid - (claim.outcome is Outcome.TRUE)) ** 2
                clusters.setdefault(claim.whole or claim.number, []).append(int(brier * 1_000_000 + Fraction(1, 2)))
    sums, sizes = [sum(scores) for scores in clusters.values()], [len(scores) for scores in clusters.values()]
    return Tally(
        dict(cells),
        RunningSums(
            clusters=len(clusters),
            n=sum(sizes),
            scores=sum(sums),
            squares=sum(s * s for s in sums),
            products=sum(s * m for s, m in zip(sums, sizes, strict=True)),
            sizes=sum(m * m for m in sizes),
        ),
    )


def _expected_cells(claims: Iterable[Judged], scope: str) -> dict[Cell, int]:
    """The cells to be stored for a scope, each with the number of its units."""
    return dict(Counter(_cell_of(claim, unit) for claim in claims if claim.counts for unit in units_in(claim, scope)))


def _cell_of(claim: Judged, unit: CountedForecast) -> Cell:
    unjudged = "open" if claim.checkability is Checkability.CHECKABLE else "uncheckable"
    ends = [claim.number_of(unit, which) for which in ("low", "mid", "high")]
    low, mid, high = (-1 if end is None else int(end * 1_000_000) for end in ends)
    status = claim.outcome.value if claim.outcome else unjudged
    return Cell(status, claim.counts_from(), low, mid, high, unit.modality, unit.reading)


def scopes_of(claims: Iterable[Judged]) -> set[str]:
    """The keys of all scopes that have a claim."""
    found = {"ledger"}
    for claim in claims:
        filed = {f"topic:{slug(topic)}" for topic in claim.topics}
        found |= filed
        for one in claim.said:
            year = f"year:{one.made_on.year}"
            found |= {year, f"outlet:{one.outlet}", f"document:{one.document}"}
            found |= {f"{outer}/{year}" for outer in (*filed, f"outlet:{one.outlet}")}
            outer_of_topics = (f"outlet:{one.outlet}", f"document:{one.document}", year)
            found |= {f"{outer}/{topic}" for outer in outer_of_topics for topic in filed}
            for claimant in one.claimants:
                found |= {f"claimant:{claimant}", *(f"claimant:{claimant}/{inner}" for inner in (year, *filed))}
    return found


def units_in(claim: Judged, scope: str) -> list[CountedForecast]:
    """The units of a scope; for a scope within another, those in both."""
    outer, _, inner = scope.rpartition("/")
    if inner.startswith("year:"):
        return [one for one in units_in(claim, outer or "ledger") if f"year:{one.made_on.year}" == inner]
    if outer:
        return units_in(claim, outer) if inner.removeprefix("topic:") in map(slug, claim.topics) else []
    first: dict[int, CountedForecast] = {}
    for one in claim.said:
        for claimant in one.claimants:
            known = first.setdefault(claimant, one)
            if (one.made_on.last, one.number) < (known.made_on.last, known.number):
                first[claimant] = one
    kind, _, key = scope.partition(":")
    if kind == "claimant":
        return [first[int(key)]] if int(key) in first else []
    if kind == "topic" and key not in map(slug, claim.topics):
        return []
    units = list({one.number: one for one in first.values()}.values())
    if kind == "outlet":
        return [one for one in units if one.outlet == key]
    if kind == "document":
        return [one for one in units if str(one.document) == key]
    return units


def _months_after(day: date, months: int) -> date:
    """The day that many months later, or the last day of a shorter month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _usual_term(session: Session, version: str) -> int:
    """The default term of a policy, in months."""
    adopted = select(PolicyRow.default_horizon_months).where(PolicyRow.version == version)
    return 12 if version == "1" else session.scalars(adopted).one()


def _mean(values: list[Fraction]) -> float | None:
    return float(sum(values) / len(values)) if values else None


def claims_in(session: Session) -> list[Judged]:
    """All claims of a database, read row by row."""
    found = []
    for claim in session.scalars(select(Claim).order_by(Claim.id)):
        said = []
        for forecast in session.scalars(select(Forecast).where(Forecast.claim_id == claim.id)):
            claimants = session.scalars(
                select(ForecastClaimant.claimant_id).where(ForecastClaimant.forecast_id == forecast.id)
            )
            outlet = session.scalars(select(Document.outlet).where(Document.id == forecast.document_id)).one()
            said.append(
                CountedForecast(
                    forecast.id,
                    forecast.made_on,
                    tuple(claimants),
                    slug(outlet),
                    forecast.document_id,
                    forecast.confidence,
                    forecast.modality,
                    forecast.reading,
                )
            )
        standing = session.scalars(
            select(Verdict).where(Verdict.claim_id == claim.id, Verdict.superseded_by.is_(None))
        ).one_or_none()
        found.append(
            Judged(
                said=tuple(said),
                topics=tuple(session.scalars(select(Topic.name).where(Topic.claim_id == claim.id))),
                horizon=claim.horizon,
                outcome=standing.outcome if standing else None,
                decided_on=standing.adopted_at.astimezone(UTC).date() if standing else None,
                counts=claim.state not in ENDINGS and claim.judged_from is JudgedFrom.ITSELF,
                number=claim.id,
                whole=claim.whole_id,
                kind=claim.kind,
                basis=claim.horizon_basis,
                checkability=claim.checkability,
                usual_term=_usual_term(session, claim.policy),
            )
        )
    return found


def check_record(session: Session, today: date, replica: Replica | None = None) -> None:
    """Assert that tables equal the journal, and tallies and figures their definition, both now and at an entry.

    A replica that has replayed the journal so far replays only newer entries.
    Stored tallies are checked for all scopes. Those computed for a single scope are checked for two here, and for all
    by `check_past`.
    """
    assert list(replica.differences(session) if replica else differences(session)) == []
    claims, size = claims_in(session), read_head(session).size
    listed = {scope.key: (scope.recorded, scope.judged) for scope in session.scalars(select(Scope))}
    keys = sorted(scopes_of(claims) | set(listed))
    stored = _stored_cells(session)
    alone = [key for key in keys if "/" not in key]
    assert set(stored) <= set(alone)
    for key in alone:
        assert stored.get(key, {}) == _expected_cells(claims, key), key
    assert _stored_units(session) == _expected_units(claims)
    assert _stored_restatements(session, size) == _expected_restatements(claims)
    for day in (today, FAR):
        clusters, summed = clusters_of(session, keys, today=day), sums_of(session, keys, today=day)
        for key in keys:
            assert clusters[key] == tally_of(claims, key, day).clusters, key
            figures = headline(summed[key])
            assert figures == headline_of(claims, key, day), key
            if day == FAR and key in listed:
                assert listed[key] == (figures.recorded, figures.judged), key
    for key, day in (("ledger", FAR), (max(alone), today)):
        tally = tally_of(claims, key, day)
        assert read_tally(session, key, today=day) == tally, key
        assert tally_as_of(session, size, ScorecardFilters.of_scope(key), today=day) == tally, key


def _stored_cells(session: Session) -> dict[str, dict[Cell, int]]:
    """The stored cells by scope, including those that do not count yet."""
    columns = (getattr(TallyRow, name) for name in Cell._fields)
    found: dict[str, dict[Cell, int]] = {}
    for scope, n, *cell in session.execute(select(TallyRow.scope, TallyRow.n, *columns)):
        found.setdefault(scope, {})[Cell._make(cell)] = n
    return found


def _stored_units(session: Session) -> Counter[tuple[object, ...]]:
    """The units in force, once for each of the claim's topics and once without a topic."""
    unit = (UnitRow.claim_id, UnitRow.forecast_id, UnitRow.claimant_id, UnitRow.cluster, UnitRow.document_id)
    cell = (getattr(UnitRow, name) for name in Cell._fields)
    rest = (UnitRow.made_on, UnitRow.kind, UnitRow.basis, UnitRow.checkability)
    rows = [tuple(row) for row in session.execute(select(*unit, *cell, *rest).where(UnitRow.valid_to == FOREVER))]
    filings = select(Filing.claim_id, Filing.slug).where(Filing.valid_to == FOREVER)
    topics: dict[int, list[str]] = {}
    for claim, topic in session.execute(filings):
        topics.setdefault(claim, [""]).append(topic)
    return Counter((topic, *row) for row in rows for topic in topics.get(row[0], [""]))


def _expected_units(claims: Iterable[Judged]) -> Counter[tuple[object, ...]]:
    """The expected units: for the ledger, the first forecast of each claimant; for each claimant, their own first."""
    found: Counter[tuple[object, ...]] = Counter()
    for claim in claims:
        everybody = {who for one in claim.said for who in one.claimants}
        counted = [(0, one) for one in units_in(claim, "ledger")]
        counted += [(who, one) for who in everybody for one in units_in(claim, f"claimant:{who}")]
        for who, one in counted if claim.counts else ():
            unit = (claim.number, one.number, who, claim.whole or claim.number, one.document)
            rest = (one.made_on, claim.kind, claim.basis, claim.checkability)
            found.update((topic, *unit, *_cell_of(claim, one), *rest) for topic in ("", *map(slug, claim.topics)))
    return found


def _stored_restatements(session: Session, entry: int) -> StoredRestatements:
    """The stored restatements as of an entry."""
    columns = (
        RestatementRow.claim_id,
        RestatementRow.claimant_id,
        RestatementRow.times,
        RestatementRow.latest_id,
        RestatementRow.mid,
    )
    then = RestatementRow.valid_from <= entry, RestatementRow.valid_to > entry
    rows = [tuple(row) for row in session.execute(select(*columns).where(*then))]
    assert len({row[:2] for row in rows}) == len(rows)
    return set(rows)


def _expected_restatements(claims: Iterable[Judged]) -> StoredRestatements:
    """The expected restatements: claimants with several forecasts on a claim, with the latest of these."""
    found: StoredRestatements = set()
    for claim in claims:
        for who in {who for one in claim.said for who in one.claimants} if claim.counts else ():
            theirs = [one for one in claim.said if who in one.claimants]
            latest = max(theirs, key=lambda one: (one.made_on.last, one.number))
            if len(theirs) > 1:
                found.add((claim.number, who, len(theirs), latest.number, _cell_of(claim, latest).mid))
    return found


def _chosen(one: Filter, value: str) -> tuple[ScorecardFilters, str, Callable[[Judged, CountedForecast], bool]]:
    """A filter set to one of its choices, its scope, and its definition as a test of a claim and a forecast."""

    def keep(claim: Judged, said: CountedForecast) -> bool:
        return bool((getattr(said, one.key) if hasattr(said, one.key) else getattr(claim, one.key)) == value)

    return ScorecardFilters(**{one.key: one.parse(value)}), "ledger", keep


def check_selections(session: Session) -> None:
    """Assert that filtered tallies match their definition, for one filter of each sort."""
    claims, size = claims_in(session), read_head(session).size
    somebody = min((who for claim in claims for one in claim.said for who in one.claimants), default=0)
    outlet, topic = (max((key for key in scopes_of(claims) if key.startswith(kind)), default="") for kind in KINDS)
    for selection, scope, keep in (
        *(_chosen(one, value) for one in filters_on(AppliesTo.SCORECARDS) for value in one.choices),
        (
            ScorecardFilters(made_from=PartialDate(2016, 10, 2), made_to=PartialDate(2016)),
            "ledger",
            lambda _, one: one.made_on.last >= date(2016, 10, 2) and one.made_on.first <= date(2016, 12, 31),
        ),
        (
            ScorecardFilters(claimant=somebody, outlet=outlet.partition(":")[2], topic=topic.partition(":")[2]),
            f"claimant:{somebody}",
            lambda claim, one: (
                f"outlet:{one.outlet}" == outlet and topic.partition(":")[2] in map(slug, ("", *claim.topics))
            ),
        ),
    ):
        for day in (date(2018, 3, 1), FAR):
            expected = tally_of(claims, scope, day, keep)
            assert tally_as_of(session, size, selection, today=day) == expected, selection
            if selection.modality is not None:
                assert cells_of_modality(session, scope, selection.modality, today=day) == expected.cells, selection


def store_present(session: Session, past: Past) -> None:
    """Store the present tallies, to be compared later by `check_past`."""
    keys = session.scalars(select(Scope.key)).all()
    summed, clusters = sums_of(session, keys, today=FAR), clusters_of(session, keys, today=FAR)
    size = read_head(session).size
    tallies = {
        key: (summed[key], clusters[key], read_tally(session, key, today=FAR).cells if "/" not in key else None)
        for key in keys
    }
    past[size] = tallies, _stored_restatements(session, size), _calls(session, size)


def _calls(session: Session, entry: int) -> list[Call]:
    """All calls of the ledger as of an entry, without claimants' names, which are always the present ones."""
    every = every_call(session, entry, ScorecardFilters(), today=FAR)
    return [
        replace(call, claimants=tuple(PageLink(key, "") for key in sorted(int(one.key) for one in call.claimants)))
        for call in every
    ]


def check_past(session: Session, past: Past) -> None:
    """Assert that as-of figures equal those that were stored at the time."""
    for entry, (tallies, restatements, calls) in past.items():
        assert _stored_restatements(session, entry) == restatements, entry
        assert _calls(session, entry) == calls, entry
        for key, (summed, clusters, cells) in tallies.items():
            found = tally_as_of(session, entry, ScorecardFilters.of_scope(key), today=FAR)
            assert (sums(found.cells, FAR), found.clusters) == (summed, clusters), (entry, key)
            assert cells in (None, found.cells), (entry, key)
    for entry in (min(past), max(past)) if past else ():
        check_slices(session, entry, past[entry][0])


def check_slices(session: Session, entry: int, stored: dict[str, StoredTally]) -> None:
    """Assert that as-of figures by year and by topic equal those that were stored at the time."""
    for outer in (key for key in stored if "/" not in key):
        piles = builders_as_of(session, entry, ScorecardFilters.of_scope(outer), today=FAR)
        found = {By.YEAR: piles.years, By.TOPIC: piles.topics}
        for by in By:
            if inner(outer)[0] in NOT_SLICED[by]:
                continue
            inside = outer if outer != "ledger" else ""
            expected = {
                inner(key)[1]: (summed, clusters)
                for key, (summed, clusters, _) in stored.items()
                if key.rpartition("/")[0] == inside and inner(key)[0] == by and summed
            }
            tallies = {key: pile.tally for key, pile in found[by].items()}
            assert {key: (sums(one.cells, FAR), one.clusters) for key, one in tallies.items()} == expected, (entry, by)


def merkle_root(leaves: list[bytes]) -> bytes:
    """The root of a tree of leaves, by the recursive definition of RFC 6962, section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + merkle_root(leaves[:split]) + merkle_root(leaves[split:])).digest()
