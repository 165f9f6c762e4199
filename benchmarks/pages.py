"""Benchmark: home, claim and due pages at 100 and at 10,000 claims, as multiples of an empty page in the same app.

Run: python benchmarks/pages.py [small] [large]. Prints, for each page, its time at both sizes as a multiple of the
empty page's, its growth (the target is 1.3), and its number of queries at each size.
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from population import NOW, Population, new_database, sqlite_url
from sqlalchemy import Engine, event, select

from ledger.app import create_app
from ledger.queries.due_list import due_page
from ledger.settings import Settings
from ledger.store.accounts import Role
from ledger.store.claims import Claim
from ledger.store.engine import session_maker
from ledger.web.access import public
from ledger.web.html_and_json import plain

TARGET = 1.3
ROUNDS = 9
BASE = "http://localhost:8000"


@public
def empty() -> str:
    """An empty page: the least that every page costs, with the guard, the headers and the ETag."""
    return ""


def application(engine: Engine) -> Flask:
    settings = Settings(
        base_url=BASE,
        secret_key=secrets.token_urlsafe(48),
        password_salt=secrets.token_urlsafe(48),
        contact="editor@example.org",
        mail_from="ledger@example.org",
    )
    app = create_app(settings, session_maker(engine), clock=lambda: NOW)
    app.add_url_rule("/empty", "empty", empty)
    return app


class Site:
    """An app with a population of one size, and ways to request its pages."""

    def __init__(self, folder: Path, claims: int) -> None:
        self.engine = new_database(sqlite_url(folder, f"pages-{claims}"), durable=False)
        with session_maker(self.engine)() as session:
            population = Population(session)
            population.grow(0, claims)
            self.reviewer = population.one
            judged = select(Claim.id).where(Claim.outcome.is_not(None)).order_by(Claim.id).limit(1)
            self.claim = session.scalars(judged).one()
        self.client = application(self.engine).test_client()

    def get(self, address: str) -> None:
        answer = self.client.get(address, base_url=BASE)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    def due(self) -> None:
        """Read and render the due page of a reviewer, without the page's frame, which all pages share."""
        with session_maker(self.engine)() as session:
            plain(due_page(session, self.reviewer, Role.REVIEWER, today=NOW.date()))

    def acts(self) -> dict[str, Callable[[], None]]:
        return {
            "empty": lambda: self.get("/empty"),
            "home": lambda: self.get("/"),
            "claim": lambda: self.get(f"/claims/{self.claim}"),
            "due": self.due,
        }

    def queries(self, act: Callable[[], None]) -> int:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(self.engine, "before_cursor_execute", note)
        act()
        event.remove(self.engine, "before_cursor_execute", note)
        return sum(1 for statement in seen if statement.lstrip().upper().startswith("SELECT"))


def seconds(act: Callable[[], None], times: int = 20) -> float:
    begun = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - begun) / times


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:3]] or [100, 10_000]
    with tempfile.TemporaryDirectory() as folder:
        sites = [Site(Path(folder), size) for size in sizes]
        for site in sites:
            for act in site.acts().values():
                act()
        multiples: dict[str, list[list[float]]] = {name: [[], []] for name in ("home", "claim", "due")}
        for _ in range(ROUNDS):  # in turn, so that load on the machine affects all alike
            for column, site in enumerate(sites):
                acts = site.acts()
                base = seconds(acts["empty"])
                for name, found in multiples.items():
                    found[column].append(seconds(acts[name]) / base)
        for name, (small, large) in multiples.items():
            before, after = statistics.median(small), statistics.median(large)
            queries = [site.queries(site.acts()[name]) for site in sites]
            print(
                f"{name:<6} {before:5.1f} × empty at {sizes[0]:,}, {after:5.1f} × at {sizes[1]:,}: grew "
                f"{after / before:.2f} ({'meets' if after / before <= TARGET else 'MISSES'} {TARGET}); "
                f"queries {queries[0]} and {queries[1]}"
            )
        for site in sites:
            site.engine.dispose()


if __name__ == "__main__":
    main()
