"""Filters and globals of the templates: dates, percentages, scores, safe Markdown, and the names of states."""

from __future__ import annotations

from datetime import date, datetime
from math import inf

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

from ledger.domain.base_rates import base_rate_distance
from ledger.domain.claim_types import quantity
from ledger.domain.confidence import percent, typed_probability
from ledger.domain.evidence import CREDIBILITY, RELIABILITY
from ledger.domain.outcomes import Outcome
from ledger.domain.text import paragraphs
from ledger.queries.due_list import waiting_for
from ledger.queries.filters import FILTER, AppliesTo, filters_on
from ledger.services.saved_filters import SavedLine, saved_filters
from ledger.store.accounts import Role
from ledger.web import drift_chart
from ledger.web.context import local_today, now, session, settings, viewer
from ledger.web.public.filters import suggestions, this_search, turned_to
from ledger.web.public.urls import address_of, address_of_pair, address_of_slice

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {
    *("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "h3", "h4"),
}
# Label and mark of each outcome, so that it can be read without seeing its colour.
OUTCOMES = {outcome.value: (outcome.label, outcome.mark) for outcome in Outcome}
TONES = {outcome.value: outcome.tone.value for outcome in Outcome}


def markdown(text: str) -> Markup:
    """Markdown as safe HTML: without raw HTML and images, and with links marked as user content."""
    html = _MARKDOWN.render(text)
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        link_rel="nofollow ugc noopener",
        url_schemes={"http", "https"},
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


def day(value: date) -> str:
    """A date in words: 17 October 2016."""
    return f"{value.day} {value:%B %Y}"


def instant(value: datetime) -> str:
    """An instant in words: 17 October 2016, 14:05 UTC."""
    return f"{day(value.date())}, {value:%H:%M} UTC"


def score(value: float | None) -> str:
    """A score to three decimals, or a dash where there is none."""
    return "–" if value is None else "∞" if value == inf else f"{value:.3f}"


def signed(value: float) -> str:
    """A difference between scores, to three decimals, with its sign."""
    return f"{value:+.3f}".replace("-", "−")


def rounded(value: float) -> str:
    """A computed quantity, to six significant figures: 5,000 or 0.125."""
    return quantity(float(f"{value:.6g}"))


def share(value: float | None) -> str:
    """A share as a whole percentage, or a dash where there is none."""
    return "–" if value is None else f"{value * 100:.0f}%"


def bold(mid: float | None, base_rate: float | None) -> str:
    """A probability compared with its base rate: "25 points above the base rate"; "" where either is unknown."""
    distance = base_rate_distance(mid, base_rate)
    if distance is None:
        return ""
    points = percent(abs(distance)).removesuffix("%")
    return f"{points} points {'above' if distance > 0 else 'below'} the base rate" if distance else "at the base rate"


def my_filters() -> tuple[SavedLine, ...]:
    """The saved searches of the person signed in."""
    person = viewer()
    return saved_filters(session(), person.account) if person else ()


def badge() -> int:
    """The number of reviews due for the person signed in, overdue ones included."""
    person = viewer()
    return waiting_for(session(), person.actor, person.role, today=local_today(person)) if person else 0


def install(app: Flask) -> None:
    """Add these to the templates, and a few constants."""
    app.jinja_env.filters |= {
        "markdown": markdown,
        "day": day,
        "instant": instant,
        "score": score,
        "signed": signed,
        "share": share,
        "percent": percent,
        "typed": typed_probability,
        "quantity": quantity,
        "rounded": rounded,
        "paragraphs": paragraphs,
    }
    app.jinja_env.globals |= {
        "outcome_words": OUTCOMES,
        "outcome_tones": TONES,
        "outcomes": list(Outcome),
        "reliability": RELIABILITY,
        "credibility": CREDIBILITY,
        "Role": Role,
        "viewer": viewer,
        "badge": badge,
        "turned_to": turned_to,
        "this_search": this_search,
        "my_filters": my_filters,
        "filter_named": FILTER,
        "claim_filters": filters_on(AppliesTo.CLAIMS),
        "scorecard_filters": filters_on(AppliesTo.SCORECARDS),
        "call_filters": filters_on(AppliesTo.CALLS),
        "answer_filters": filters_on(AppliesTo.ANSWERS),
        "bold": bold,
        "address_of": address_of,
        "address_of_pair": address_of_pair,
        "address_of_slice": address_of_slice,
        "suggestions": suggestions,
        "drifts": drift_chart.drifts,
        "drawing": (drift_chart.WIDTH, drift_chart.HEIGHT, drift_chart.EDGE),
        "settings": settings,
        "now": now,
    }
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
