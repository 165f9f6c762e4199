"""Tallies: running counts and whole-number sums from which scorecards are computed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.store.base import Projected

SCOPE_KEY = String(240)


class Scope(Projected):
    """Something that has a scorecard: a claimant, outlet, topic or document, or the whole ledger."""

    __tablename__ = "scope"
    __table_args__ = (Index("ix_scope_kind_judged_recorded", "kind", "judged", "recorded", "key"),)

    key: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Text)
    recorded: Mapped[int]
    judged: Mapped[int]


class Tally(Projected):
    """One cell; see ledger.domain.scoring.tally for what its key and sums mean."""

    __tablename__ = "tally"

    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    standing: Mapped[str] = mapped_column(String(24), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    n: Mapped[int]
    scored: Mapped[int]
    low: Mapped[int] = mapped_column(BigInteger)
    mid: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)


class Contribution(Projected):
    """What a claim has added to the cells (JSON), so that a change can take away exactly that."""

    __tablename__ = "contribution"

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[str] = mapped_column(Text)
