"""The filters of scorecards, of the lists below them, and of lists of claims: one object a filter, all in FILTERS.

Forms, the list of filters in use, addresses, queries, the table in docs/scorecards.md and the tests are all derived
from FILTERS. To add a filter, add a field to one of the four classes here, a row to FILTERS, and a row to that table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Flag, StrEnum, auto
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import MILLION, NumberSource, parse_probability
from ledger.domain.dates import PartialDate
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.scoring.units import NO_NUMBER
from ledger.queries.answer_parts import AnswerPart
from ledger.queries.call_status import CallStatus, Order, order_conditions, status_conditions
from ledger.queries.date_filters import from_day, until_day
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Document
from ledger.store.tallies import Filing, UnitRow


@dataclass(frozen=True)
class ScorecardFilters:
    """The filters of a scorecard; a filter that is "" or None is not set.

    A scorecard keeps each counted forecast that fits (with a claimant, each of their first forecasts), whatever other
    forecasts on the same claim say. A list of claims keeps a claim if one of its forecasts fits.
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
    def of_scope(cls, key: str) -> ScorecardFilters:
        """The filters that select what belongs to a scope. Raises ValueError if the key is not that of a scope."""
        filters = cls()
        for one in key.split("/"):
            kind, _, name = one.partition(":")
            match kind:
                case "ledger":
                    pass
                case "claimant":
                    filters = replace(filters, claimant=int(name))
                case "document":
                    filters = replace(filters, document=int(name))
                case "topic":
                    filters = replace(filters, topic=name)
                case "outlet":
                    filters = replace(filters, outlet=name)
                case "year":
                    filters = replace(filters, made_from=PartialDate(int(name)), made_to=PartialDate(int(name)))
                case _:
                    raise ValueError(f"{key} is no scope")
        return filters

    @property
    def any(self) -> bool:
        """Whether any filter is in use."""
        return self != type(self)()

    def without(self, others: ScorecardFilters) -> ScorecardFilters:
        """These filters, with those that the others set removed."""
        return replace(self, **{one.key: getattr(type(self)(), one.key) for one, _ in in_use(others)})

    def under(self, others: ScorecardFilters) -> ScorecardFilters:
        """These filters combined with the others, which win where both set the same filter."""
        return replace(self, **{one.key: value for one, value in in_use(others)})


@dataclass(frozen=True)
class ClaimFilters(ScorecardFilters):
    """The filters of a list of claims: those of scorecards, and words to find, the state and the outcome."""

    q: str = ""
    state: ClaimState | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class CallFilters:
    """The filters of a list of calls: status, source of the probability, range of its middle (0-1); and the order."""

    standing: CallStatus | None = None
    reading: NumberSource | None = None
    p_from: float | None = None
    p_to: float | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class AnswerFilters:
    """The filters of a list of calls on choices and quantities: part and source of the probability; and the order."""

    part: AnswerPart | None = None
    reading: NumberSource | None = None
    order: Order = Order.NEWEST


class AppliesTo(Flag):
    """The pages that a filter applies to. SCORECARDS includes every page below a scorecard."""

    SCORECARDS = auto()
    CLAIMS = auto()
    CALLS = auto()
    ANSWERS = auto()

    @property
    def words(self) -> str:
        """The pages in words, as in the table of docs/scorecards.md."""
        return ", ".join(_PAGES[page] for page in self)


_PAGES = {
    AppliesTo.SCORECARDS: "scorecards",
    AppliesTo.CLAIMS: "claims",
    AppliesTo.CALLS: "calls",
    AppliesTo.ANSWERS: "choices and quantities",
}


class Widget(StrEnum):
    """The kind of form field for a filter's value."""

    SEARCH = "search"  # words to find
    CHOICE = "choice"  # one of `choices`
    NAME = "name"  # a claimant, topic or outlet by name, with suggestions
    HIDDEN = "hidden"  # set by links only, and carried along by the form
    TEXT = "text"  # a day, a month, a year or a probability, as typed


@dataclass(frozen=True, kw_only=True, eq=False)
class Filter:
    """A filter: its key and label, its form field, the parser of its value, and its SQL conditions.

    `units`, `claims`, `forecasts` and `calls` are conditions on such rows; None where the filter has none.
    """

    key: str  # its name in addresses and forms, and its field in the classes above
    label: str
    on: AppliesTo
    widget: Widget
    parse: Callable[[str], Any]  # raises ValueError with a message for the user
    choices: Mapping[str, str] = field(default_factory=dict)  # labels by value, in the form's order
    any_words: str = "Any"  # the label for no filter; "" where one of the choices always applies
    example: str = ""
    prominent: bool = False  # in lists of claims: visible without opening "More filters"
    scope: str = ""  # the kind of scorecards whose scope sets this filter; they leave it out of their form
    lower: str = ""  # the key of the filter with the lower end of the range that this one ends
    below_lower: str = ""  # the error message when this end is below the lower one
    # Takes the value, the journal's entry, and whether units are checked one by one because few are read.
    units: Callable[[Any, int, bool], ColumnElement[bool]] | None = None
    # Takes the value, and whether claims are checked one by one.
    claims: Callable[[Any, bool], ColumnElement[bool]] | None = None
    forecasts: Callable[[Select[int], Any], Select[int]] | None = None  # filters a query of forecasts
    calls: Callable[[Any, date], list[ColumnElement[bool]]] | None = None  # on units; takes the value and a day (UTC)


def claims_among(found: Select[int], *, one_by_one: bool) -> ColumnElement[bool]:
    """The condition that a claim is among those found: as one IN query, or as EXISTS for each claim, one by one."""
    if not one_by_one:
        return Claim.id.in_(found)
    return found.where(next(iter(found.selected_columns)) == Claim.id).correlate(Claim).exists()


def _equal(column: InstrumentedAttribute[Any]) -> Callable[..., ColumnElement[bool]]:
    """A condition: this column of a unit or a claim equals the filter's value."""

    def condition(value: object, *_: object) -> ColumnElement[bool]:
        return column == value

    return condition


def _one_of(words: type[StrEnum]) -> Callable[[str], StrEnum]:
    """A parser of the values of an enum."""

    def parse(text: str) -> StrEnum:
        if text not in list(words):
            raise ValueError(f"“{text[:40]}” is not one of these: choose one, or leave the filter empty.")
        return words(text)

    return parse


def _unit_topic(slug: str, entry: int, one_by_one: bool) -> ColumnElement[bool]:
    filed = select(Filing.claim_id).where(Filing.slug == slug, Filing.valid_from <= entry, Filing.valid_to > entry)
    if one_by_one:
        return filed.where(Filing.claim_id == UnitRow.claim_id).correlate(UnitRow).exists()
    return UnitRow.claim_id.in_(filed)


def _claim_topic(slug: str, one_by_one: bool) -> ColumnElement[bool]:
    return claims_among(select(Topic.claim_id).where(Topic.slug == slug), one_by_one=one_by_one)


def _unit_outlet(slug: str, _entry: int, _one_by_one: bool) -> ColumnElement[bool]:
    return UnitRow.document_id.in_(select(Document.id).where(Document.outlet_slug == slug))


def _forecast_outlet(query: Select[int], slug: str) -> Select[int]:
    return query.join(Document, Document.id == Forecast.document_id).where(Document.outlet_slug == slug)


def _forecast_claimant(query: Select[int], number: int) -> Select[int]:
    of_claimant = ForecastClaimant.forecast_id == Forecast.id
    return query.join(ForecastClaimant, of_claimant).where(ForecastClaimant.claimant_id == number)


def _call_from(probability: float, _today: date) -> list[ColumnElement[bool]]:
    return [UnitRow.mid != NO_NUMBER, UnitRow.mid >= round(probability * MILLION)]


def _call_to(probability: float, _today: date) -> list[ColumnElement[bool]]:
    return [UnitRow.mid != NO_NUMBER, UnitRow.mid <= round(probability * MILLION)]


_SCORECARDS, _CLAIMS, _CALLS, _ANSWERS = AppliesTo.SCORECARDS, AppliesTo.CLAIMS, AppliesTo.CALLS, AppliesTo.ANSWERS
# In the order of forms, and of the filters in use above a list.
FILTERS = (
    Filter(
        key="q",  # no condition here: ledger.queries.search searches and ranks
        label="Words",
        on=_CLAIMS,
        widget=Widget.SEARCH,
        parse=str,
        prominent=True,
    ),
    Filter(
        key="topic",
        label="Topic",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.NAME,
        parse=str,
        scope="topic",
        units=_unit_topic,
        claims=_claim_topic,
    ),
    Filter(
        key="outlet",
        label="Outlet",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.NAME,
        parse=str,
        scope="outlet",
        units=_unit_outlet,
        forecasts=_forecast_outlet,
    ),
    Filter(
        key="claimant",  # of units it selects whose are counted: see valid_at in ledger.queries.tallies
        label="Claimant",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.NAME,
        parse=int,
        scope="claimant",
        forecasts=_forecast_claimant,
    ),
    Filter(
        key="document",
        label="Document",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.HIDDEN,
        parse=int,
        scope="document",
        units=_equal(UnitRow.document_id),
        forecasts=lambda query, number: query.where(Forecast.document_id == number),
    ),
    Filter(
        key="state",
        label="State",
        on=_CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(ClaimState),
        choices={state.value: state.words.capitalize() for state in ClaimState},
        prominent=True,
        claims=_equal(Claim.state),
    ),
    Filter(
        key="outcome",
        label="Outcome",
        on=_CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(Outcome),
        choices={outcome.value: outcome.words.capitalize() for outcome in Outcome},
        prominent=True,
        claims=_equal(Claim.outcome),
    ),
    Filter(
        key="modality",
        label="Wording",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(Modality),
        choices={
            "will": "Certainty (will)",
            "likely": "Likelihood (likely, unlikely)",
            "could": "Possibility (could)",
            "number": "A number",
        },
        prominent=True,
        units=_equal(UnitRow.modality),
        forecasts=lambda query, modality: query.where(Forecast.modality == modality),
    ),
    Filter(
        key="kind",
        label="Kind",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(ClaimKind),
        choices={kind.value: kind.words.partition(":")[0].capitalize() for kind in ClaimKind},
        units=_equal(UnitRow.kind),
        claims=_equal(Claim.kind),
    ),
    Filter(
        key="basis",
        label="Where the date comes from",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(HorizonBasis),
        choices={
            "stated": "Stated by the claimant",
            "implied": "Implied by the words",
            "assigned": "Assigned by us",
            "default": "None given: our usual term",
        },
        units=_equal(UnitRow.basis),
        claims=_equal(Claim.horizon_basis),
    ),
    Filter(
        key="checkability",
        label="Checkability",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.CHOICE,
        parse=_one_of(Checkability),
        choices={one.value: one.words.capitalize() for one in Checkability},
        units=_equal(UnitRow.checkability),
        claims=_equal(Claim.checkability),
    ),
    Filter(
        key="made_from",
        label="Said from",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.TEXT,
        parse=PartialDate.parse,
        example="2016-10",
        scope="year",
        units=lambda day, _entry, _one_by_one: from_day(UnitRow.made_on, day),
        forecasts=lambda query, day: query.where(from_day(Forecast.made_on, day)),
    ),
    Filter(
        key="made_to",
        label="Said until",
        on=_SCORECARDS | _CLAIMS,
        widget=Widget.TEXT,
        parse=PartialDate.parse,
        example="2016-10",
        scope="year",
        lower="made_from",
        below_lower="This is before the start of the period.",
        units=lambda day, _entry, _one_by_one: until_day(UnitRow.made_on, day),
        forecasts=lambda query, day: query.where(until_day(Forecast.made_on, day)),
    ),
    Filter(
        key="as_of",  # no condition here: it sets the entry that a ScorecardQuery is as of
        label="As of",
        on=_SCORECARDS,
        widget=Widget.TEXT,
        parse=PartialDate.parse,
        example="2020-12-31",
    ),
    Filter(
        key="standing",
        label="Status",
        on=_CALLS,
        widget=Widget.CHOICE,
        parse=_one_of(CallStatus),
        choices={one.value: one.words.capitalize() for one in CallStatus},
        calls=status_conditions,
    ),
    Filter(
        key="part",  # no condition here: ledger.queries.choices_and_quantities counts answers before it lists them
        label="Which",
        on=_ANSWERS,
        widget=Widget.CHOICE,
        parse=_one_of(AnswerPart),
        choices={one.value: one.words.capitalize() for one in AnswerPart},
    ),
    Filter(
        key="reading",
        label="Source of the probability",
        on=_CALLS | _ANSWERS,
        widget=Widget.CHOICE,
        parse=_one_of(NumberSource),
        choices={"speaker": "The speaker's own", "ours": "Our reading of the words"},
        any_words="Anybody's, or none",
        calls=lambda reading, _today: [UnitRow.reading == reading],
    ),
    Filter(
        key="p_from",
        label="Given at least",
        on=_CALLS,
        widget=Widget.TEXT,
        parse=parse_probability,
        example="60%",
        calls=_call_from,
    ),
    Filter(
        key="p_to",
        label="Given at most",
        on=_CALLS,
        widget=Widget.TEXT,
        parse=parse_probability,
        example="80%",
        lower="p_from",
        below_lower="This is less than the lower limit.",
        calls=_call_to,
    ),
    Filter(
        key="order",
        label="Order",
        on=_CALLS | _ANSWERS,
        widget=Widget.CHOICE,
        parse=_one_of(Order),
        choices={"newest": "The newest claims first", "best": "The best first", "worst": "The worst first"},
        any_words="",
        calls=order_conditions,
    ),
)
FILTER = {one.key: one for one in FILTERS}


def filters_on(pages: AppliesTo) -> tuple[Filter, ...]:
    """The filters that apply to any of these pages, in their order."""
    return tuple(one for one in FILTERS if one.on & pages)


def in_use(filters: ScorecardFilters | CallFilters) -> Iterator[tuple[Filter, Any]]:
    """Each filter that is set, with its value, in the order of FILTERS."""
    for one in FILTERS:
        value = getattr(filters, one.key, None)
        if value not in ("", None):
            yield one, value


def unit_conditions(filters: ScorecardFilters, entry: int, *, one_by_one: bool) -> list[ColumnElement[bool]]:
    """Conditions on a unit for all filters except the claimant's, as of an entry.

    Topics are looked up for all claims at once or, with `one_by_one`, for each unit: that is quicker where the first
    unit that fits is enough.
    """
    used = [(one.units(value, entry, one_by_one), one.widget) for one, value in in_use(filters) if one.units]
    # The unit's own columns first: SQLite checks in this order, and filters by name look into other tables.
    return [condition for condition, widget in sorted(used, key=lambda pair: pair[1] is Widget.NAME)]


def claim_conditions(filters: ClaimFilters, *, one_by_one: bool) -> list[ColumnElement[bool]]:
    """Conditions on a claim for all filters except words. One of its forecasts must fit all filters of forecasts."""
    found = [one.claims(value, one_by_one) for one, value in in_use(filters) if one.claims]
    with_forecast, filtered = select(Forecast.claim_id), False
    for one, value in in_use(filters):
        if one.forecasts:
            with_forecast, filtered = one.forecasts(with_forecast, value), True
    return [*found, claims_among(with_forecast, one_by_one=one_by_one)] if filtered else found


def call_conditions(filters: CallFilters, today: date) -> list[ColumnElement[bool]]:
    """Conditions on a unit for the filters of a list of calls, on a day (UTC)."""
    return [part for one, value in in_use(filters) if one.calls for part in one.calls(value, today)]
