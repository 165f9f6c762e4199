"""Words and people as of an earlier entry, where the tables hold only how they are now.

Few claims are ever amended, and few claimants turn out to be one: of those the journal says what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.domain.claim_types import Bounds, ClaimKind, Shape
from ledger.domain.dates import PartialDate
from ledger.journal.entries import ClaimAmended, ClaimantsMerged, ClaimRecorded, Entry, ForecastRecorded
from ledger.journal.entries.claims import ClaimFields
from ledger.journal.read import entry_of, read_head
from ledger.queries.claim_list import PageLink
from ledger.store.claims import Claim
from ledger.store.entries import DisclosureRow, EntryRow
from ledger.store.people import Claimant


@dataclass(frozen=True)
class ClaimThen:
    """What a claim said before it was amended."""

    statement: str
    horizon: PartialDate | None
    shape: Shape


def claims_then(session: Session, claims: Iterable[int], entry: int) -> dict[int, ClaimThen]:
    """The words, as of an entry, of those of these claims that were amended after it. The others have not changed."""
    subjects = [f"claim/{claim}" for claim in sorted(set(claims))]
    if not subjects or not _past(session, entry):
        return {}
    about = EntryRow.subject.in_(subjects)
    amended = select(EntryRow.subject).where(about, EntryRow.kind == ClaimAmended.kind, EntryRow.number > entry)
    since = session.scalars(amended.distinct()).all()
    newest = (
        select(func.max(EntryRow.number))
        .where(EntryRow.subject.in_(since), EntryRow.kind.in_((ClaimRecorded.kind, ClaimAmended.kind)))
        .where(EntryRow.number <= entry)
        .group_by(EntryRow.subject)
    )
    found = {}
    for number, subject, fields in _entries(session, session.scalars(newest).all() if since else ()):
        if not isinstance(fields, ClaimFields):
            raise TypeError(f"entry {number} says nothing of what a claim consists of")
        bounds = Bounds(fields.low_bound, fields.high_bound, fields.low_strict, fields.high_strict)
        kind = ClaimKind(fields.claim_kind)
        shape = Shape(kind, bounds=bounds, unit=fields.unit, options=fields.options, ordered=fields.ordered)
        horizon = PartialDate.parse(fields.horizon) if fields.horizon else None
        found[int(subject.partition("/")[2])] = ClaimThen(fields.statement, horizon, shape)
    return found


def statements_then(session: Session, claims: Sequence[int], entry: int) -> dict[int, str]:
    """What these claims said at an entry."""
    now = session.execute(select(Claim.id, Claim.statement).where(Claim.id.in_(claims)))
    then = claims_then(session, claims, entry)
    return {row.id: then[row.id].statement if row.id in then else row.statement for row in now}


def claimants_then(
    session: Session, said_by: Mapping[int, tuple[PageLink, ...]], entry: int
) -> Mapping[int, tuple[PageLink, ...]]:
    """The claimants of forecasts as of an entry, given those of now: some may have been merged since."""
    if not said_by or not _past(session, entry):
        return said_by
    now = {one.key for those in said_by.values() for one in those}
    merged = session.execute(select(Claimant.id, Claimant.merged_into).where(Claimant.merged_into.in_(now))).all()
    merges = _merges(session, [row.id for row in merged])
    absorbing = {row.merged_into for row in merged if merges[row.id][0] > entry}
    affected = [forecast for forecast, those in said_by.items() if any(one.key in absorbing for one in those)]
    told = {}
    for number, _, said in _entries(session, affected):
        if not isinstance(said, ForecastRecorded):
            raise TypeError(f"entry {number} is no forecast")
        told[number] = {_follow(claimant, merges, entry) for claimant in said.claimants}
    ids = {claimant for claimants in told.values() for claimant in claimants}
    names = {
        row.id: row.name for row in session.execute(select(Claimant.id, Claimant.name).where(Claimant.id.in_(ids)))
    }
    then = {
        forecast: tuple(PageLink(one, names[one]) for one in sorted(claimants, key=lambda one: names[one]))
        for forecast, claimants in told.items()
    }
    return {**said_by, **then}


def claimant_then(session: Session, claimant: int, entry: int) -> int:
    """Who this claimant was known to be at an entry: somebody else, where it had been merged by then."""
    merges: Merges = {}
    into: int | None = claimant
    while into is not None and into not in merges:
        found = _merges(session, [into])
        merges |= found
        into = found[into][1] if into in found else None
    return _follow(claimant, merges, entry)


Merges = dict[int, tuple[int, int]]  # by claimant: the entry by which it was merged, and into whom


def _merges(session: Session, claimants: Iterable[int]) -> Merges:
    subjects = [f"claimant/{claimant}" for claimant in claimants]
    merging = select(EntryRow.number).where(EntryRow.subject.in_(subjects), EntryRow.kind == ClaimantsMerged.kind)
    found = {}
    for number, _, entry in _entries(session, session.scalars(merging).all() if subjects else ()):
        if not isinstance(entry, ClaimantsMerged):
            raise TypeError(f"entry {number} merges nobody")
        found[entry.claimant] = number, entry.into
    return found


def _follow(claimant: int, merges: Merges, entry: int) -> int:
    while claimant in merges and merges[claimant][0] <= entry:
        claimant = merges[claimant][1]
    return claimant


def _past(session: Session, entry: int) -> bool:
    return entry < read_head(session).size


def _entries(session: Session, numbers: Sequence[int]) -> Iterator[tuple[int, str, Entry]]:
    """Entries by their numbers, each with its number and its subject, in its kind's newest version."""
    if numbers:
        found = select(EntryRow.number, EntryRow.subject, EntryRow.leaf, DisclosureRow.disclosures)
        told = found.join(DisclosureRow, DisclosureRow.number == EntryRow.number).where(EntryRow.number.in_(numbers))
        for number, subject, leaf, disclosures in session.execute(told):
            yield number, subject, entry_of(number, leaf, disclosures).upgraded()
