"""The base classes of entries. An entry is one fact of the public record, as a frozen, versioned value.

Fields are plain JSON values (text, whole numbers, floats, booleans, None, tuples of them), with dates as ISO text, so
that the bytes depend only on these files. `groups` says which fields share a digest. Forecast, outcome and dates never
share one with prose or people, so that prose can be redacted while the numbers can still be proved.
From release 0.1.0 on, the fields of a kind never change. A change of fields is a new version, and the old version's
`upgraded` converts it. All versions can be replayed for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact about a subject: the one that `subject_field` names, or a new one that this entry opens."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    subject_kind: ClassVar[str]
    subject_field: ClassVar[str | None] = None
    groups: ClassVar[dict[str, tuple[str, ...]]]

    def subject(self, number: int) -> str:
        """The subject, such as "claim/17". A new subject has the number of the entry."""
        return f"{self.subject_kind}/{getattr(self, self.subject_field) if self.subject_field else number}"

    def disclosed(self) -> dict[str, dict[str, object]]:
        """The entry's fields by digest group."""
        return {group: {name: getattr(self, name) for name in names} for group, names in self.groups.items()}

    def upgraded(self) -> Entry:
        """The same fact in the newest version of its kind, the only one that projection and pages know."""
        return self


@dataclass(frozen=True, kw_only=True)
class AboutClaim(Entry):
    """An entry about a claim that an earlier entry opened."""

    subject_kind = "claim"
    subject_field = "claim"
    claim: int
