"""Projection of claims and forecasts."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update

from ledger.domain.checkability import Checkability
from ledger.domain.claims import ClaimState, claim_fingerprint
from ledger.domain.conditions import ConditionState
from ledger.domain.reviews import ReviewState
from ledger.domain.text import fingerprint, slug
from ledger.domain.wholes import JudgedFrom
from ledger.journal.entries import (
    ClaimAmended,
    ClaimEnded,
    ClaimFields,
    ClaimRecorded,
    ClaimReinstated,
    ConditionJudged,
    ForecastRecorded,
)
from ledger.journal.projection.posted_entry import PostedEntry
from ledger.journal.projection.search_index import index_amended, index_forecast, index_new, reindex
from ledger.journal.projection.statements import columns_of
from ledger.store.claims import Claim, Evidence, Forecast, ForecastClaimant, Topic
from ledger.store.policies import version_in_force
from ledger.store.reviews import Review
from ledger.store.tallies import FOREVER, Filing

# Built once: building a statement costs about as much as running it.
_TOUCH = update(Claim.table()).where(Claim.table().c.id == bindparam("claim"))


def claim_recorded(entry: ClaimRecorded, posted: PostedEntry) -> None:
    posted.add(
        Claim.table(),
        {
            "id": posted.number,
            **_own_columns(entry),
            "condition_state": ConditionState.UNKNOWN,
            "condition_reason": "",
            "recorded_by": entry.by,
            "recorded_at": posted.at,
            "state": ClaimState.OPEN,
            "outcome": None,
            "due_on": None,
            "ended_because": "",
            "policy": posted.batch.policy() if posted.batch is not None else version_in_force(posted.connection),
            "became": (),
            "changed": posted.number,
        },
    )
    _file_under(posted, posted.number, entry.topics)
    posted.add(Filing.table(), *(_filing(posted, posted.number, slug(name)) for name in entry.topics))
    index_new(posted, entry)


def claim_amended(entry: ClaimAmended, posted: PostedEntry) -> None:
    _refile(posted, entry.claim, entry.topics)
    row = posted.connection.execute(select(Claim.condition, Claim.outcome).where(Claim.id == entry.claim)).one()
    values = _own_columns(entry)
    if fingerprint(entry.condition) != fingerprint(row.condition):
        # What was known was about another condition.
        values |= {"condition_state": ConditionState.UNKNOWN, "condition_reason": ""}
    touch(posted, entry.claim, **values)
    index_amended(posted, entry.claim, entry)
    if entry.checkability != Checkability.CHECKABLE or entry.judged_from != JudgedFrom.ITSELF:
        _close_reviews(posted, entry.claim)
        touch(posted, entry.claim, state=ClaimState.RESOLVED if row.outcome else ClaimState.OPEN, due_on=None)
    posted.retally(entry.claim)


def claim_ended(entry: ClaimEnded, posted: PostedEntry) -> None:
    _close_reviews(posted, entry.claim)
    touch(
        posted,
        entry.claim,
        state=ClaimState(entry.how),
        due_on=None,
        fingerprint=None,  # so that the same claim can be recorded again
        ended_because=entry.reason,
        became=entry.into,
    )
    if entry.how == ClaimState.MERGED:
        _move(posted, entry.claim, entry.into[0])
    posted.retally(entry.claim)


def claim_reinstated(entry: ClaimReinstated, posted: PostedEntry) -> None:
    row = posted.connection.execute(
        select(Claim.statement, Claim.horizon, Claim.condition, Claim.outcome).where(Claim.id == entry.claim)
    ).one()
    touch(
        posted,
        entry.claim,
        state=ClaimState.RESOLVED if row.outcome else ClaimState.OPEN,
        fingerprint=claim_fingerprint(row.statement, row.horizon, row.condition),
        ended_because="",
    )
    posted.retally(entry.claim)


def condition_judged(entry: ConditionJudged, posted: PostedEntry) -> None:
    touch(posted, entry.claim, condition_state=ConditionState(entry.state), condition_reason=entry.reason)


def forecast_recorded(entry: ForecastRecorded, posted: PostedEntry) -> None:
    posted.add(
        Forecast.table(),
        {
            "id": posted.number,
            **columns_of(
                Forecast.table(),
                entry,
                claim="claim_id",
                document="document_id",
                confidence="confidence_kind",
                by="recorded_by",
            ),
        },
    )
    posted.add(
        ForecastClaimant.table(),
        *({"forecast_id": posted.number, "claimant_id": claimant} for claimant in entry.claimants),
    )
    index_forecast(posted, entry)
    touch(posted, entry.claim)
    posted.retally(entry.claim)


def touch(posted: PostedEntry, claim: int, **values: object) -> None:
    """Set a claim's `changed` to this entry, and other columns to `values`."""
    values["changed"] = posted.number
    if posted.batch is not None:
        posted.batch.touch(claim, values)
    else:
        posted.connection.execute(_TOUCH, {"claim": claim, **values})


def _own_columns(entry: ClaimFields) -> dict[str, object]:
    """The columns that the fields of a claim fill."""
    return {
        **columns_of(Claim.table(), entry, claim_kind="kind", whole="whole_id"),
        "fingerprint": claim_fingerprint(entry.statement, entry.horizon, entry.condition),
    }


def _file_under(posted: PostedEntry, claim: int, topics: tuple[str, ...]) -> None:
    posted.add(
        Topic.table(),
        *(
            {"claim_id": claim, "slug": slug(name), "position": position, "name": name}
            for position, name in enumerate(topics)
        ),
    )


def _refile(posted: PostedEntry, claim: int, topics: tuple[str, ...]) -> None:
    """File a claim under other topics. Earlier filings stay on record, with the entry that ended them."""
    posted.connection.execute(delete(Topic.table()).where(Topic.table().c.claim_id == claim))
    _file_under(posted, claim, topics)
    filings = Filing.table()
    valid = (filings.c.claim_id == claim, filings.c.valid_to == FOREVER)
    before = set(posted.connection.scalars(select(filings.c.slug).where(*valid)))
    now = {slug(name) for name in topics}
    if removed := before - now:
        posted.connection.execute(
            update(filings).where(*valid, filings.c.slug.in_(removed)).values(valid_to=posted.number)
        )
    posted.add(filings, *(_filing(posted, claim, added) for added in sorted(now - before)))


def _filing(posted: PostedEntry, claim: int, slug: str) -> dict[str, object]:
    return {"claim_id": claim, "slug": slug, "valid_from": posted.number, "valid_to": FOREVER}


def _close_reviews(posted: PostedEntry, claim: int) -> None:
    if posted.batch is not None:
        posted.batch.close_reviews(claim)
        return
    table = Review.table()
    posted.connection.execute(
        update(table)
        .where(table.c.claim_id == claim, table.c.state != ReviewState.CLOSED)
        .values(state=ReviewState.CLOSED)
    )


def _move(posted: PostedEntry, claim: int, into: int) -> None:
    """Move the forecasts and the evidence of a claim to another one, except evidence that it already has."""
    forecasts, evidence = Forecast.table(), Evidence.table()
    posted.connection.execute(update(forecasts).where(forecasts.c.claim_id == claim).values(claim_id=into))
    there = select(evidence.c.fingerprint).where(evidence.c.claim_id == into)
    posted.connection.execute(
        update(evidence).where(evidence.c.claim_id == claim, evidence.c.fingerprint.not_in(there)).values(claim_id=into)
    )
    for changed in (claim, into):
        reindex(posted, changed)
    touch(posted, into)
    posted.retally(into)
