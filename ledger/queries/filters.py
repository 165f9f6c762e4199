"""What forecasts are narrowed to, by scorecards and by lists of claims alike, and what a scorecard counts of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality


@dataclass(frozen=True)
class Selection:
    """What is narrowed to; empty text and None narrow nothing.

    A scorecard asks it of each forecast that counts (with a claimant, of their own first ones), and not of others on
    the same claim. A list of claims asks for one forecast that fits.
    """

    topic: str = ""
    outlet: str = ""
    claimant: int | None = None
    document: int | None = None
    modality: Modality | None = None
    kind: ClaimKind | None = None
    basis: HorizonBasis | None = None
    checkability: Checkability | None = None
    made_from: PartialDate | None = None
    made_to: PartialDate | None = None

    @classmethod
    def of_scope(cls, key: str) -> Selection:
        """Everything that counts in a scope, and nothing else. Raises ValueError for what is no scope's key."""
        selection = cls()
        for one in key.split("/"):
            kind, _, name = one.partition(":")
            match kind:
                case "ledger":
                    pass
                case "claimant":
                    selection = replace(selection, claimant=int(name))
                case "document":
                    selection = replace(selection, document=int(name))
                case "topic":
                    selection = replace(selection, topic=name)
                case "outlet":
                    selection = replace(selection, outlet=name)
                case "year":
                    selection = replace(selection, made_from=PartialDate(int(name)), made_to=PartialDate(int(name)))
                case _:
                    raise ValueError(f"{key} is no scope")
        return selection


@dataclass(frozen=True)
class Counted:
    """What a scorecard counts: its scope and whatever it is narrowed to, at an entry, on a day (UTC).

    `at` is the day it was asked for as of, None for as it stands.
    """

    scope: str
    narrowed: Selection
    entry: int
    day: date
    at: date | None

    @property
    def whole(self) -> bool:
        """Whether it is all of the scope as it stands, and so kept in tallies."""
        return self.at is None and self.narrowed == Selection()

    @property
    def selection(self) -> Selection:
        """The scope and the narrowing in one; where both say something, the scope does."""
        own = Selection.of_scope(self.scope)
        said = {item.name: getattr(own, item.name) for item in fields(own)}
        return replace(self.narrowed, **{name: value for name, value in said.items() if value not in ("", None)})
