"""Tables of scopes, tallies and running sums, from which scorecards are computed, and of the units they count."""

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
# A covering index of units by cluster, for summing clusters. A migration makes it, because it is on PostgreSQL only.
# PostgreSQL stores rows in no order, and would have to hash a million of them. SQLite stores them in the order of the
# key, and with such an index would look up every row a second time.
BY_CLUSTER = "ix_unit_cluster"
# Likewise a covering index of the few units on choices and quantities.
CHOICES_AND_QUANTITIES = "ix_unit_choices_and_quantities"
FOREVER = 2_000_000_000  # the `valid_to` of rows that are still valid: more entries than any journal has
# For rows that are only a key and a few numbers: SQLite then stores them once, in the order of the key.
IN_KEY_ORDER = {"sqlite_with_rowid": False}


class Scope(Projected):
    """Something that has a scorecard: a claimant, outlet, topic, document or year, or the whole ledger.

    The intersection of two (a claimant's year, a claimant's topic) is a scope, too, without a scorecard. Its `inside`
    is the key of the first, and it has no name, because it is called like the second. For all others `inside` is empty.
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
    """The number of units in one cell of a scope; see ledger.domain.scoring.tally. Empty cells have no row.

    Only scopes with a scorecard have cells; for the others the sums are enough.
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
    """The cells of any scope, summed by status and the month from which they count.

    `scored` counts those of `n` with a probability and an outcome that is true or false, `ours` those of the scored
    whose probability is our reading. `low`, `mid` and `high` are the squared errors of the scored at both ends and the
    middle of the range, in units of 1e-6; `…_rest` are the remainders of each forecast's, in units of 1e-12.
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

    Scores and products are in units of 1e-6. The sum of squares is `squares` units of 1e-6 plus `rest` units of 1e-12,
    because a single number would overflow where many claimants made the same claim. None of these overflows before
    `sizes` (the sum of squared cluster sizes) is 9.2e12 with every forecast as wrong as possible: a million claims of
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
    """The number of scored forecasts on a whole's parts in a scope, and the sum of their scores in units of 1e-6.

    Together with the whole's own units they are the cluster. Claims that are no parts have no row.
    """

    __tablename__ = "part_tally"
    __table_args__ = (IN_KEY_ORDER,)

    whole_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(SCOPE_KEY, primary_key=True)
    month: Mapped[str] = mapped_column(MONTH, primary_key=True)
    n: Mapped[int]
    scores: Mapped[int] = mapped_column(BigInteger)


class UnitRow(Projected):
    """A unit that is valid from one entry to another; see ledger.domain.scoring.units.

    The rows valid at entry N have `valid_from` <= N < `valid_to`. The key has the order in which units are counted: by
    claimant (or EVERYBODY) and cell. So SQLite counts a million in one pass, without sorting, which takes five times as
    long.
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
    """A claimant's restatements of a claim, valid from one entry to another; see ledger.domain.scoring.restatements.

    The claimant's first forecast on the claim is their unit.
    """

    __tablename__ = "restatement"
    __table_args__ = (Index("ix_restatement_claimant", "claimant_id", "claim_id"), IN_KEY_ORDER)

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimant_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_to: Mapped[int]  # or FOREVER
    times: Mapped[int]
    latest_id: Mapped[int]  # record number of the latest forecast
    mid: Mapped[int]


class Filing(Projected):
    """A topic under which a claim is filed, valid from one entry to another."""

    __tablename__ = "filing"
    __table_args__ = (Index("ix_filing_slug_claim", "slug", "claim_id"), IN_KEY_ORDER)

    claim_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    valid_from: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    valid_to: Mapped[int]  # or FOREVER
