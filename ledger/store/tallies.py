"""Tallies: counts and running whole-number sums from which scorecards are computed, and the units they count."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis
from ledger.domain.confidence import NumberSource
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.store.base import Projected, enum_column

SCOPE_KEY = String(240)
STATUS, MONTH = String(24), String(7)
# The index that clusters are summed by, with all they are summed from: on PostgreSQL alone, and so made by a migration.
# PostgreSQL keeps rows in no order and would have to hash a million of them; SQLite, which keeps them in the key's,
# would look up every one of them a second time.
BY_CLUSTER = "ix_unit_cluster"
# In the same way, what is read of units on choices and quantities, which are few among the many.
CHOICES_AND_QUANTITIES = "ix_unit_choices_and_quantities"
FOREVER = 2_000_000_000  # the `valid_to` of what is so until further notice: no journal has as many entries
# Rows that are nothing but their key and a few numbers: SQLite then keeps them in the key's order, and only once.
IN_KEY_ORDER = {"sqlite_with_rowid": False}


class Scope(Projected):
    """Something that has a scorecard: a claimant, outlet, topic, document or year, or the whole ledger.

    What one has in common with another (a claimant's year, a claimant's topic) is a scope within the first: `inside`
    is its key, and empty for those that stand alone. It has no name of its own: the second one is called what it is.
    """

    __tablename__ = "scope"
    __table_args__ = (Index("ix_scope_listed", "inside", "kind", "judged", "recorded", "key"),)

    key: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    inside: Mapped[str] = mapped_column(SCOPE_KEY)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(Text)
    recorded: Mapped[int]
    judged: Mapped[int]


class TallyRow(Projected):
    """How many units stand in one cell of a scope; see ledger.domain.scoring.tally. No row where none does.

    Only scopes that stand alone have cells: of what is inside another no more is asked than its sums.
    """

    __tablename__ = "tally"
    __table_args__ = (IN_KEY_ORDER,)

    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    status: Mapped[str] = mapped_column(STATUS, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    low: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    high: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    modality: Mapped[Modality] = mapped_column(enum_column(Modality), primary_key=True)
    reading: Mapped[NumberSource] = mapped_column(enum_column(NumberSource), primary_key=True)
    n: Mapped[int]


class SumTally(Projected):
    """The cells of a scope, summed by status and the month from which they count; for every scope there is.

    `scored` are those of `n` that carry a number and an outcome to hold it to, `ours` those of them whose number is our
    reading. Of the scored, the squared errors of each end of the range and of its middle: in units of 1e-6, and of what
    is left of each forecast's in units of 1e-12.
    """

    __tablename__ = "sum_tally"
    __table_args__ = (IN_KEY_ORDER,)

    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    status: Mapped[str] = mapped_column(STATUS, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    n: Mapped[int]
    scored: Mapped[int]
    ours: Mapped[int]
    low: Mapped[int] = mapped_column(BigInteger)
    low_rest: Mapped[int] = mapped_column(BigInteger)
    mid: Mapped[int] = mapped_column(BigInteger)
    mid_rest: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)
    high_rest: Mapped[int] = mapped_column(BigInteger)


class ClusterTally(Projected):
    """Running sums over a scope's clusters, by the month from which they count; see ledger.domain.scoring.running_sums.

    Scores and products are in units of 1e-6; the squares are `squares` units of 1e-6 and `rest` units of 1e-12,
    because one number would be too large where many made the same claim. So none of these overflows before the sizes
    (the sum of squared cluster sizes) come to 9.2e12, with every forecast as wrong as can be: a million claims of
    3,000 claimants each.
    """

    __tablename__ = "cluster_tally"
    __table_args__ = (IN_KEY_ORDER,)

    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    clusters: Mapped[int]
    n: Mapped[int]
    scores: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger)
    rest: Mapped[int] = mapped_column(BigInteger)
    products: Mapped[int] = mapped_column(BigInteger)
    sizes: Mapped[int] = mapped_column(BigInteger)


class PartTally(Projected):
    """How many scored forecasts a whole's parts have in a scope, and the sum of their scores in units of 1e-6.

    With what the whole itself has, which its own units say, that is the whole as a cluster. Claims that are no part
    have no row here.
    """

    __tablename__ = "part_tally"
    __table_args__ = (IN_KEY_ORDER,)

    whole_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    n: Mapped[int]
    scores: Mapped[int] = mapped_column(BigInteger)


class UnitRow(Projected):
    """A unit, from the entry that made it count so to the one that changed that; see ledger.domain.scoring.units.

    The rows valid at entry N have `valid_from` <= N < `valid_to`. The key's order is that in which they are counted:
    one claimant's, or the ledger's own, by cell. SQLite counts a million so in a pass, and in five if it has to sort.
    """

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_claim", "claim_id", "valid_to"), IN_KEY_ORDER)

    claimant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # or EVERYBODY
    status: Mapped[str] = mapped_column(STATUS, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    low: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    high: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    modality: Mapped[Modality] = mapped_column(enum_column(Modality), primary_key=True)
    reading: Mapped[NumberSource] = mapped_column(enum_column(NumberSource), primary_key=True)
    cluster: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    forecast_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_to: Mapped[int]  # or FOREVER
    document_id: Mapped[int]
    made_on: Mapped[PartialDate]
    kind: Mapped[ClaimKind] = mapped_column(enum_column(ClaimKind))
    basis: Mapped[HorizonBasis] = mapped_column(enum_column(HorizonBasis))
    checkability: Mapped[Checkability] = mapped_column(enum_column(Checkability))


class RestatementRow(Projected):
    """A claimant's restatements of a claim, from the entry that made it so to the one that changed that.

    See ledger.domain.scoring.restatements. The first time they said it is the unit that counts for them.
    """

    __tablename__ = "restatement"
    __table_args__ = (Index("ix_restatement_claimant", "claimant_id", "claim_id"), IN_KEY_ORDER)

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_to: Mapped[int]  # or FOREVER
    times: Mapped[int]
    latest_id: Mapped[int]  # the latest of these forecasts
    mid: Mapped[int]


class Filing(Projected):
    """A topic that a claim is or was filed under, from one entry to another."""

    __tablename__ = "filing"
    __table_args__ = (Index("ix_filing_slug_claim", "slug", "claim_id"), IN_KEY_ORDER)

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_to: Mapped[int]  # or FOREVER
