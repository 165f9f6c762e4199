"""The base class of all charts, and the figures of a scorecard that they are made from."""

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

Link = Callable[[float, float], str | None]  # the address of the list of forecasts between two probabilities


class Section(StrEnum):
    """The section of a scorecard's page to which a chart belongs."""

    OUTCOMES = "outcomes"  # the page draws its own bar here and offers the charts as files below it
    CALIBRATION = "calibration"
    SPREAD = "spread"
    YEARS = "years"


@dataclass(frozen=True)
class Year:
    """A year's n, Brier score, 95% interval, and the score of guessing the base rate (`reference`)."""

    year: str
    n: int
    brier: float | None = None
    low: float | None = None
    high: float | None = None
    reference: float | None = None

    def known(self) -> dict[str, Any]:
        """The values that can be drawn: those that are finite, and not None."""
        return {name: v for name, v in asdict(self).items() if isinstance(v, str) or (v is not None and isfinite(v))}


@dataclass(frozen=True)
class ScorecardFigures:
    """The figures of a scorecard from which its charts are made.

    `given` are the scored forecasts. `years` is empty where there are too few years to compare. Marks for fewer than
    `smallest_n` forecasts are hollow. `link` gives the address of the list of forecasts behind a dot.
    """

    name: str
    headline: Headline
    given: Grouped
    years: tuple[Year, ...]
    smallest_n: int
    link: Link


class Chart(ABC):
    """A chart with its data. A subclass is a frozen dataclass, listed in ledger.charts.registry."""

    kind: ClassVar[str]  # its name in addresses, in JSON and in stored requests
    section: ClassVar[Section]

    @classmethod
    @abstractmethod
    def of(cls, scorecard: ScorecardFigures) -> Self | None:
        """The chart of a scorecard; None where it would be empty."""

    @abstractmethod
    def data(self) -> dict[str, Any]:
        """All data of the chart, as JSON values."""

    @classmethod
    @abstractmethod
    def read(cls, data: dict[str, Any]) -> Self:
        """The chart with this data, as `data` returns it."""

    @abstractmethod
    def describe(self, band: Consistency | None = None) -> str:
        """A description of the chart in one sentence."""

    @abstractmethod
    def spec(self, band: Consistency | None = None) -> Spec:
        """The Vega-Lite spec. It shows the band, if one is given and the chart can have one."""

    @property
    def dots(self) -> Sequence[Dot]:
        """The dots that are also listed in a table beside the chart; none for most charts."""
        return ()

    def consistency(self) -> Consistency | None:
        """Compute the band and the p value of the chart, which takes a second or two; None for most charts."""
        return None
