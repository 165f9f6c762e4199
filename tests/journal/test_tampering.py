"""Tampering: every change outside the journal is found and named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import ColumnElement, Table, delete, insert, select, text, update
from sqlalchemy.orm import Session
from support.cast import Cast, assessment_terms, evidence_terms, forecast_terms, record, resolve, review_of
from support.samples.policies import policy_terms

from ledger.domain.dates import PartialDate
from ledger.domain.outcomes import Outcome
from ledger.journal.leaf import disclose
from ledger.journal.merkle import leaf_hash
from ledger.journal.read import BrokenJournal, read_entry, read_head
from ledger.journal.replay import Replica, differences, rebuild
from ledger.services.claimants import ClaimantTerms, describe_claimant
from ledger.services.claims.record import record_forecast
from ledger.services.documents import PassedPassage, ReadingTerms, log_reading, store_text
from ledger.services.evidence import attach_evidence
from ledger.services.policies import adopt_policy
from ledger.services.reviews.assessments import seal_assessment
from ledger.store.entries import DisclosureRow, EntryRow, HeadRow
from ledger.store.people import Claimant, ClaimantKind, Document
from ledger.store.table_registry import projected_tables

Plant = Callable[[Session], None]


@pytest.fixture
def full_record(session: Session, cast: Cast, now: datetime) -> Session:
    """A database with rows in every projected table: resolved, waiting and partly assessed claims, one a part."""
    resolve(session, cast, now, whole=resolve(session, cast, now))
    adopt_policy(session, now=now, by=cast.admin.actor, terms=policy_terms(smallest_n=5), reason="So few?")
    half = record(session, cast, now)
    fact = attach_evidence(session, now=now, by=cast.ada.actor, claim=half, terms=evidence_terms())
    terms = assessment_terms(Outcome.FALSE, fact)
    seal_assessment(session, now=now, by=cast.ben.actor, review=review_of(session, half), terms=terms)
    again = forecast_terms(cast.document, cast.claimant, made_on=PartialDate(2016, 6))
    record_forecast(session, now=now, by=cast.ada.actor, claim=half, forecast=again)
    pundit, by = session.scalars(select(Claimant)).first(), cast.ada.actor
    assert pundit is not None
    named = ClaimantTerms(pundit.name, ClaimantKind.PERSON, aliases=("Somebody Else",))
    describe_claimant(session, now=now, by=by, claimant=pundit.id, terms=named, reason="They sign both ways.")
    document = session.scalars(select(Document.id)).first() or 0
    passed = (PassedPassage("paragraph 2", "That things will change.", "cannot fail"),)
    reading = ReadingTerms(PartialDate(2026, 11, 20), "All of that month.", 31, False, passed)
    log_reading(session, now=now, by=by, document=document, terms=reading)
    store_text(session, now=now, by=by, document=document, text="One paragraph.\n\nAnother.")
    for table in projected_tables():
        assert session.execute(select(table).limit(1)).one_or_none() is not None, table.name
    return session


def found(session: Session, plant: Plant) -> str:
    """The output of `differences` for a planted fault, which is removed afterwards."""
    planted = session.begin_nested()
    try:
        plant(session)
        try:
            return "\n".join(differences(session))
        except BrokenJournal as broken:
            return f"BrokenJournal: {broken}"
    finally:
        planted.rollback()
        session.expire_all()


def run(statement: str) -> Plant:
    return lambda session: session.execute(text(statement)) and None


def change_leaf(session: Session, *, old: bytes, new: bytes, rehash: bool) -> None:
    """Change the fourth leaf; with `rehash`, its hash as well."""
    row = session.scalars(select(EntryRow).where(EntryRow.number == 4)).one()
    assert old in row.leaf
    leaf = row.leaf.replace(old, new, 1)
    hashed = leaf_hash(leaf) if rehash else row.leaf_hash
    session.execute(update(EntryRow).where(EntryRow.number == 4).values(leaf=leaf, leaf_hash=hashed))


def change_disclosure(session: Session, *, drop: bool = False) -> None:
    lines = session.scalars(select(DisclosureRow.disclosures).where(DisclosureRow.number == 4)).one().split("\n")
    lines = lines[1:] if drop else [disclose("name", {"name": "Somebody Else"}), *lines[1:]]
    session.execute(update(DisclosureRow).where(DisclosureRow.number == 4).values(disclosures="\n".join(lines)))


def swap(session: Session) -> None:
    """Swap the leaves, their hashes and the disclosures of entries 4 and 5."""
    for model, columns in ((EntryRow, ("kind", "subject", "leaf", "leaf_hash")), (DisclosureRow, ("disclosures",))):
        table = model.table()
        rows = {
            row.number: {name: getattr(row, name) for name in columns}
            for row in session.execute(select(table).where(table.c.number.in_([4, 5])))
        }
        for number, other in ((4, 5), (5, 4)):
            session.execute(update(table).where(table.c.number == number).values(**rows[other]))


def drop_the_last(session: Session) -> None:
    session.execute(delete(EntryRow).where(EntryRow.number == read_head(session).size))


def add_one(session: Session) -> None:
    """Insert a copy of the last entry after it."""
    size = read_head(session).size
    for model in (EntryRow, DisclosureRow):
        row = session.execute(select(model.table()).where(model.table().c.number == size)).one()
        session.execute(insert(model.table()), dict(row._mapping) | {"number": size + 1})


def clear_a_hash(session: Session) -> None:
    session.execute(update(EntryRow).where(EntryRow.number == 4).values(leaf_hash=bytes(32)))


def change_head(session: Session, **values: object) -> None:
    session.execute(update(HeadRow).values(**values))


def head_time(session: Session) -> None:
    change_head(session, at=read_head(session).at + timedelta(seconds=1))


JOURNAL: dict[str, tuple[Plant, str]] = {
    "a disclosure is rewritten": (change_disclosure, "BrokenJournal: entry 4: its disclosures are not the ones"),
    "a disclosure is dropped": (partial(change_disclosure, drop=True), "BrokenJournal: entry 4: its disclosures"),
    "all disclosures of an entry go": (
        run("DELETE FROM disclosure WHERE number = 4"),
        "BrokenJournal: entry 4 is missing",
    ),
    "a leaf is rewritten": (
        partial(change_leaf, old=b"claim", new=b"dream", rehash=False),
        "BrokenJournal: entry 4: its leaf is not the one that was hashed",
    ),
    "a leaf is rewritten with its hash": (
        partial(change_leaf, old=b'"v":1', new=b'"v":2', rehash=True),
        "does not match",
    ),
    "a leaf says another kind, with its hash": (
        partial(change_leaf, old=b'"kind":"', new=b'"kind":"x', rehash=True),
        "BrokenJournal: entry 4: its row says otherwise than its leaf",
    ),
    "a leaf is no JSON, with its hash": (
        partial(change_leaf, old=b"{", new=b"[", rehash=True),
        "BrokenJournal: entry 4: its leaf is no JSON",
    ),
    "a leaf names another number, with its hash": (
        partial(change_leaf, old=b'"number":4', new=b'"number":5', rehash=True),
        "BrokenJournal: entry 4: its leaf is not the leaf of this number",
    ),
    "a hash is changed": (clear_a_hash, "BrokenJournal: entry 4: its leaf is not the one that was hashed"),
    "an entry is dropped": (run("DELETE FROM entry WHERE number = 4"), "BrokenJournal: entry 4 is missing"),
    "the last entry is dropped": (drop_the_last, "BrokenJournal: the head says"),
    "an entry is added": (add_one, "BrokenJournal: entry"),
    "two entries are swapped": (swap, "BrokenJournal: entry 4: its leaf is not the leaf of this number"),
    "an entry's row claims another kind": (
        run("UPDATE entry SET kind = 'claim-recorded' WHERE number = 4"),
        "BrokenJournal: entry 4: its row says otherwise",
    ),
    "an entry's row claims another subject": (
        run("UPDATE entry SET subject = 'claim/1' WHERE number = 4"),
        "BrokenJournal: entry 4: its row says otherwise",
    ),
    "an entry's row claims another time": (
        lambda s: (
            s.execute(update(EntryRow).where(EntryRow.number == 4).values(at=read_head(s).at + timedelta(1))) and None
        ),
        "BrokenJournal: entry 4: its row says otherwise",
    ),
    "the head's size is changed": (run("UPDATE head SET size = size - 1"), "BrokenJournal: the head says"),
    "the head's root is changed": (partial(change_head, root=bytes(32)), "BrokenJournal: the head says"),
    "the head's time is changed": (head_time, "BrokenJournal: the head says"),
    "the head's frontier is changed": (partial(change_head, frontier=b""), "BrokenJournal: the head's frontier"),
}


def test_an_unchanged_record_has_no_differences(full_record: Session) -> None:
    assert found(full_record, lambda session: None) == ""


def test_every_change_to_the_journal_is_found(full_record: Session) -> None:
    output = {fault: found(full_record, plant) for fault, (plant, _) in JOURNAL.items()}
    missed = {fault: text for fault, text in output.items() if JOURNAL[fault][1] not in text}
    assert missed == {}


def another(value: object) -> object:
    """A different value of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case float():
            return value / 2
        case datetime():
            return value + timedelta(seconds=1)
        case str():
            return value[:-1] + ("?" if value[-1:] != "?" else "!")
    return None


def test_every_changed_column_of_every_projected_table_is_named(full_record: Session) -> None:
    """A sweep over all tables: in one row of each, change all columns outside the key; each must be named."""
    missed, tried = [], 0
    for table in projected_tables():
        row = full_record.execute(select(table).limit(1)).one()
        here = [key == getattr(row, key.key) for key in table.primary_key]
        changed = {
            column.name: another(getattr(row, column.key))
            for column in table.c
            # The types of enums and dates refuse other values, so these are changed in SQL, below.
            if not (column.primary_key or column.foreign_keys or hasattr(column.type, "enums"))
        }
        changed = {name: value for name, value in changed.items() if value is not None}
        if changed:
            output = found(full_record, partial(_update, table, here, changed))
            missed += [f"{table.name}.{name}" for name in changed if f": {name} is " not in output]
            tried += len(changed)
    assert missed == []
    assert tried > 40


def _update(table: Table, here: list[ColumnElement[bool]], changed: dict[str, object], session: Session) -> None:
    session.execute(update(table).where(*here).values(changed))


ROWS = {
    "UPDATE claim SET state = 'due' WHERE state = 'resolved'": ": state is ",
    "UPDATE claim SET horizon = '2020'": "claim (",
    "UPDATE claim SET policy = '1'": ": policy is '1' and the journal says '2'",
    "DELETE FROM policy": "in the journal, not in the tables",
    "UPDATE verdict SET outcome = 'false'": ": outcome is <Outcome.FALSE",
    "UPDATE review SET due_on = '2030-01-01'": ": due_on is datetime.date(2030, 1, 1)",
    "UPDATE assignment SET sealed = NULL": "assignment (",
    "UPDATE tally SET n = n + 1 WHERE scope = 'ledger'": "tally ('ledger',",
    "UPDATE cluster_tally SET squares = squares + 1 WHERE scope = 'ledger'": "cluster_tally ('ledger',",
    "UPDATE unit SET valid_to = 2000000000": ": valid_to is 2000000000",
    "UPDATE filing SET valid_from = 1": "filing (",
    "UPDATE restatement SET times = times + 1": "restatement (",
    "DELETE FROM relied_on": "in the journal, not in the tables",
    "DELETE FROM claim_topic": "in the journal, not in the tables",
    "INSERT INTO actor (id, name) VALUES ('zzz', 'Nobody')": "actor ('zzz',): in the tables, not in the journal",
    "INSERT INTO actor (id, name) VALUES ('Ähm', 'Nobody')": "actor ('Ähm',): in the tables, not in the journal",
    "INSERT INTO author (document_id, position, name) SELECT id, 99, 'Ghost' FROM document": ", 99): in the tables",
}


@pytest.mark.parametrize("statement", ROWS)
def test_every_change_to_the_tables_is_named(full_record: Session, statement: str) -> None:
    assert ROWS[statement] in found(full_record, run(statement))


def test_a_replica_finds_later_differences(full_record: Session, cast: Cast, now: datetime) -> None:
    """It finds a changed row, and a journal that is not the continuation of the one that it followed."""
    with closing(Replica()) as replica:
        assert list(replica.differences(full_record)) == []
        record(full_record, cast, now + timedelta(days=1), statement="One that came later.")
        with closing(Replica(replica)) as other:
            assert list(other.differences(full_record)) == []
        run("UPDATE claim SET statement = 'changed' WHERE statement = 'One that came later.'")(full_record)
        assert [line for line in replica.differences(full_record) if "'changed'" in line]
        run("UPDATE head SET size = size - 1")(full_record)
        with pytest.raises(BrokenJournal, match="head"):
            list(replica.differences(full_record))


def test_a_rebuild_repairs_the_tables(full_record: Session, now: datetime) -> None:
    for statement in ROWS:
        full_record.execute(text(statement))
    assert list(differences(full_record)) != []
    before = read_head(full_record)
    assert rebuild(full_record) == before
    assert list(differences(full_record)) == []
    assert read_head(full_record) == before


def test_a_rebuild_from_a_broken_journal_changes_nothing(full_record: Session, now: datetime) -> None:
    full_record.execute(text("UPDATE claim SET statement = 'changed'"))
    change_disclosure(full_record)
    with pytest.raises(BrokenJournal, match="entry 4"):
        rebuild(full_record)
    assert set(full_record.scalars(text("SELECT statement FROM claim"))) == {"changed"}


def test_a_single_entry_is_checked_against_its_leaf_when_read(full_record: Session) -> None:
    change_disclosure(full_record)
    with pytest.raises(BrokenJournal, match="entry 4"):
        read_entry(full_record, 4)
