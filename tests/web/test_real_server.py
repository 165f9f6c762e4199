"""A real server under concurrency and SIGKILL: a hundred equal POSTs make one claim, and the database stays intact."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from support.databases import BACKENDS
from support.forms import CLAIM, FORMS, _forecast
from support.world import SETTINGS, World

from ledger.journal.replay import differences
from ledger.store.claims import Claim

POSTS, THREADS, ROUNDS = 100, 20, 2
PATIENCE = 120.0


@contextmanager
def serving(world: World) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run `ledger serve` on the world's database and a free port. All of its processes are killed at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")} | {
        "LEDGER_BASE_URL": f"http://127.0.0.1:{port}",
        "LEDGER_SECRET_KEY": SETTINGS.secret_key,
        "LEDGER_PASSWORD_SALT": SETTINGS.password_salt,
        "LEDGER_CONTACT": SETTINGS.contact,
        "LEDGER_MAIL_FROM": SETTINGS.mail_from,
        "LEDGER_DATABASE_URL": world.url,
        "LEDGER_PORT": str(port),
    }
    command = [sys.executable, "-c", "from ledger.cli.main import main; main()", "serve"]
    with subprocess.Popen(command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL) as server:
        try:
            until = time.monotonic() + PATIENCE
            while ask(port, "GET", "/health")[0] != 200:
                assert time.monotonic() < until and server.poll() is None, "the server does not come up"
                time.sleep(0.05)
            yield port, server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def ask(port: int, method: str, path: str, body: str | None = None, cookie: str = "") -> tuple[int, str, str]:
    """Send a request. Returns status, text and redirect target; status 0 where there was no response."""
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode(), response.getheader("Location", "")
    except (OSError, HTTPException):
        return 0, "", ""
    finally:
        connection.close()


def cookie_of(world: World) -> str:
    """The cookie of Ada's session."""
    browser = world.browser("ada")
    kept = browser.get_cookie("ledger", "ledger.example.org")
    assert kept is not None
    return f"ledger={kept.value}"


def form_of(world: World, port: int, cookie: str) -> tuple[str, str, str]:
    """The record form's address, its token, and the cookie that belongs to it."""
    path = FORMS["record"].address(world)
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    text = response.read().decode()
    given = [value.partition(";")[0] for name, value in response.getheaders() if name.lower() == "set-cookie"]
    fresh = next((value for value in given if value.startswith("ledger=")), cookie)
    connection.close()
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert response.status == 200 and found is not None, text
    return path, found[1], fresh


def posting(statement: str, token: str) -> str:
    """The body of a POST that records a claim."""
    return urlencode({**CLAIM, **_forecast(), "statement": statement, "csrf_token": token})


def claimed(port: int, path: str, body: str, cookie: str) -> str:
    """POST a claim. Returns its address, or "" if the server was killed before it responded."""
    status, _, where = ask(port, "POST", path, body, cookie)
    assert status in (0, 303)
    return where


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_hundred_equal_posts_make_one_claim(new_world: Callable[[str], World], backend: str) -> None:
    world = new_world(backend)
    with serving(world) as (port, _):
        path, token, cookie = form_of(world, port, cookie_of(world))
        body = posting(CLAIM["statement"], token)
        with ThreadPoolExecutor(THREADS) as crowd:
            answers = list(crowd.map(lambda _: ask(port, "POST", path, body, cookie), range(POSTS)))
    assert Counter(status for status, _, _ in answers) == {303: POSTS}
    assert len({where for _, _, where in answers}) == 1
    with world.sessions() as session:
        same = select(func.count()).select_from(Claim).where(Claim.statement == CLAIM["statement"])
        assert session.scalar(same) == 1
        assert list(differences(session)) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_killed_server_leaves_a_whole_database(new_world: Callable[[str], World], backend: str) -> None:
    world = new_world(backend)
    chance = random.Random(backend)
    promised: list[str] = []
    for number in range(ROUNDS):
        with serving(world) as (port, server):
            path, token, cookie = form_of(world, port, cookie_of(world))

            def post(
                n: int,
                number: int = number,
                port: int = port,
                path: str = path,
                with_: tuple[str, str] = (token, cookie),
            ) -> str:
                statement = f"The bridge stands, case {number}-{n}."
                claim = {**CLAIM, "statement": statement, "all_the_same": "y"}  # the statements are similar
                body = urlencode({**claim, **_forecast(), "csrf_token": with_[0]})
                status, _, where = ask(port, "POST", path, body, with_[1])
                assert status in (0, 303)
                return where

            with ThreadPoolExecutor(4) as crowd:
                sent = [crowd.submit(post, n) for n in range(200)]
                next(one for one in sent if one.result())  # the server is handling POSTs
                time.sleep(chance.uniform(0, 0.3))
                os.killpg(server.pid, signal.SIGKILL)
                promised += [where for one in sent if (where := one.result())]
            server.wait()
            assert server.returncode == -signal.SIGKILL
        with world.sessions() as session:
            assert list(differences(session)) == []
            there = {f"/claims/{number}" for number in session.scalars(select(Claim.id))}
            assert set(promised) <= there, "what was answered is kept"
    assert len(promised) >= ROUNDS
