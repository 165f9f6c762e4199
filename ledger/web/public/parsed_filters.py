"""What an address asks for: its filters, read, with what of it could not be; and what people can choose from."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import g, request

from ledger.domain.checkability import Checkability
from ledger.domain.claim_types import ClaimKind
from ledger.domain.claims import ClaimState, HorizonBasis
from ledger.domain.confidence import Reading, parse_probability
from ledger.domain.dates import PartialDate
from ledger.domain.errors import Missing
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.domain.text import slug
from ledger.queries import choices_and_quantities
from ledger.queries.calls import Narrowing, Order, Stands
from ledger.queries.claim_list import Filters
from ledger.queries.claimants import find_claimants
from ledger.queries.filters import Selection
from ledger.queries.scorecards import describe_scope, known_as, most_judged
from ledger.web.context import session
from ledger.web.converters import read_number
from ledger.web.public.blueprint import LONGEST_QUERY, words_in

SCOPES = ("topic", "outlet", "claimant", "document")  # these have pages, and so names, of their own
TYPED = (*SCOPES, "made_from", "made_to", "as_of", "p_from", "p_to")
SUGGESTED = 40
Word = TypeVar("Word", bound=StrEnum)


@dataclass
class Asked:
    """What an address asks for; whatever cannot be read is told in `problems`, by its name, and narrows nothing.

    `typed` is what was written, and `names` what the scopes asked for are called.
    """

    problems: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)  # the names of what narrows nothing

    def __post_init__(self) -> None:
        g.unread = self.unread  # as the addresses on the page go by
        self.typed = {name: request.args.get(name, "").replace("\x00", " ")[:LONGEST_QUERY] for name in TYPED}

    def filters(self) -> Filters:
        """What a list of claims is narrowed to."""
        self._once("q")
        kept = self.selection(None)
        return Filters(
            **{item.name: getattr(kept, item.name) for item in fields(kept)},
            q=words_in("q"),
            state=self._word("state", ClaimState),
            outcome=self._word("outcome", Outcome),
        )

    def selection(self, at: date | None) -> Selection:
        """What a scorecard is narrowed to, as it stands or as of a day (UTC)."""
        made_from, made_to = self._date("made_from"), self._date("made_to")
        if made_from and made_to and made_to.last < made_from.first:
            self._refuse("made_to", "This is before the start of the period.")
            made_to = None
        claimant, document = self._scope("claimant", at), self._scope("document")
        return Selection(
            topic=self._scope("topic"),
            outlet=self._scope("outlet"),
            claimant=int(claimant) if claimant else None,
            document=int(document) if document else None,
            modality=self._word("modality", Modality),
            kind=self._word("kind", ClaimKind),
            basis=self._word("basis", HorizonBasis),
            checkability=self._word("checkability", Checkability),
            made_from=made_from,
            made_to=made_to,
        )

    def calls(self) -> Narrowing:
        """Which of a scorecard's calls are listed."""
        p_from, p_to = self._probability("p_from"), self._probability("p_to")
        if p_from is not None and p_to is not None and p_to < p_from:
            self._refuse("p_to", "This is less than the lower limit.")
            p_to = None
        return Narrowing(
            standing=self._word("standing", Stands),
            reading=self._word("reading", Reading),
            p_from=p_from,
            p_to=p_to,
            order=self._word("order", Order) or Order.NEWEST,
        )

    def answers(self) -> choices_and_quantities.Asked:
        """Which calls on choices and quantities are listed."""
        return choices_and_quantities.Asked(
            part=self._word("part", choices_and_quantities.Part),
            reading=self._word("reading", Reading),
            order=self._word("order", Order) or Order.NEWEST,
        )

    def as_of(self, today: date) -> date | None:
        """The day (UTC) that a scorecard is asked for as of: the last one of a month or a year. None: as it stands."""
        asked = self._date("as_of")
        if asked is None or asked.last == today:
            return None
        if asked.last > today:
            self._refuse("as_of", "This day has not passed yet: the record is shown as it is now.")
            return None
        return asked.last

    def _once(self, name: str) -> None:
        if len(set(request.args.getlist(name))) > 1:
            self.problems[name] = "Only one value is possible: the others are left out."

    def _word(self, name: str, words: type[Word]) -> Word | None:
        self._once(name)
        text = request.args.get(name, "")
        if text in list(words):
            return words(text)
        if text:
            self._refuse(name, f"“{text[:40]}” is not one of these: choose one, or leave the filter empty.")
        return None

    def _scope(self, kind: str, at: date | None = None) -> str:
        """The key of a topic, outlet, claimant or document, asked for by it or by its name; "" for none.

        A claimant that was merged into another by the day asked for is found there.
        """
        self._once(kind)
        text = words_in(kind)
        for key in self._keys(kind, text) if text else ():
            try:
                known = str(known_as(session(), int(key), at)) if kind == "claimant" else key
                self.names[kind], _ = describe_scope(session(), kind, known)
            except Missing:
                continue
            return known
        if text:
            self._refuse(kind, f"Nothing on record is called “{text[:60]}”: choose another, or leave the filter empty.")
        return ""

    def _keys(self, kind: str, text: str) -> list[str]:
        """What may be meant: the key itself, or whatever has that name."""
        if kind in ("topic", "outlet"):
            return list(dict.fromkeys((text, slug(text))))
        number = read_number(text)
        found = [] if number is None else [number]
        return [str(one) for one in (found if kind == "document" else [*found, *find_claimants(session(), [text])[0]])]

    def _probability(self, name: str) -> float | None:
        self._once(name)
        text = self.typed[name].strip()
        try:
            return parse_probability(text) if text else None
        except ValueError as fault:
            self._refuse(name, str(fault))
            return None

    def _date(self, name: str) -> PartialDate | None:
        self._once(name)
        text = self.typed[name].strip()
        if not text:
            return None
        try:
            return PartialDate.parse(text)
        except ValueError as fault:
            self._refuse(name, str(fault))
            return None

    def _refuse(self, name: str, words: str) -> None:
        self.problems[name] = words
        self.unread.add(name)


def suggestions(kind: str) -> tuple[str, ...]:
    """The names of those most was judged of, to choose from: whoever knows another types it."""
    return most_judged(session(), kind, SUGGESTED)
