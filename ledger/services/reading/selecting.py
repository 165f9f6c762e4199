"""What forecasts are narrowed to, by scorecards and by lists of claims alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.domain.checkability import Checkability
from ledger.domain.claims import HorizonBasis
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.kinds import ClaimKind


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
