#!/usr/bin/env python3
"""Recompute every figure of a scorecard from calls.csv, and compare it with expected.json.

    python3 recompute.py            a table of figures: computed here, expected, and whether they are the same
    python3 recompute.py --json     the figures computed here, as JSON

Needs Python 3.9 or newer and nothing else. It fetches nothing and shares no code with the ledger. Exit code 0 if every
figure is the same to the last digit, 1 if one differs, 2 if a file cannot be read.

Probabilities have at most six decimals, so they are kept as whole millionths, and squared errors as whole numbers of
1e-12; sums of these are exact. Other sums use fsum, which rounds once, so the order of rows does not matter.
"""

from __future__ import annotations

import csv
import json
import sys
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from fractions import Fraction
from math import fsum, sqrt
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

MILLION = 1_000_000
EVENTS = {"true": 1, "false": 0}
OUTCOMES = (
    *("true", "mostly_true", "partly_true", "mostly_false", "false"),  # graded, as the policy says
    *("answered", "unresolvable", "condition_not_met", "too_vague"),
)
MODALITIES = ("will", "likely", "could", "number")
ALIKE = 1e-12  # of the sum of squares: a spread up to this is rounding error, and counts as none
Z = 1.9599639845400536  # the normal distribution's 97.5% point, for 95% intervals
CLIPPED_AT = Decimal(2) ** -52  # the clipped log score keeps probabilities this far from 0 and 1
BINS = 10  # of the histogram
FINEST = 1_000  # distinct probabilities in the diagram; if there are more, they are rounded to a tenth of a percent
POINTS = 101  # of the diagram's band, at most
NORMAL_FROM = 100  # above this n·p·(1 - p), counts are drawn from the normal distribution
EQUAL = 1e-12  # two miscalibrations that differ by no more than this rounding error are equal
FORTY_DIGITS = Context(prec=40)  # logarithms of floats differ in the last digit between machines
NOT_SHOWN = """
What this shows: these figures follow from these rows. What it does not show: that the outcomes themselves are right
(each claim's page has the evidence and the reasons), that the words were interpreted well, or that these are the rows
the ledger published (its journal's proofs are for that).
"""


class CallRow(NamedTuple):
    """The part of a row of calls.csv that figures depend on; probabilities in millionths, -1 for none."""

    status: str  # "open", "uncheckable" or an outcome
    early: bool  # judged before its horizon, which has not passed: it does not count yet
    low: int
    mid: int
    high: int
    modality: str
    reading: str
    cluster: int  # calls of one cluster are not independent; 0 where it does not matter
    consistent: bool  # whether the row's `counted` and `brier` follow from its other cells
    year: str  # in which the forecast was made; "" where it does not matter
    topics: tuple[str, ...]  # slugs of the claim's topics; () where they do not matter

    @property
    def scored(self) -> bool:
        """Whether it has a probability and came out true or false; early calls are scored later."""
        return self.status in EVENTS and self.mid >= 0


def read_calls(path: Path, month: str) -> Iterator[CallRow]:
    """The rows, as they count in a month ("YYYY-MM"). Raises ValueError for an unknown status or modality."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.DictReader(file):
            row = {name: unguarded(cell or "") for name, cell in cells.items() if name}
            if row["status"] not in (*OUTCOMES, "open", "uncheckable") or row["modality"] not in MODALITIES:
                raise ValueError(f"claim {row['claim']} has status {row['status']!r} and modality {row['modality']!r}")
            low, mid, high = (int(Decimal(row[end]) * MILLION) if row[end] else -1 for end in ("low", "mid", "high"))
            early, words = row["counts_from"] > month, (row["modality"], row["reading"])
            topics = tuple(row["topics"].split("; ")) if row["topics"] else ()
            call = CallRow(
                *(row["status"], early, low, mid, high, *words, int(row["cluster"]), True),
                *(str(int(row["made_on"][:4])), topics),
            )
            error = squared_error(mid, EVENTS[call.status]) if call.scored and not early else None
            stated = round(Decimal(row["brier"]) * MILLION**2) if row["brier"] else None
            yield call._replace(consistent=stated == error and row["counted"] == ("" if error is None else "yes"))


def unguarded(cell: str) -> str:
    """Remove the apostrophe before a cell that a spreadsheet would take for a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r") else cell


def squared_error(millionths: int, event: int) -> int:
    """(p - y)² in units of 1e-12."""
    return (millionths - event * MILLION) ** 2


def mean(total: int, n: int) -> float | None:
    """The mean of n squared errors (1e-12), rounded once; None for n = 0."""
    return float(Fraction(total, n * MILLION**2)) if n else None


def ratio(k: int, n: int) -> float | None:
    return k / n if n else None


class Subset:
    """The calls of a scorecard, a year or a topic: numbers of equal calls, and sums of scores by cluster."""

    def __init__(self) -> None:
        self.equal_calls: Counter[CallRow] = Counter()
        self.clusters: dict[int, tuple[int, int]] = {}  # by cluster: the sum of scores (1e-6), and their number

    def add(self, call: CallRow) -> None:
        self.equal_calls[call._replace(cluster=0, year="", topics=())] += 1
        if call.scored and not call.early:
            total, m = self.clusters.get(call.cluster, (0, 0))
            # Each score is rounded half up to six decimals before it is added, as in the sums that the ledger stores.
            score = (squared_error(call.mid, EVENTS[call.status]) + MILLION // 2) // MILLION
            self.clusters[call.cluster] = total + score, m + 1


def figures(
    calls: Iterable[CallRow],
    grades: dict[str, float],
    bootstrap: dict[str, int],
    consistency: dict[str, Any],
    parts: dict[str, list[str] | None],
) -> dict[str, Any]:
    """Every figure of the scorecard. `grades` (0-1) are those of the policy.

    `bootstrap` and `consistency` have the number of draws and the seed. `parts` has the years and topics of the tables;
    None for a table that the page does not have.
    """
    whole = Subset()
    years: defaultdict[str, Subset] = defaultdict(Subset)
    topics: defaultdict[str, Subset] = defaultdict(Subset)
    for call in calls:
        for subset in (whole, years[call.year], *(topics[topic] for topic in call.topics)):
            subset.add(call)
    everything, clusters = whole.equal_calls, whole.clusters
    counted = Counter({call: n for call, n in everything.items() if not call.early})
    inconsistent = sum(many for call, many in everything.items() if not call.consistent)
    top, groups = headline(everything), grouped(*sides(counted))
    return {
        "rows": {"read": top["recorded"], "inconsistent": inconsistent},
        "headline": top,
        "scores": {"brier": top["brier"], **scores(counted), "ci": robust(list(clusters.values()))},
        "consistency": consistent(groups, **consistency) if groups else None,
        "spread": spread(groups),
        "readings": {end: brier(counted, end, end) for end in ("low", "mid", "high")},
        "graded": graded(counted, {outcome: round(grade * MILLION) for outcome, grade in grades.items()}),
        "early": early_guard(top, everything),
        "profile": profile(everything),
        "unscored": unscored(top, counted),
        "bootstrap": drawn_interval(clusters, **bootstrap),
        **{
            name: None if parts[name] is None else {key: part(found[key]) for key in parts[name] or ()}
            for name, found in (("by_year", years), ("by_topic", topics))
        },
    }


def part(subset: Subset) -> dict[str, Any]:
    """The figures of a year or a topic."""
    top = headline(subset.equal_calls)
    names = ("recorded", "judged", "scored", "our_reading", "brier", "base_rate_brier")
    return {**{name: top[name] for name in names}, "ci": robust(list(subset.clusters.values()))}


def headline(everything: Counter[CallRow]) -> dict[str, Any]:
    """Numbers of calls by status, and the scores of those that have a probability and came out true or false."""
    status: Counter[str] = Counter()
    for call, many in everything.items():
        status["early" if call.early else call.status] += many
    counted = Counter({call: many for call, many in everything.items() if not call.early})
    n = sum(many for call, many in counted.items() if call.scored)
    events = sum(many for call, many in counted.items() if call.scored and EVENTS[call.status])
    return {
        "recorded": sum(status.values()),
        **{name: status[name] for name in ("open", "uncheckable", "early")},
        "judged": sum(status[outcome] for outcome in OUTCOMES),
        "outcomes": {outcome: status[outcome] for outcome in OUTCOMES},
        "scored": n,
        "our_reading": sum(many for call, many in counted.items() if call.scored and call.reading == "ours"),
        "events": events,
        "brier": brier(counted, "mid", "mid"),
        "brier_best": brier(counted, "high", "low"),
        "brier_worst": brier(counted, "low", "high"),
        "base_rate": ratio(events, n),
        "base_rate_brier": float(Fraction(events * (n - events), n * n)) if n else None,
    }


def brier(counted: Counter[CallRow], if_so: str, if_not: str) -> float | None:
    """The mean Brier score, taking the end `if_so` of ranges for what happened and `if_not` for what did not."""
    n = total = 0
    for call, many in counted.items():
        if call.scored:
            event = EVENTS[call.status]
            n, total = n + many, total + many * squared_error(getattr(call, if_so if event else if_not), event)
    return mean(total, n)


def graded(counted: Counter[CallRow], grades: dict[str, int]) -> dict[str, Any]:
    """The scores with the outcomes between true and false: by grade (in millionths), all as true, all as false."""
    n, totals = 0, {"by_grade": 0, "as_true": 0, "as_false": 0}
    for call, many in counted.items():
        if call.status in grades and call.mid >= 0:
            n, grade = n + many, grades[call.status]
            totals["by_grade"] += many * (call.mid - grade) ** 2
            totals["as_true"] += many * squared_error(call.mid, int(grade > 0))
            totals["as_false"] += many * squared_error(call.mid, int(grade == MILLION))
    return {name: {"n": n, "brier": mean(total, n)} for name, total in totals.items()}


def early_guard(top: dict[str, Any], everything: Counter[CallRow]) -> dict[str, Any]:
    """The headline score and base rate, without and with the calls judged before their horizon."""
    at_once: Counter[CallRow] = Counter()
    for call, many in everything.items():
        at_once[call._replace(early=False)] += many
    with_early = headline(at_once)
    return {
        "headline": {"n": top["scored"], "brier": top["brier"]},
        "headline_base_rate": top["base_rate"],
        "with_early": {"n": with_early["scored"], "brier": with_early["brier"]},
        "with_early_base_rate": with_early["base_rate"],
    }


def profile(everything: Counter[CallRow]) -> dict[str, Any]:
    """The wording of forecasts; hedged ones are bare possibilities ("could") without a number."""
    recorded = sum(everything.values())
    hedged = sum(many for call, many in everything.items() if call.modality == "could" and call.mid < 0)
    return {
        "recorded": recorded,
        "worded": {
            word: sum(many for call, many in everything.items() if call.modality == word) for word in MODALITIES
        },
        "hedged": hedged,
        "hedge_rate": ratio(hedged, recorded),
        "hedge_interval": wilson(hedged, recorded),
        "uncheckable": sum(many for call, many in everything.items() if call.status == "uncheckable"),
    }


def unscored(top: dict[str, Any], counted: Counter[CallRow]) -> dict[str, int]:
    """Numbers of unscored calls, by reason."""
    no_number = sum(many for call, many in counted.items() if call.status in EVENTS and call.mid < 0)
    others = {outcome: top["outcomes"][outcome] for outcome in OUTCOMES if outcome not in EVENTS}
    return {"no_number": no_number, **others, **{name: top[name] for name in ("open", "early", "uncheckable")}}


def wilson(k: int, n: int) -> list[float] | None:
    """Wilson's 95% interval for a rate of k in n (Wilson 1927)."""
    if not n:
        return None
    middle, half = (k + Z * Z / 2) / (n + Z * Z), sqrt(Z * Z * (k * (n - k) / n + Z * Z / 4)) / (n + Z * Z)
    return [0.0 if not k else max(middle - half, 0.0), 1.0 if k == n else min(middle + half, 1.0)]


class ForecastGroup(NamedTuple):
    """Forecasts of one probability, or from low to high: how many, and how many came true."""

    low: float
    high: float
    n: int
    events: int


def sides(counted: Counter[CallRow]) -> tuple[Counter[int], Counter[int]]:
    """How often each probability was given to what did not happen, and to what did."""
    found: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for call, many in counted.items():
        if call.scored:
            found[EVENTS[call.status]][call.mid] += many
    return found


def grouped(if_not: Counter[int], if_so: Counter[int]) -> list[ForecastGroup]:
    """Scored forecasts grouped by probability, ascending."""
    mids = sorted({*if_so, *if_not})
    return [ForecastGroup(mid / MILLION, mid / MILLION, if_so[mid] + if_not[mid], if_so[mid]) for mid in mids]


def spread(groups: list[ForecastGroup]) -> list[list[int]]:
    """For equal bins of probability, how many came true and how many did not; a border belongs to the bin above."""
    bins = [[0, 0] for _ in range(BINS)]
    for group in groups:
        place = bins[min(int(group.low * BINS), BINS - 1)]
        place[0] += group.events
        place[1] += group.n - group.events
    return bins


def scores(counted: Counter[CallRow]) -> dict[str, Any]:
    """The scores that depend only on how often each probability came true or not; None without forecasts."""
    if_not, if_so = sides(counted)
    groups = grouped(if_not, if_so)
    n, events = sum(if_so.values()) + sum(if_not.values()), sum(if_so.values())
    impossible, blocks = if_so[0] + if_not[MILLION], pooled(groups)
    return {
        **{"n": n, "base_rate": ratio(events, n), "impossible": impossible},
        "log_score": "Infinity" if impossible else log_score(if_so, if_not, clip=False),
        "log_score_clipped": log_score(if_so, if_not, clip=True),
        **{"spherical": spherical(groups, n), "auc": auc(groups, n, events)},
        **decomposition(groups, blocks, n, events),
        "calibration": [block._asdict() for block in blocks],
    }


def pooled(groups: list[ForecastGroup]) -> list[ForecastGroup]:
    """Calibration blocks: neighbours are pooled until rates strictly rise (Dimitriadis, Gneiting and Jordan 2021)."""
    blocks: list[ForecastGroup] = []
    for block in groups:
        while blocks and blocks[-1].events * block.n >= block.events * blocks[-1].n:
            left = blocks.pop()
            block = ForecastGroup(left.low, block.high, left.n + block.n, left.events + block.events)
        blocks.append(block)
    return blocks


def decomposition(
    groups: list[ForecastGroup], blocks: list[ForecastGroup], n: int, events: int
) -> dict[str, float | None]:
    """Brier = mcb - dsc + unc (miscalibration, discrimination, uncertainty), and skill against the base rate."""
    if not n:
        return dict.fromkeys(("mcb", "dsc", "unc", "skill"))
    given = mean_of([(group.low, group) for group in groups], n)
    recalibrated = mean_of([(block.events / block.n, block) for block in blocks], n)
    unc = mean_of([(events / n, ForecastGroup(0, 1, n, events))], n)
    mcb, dsc = max(given - recalibrated, 0.0), max(unc - recalibrated, 0.0)
    return {"mcb": mcb, "dsc": dsc, "unc": unc, "skill": 1 - given / unc if unc else None}


def mean_of(forecasts: list[tuple[float, ForecastGroup]], n: int) -> float:
    """The mean Brier score of probabilities given to groups."""
    happened = fsum(group.events * (1 - p) * (1 - p) for p, group in forecasts)
    return (happened + fsum((group.n - group.events) * p * p for p, group in forecasts)) / n


def consistent(groups: list[ForecastGroup], draws: int, seed: int, level: float) -> dict[str, Any]:
    """The p-value of calibration, and the consistency band, by resampling.

    The p-value is the share of draws from calibrated forecasts that look at least as miscalibrated. Forecasts are drawn
    with replacement, then outcomes with their probabilities (Dimitriadis, Gneiting and Jordan 2021, supplement S3).
    """
    if len(groups) > FINEST:
        rounded: dict[float, tuple[int, int]] = {}
        for group in groups:
            n, events = rounded.get(round(group.low, 3), (0, 0))
            rounded[round(group.low, 3)] = n + group.n, events + group.events
        groups = [ForecastGroup(p, p, *rounded[p]) for p in sorted(rounded)]
    given = [group.low for group in groups]
    points = given if len(given) <= POINTS else [given[i * (len(given) - 1) // (POINTS - 1)] for i in range(POINTS)]
    own, as_large, random = miscalibration(groups), 0, Random(seed)  # noqa: S311 - reproducible by design
    rates: dict[float, list[float]] = {point: [] for point in points}
    for _ in range(draws):
        drawn = drawn_anew(groups, random)
        as_large += miscalibration(drawn) >= own - EQUAL
        blocks = pooled(drawn)
        for point, found in rates.items():
            found.append(rate_at(point, blocks))
    tail = (1 - level) / 2
    band = [[p, *(quantile(sorted(found), share) for share in (tail, 1 - tail))] for p, found in rates.items()]
    return {"p": as_large / draws, "band": band}


def miscalibration(groups: list[ForecastGroup]) -> float:
    """The gain in mean Brier score by recalibration."""
    n, blocks = sum(group.n for group in groups), pooled(groups)
    recalibrated = mean_of([(block.events / block.n, block) for block in blocks], n)
    return max(mean_of([(group.low, group) for group in groups], n) - recalibrated, 0.0)


def drawn_anew(groups: list[ForecastGroup], random: Random) -> list[ForecastGroup]:
    """As many forecasts, drawn with replacement, with outcomes drawn with their probabilities."""
    found = []
    to_draw = to_pass = sum(group.n for group in groups)
    for group in groups:
        # Binomial draws, one group after another, make a multinomial draw.
        n = binomial(to_draw, group.n / to_pass, random)
        to_draw, to_pass = to_draw - n, to_pass - group.n
        if n:
            found.append(ForecastGroup(group.low, group.low, n, binomial(n, group.low, random)))
    return found


def binomial(n: int, p: float, random: Random) -> int:
    """A binomial draw: by inversion, or as a rounded normal draw where the variance is large."""
    if n == 1:
        return int(random.random() < p)
    variance = n * p * (1 - p)
    if variance > NORMAL_FROM:
        return min(max(round(random.gauss(n * p, sqrt(variance))), 0), n)
    if p > 0.5:
        return n - binomial(n, 1 - p, random)
    wanted, came = random.random(), 0
    chance, odds = (1 - p) ** n, p / (1 - p)
    while wanted > chance and came < n:
        wanted, came = wanted - chance, came + 1
        chance *= odds * (n - came + 1) / came
    return came


def rate_at(point: float, blocks: list[ForecastGroup]) -> float:
    """The recalibrated rate at a probability: constant in a block and beyond the ends, linear between."""
    at = bisect_left([block.high for block in blocks], point)
    if at == len(blocks):
        return blocks[-1].events / blocks[-1].n
    rate = blocks[at].events / blocks[at].n
    if at == 0 or blocks[at].low <= point:
        return rate
    before = blocks[at - 1]
    low = before.events / before.n
    return low + (rate - low) * (point - before.high) / (blocks[at].low - before.high)


def spherical(groups: list[ForecastGroup], n: int) -> float | None:
    """The mean of the probability of what happened, divided by the length of the vector (p, 1 - p)."""
    shares = (((k * p + (m - k) * (1 - p)) / sqrt(p * p + (1 - p) * (1 - p))) for p, _, m, k in groups)
    return fsum(shares) / n if n else None


def log_score(if_so: Counter[int], if_not: Counter[int], *, clip: bool) -> float | None:
    """The mean of -ln(probability of what happened), in nats."""
    total, n = Decimal(0), 0
    for chances in (if_so, {MILLION - mid: many for mid, many in if_not.items()}):
        for millionths, many in chances.items():
            p = Decimal(millionths) / MILLION
            p = min(max(p, CLIPPED_AT), 1 - CLIPPED_AT) if clip else p
            total, n = FORTY_DIGITS.fma(many, FORTY_DIGITS.ln(p), total), n + many
    return (-float(FORTY_DIGITS.divide(total, n)) or 0.0) if n else None


def auc(groups: list[ForecastGroup], n: int, events: int) -> float | None:
    """The chance that an event was given a higher probability than a non-event; ties count half."""
    wins, below = [], 0
    for group in groups:
        others = group.n - group.events
        wins.append(group.events * (below + others / 2))
        below += others
    return fsum(wins) / (events * (n - events)) if 0 < events < n else None


def robust(clusters: list[tuple[int, int]]) -> list[float] | None:
    """Cluster-robust 95% interval of the mean Brier score (Liang and Zeger 1986), cut off at 0 and 1.

    None for a single cluster, and where all scores are equal.
    """
    c, n = len(clusters), sum(m for _, m in clusters)
    if c < 2:
        return None
    at = sum(s for s, _ in clusters) / MILLION / n
    squares, products = sum(s * s for s, _ in clusters) / MILLION**2, sum(s * m for s, m in clusters) / MILLION
    spread = max(fsum((squares, -2 * at * products, at * at * sum(m * m for _, m in clusters))), 0.0)
    if spread <= ALIKE * squares:
        return None
    half = Z * sqrt(c / (c - 1) * spread) / n
    return [max(at - half, 0.0), min(at + half, 1.0)]


def drawn_interval(clusters: dict[int, tuple[int, int]], resamples: int, seed: int) -> list[float] | None:
    """Bootstrap 95% interval of the mean Brier score, resampling whole clusters sorted by number; None if not drawn."""
    if len(clusters) < 2 or not resamples:
        return None
    drawn_from = [(s / MILLION, m) for _, (s, m) in sorted(clusters.items())]
    random, means = Random(seed), []  # noqa: S311 - reproducible by design
    for _ in range(resamples):
        drawn = random.choices(drawn_from, k=len(drawn_from))
        means.append(fsum(s for s, _ in drawn) / sum(m for _, m in drawn))
    means.sort()
    return [quantile(means, (1 - 0.95) / 2), quantile(means, (1 + 0.95) / 2)]


def quantile(ordered: list[float], share: float) -> float:
    """A quantile, interpolated (type 7 of Hyndman and Fan 1996)."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def each(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every single figure: its dotted name and its value as JSON."""
    if not value or not isinstance(value, (dict, list)):
        yield name, json.dumps(value)
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from each(item, f"{name}.{key}" if name else str(key))


def main(arguments: list[str]) -> int:
    """Compute the figures, compare and print them; return the exit code."""
    folder = Path(__file__).resolve().parent
    try:
        expected = json.loads((folder / "expected.json").read_text("utf-8"))
        calls = read_calls(folder / "calls.csv", expected["as_of"]["day"][:7])
        policy = expected["policy"]
        settings = {name: expected[name] for name in ("bootstrap", "consistency", "parts")}
        found = figures(calls, policy["grades"], **settings)
        computed, wanted = dict(each(found)), dict(each(expected["figures"]))
        graded_as = ", ".join(f"{outcome.replace('_', ' ')} {grade}" for outcome, grade in policy["grades"].items())
        heading = f"{expected['page']}\nUnder {policy['page']}: {graded_as}\n"
    except (OSError, AttributeError, KeyError, TypeError, ValueError, ArithmeticError, csv.Error) as fault:
        print(f"This cannot be read: {fault!r}", file=sys.stderr)
        return 2
    names = [*wanted, *(name for name in computed if name not in wanted)]
    wrong = [name for name in names if computed.get(name) != wanted.get(name)]
    if "--json" in arguments:
        print(json.dumps(found, indent=1))
    else:
        print(f"{heading}\n{'figure':36} {'computed':24} {'expected':24} same")
        for name in names:
            same = "NO" if name in wrong else "yes"
            print(f"{name:36} {computed.get(name, 'none'):24} {wanted.get(name, 'none'):24} {same}")
        print(NOT_SHOWN)
    said = f"NOT the same: {', '.join(wrong)}" if wrong else f"All {len(names)} figures are the same to the last digit."
    print(said, file=sys.stderr if "--json" in arguments else sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
