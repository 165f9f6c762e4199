"""Versions of a kind: an entry written as version 1 is read, projected and replayed as version 2."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.journal.entries import KINDS, ActorIntroduced, Entry
from ledger.journal.post import writing
from ledger.journal.projection.handlers import HANDLERS
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.read import BrokenJournal, entry_of, read_all, read_entry
from ledger.journal.replay import differences, rebuild
from ledger.store.entries import DisclosureRow, EntryRow
from ledger.store.people import Actor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class VisitorGreeted(Entry):
    """Version 2 has a language; greetings of version 1 were all in English."""

    kind = "visitor-greeted"
    version = 2
    subject_kind = "visitor"
    groups = {"name": ("name",), "language": ("language",)}  # noqa: RUF012 # the base class declares it a ClassVar

    name: str
    language: str


@dataclass(frozen=True, kw_only=True)
class VisitorGreeted1(Entry):
    kind = "visitor-greeted"
    subject_kind = "visitor"
    groups = {"name": ("name",)}  # noqa: RUF012 # the base class declares it a ClassVar

    name: str

    def upgraded(self) -> VisitorGreeted:
        return VisitorGreeted(name=self.name, language="en")


def visitor_greeted(entry: VisitorGreeted, posted: PostedEntry) -> None:
    posted.connection.execute(
        insert(Actor.table()), {"id": f"v{posted.number}", "name": f"{entry.name} ({entry.language})"}
    )


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register both versions, and a handler for version 2."""
    for version in (VisitorGreeted1, VisitorGreeted):
        monkeypatch.setitem(KINDS, (version.kind, version.version), version)
    monkeypatch.setitem(HANDLERS, VisitorGreeted, visitor_greeted)


def greeted(session: Session) -> list[str]:
    return list(session.scalars(select(Actor.name).where(Actor.id.startswith("v", autoescape=True)).order_by(Actor.id)))


def post(session: Session, *entries: Entry) -> None:
    for entry in entries:
        with writing(session, NOW) as journal:
            journal.post(entry)


@pytest.mark.usefixtures("known")
def test_version_1_is_stored_as_written_and_replayed_as_version_2(session: Session) -> None:
    post(session, VisitorGreeted1(name="Ada"), VisitorGreeted(name="Bén", language="da"))
    written = [entry for *_, entry in read_all(session)]
    assert written == [VisitorGreeted1(name="Ada"), VisitorGreeted(name="Bén", language="da")]
    leaves = session.scalars(select(EntryRow.leaf).order_by(EntryRow.number))
    assert [json.loads(leaf)["version"] for leaf in leaves] == [1, 2]
    assert read_entry(session, 1) == VisitorGreeted(name="Ada", language="en")
    assert greeted(session) == ["Ada (en)", "Bén (da)"]
    rebuild(session)
    assert greeted(session) == ["Ada (en)", "Bén (da)"]
    assert list(differences(session)) == []


def test_a_version_that_is_unknown_here_is_refused(
    session: Session, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if a newer version of the ledger had written it: reading fails, and a rebuild leaves the tables unchanged."""
    post(session, VisitorGreeted(name="Bén", language="da"))
    monkeypatch.delitem(KINDS, ("visitor-greeted", 2))
    row = session.execute(
        select(EntryRow.leaf, DisclosureRow.disclosures).join(DisclosureRow, DisclosureRow.number == EntryRow.number)
    ).one()
    for read in (
        lambda: entry_of(1, row.leaf, row.disclosures),
        lambda: read_entry(session, 1),
        lambda: list(read_all(session)),
        lambda: list(differences(session)),
        lambda: rebuild(session),
    ):
        with pytest.raises(BrokenJournal, match="entry 1: no kind of entry that is known here"):
            read()
    assert greeted(session) == ["Bén (da)"]


def test_every_kind_has_a_handler_for_its_newest_version(known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unhandled() == set()
    monkeypatch.delitem(HANDLERS, VisitorGreeted)
    monkeypatch.delitem(HANDLERS, ActorIntroduced)
    assert unhandled() == {VisitorGreeted, ActorIntroduced}


def unhandled() -> set[type[Entry]]:
    newest: dict[str, type[Entry]] = {}
    for (kind, version), entry in sorted(KINDS.items()):
        assert version == (newest[kind].version + 1 if kind in newest else 1)  # none is left out
        newest[kind] = entry
    return set(newest.values()) - set(HANDLERS)
