"""What every chart is: its kind, its section of the scorecard, and how it is made, kept, described and drawn."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, ClassVar, Self

from ledger.charts.dots import Dot
from ledger.charts.theme import Spec
from ledger.domain.scoring.calibration_band import Consistency
from ledger.domain.scoring.grouped_forecasts import Grouped
from ledger.domain.scoring.tally import Headline

Link = Callable[[float, float], str | None]  # the page with the forecasts from one probability to another


class Section(StrEnum):
    """Where on a scorecard's page a chart stands."""

    OUTCOMES = "outcomes"  # the page has a bar of its own here: charts are offered as files beneath it
    CALIBRATION = "calibration"
    SPREAD = "spread"
    YEARS = "years"


@dataclass(frozen=True)
class Year:
    """A year's n, Brier score, its 95 % interval, and the score of guessing the base rate; None where there is none."""

    year: str
    n: int
    brier: float | None = None
    low: float | None = None
    high: float | None = None
    reference: float | None = None

    def known(self) -> dict[str, Any]:
        """The values that can be drawn: those that are there, and finite."""
        return {name: v for name, v in asdict(self).items() if isinstance(v, str) or (v is not None and isfinite(v))}


@dataclass(frozen=True)
class ScorecardFigures:
    """What the charts of a scorecard are made from.

    `given` are the forecasts that are scored; `years` is empty where there are too few of them to compare. Fewer than
    `smallest_n` forecasts are drawn as few. `link` gives the address of the forecasts behind a dot.
    """

    name: str
    headline: Headline
    given: Grouped
    years: tuple[Year, ...]
    smallest_n: int
    link: Link


class Chart(ABC):
    """One chart with all that it is drawn from. A subclass is a frozen dataclass, named in ledger.charts.registry."""

    kind: ClassVar[str]  # its name in addresses, in JSON and in the requests that are kept
    section: ClassVar[Section]

    @classmethod
    @abstractmethod
    def of(cls, scorecard: ScorecardFigures) -> Self | None:
        """The chart of a scorecard, or None where it would show nothing."""

    @abstractmethod
    def data(self) -> dict[str, Any]:
        """All that the chart depends on, as JSON writes it."""

    @classmethod
    @abstractmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """The chart that `data` wrote."""

    @abstractmethod
    def describe(self, band: Consistency | None = None) -> str:
        """What is to be seen, in one sentence."""

    @abstractmethod
    def spec(self, band: Consistency | None = None) -> Spec:
        """The Vega-Lite spec; with the band where the chart has one and it is known."""

    @property
    def dots(self) -> Sequence[Dot]:
        """The dots that stand in a table beside the chart; none for most charts."""
        return ()

    def consistency(self) -> Consistency | None:
        """The band and the p value that are drawn with it, which take a second or two; None for most charts."""
        return None
