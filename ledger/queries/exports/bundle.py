"""The archive: calls, expected figures, and a script that needs neither the ledger nor anything else to compare them.

The same journal, day and selection give the same bytes. The archive is handed on while calls are read into it, so that
memory holds few of them however many there are, and whoever waits for it sees it come.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from string import Template
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from ledger.charts.reliability import Reliability
from ledger.domain.confidence import typed_probability
from ledger.domain.outcomes import GRADED
from ledger.domain.policies import Policy
from ledger.domain.scoring.calibration_band import BAND_LEVEL, DRAWS
from ledger.domain.scoring.discrimination import histogram
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.scorecard import card, scored_now
from ledger.formats.csv_reader import write_csv
from ledger.formats.to_json import plain
from ledger.journal.read import Head, read_head
from ledger.queries.breakdown import Slices, sliced_tally
from ledger.queries.calls import every_call
from ledger.queries.exports.bootstrap import SEED, Clusters
from ledger.queries.exports.calls_csv import call_rows
from ledger.queries.scorecard_query import ScorecardQuery
from ledger.store.policies import policy_at

SHOWN_OF_PARTS = ("recorded", "judged", "scored", "our_reading", "brier", "base_rate_brier")
PIECE = 64 << 10  # bytes, at least, that are handed on at a time


@dataclass(frozen=True)
class Bundled:
    """What a bundle is of: a scorecard's query, and the page that shows it.

    `page` is the address below `base_url`, with its query.
    """

    query: ScorecardQuery
    page: str
    base_url: str


class _Outlet:
    """What was written of an archive and not yet sent. It cannot be sought in: what is sent is gone."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self.size = 0

    def write(self, some: bytes) -> int:
        """Take what an archive writes."""
        self._written.append(bytes(some))
        self.size += len(some)
        return len(some)

    def flush(self) -> None:
        """ZipFile calls this; nothing is buffered behind it."""

    def close(self) -> None:
        """ZipFile calls this; there is nothing to close."""

    def taken(self) -> bytes:
        """All that was written since the last call."""
        some = b"".join(self._written)
        self._written, self.size = [], 0
        return some


def bundle(session: Session, what: Bundled) -> Iterator[bytes]:
    """The archive, piece by piece. Where it breaks off, its end is missing, and nobody takes it for whole."""
    if what.query.whole:  # what is kept is of the newest entry, and one may have been posted since it was asked for
        what = replace(what, query=replace(what.query, entry=read_head(session).size))
    outlet = _Outlet()
    with ZipFile(outlet, "w", ZIP_DEFLATED) as zipped:
        for name, pieces in _contents(session, what):
            yield from _put(zipped, outlet, what.query.day, name, pieces)
    yield outlet.taken()


def _contents(session: Session, what: Bundled) -> Iterator[tuple[str, Iterable[str]]]:
    """Each file's name and text, to be taken one after the other: the figures are known when the calls have passed."""
    head, policy = read_head(session), policy_at(session, what.query.entry)
    apart = sliced_tally(session, what.query)
    tally, parts = apart.tally, {"by_year": apart.years, "by_topic": apart.topics}
    clusters = Clusters(tally.clusters.clusters)
    yield "README.txt", [_read_me(what, head, policy, clusters.resamples)]
    yield "recompute.py", [_beside("recompute.py")]
    calls = clusters.noting(every_call(session, what.query.entry, what.query.scoped_filters, today=what.query.day))
    yield "calls.csv", write_csv(call_rows(calls))
    given = scored_now(tally)
    figures = {
        "rows": {"read": sum(tally.cells.values()), "inconsistent": 0},
        **vars(card(tally, what.query.day, policy.grades)),
        "consistency": _drawn(given),
        "spread": [[int(count) for count in counts] for counts in histogram(given)],
        "bootstrap": clusters.interval(),
        **{name: _parts(found) for name, found in parts.items()},
    }
    yield "expected.json", [_expected(what, head, policy, clusters.resamples, figures)]


def _drawn(given: Grouped) -> dict[str, object] | None:
    """The p value and the band of the reliability diagram."""
    found = Reliability.from_grouped("", given).consistency()
    if found is None:
        return None
    return {"p": found.p, "band": [[point.forecast, point.low, point.high] for point in found.band]}


def _parts(parts: Slices | None) -> dict[str, dict[str, object]] | None:
    """What the table of years or of topics says, where the page has one."""
    if parts is None or parts.links:
        return None
    return {
        part.key: {**{name: getattr(part.figures, name) for name in SHOWN_OF_PARTS}, "ci": part.ci}
        for part in parts.rows
    }


def _put(zipped: ZipFile, outlet: _Outlet, day: date, name: str, pieces: Iterable[str]) -> Iterator[bytes]:
    info = ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))  # ZIP knows no year before
    info.compress_type = ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o100644 << 16  # a plain file, whatever system wrote the archive
    # Nobody knows beforehand whether calls will come to more than the four gigabytes that plain ZIP can say.
    with zipped.open(info, "w", force_zip64=name == "calls.csv") as file:
        for piece in pieces:
            file.write(piece.encode())
            if outlet.size >= PIECE:
                yield outlet.taken()


def _expected(what: Bundled, head: Head, policy: Policy, resamples: int, figures: dict[str, Any]) -> str:
    filters = {name: value for name, value in vars(what.query.scoped_filters).items() if value not in ("", None)}
    body = {
        "page": what.base_url + what.page,
        "base_url": what.base_url,
        "as_of": {
            "journal_size": head.size,
            "journal_root": head.root,
            "last_entry_at": head.at,
            "entry": what.query.entry,
            "day": what.query.day,
            "policy": policy.version,
        },
        "policy": {
            "page": f"{what.base_url}/policies#policy-{policy.version}",
            "grades": {outcome.value: policy.grades.of(outcome) for outcome in GRADED},
            "smallest_n": policy.smallest_n,
        },
        "filters": filters,
        "bootstrap": {"resamples": resamples, "seed": SEED},
        "parts": {name: figures[name] and list(figures[name]) for name in ("by_year", "by_topic")},
        "consistency": {"draws": DRAWS, "seed": Reliability.seed, "level": BAND_LEVEL},
        "figures": figures,
    }
    return json.dumps(plain(body), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _read_me(what: Bundled, head: Head, policy: Policy, resamples: int) -> str:
    drawn = f" ({resamples} times, seed {SEED})" if resamples else " (left out: there are none to draw, or too many)"
    entry, day = what.query.entry, what.query.day
    as_of = f"As of entry {entry} of {head.size} in its journal (root {head.root.hex()}), on {day} (UTC)."
    return Template(_beside("README.txt")).substitute(
        page=what.base_url + what.page,
        as_of=as_of,
        policy=f"{policy.version} ({what.base_url}/policies#policy-{policy.version})",
        grades=", ".join(
            f"{outcome.words} {typed_probability(policy.grades.of(outcome) or 0.0)}" for outcome in GRADED
        ),
        smallest_n=policy.smallest_n,
        bootstrap=drawn,
        base_url=what.base_url,
    )


def _beside(name: str) -> str:
    """A file that is shipped as it stands beside this one."""
    return (files("ledger.queries.exports") / name).read_text("utf-8")
