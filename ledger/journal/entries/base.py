"""What an entry is: one fact of the public record, as a frozen, versioned value.

Fields are plain JSON values (text, whole numbers, floats, booleans, None, tuples of them), dates as ISO text,
so that the bytes depend on nothing but these files. `groups` says which fields share a digest: forecast, outcome
and dates never share one with prose or people, so that prose can be redacted and the numbers stay provable.
From release 0.1.0 on a kind's fields never change: other fields are a new version, whose predecessor says in `upgraded`
what it means in the newest one. All versions are replayed for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One fact about a subject: the one its `subject_field` names, or what this very entry opens."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
    subject_kind: ClassVar[str]
    subject_field: ClassVar[str | None] = None
    groups: ClassVar[dict[str, tuple[str, ...]]]

    def subject(self, number: int) -> str:
        """What the entry is about, such as "claim/17"; what an entry opens has the entry's own number."""
        return f"{self.subject_kind}/{getattr(self, self.subject_field) if self.subject_field else number}"

    def disclosed(self) -> dict[str, dict[str, object]]:
        """The entry's fields by digest group."""
        return {group: {name: getattr(self, name) for name in names} for group, names in self.groups.items()}

    def upgraded(self) -> Entry:
        """The same fact in its kind's newest version, which is all that projection and pages know."""
        return self


@dataclass(frozen=True, kw_only=True)
class AboutClaim(Entry):
    """An entry about a claim that an earlier entry opened."""

    subject_kind = "claim"
    subject_field = "claim"
    claim: int
