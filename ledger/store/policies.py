"""The table of adopted policies, and looking up the policy in force now, at an entry, or of a version.

The founding policy has no row, because it is in force without having been adopted. Rows never change.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ledger.domain.errors import Missing
from ledger.domain.policies import FOUNDING, Grades, Policy
from ledger.store.base import Projected


class PolicyRow(Projected):
    """An adopted policy. Its id is the number of the entry that adopted it, from which on it is in force."""

    __tablename__ = "policy"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(20), unique=True)
    default_horizon_months: Mapped[int]
    reviewers_per_claim: Mapped[int]
    longest_snooze_days: Mapped[int]
    yardstick: Mapped[str] = mapped_column(String(40))
    smallest_n: Mapped[int]
    mostly_true: Mapped[float]
    partly_true: Mapped[float]
    mostly_false: Mapped[float]
    rubric: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    adopted_by: Mapped[str] = mapped_column(String(40))
    adopted_at: Mapped[datetime]

    @property
    def policy(self) -> Policy:
        """The policy as a value of the domain."""
        return Policy(
            version=self.version,
            default_horizon_months=self.default_horizon_months,
            reviewers_per_claim=self.reviewers_per_claim,
            longest_snooze_days=self.longest_snooze_days,
            yardstick=self.yardstick,
            smallest_n=self.smallest_n,
            grades=Grades(self.mostly_true, self.partly_true, self.mostly_false),
            rubric=self.rubric,
        )


_NEWEST_VERSION = select(PolicyRow.table().c.version).order_by(PolicyRow.table().c.id.desc()).limit(1)
_NEWEST = select(PolicyRow).order_by(PolicyRow.id.desc()).limit(1)


def policy_in_force(session: Session) -> Policy:
    """The policy in force now."""
    return _policy(session, _NEWEST)


def version_in_force(connection: Connection) -> str:
    """The version of the policy in force, for projection, which does not use the session."""
    return str(connection.scalar(_NEWEST_VERSION) or FOUNDING.version)


def policy_at(session: Session, entry: int) -> Policy:
    """The policy that was in force when this entry was the newest."""
    return _policy(session, _NEWEST.where(PolicyRow.id <= entry))


def policy_of_version(session: Session, version: str) -> Policy:
    """The policy of a version. Raises Missing."""
    return policies_of(session, [version])[version]


def policies_of(session: Session, versions: Iterable[str]) -> dict[str, Policy]:
    """The policies of these versions, with at most one query. Raises Missing."""
    wanted = set(versions)
    found = {FOUNDING.version: FOUNDING}
    if adopted := wanted - found.keys():
        rows = session.scalars(select(PolicyRow).where(PolicyRow.version.in_(sorted(adopted))))
        found |= {row.version: row.policy for row in rows}
    if unknown := wanted - found.keys():
        raise Missing(f"policy {min(unknown)}")
    return found


def _policy(session: Session, query: Select[PolicyRow]) -> Policy:
    row = session.scalars(query).one_or_none()
    return row.policy if row is not None else FOUNDING
