"""A process that posts in a loop is ended by SIGKILL: the database stays intact."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from ledger.journal.read import read_head
from ledger.journal.replay import differences
from ledger.services.people import introduce_actor

# Several entries in each transaction, so that a partial one would show; prints the size after each commit.
POSTING = """
import sys
from datetime import UTC, datetime
from support.cast import claimant_terms, document_terms, forecast_terms, claim_terms
from sqlalchemy.pool import NullPool
from ledger.journal.read import read_head
from ledger.services.claimants import register_claimant
from ledger.services.documents import register_document
from ledger.services.people import introduce_actor
from ledger.services.claims.record import record_claim
from ledger.store.engine import open_engine, session_maker

now, run = datetime(2026, 11, 22, 12, tzinfo=UTC), sys.argv[2]
with session_maker(open_engine(sys.argv[1], poolclass=NullPool))() as session:
    by = introduce_actor(session, now=now, name=f"Recorder {run}")
    claimant = register_claimant(session, now=now, by=by, terms=claimant_terms(name=f"Claimant {run}"))
    document = register_document(session, now=now, by=by, terms=document_terms(title=f"Article {run}"))
    while True:
        claim = claim_terms(statement=f"It happens after {read_head(session).size}.")
        record_claim(session, now=now, by=by, claim=claim, forecast=forecast_terms(document, claimant))
        print(read_head(session).size, flush=True)
"""
ROUNDS = 3


def test_a_killed_writer_leaves_an_intact_database(
    sessions: sessionmaker[Session], database_url: str, checkout: Path, now: datetime
) -> None:
    chance = random.Random(database_url)
    environment = os.environ | {"PYTHONPATH": str(checkout / "tests")}
    promised = 0
    for number in range(ROUNDS):
        command = [sys.executable, "-c", POSTING, database_url, str(number)]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline().strip()  # it is posting
            time.sleep(chance.uniform(0, 0.25))
            writer.send_signal(signal.SIGKILL)
            lines = [line for line in writer.stdout.read().split("\n") if line.isdigit()]
        assert writer.returncode == -signal.SIGKILL
        promised = max([promised, *map(int, lines)])
        with sessions() as session:
            assert read_head(session).size >= promised
            assert list(differences(session)) == []
    with sessions() as session:
        introduce_actor(session, now=now, name="Somebody later")  # the lock ended with its holder
        assert read_head(session).size > promised
