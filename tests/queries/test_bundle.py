"""Bundles: the script, alone in an empty folder, recomputes all figures exactly, and finds planted errors."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZipFile, is_zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from support.acts import Acts
from support.cast import Cast, assessment_terms, claimant_terms, document_terms, forecast_terms, review_of
from support.databases import BACKENDS, borrowed
from support.samples.policies import OTHER_GRADES, any_grades, policy_terms

from ledger.charts.dots import coarser
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind, Shape
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import ForecastTerms, Modality
from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import FOUNDING, Grades
from ledger.domain.scoring.calibration_band import BAND_LEVEL, consistency
from ledger.domain.scoring.clustered_intervals import bootstrap_interval, brier_interval
from ledger.domain.scoring.discrimination import histogram
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, of_cluster, score
from ledger.domain.scoring.scorecard import as_floats, card, scored_now
from ledger.domain.scoring.tally import Cell, Tally, headline, sums
from ledger.domain.scoring.units import LEDGER, NO_NUMBER, OPEN, UNCHECKABLE
from ledger.formats.to_json import plain
from ledger.journal.read import read_head
from ledger.queries import breakdown as reading_parts
from ledger.queries import calls as reading_calls
from ledger.queries.exports import bootstrap, recompute
from ledger.queries.exports import bundle as bundle_module
from ledger.queries.exports.bundle import SHOWN_OF_PARTS, BundleRequest, bundle
from ledger.queries.exports.calls_csv import HEADER, calls_csv
from ledger.queries.filters import ScorecardFilters
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.services.claimants import register_claimant
from ledger.services.claims.amend import amend_claim
from ledger.services.claims.record import record_forecast
from ledger.services.documents import register_document
from ledger.services.policies import adopt_policy
from ledger.services.reviews.schedule import bring_forward
from ledger.store.tallies import Scope

DAY = date(2026, 11, 22)  # today in these tests: a verdict on a claim with a horizon in 2027 is early
LATER = date(2028, 1, 1)
EVERYTHING = ScorecardFilters()
SETTINGS = ("bootstrap", "consistency", "parts")


def said(acts: Acts, confidence: Confidence, modality: Modality = Modality.NUMBER, **changes: Any) -> ForecastTerms:
    return forecast_terms(
        acts.cast.document,
        changes.pop("claimant", acts.cast.claimant),
        modality=modality,
        confidence=confidence,
        **changes,
    )


def mixture(acts: Acts) -> list[int]:
    """Claims of every kind; returns the numbers of some entries between them."""
    cast, point, none = acts.cast, Confidence.point, Confidence.none()
    entries = [read_head(acts.session).size]
    whole = acts.record(forecast=said(acts, point(0.5)))
    for p in (0.9, 0.8):
        acts.judge(acts.record(whole=whole, topics=("Oil",), forecast=said(acts, point(p))), Outcome.TRUE)
    acts.judge(whole, Outcome.FALSE)
    for p, outcome in ((0, Outcome.TRUE), (1, Outcome.FALSE), (1, Outcome.TRUE), (0.333333, Outcome.FALSE)):
        acts.judge(acts.record(forecast=said(acts, point(p), reading=NumberSource.SPEAKER)), outcome)
    for outcome in (Outcome.TRUE, Outcome.FALSE, Outcome.MOSTLY_TRUE, Outcome.PARTLY_TRUE, Outcome.MOSTLY_FALSE):
        acts.judge(acts.record(statement=f"=SUM(A1) is, “in short”, {outcome}; or not"), outcome)
    entries.append(read_head(acts.session).size)
    acts.judge(acts.record(forecast=said(acts, none, Modality.COULD, hedge='@could, said"he"')), Outcome.TRUE)
    acts.judge(acts.record(forecast=said(acts, Confidence.between(0.9, 1), Modality.WILL)), Outcome.TRUE)
    ours = said(acts, Confidence.between(0.1, 0.35), Modality.COULD, note="He said it twice.")
    acts.judge(acts.record(forecast=ours), Outcome.FALSE)
    acts.judge_as(acts.record(), assessment_terms(Outcome.UNRESOLVABLE))
    vague = {"checkability": Checkability.TOO_VAGUE, "checkability_reason": "Who could tell?"}
    acts.record(**vague)
    choice = acts.record(shape=Shape(ClaimKind.CHOICE, options=("Raqqa", "Mosul")), forecast=acts.forecast(option=1))
    acts.judge_choice(choice, 2)
    early(acts, 0.7, Outcome.TRUE)
    early(acts, 0.2, Outcome.PARTLY_TRUE)
    other = register_claimant(acts.session, now=acts.now, by=cast.ada.actor, terms=claimant_terms(name="-Dash; or so"))
    both = said(acts, point(0.6), claimant=other)
    shared = acts.record(forecast=replace(both, claimants=(cast.claimant, other)))
    acts.judge(shared, Outcome.TRUE)
    entries.append(read_head(acts.session).size)
    terms = document_terms(title="Elsewhere", outlet="Another Paper")
    elsewhere = register_document(acts.session, now=acts.now, by=cast.ada.actor, terms=terms)
    alone = acts.record(forecast=replace(said(acts, point(0.55)), document=elsewhere, made_on=PartialDate(2016, 9)))
    acts.do(record_forecast, claim=alone, forecast=said(acts, point(0.95), claimant=other))
    acts.judge(alone, Outcome.FALSE)
    acts.do(record_forecast, claim=shared, forecast=said(acts, point(0.25), claimant=cast.noise.claimants[0]))
    implied = replace(acts.terms(alone), horizon_basis=HorizonBasis.IMPLIED, topics=("Oil", "Gas"))
    acts.do(amend_claim, claim=alone, terms=implied, reason="Better so.")
    return [*entries, read_head(acts.session).size]


def early(acts: Acts, p: float, outcome: Outcome) -> None:
    """A claim with a horizon in June 2027 that is judged already."""
    claim = acts.record(horizon=PartialDate(2027, 6), forecast=said(acts, Confidence.point(p)))
    acts.do(bring_forward, by=acts.cast.dora.actor, review=review_of(acts.session, claim), reason="It is over already.")
    acts.judge(claim, outcome)


@dataclass(frozen=True)
class Mixed:
    """A session on a record with claims of every kind, the cast, and the numbers of some entries."""

    session: Session
    cast: Cast
    entries: list[int]


@pytest.fixture(scope="module", params=BACKENDS)
def mixed(request: pytest.FixtureRequest, peopled: Callable[[str], tuple[Engine, Cast]]) -> Iterator[Mixed]:
    """Made once for all tests that only read it. It is not audited as a whole: other tests do that."""
    engine, cast = peopled(request.param)
    with borrowed(engine) as session:
        yield Mixed(session, cast, mixture(Acts(session, cast, datetime(2026, 11, 22, 12, tzinfo=UTC), each=False)))


def bundled(entry: int, selection: ScorecardFilters = EVERYTHING, day: date = DAY) -> BundleRequest:
    return BundleRequest(
        ScorecardQuery(LEDGER, selection, entry, day, as_of=day), "/ledger?as_of=2026", "https://example.org"
    )


def unpack(session: Session, what: BundleRequest, folder: Path) -> Path:
    folder.mkdir()
    with ZipFile(io.BytesIO(b"".join(bundle(session, what)))) as zipped:
        assert zipped.testzip() is None
        assert zipped.namelist() == ["README.txt", "recompute.py", "calls.csv", "expected.json"]
        zipped.extractall(folder)
    return folder


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script isolated: without packages, environment variables or access to this checkout."""
    command = [sys.executable, "-I", "-S", "recompute.py", *arguments]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, encoding="utf-8")


def differing(folder: Path) -> list[str]:
    """The figures that the script's own functions find to differ from the expected ones."""
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    calls = recompute.read_calls(folder / "calls.csv", expected["as_of"]["day"][:7])
    found = dict(
        recompute.each(
            recompute.figures(calls, expected["policy"]["grades"], **{name: expected[name] for name in SETTINGS})
        )
    )
    wanted = dict(recompute.each(expected["figures"]))
    return sorted(name for name in {*found, *wanted} if found.get(name) != wanted.get(name))


def test_the_script_recomputes_every_scorecard_as_of_any_day(
    mixed: Mixed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "RESAMPLES", 20)  # other tests use a thousand
    session, newest = mixed.session, mixed.entries[-1]
    scopes = [ScorecardFilters.of_scope(key) for key in session.scalars(select(Scope.key).order_by(Scope.key))]
    filters = [
        ScorecardFilters(modality=Modality.COULD),
        ScorecardFilters(modality=Modality.NUMBER, claimant=mixed.cast.claimant),
        ScorecardFilters(basis=HorizonBasis.IMPLIED),
        ScorecardFilters(checkability=Checkability.TOO_VAGUE),
        ScorecardFilters(topic="oil", made_from=PartialDate(2016, 9), made_to=PartialDate(2016, 9)),
    ]
    past = [bundled(entry) for entry in (0, *mixed.entries)]
    wanted = [*(bundled(newest, one) for one in (*scopes, *filters)), bundled(newest, day=LATER), *past]
    # Unfiltered scorecards, whose years and topics have stored tallies.
    keys = session.scalars(select(Scope.key).where(Scope.inside == "").order_by(Scope.key))
    whole = (ScorecardQuery(key, EVERYTHING, newest, DAY, as_of=None) for key in keys)
    wanted += [BundleRequest(query, "/somewhere", "https://example.org") for query in whole]
    assert len(scopes) > 20
    for number, what in enumerate(wanted):
        assert differing(unpack(session, what, tmp_path / str(number))) == [], what


@pytest.mark.parametrize("mixed", ["sqlite"], indirect=True)
def test_a_bundle_has_the_tables_that_the_page_has(
    mixed: Mixed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No table of topics where only one is possible, and no tables above the limit of filtered forecasts."""
    newest = mixed.entries[-1]
    of_topic = unpack(mixed.session, bundled(newest, ScorecardFilters(topic="oil")), tmp_path / "topic")
    monkeypatch.setattr(reading_parts, "AT_ONCE", 3)
    of_many = unpack(mixed.session, bundled(newest), tmp_path / "many")
    for folder, tables in ((of_topic, {"by_year"}), (of_many, set())):
        figures = json.loads((folder / "expected.json").read_text("utf-8"))["figures"]
        assert {name for name in ("by_year", "by_topic") if figures[name]} == tables
        assert run(folder).returncode == 0


@pytest.mark.parametrize("day", [DAY, LATER])
def test_the_script_needs_nothing_but_its_folder(mixed: Mixed, tmp_path: Path, day: date) -> None:
    newest = mixed.entries[-1]
    folder = unpack(mixed.session, bundled(newest, day=day), tmp_path / "bundle")
    ran = run(folder)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "figures are the same to the last digit." in ran.stdout and "What it does not show" in ran.stdout
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    figures = expected["figures"]
    assert f"headline.brier {figures['headline']['brier']}".split()[1] in ran.stdout
    printed = run(folder, "--json")
    assert printed.returncode == 0
    assert dict(recompute.each(json.loads(printed.stdout))) == dict(recompute.each(figures))
    # The mixture covers everything: no compared figure is empty everywhere.
    assert figures["scores"]["impossible"] == 2 and figures["scores"]["log_score"] == "Infinity"
    assert (figures["headline"]["early"] > 0) == (day == DAY)
    nothing = [name for name, value in recompute.each(figures) if value in ("0", "null", "[]")]
    with (folder / "calls.csv").open(encoding="utf-8", newline="") as calls:
        absent = set(Outcome) - {row["status"] for row in csv.DictReader(calls)}
    assert not absent & {*GRADED, Outcome.ANSWERED, Outcome.UNRESOLVABLE}
    expected_nothing = {f"{sums}.{outcome}" for sums in ("headline.outcomes", "unscored") for outcome in absent}
    expected_nothing.add("rows.inconsistent")
    may_be_nothing = ("calibration", "early", "spread", "by_year", "by_topic")  # a pool, a bin or a part
    assert {name for name in nothing if not any(part in name for part in may_be_nothing)} == expected_nothing
    assert {"2016"} < set(figures["by_year"]) | {""} and {"battle", "oil"} < set(figures["by_topic"])
    assert 0 < figures["consistency"]["p"] < 1 and figures["consistency"]["band"]
    assert (expected["page"], expected["filters"]) == ("https://example.org/ledger?as_of=2026", {})
    assert expected["as_of"]["journal_size"] == expected["as_of"]["entry"] == newest
    assert f"(root {expected['as_of']['journal_root']})" in (folder / "README.txt").read_text("utf-8")


@pytest.mark.parametrize("mixed", ["sqlite"], indirect=True)
def test_an_empty_scorecard_has_the_same_empty_figures(mixed: Mixed, tmp_path: Path) -> None:
    folder = unpack(mixed.session, bundled(0), tmp_path / "bundle")
    assert len((folder / "calls.csv").read_text("utf-8").splitlines()) == 1
    assert run(folder).returncode == 0
    assert "bootstrap` resamples whole clusters (left out" in (folder / "README.txt").read_text("utf-8")


def rewrite(folder: Path, change: Any) -> None:
    """Change the rows of calls.csv."""
    path = folder / "calls.csv"
    header, *rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.mark.parametrize("mixed", ["sqlite"], indirect=True)
def test_errors_are_found_and_named_and_the_order_of_rows_does_not_matter(mixed: Mixed, tmp_path: Path) -> None:
    folder = unpack(mixed.session, bundled(mixed.entries[-1]), tmp_path / "bundle")
    calls, figures = (folder / "calls.csv"), (folder / "expected.json")
    sound, expected = calls.read_bytes(), figures.read_text("utf-8")
    rewrite(folder, Random(1).shuffle)
    assert calls.read_bytes() != sound
    assert run(folder).returncode == 0

    status, mid = HEADER.index("status"), HEADER.index("mid")

    def other_outcome(rows: list[list[str]]) -> None:
        row = next(row for row in rows if row[status] == "true" and row[mid] == "0.9")
        row[status] = "false"

    rewrite(folder, other_outcome)
    ran = run(folder)
    wrong = ran.stdout.splitlines()[-1]
    assert ran.returncode == 1 and wrong.startswith("NOT the same: ")
    for name in ("rows.inconsistent", "headline.brier", "headline.events", "scores.ci.0", "bootstrap.0"):
        assert name in wrong, name

    rewrite(folder, lambda rows: rows[0].__setitem__(status, "yes"))
    ran = run(folder)
    assert (ran.returncode, ran.stdout) == (2, "") and "has status 'yes'" in ran.stderr

    calls.write_bytes(sound)
    value = str(json.loads(expected)["figures"]["scores"]["auc"])
    last = str((int(value[-1]) + 1) % 10)
    figures.write_text(expected.replace(f'"auc": {value}', f'"auc": {value[:-1]}{last}'), "utf-8")
    ran = run(folder)
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (1, "NOT the same: scores.auc")
    figures.write_text(expected.replace('"early": {', '"earlier": {'), "utf-8")
    ran = run(folder)
    assert ran.returncode == 1 and "earlier.headline.n" in ran.stdout.splitlines()[-1]


def test_the_same_request_gives_the_same_bytes(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when calls are read, and the archive is sent, in small pieces."""
    what = bundled(mixed.entries[-1])
    first = b"".join(bundle(mixed.session, what))
    monkeypatch.setattr(bundle_module, "PIECE", 100)
    monkeypatch.setattr(reading_calls, "AT_ONCE", 3)
    pieces = list(bundle(mixed.session, what))
    assert len(pieces) > 3 and b"".join(pieces) == first
    with ZipFile(io.BytesIO(first)) as zipped:
        assert {info.date_time for info in zipped.infolist()} == {(2026, 11, 22, 0, 0, 0)}
        assert b"".join(piece.encode() for piece in in_pieces(mixed, what)) == zipped.read("calls.csv")


@pytest.mark.parametrize("mixed", ["sqlite"], indirect=True)
def test_an_interrupted_archive_cannot_be_opened(mixed: Mixed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the reader disconnects or an error occurs halfway."""
    what = bundled(mixed.entries[-1])
    monkeypatch.setattr(bundle_module, "PIECE", 100)
    gone = bundle(mixed.session, what)
    sent = next(gone)
    gone.close()
    assert not is_zipfile(io.BytesIO(sent))

    def fall_over(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(bundle_module, "card", fall_over)
    sent = b""
    with pytest.raises(ZeroDivisionError):
        for piece in bundle(mixed.session, what):
            sent += piece
    assert b"calls.csv" in sent and not is_zipfile(io.BytesIO(sent))


def in_pieces(mixed: Mixed, what: BundleRequest) -> Iterator[str]:
    return calls_csv(mixed.session, what.query.entry, what.query.scoped_filters, today=what.query.day)


@pytest.mark.parametrize("mixed", ["sqlite"], indirect=True)
def test_a_row_has_the_inputs_of_its_score_and_no_formulas(mixed: Mixed) -> None:
    newest = mixed.entries[-1]
    text = "".join(in_pieces(mixed, bundled(newest, ScorecardFilters(claimant=mixed.cast.claimant))))
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == HEADER
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") for row in rows for cell in row)
    shared = next(row for row in found if ";" in row["claimant_ids"])
    assert shared["claimants"] == "'-Dash; or so\nPaula Pundit\n"
    formula = next(row for row in found if row["status"] == "true" and row["statement"].startswith("'=SUM"))
    assert {name: formula[name] for name in ("low", "mid", "high", "hedge", "modality", "counted", "brier")} == {
        **{"low": "0.55", "mid": "0.675", "high": "0.8", "hedge": "likely", "modality": "likely"},
        **{"counted": "yes", "brier": "0.10562499999999997"},
    }
    judged_early = [(row["status"], row["counts_from"], row["counted"], row["brier"]) for row in found]
    assert ("true", "2027-07", "", "") in judged_early


def test_the_documentation_names_every_column(checkout: Path) -> None:
    text = (checkout / "docs" / "scorecard-files.md").read_text("utf-8")
    assert [name for name in HEADER if f"`{name}`" not in text] == []


numbers = st.one_of(
    st.just((NO_NUMBER,) * 3),
    st.sampled_from([0, 1, 250_000, 333_333, 900_000, MILLION]).map(lambda p: (p, p, p)),
    st.tuples(st.integers(0, MILLION // 2), st.integers(MILLION // 2, MILLION)).map(
        lambda ends: (ends[0], (ends[0] + ends[1]) // 2, ends[1])
    ),
)
drawn = st.builds(
    lambda standing, early, ends, modality, reading, cluster, year, topics: recompute.CallRow(
        *(standing, early and standing not in (OPEN, UNCHECKABLE), *ends, modality, reading, cluster, True),
        *(year, tuple(sorted(topics))),
    ),
    st.one_of(st.sampled_from(["true", "false"]), st.sampled_from([OPEN, UNCHECKABLE, *map(str, Outcome)])),
    st.integers(0, 4).map(lambda die: die == 0),
    numbers,
    st.sampled_from(Modality).map(str),
    st.sampled_from(NumberSource).map(str),
    st.integers(1, 5),
    st.sampled_from(["999", "2016", "2017"]),
    st.sets(st.sampled_from(["oil", "iraq", "زرقاء"])),
)


def in_ledger(calls: list[recompute.CallRow]) -> tuple[Tally, list[tuple[float, float]]]:
    """The same calls as the ledger counts them: a tally, and the clusters for the bootstrap."""
    cells = Counter(
        Cell(one.status, "2027-07" if one.early else "", *one[2:5], Modality(one.modality), NumberSource(one.reading))
        for one in calls
    )
    clusters: dict[int, ClusterScores] = {}
    for one in calls:
        if one.status in ("true", "false") and one.mid >= 0 and not one.early:
            added = ClusterScores(1, score(one.mid, int(one.status == "true")))
            clusters[one.cluster] = clusters.get(one.cluster, ClusterScores()) + added
    ordered = [cluster for _, cluster in sorted(clusters.items())]
    return Tally(cells, sum(map(of_cluster, ordered), RunningSums())), [(c.scores / MILLION, c.n) for c in ordered]


def drawn_of(tally: Tally) -> dict[str, object] | None:
    """The p-value and the band that the ledger computes."""
    found = consistency(coarser(scored_now(tally)), **TWENTY)
    return found and {"p": found.p, "band": [[point.forecast, point.low, point.high] for point in found.band]}


def parts_in_ledger(
    calls: list[recompute.CallRow], keys: Callable[[recompute.CallRow], Iterable[str]]
) -> dict[str, object]:
    """The ledger's figures of each part."""
    found = {}
    for key in sorted({key for call in calls for key in keys(call)}):
        tally, _ = in_ledger([call for call in calls if key in keys(call)])
        figures = headline(sums(tally.cells, DAY))
        said = {name: getattr(figures, name) for name in SHOWN_OF_PARTS}
        found[key] = {**said, "ci": brier_interval(as_floats(tally.clusters))}
    return found


TWENTY = {"draws": 20, "seed": 3}


def test_script_and_ledger_round_alike_where_a_diagram_has_too_many_distinct_forecasts() -> None:
    calls = [
        recompute.CallRow(
            ("true", "false")[i % 3 == 0], False, *(37 + i * 641,) * 3, "number", "speaker", i, True, "1", ()
        )
        for i in range(1_500)
    ] * 3
    tally, _ = in_ledger(calls)
    found = recompute.consistent(recompute.grouped(*recompute.sides(Counter(calls))), **TWENTY, level=BAND_LEVEL)
    assert found == drawn_of(tally)
    assert len(found["band"]) == 101


@settings(max_examples=60)
@given(st.lists(drawn, max_size=30), st.just(FOUNDING.grades) | any_grades, st.randoms(use_true_random=False))
def test_script_and_ledger_compute_alike_in_any_order(
    calls: list[recompute.CallRow], grades: Grades, random: Random
) -> None:
    tally, clusters = in_ledger(calls)
    expected = {
        "rows": {"read": len(calls), "inconsistent": 0},
        **vars(card(tally, DAY, grades)),
        "consistency": drawn_of(tally),
        "spread": [[int(count) for count in counts] for counts in histogram(scored_now(tally))],
        "bootstrap": bootstrap_interval(clusters, resamples=20, seed=3),
        "by_year": parts_in_ledger(calls, lambda call: (call.year,)),
        "by_topic": parts_in_ledger(calls, lambda call: call.topics),
    }
    random.shuffle(calls)
    shipped = json.loads(json.dumps({outcome.value: grades.of(outcome) for outcome in GRADED}))
    found = json.loads(
        json.dumps(
            recompute.figures(
                calls,
                shipped,
                {"resamples": 20, "seed": 3},
                {**TWENTY, "level": BAND_LEVEL},
                {name: list(expected[name]) for name in ("by_year", "by_topic")},
            )
        )
    )
    assert dict(recompute.each(found)) == dict(recompute.each(json.loads(json.dumps(plain(expected)))))


def test_a_bundle_has_the_grades_of_its_policy(
    sessions: sessionmaker[Session], own_cast: Cast, now: datetime, tmp_path: Path
) -> None:
    """Exactly, with grades far from quarters; and as of before the policy, with the earlier grades.

    In a database of its own: what others look at in this module stays as it is.
    """
    with sessions() as session:
        mixture(Acts(session, own_cast, now, each=False))
        before = read_head(session).size
        terms = policy_terms(grades=OTHER_GRADES, smallest_n=7)
        adopt_policy(session, now=now, by=own_cast.admin.actor, terms=terms, reason="Others seem fairer.")
        folders = {
            version: unpack(session, bundled(entry), tmp_path / version)
            for version, entry in (("1", before), ("2", before + 1))
        }
    found = {}
    for version, folder in folders.items():
        ran = run(folder)
        assert (ran.returncode, ran.stderr) == (0, "")
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        assert expected["as_of"]["policy"] == version
        assert expected["policy"]["page"] == f"https://example.org/policies#policy-{version}"
        assert (
            f"Policy: {version} (https://example.org/policies#policy-{version})" in (folder / "README.txt").read_text()
        )
        found[version] = expected["figures"]["graded"], expected["policy"]
    founding, other = found["1"][1], found["2"][1]
    assert (founding["smallest_n"], other["smallest_n"]) == (20, 7)
    assert founding["grades"] == dict(zip(map(str, GRADED), (1, 0.75, 0.5, 0.25, 0), strict=True))
    assert other["grades"] == dict(zip(map(str, GRADED), (1, 0.9, 0.333333, 0.1, 0), strict=True))
    assert found["1"][0]["by_grade"] != found["2"][0]["by_grade"]
    assert found["1"][0]["as_true"] == found["2"][0]["as_true"]
    assert "partly true 0.333333" in ran.stdout


def test_other_grades_than_the_policy_s_give_other_figures(mixed: Mixed, tmp_path: Path) -> None:
    """Canary: the script takes the grades from the bundle, and has none of its own."""
    folder = unpack(mixed.session, bundled(mixed.entries[-1]), tmp_path / "bundle")
    path = folder / "expected.json"
    path.write_text(path.read_text("utf-8").replace('"partly_true": 0.5', '"partly_true": 0.4'), "utf-8")
    assert differing(folder) == ["graded.by_grade.brier"]
    path.write_text(path.read_text("utf-8").replace('"grades": {', '"grade": {'), "utf-8")
    ran = run(folder)
    assert ran.returncode == 2 and "KeyError('grades')" in ran.stderr


def test_too_many_clusters_are_neither_stored_nor_resampled() -> None:
    assert bootstrap.Clusters(1).resamples == bootstrap.Clusters(bootstrap.MOST + 1).resamples == 0
    assert bootstrap.Clusters(bootstrap.MOST).resamples == bootstrap.RESAMPLES
    assert bootstrap.Clusters(bootstrap.MOST + 1).interval() is None
