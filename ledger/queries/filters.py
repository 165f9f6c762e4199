"""The filters of scorecards, of the lists below them, and of lists of claims: one object a filter, all in FILTERS.

Forms, the filters in use with their links to remove them, addresses, queries, the table in docs/scorecards.md and the
tests all follow FILTERS. A filter is a field of one of the four classes here, a row of FILTERS, and one of that table.
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
from ledger.queries.periods import from_day, until_day
from ledger.store.claims import Claim, Forecast, ForecastClaimant, Topic
from ledger.store.people import Document
from ledger.store.tallies import Filing, UnitRow


@dataclass(frozen=True)
class ScorecardFilters:
    """What forecasts of a scorecard have to fit; empty text and None ask nothing.

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
    def of_scope(cls, key: str) -> ScorecardFilters:
        """The filters that a scope stands for. Raises ValueError for what is no scope's key."""
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
        """These filters, less those that the others set."""
        return replace(self, **{one.key: getattr(type(self)(), one.key) for one, _ in in_use(others)})

    def under(self, others: ScorecardFilters) -> ScorecardFilters:
        """Both filters in one; where both set the same, the others win."""
        return replace(self, **{one.key: value for one, value in in_use(others)})


@dataclass(frozen=True)
class ClaimFilters(ScorecardFilters):
    """What claims of a list have to fit: also words to be found in them, their state and their outcome."""

    q: str = ""
    state: ClaimState | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class CallFilters:
    """Which of a scorecard's calls are listed: by status, whose number it is, and its middle (0-1); and their order."""

    standing: CallStatus | None = None
    reading: NumberSource | None = None
    p_from: float | None = None
    p_to: float | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True)
class AnswerFilters:
    """Which calls on choices and quantities are listed: a part of them, whose number it is; and their order."""

    part: AnswerPart | None = None
    reading: NumberSource | None = None
    order: Order = Order.NEWEST


class AppliesTo(Flag):
    """The pages that a filter applies to. Those of scorecards apply to every page below a scorecard too."""

    SCORECARDS = auto()
    CLAIMS = auto()
    CALLS = auto()
    ANSWERS = auto()

    @property
    def words(self) -> str:
        """For reading, as in the table of docs/scorecards.md."""
        return ", ".join(_PAGES[page] for page in self)


_PAGES = {
    AppliesTo.SCORECARDS: "scorecards",
    AppliesTo.CLAIMS: "claims",
    AppliesTo.CALLS: "calls",
    AppliesTo.ANSWERS: "choices and quantities",
}


class Widget(StrEnum):
    """How a form asks for a filter's value."""

    SEARCH = "search"  # words to be found
    CHOICE = "choice"  # one of `choices`
    NAME = "name"  # the name of what has a page of its own, with suggestions
    HIDDEN = "hidden"  # comes by a link only, and is kept
    TEXT = "text"  # a day, a month, a year or a probability, as it is typed


@dataclass(frozen=True, kw_only=True, eq=False)
class Filter:
    """A filter: its name in the address and label, how its value is asked for and read, and what fits it.

    `units`, `claims`, `forecasts` and `calls` are its SQL conditions, None where it asks nothing of such rows.
    """

    key: str  # its name in addresses and forms, and its field in the classes above
    label: str
    on: AppliesTo
    widget: Widget
    parse: Callable[[str], Any]  # raises ValueError with a sentence for whoever typed it
    choices: Mapping[str, str] = field(default_factory=dict)  # values with their words, in the form's order
    any_words: str = "Any"  # the words for no filter; "" where one of the choices always holds
    example: str = ""
    prominent: bool = False  # in the form of lists of claims: in sight before "More filters" is opened
    scope: str = ""  # the kind of scorecards whose scope sets this filter, so that they do not ask for it
    lower: str = ""  # the filter that holds the other end of the range this one ends
    below_lower: str = ""  # what is said where this end is below that
    # Of a unit: also given are the journal's entry, and whether few units are looked at, each as it comes.
    units: Callable[[Any, int, bool], ColumnElement[bool]] | None = None
    claims: Callable[[Any, bool], ColumnElement[bool]] | None = None  # also given: whether few claims are looked at
    forecasts: Callable[[Select[int], Any], Select[int]] | None = None  # claims with a forecast that fits
    calls: Callable[[Any, date], list[ColumnElement[bool]]] | None = None  # of a unit, on a day (UTC)


def claims_among(found: Select[int], *, one_by_one: bool) -> ColumnElement[bool]:
    """Whether a claim is among those found: found all at once, or looked up for each claim as it comes."""
    if not one_by_one:
        return Claim.id.in_(found)
    return found.where(next(iter(found.selected_columns)) == Claim.id).correlate(Claim).exists()


def _equal(column: InstrumentedAttribute[Any]) -> Callable[..., ColumnElement[bool]]:
    """Whether this column of a unit or a claim is the value."""

    def condition(value: object, *_: object) -> ColumnElement[bool]:
        return column == value

    return condition


def _one_of(words: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Reads one of these words."""

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


def _forecast_outlet(said: Select[int], slug: str) -> Select[int]:
    return said.join(Document, Document.id == Forecast.document_id).where(Document.outlet_slug == slug)


def _forecast_claimant(said: Select[int], number: int) -> Select[int]:
    of_claimant = ForecastClaimant.forecast_id == Forecast.id
    return said.join(ForecastClaimant, of_claimant).where(ForecastClaimant.claimant_id == number)


def _call_from(probability: float, _today: date) -> list[ColumnElement[bool]]:
    return [UnitRow.mid != NO_NUMBER, UnitRow.mid >= round(probability * MILLION)]


def _call_to(probability: float, _today: date) -> list[ColumnElement[bool]]:
    return [UnitRow.mid != NO_NUMBER, UnitRow.mid <= round(probability * MILLION)]


_SCORECARDS, _CLAIMS, _CALLS, _ANSWERS = AppliesTo.SCORECARDS, AppliesTo.CLAIMS, AppliesTo.CALLS, AppliesTo.ANSWERS
# In the order of forms, and of the filters in use above a list.
FILTERS = (
    Filter(
        key="q",  # its query ranks what it finds: see ledger.queries.search
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
        key="claimant",  # of units it chooses whose are counted: see valid_at in ledger.queries.tallies
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
        forecasts=lambda said, number: said.where(Forecast.document_id == number),
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
        forecasts=lambda said, modality: said.where(Forecast.modality == modality),
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
        forecasts=lambda said, day: said.where(from_day(Forecast.made_on, day)),
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
        forecasts=lambda said, day: said.where(until_day(Forecast.made_on, day)),
    ),
    Filter(
        key="as_of",  # the entry that a ScorecardQuery is as of: it filters the journal, and no rows
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
        key="part",  # its query counts answers before it lists them: see ledger.queries.choices_and_quantities
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
    """What a unit fulfils, as of an entry, to fit all filters but the claimant's.

    Topics are looked up for all claims at once, or for each unit as it comes: that is quicker where the first that fits
    will do.
    """
    used = [(one.units(value, entry, one_by_one), one.widget) for one, value in in_use(filters) if one.units]
    # The unit's own columns first: SQLite asks in this order, and what is named is looked up in other tables.
    return [condition for condition, widget in sorted(used, key=lambda pair: pair[1] is Widget.NAME)]


def claim_conditions(filters: ClaimFilters, *, one_by_one: bool) -> list[ColumnElement[bool]]:
    """What a claim fulfils: all filters but words; those of forecasts are fitted by one of its forecasts together."""
    found = [one.claims(value, one_by_one) for one, value in in_use(filters) if one.claims]
    said, asked = select(Forecast.claim_id), False
    for one, value in in_use(filters):
        if one.forecasts:
            said, asked = one.forecasts(said, value), True
    return [*found, claims_among(said, one_by_one=one_by_one)] if asked else found


def call_conditions(filters: CallFilters, today: date) -> list[ColumnElement[bool]]:
    """What a unit fulfils to be listed among a scorecard's calls on a day (UTC)."""
    return [part for one, value in in_use(filters) if one.calls for part in one.calls(value, today)]
