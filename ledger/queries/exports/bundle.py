"""The bundle: a ZIP archive with calls, expected figures, and a stand-alone script that recomputes the figures.

The same journal, day and filters give the same bytes. The archive is sent while calls are read into it, so that memory
holds few calls and the download starts at once.
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
PIECE = 64 << 10  # bytes that are sent at a time, at least


@dataclass(frozen=True)
class BundleRequest:
    """A request for a bundle: a scorecard's query, and its page: a path below `base_url`, with its query string."""

    query: ScorecardQuery
    page: str
    base_url: str


class _Buffer:
    """A write-only, unseekable file: what an archive has written and was not sent yet."""

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self.size = 0

    def write(self, some: bytes) -> int:
        """ZipFile calls this."""
        self._written.append(bytes(some))
        self.size += len(some)
        return len(some)

    def flush(self) -> None:
        """ZipFile calls this; no file below needs flushing."""

    def close(self) -> None:
        """ZipFile calls this; there is nothing to close."""

    def take(self) -> bytes:
        """Return and forget everything written since the last call."""
        some = b"".join(self._written)
        self._written, self.size = [], 0
        return some


def bundle(session: Session, request: BundleRequest) -> Iterator[bytes]:
    """The archive, piece by piece. If it is interrupted, its directory at the end is missing: it cannot be opened."""
    if request.query.whole:  # stored tallies are of the newest entry, which may be newer than the request
        request = replace(request, query=replace(request.query, entry=read_head(session).size))
    buffer = _Buffer()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as zipped:
        for name, pieces in _contents(session, request):
            yield from _put(zipped, buffer, request.query.day, name, pieces)
    yield buffer.take()


def _contents(session: Session, request: BundleRequest) -> Iterator[tuple[str, Iterable[str]]]:
    """Each file's name and text. They must be consumed in order: the figures are complete after the calls."""
    head, policy = read_head(session), policy_at(session, request.query.entry)
    sliced = sliced_tally(session, request.query)
    tally, parts = sliced.tally, {"by_year": sliced.years, "by_topic": sliced.topics}
    clusters = Clusters(tally.clusters.clusters)
    yield "README.txt", [_read_me(request, head, policy, clusters.resamples)]
    yield "recompute.py", [_shipped_file("recompute.py")]
    calls = clusters.observe(
        every_call(session, request.query.entry, request.query.scoped_filters, today=request.query.day)
    )
    yield "calls.csv", write_csv(call_rows(calls))
    given = scored_now(tally)
    figures = {
        "rows": {"read": sum(tally.cells.values()), "inconsistent": 0},
        **vars(card(tally, request.query.day, policy.grades)),
        "consistency": _consistency(given),
        "spread": [[int(count) for count in counts] for counts in histogram(given)],
        "bootstrap": clusters.interval(),
        **{name: _parts(found) for name, found in parts.items()},
    }
    yield "expected.json", [_expected(request, head, policy, clusters.resamples, figures)]


def _consistency(given: Grouped) -> dict[str, object] | None:
    """The p-value and the consistency band of the reliability diagram."""
    found = Reliability.from_grouped("", given).consistency()
    if found is None:
        return None
    return {"p": found.p, "band": [[point.forecast, point.low, point.high] for point in found.band]}


def _parts(parts: Slices | None) -> dict[str, dict[str, object]] | None:
    """The figures in the table of years or of topics; None if the page has no such table."""
    if parts is None or parts.links:
        return None
    return {
        part.key: {**{name: getattr(part.figures, name) for name in SHOWN_OF_PARTS}, "ci": part.ci}
        for part in parts.rows
    }


def _put(zipped: ZipFile, buffer: _Buffer, day: date, name: str, pieces: Iterable[str]) -> Iterator[bytes]:
    info = ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))  # the earliest year in ZIP
    info.compress_type = ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o100644 << 16  # a plain file, whatever system wrote the archive
    # The size of the calls is not known beforehand; plain ZIP is limited to four gigabytes.
    with zipped.open(info, "w", force_zip64=name == "calls.csv") as file:
        for piece in pieces:
            file.write(piece.encode())
            if buffer.size >= PIECE:
                yield buffer.take()


def _expected(request: BundleRequest, head: Head, policy: Policy, resamples: int, figures: dict[str, Any]) -> str:
    filters = {name: value for name, value in vars(request.query.scoped_filters).items() if value not in ("", None)}
    body = {
        "page": request.base_url + request.page,
        "base_url": request.base_url,
        "as_of": {
            "journal_size": head.size,
            "journal_root": head.root,
            "last_entry_at": head.at,
            "entry": request.query.entry,
            "day": request.query.day,
            "policy": policy.version,
        },
        "policy": {
            "page": f"{request.base_url}/policies#policy-{policy.version}",
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


def _read_me(request: BundleRequest, head: Head, policy: Policy, resamples: int) -> str:
    drawn = f" ({resamples} times, seed {SEED})" if resamples else " (left out: there are none to draw, or too many)"
    entry, day = request.query.entry, request.query.day
    as_of = f"As of entry {entry} of {head.size} in its journal (root {head.root.hex()}), on {day} (UTC)."
    return Template(_shipped_file("README.txt")).substitute(
        page=request.base_url + request.page,
        as_of=as_of,
        policy=f"{policy.version} ({request.base_url}/policies#policy-{policy.version})",
        grades=", ".join(
            f"{outcome.words} {typed_probability(policy.grades.of(outcome) or 0.0)}" for outcome in GRADED
        ),
        smallest_n=policy.smallest_n,
        bootstrap=drawn,
        base_url=request.base_url,
    )


def _shipped_file(name: str) -> str:
    """The text of a file in this folder."""
    return (files("ledger.queries.exports") / name).read_text("utf-8")
