"""The columns that a table of claims can have, and which of somebody's own columns they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ledger.domain.problems import Problem, Refused

REQUIRED = ("statement", "criteria", "speaker", "modality", "document", "outlet", "published_on")
COLUMNS = (
    *("key", "statement", "criteria", "topics", "horizon", "horizon_basis", "horizon_note", "condition"),
    *("kind", "baseline", "metric", "low_bound", "low_strict", "high_bound", "high_strict", "unit"),
    *("options", "ordered", "checkability", "checkability_reason", "base_rate", "base_rate_note"),
    *("speaker", "speaker_kind", "made_on", "modality", "probability", "low", "high", "yardstick", "term"),
    *("reading", "attribution", "hedge", "option", "shares", "note"),
    *("document", "outlet", "published_on", "published_basis", "authors", "url"),
    *("locator", "paragraph", "first_sentence", "last_sentence", "words_sha256"),
)


def columns_of(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Which place of a row is which column. `mapping` gives our column's name for their heading.

    Headings are compared without regard to case, spaces and hyphens; unknown ones are left out. Raises Refused.
    """
    headings = [same_heading(name) for name in header]
    problems = [
        Problem("map", f"There is no column “{ours}”. The columns are: {', '.join(COLUMNS)}.")
        for ours in mapping
        if ours not in COLUMNS
    ]
    places: dict[int, str] = {}
    for ours in COLUMNS:
        wanted = same_heading(mapping.get(ours, ours))
        found = [place for place, name in enumerate(headings) if name == wanted]
        if len(found) > 1:
            problems.append(Problem(ours, f"Two columns are headed “{header[found[0]].strip()}”: rename one."))
        elif found:
            if found[0] in places:
                problems.append(Problem(ours, f"“{header[found[0]]}” is mapped to {places[found[0]]} as well."))
            places[found[0]] = ours
        elif ours in mapping:
            problems.append(Problem(ours, f"No column is headed “{mapping[ours]}”."))
        elif ours in REQUIRED:
            problems.append(Problem(ours, f"A column “{ours}” is needed: add it, or say which of yours it is."))
    if problems:
        raise Refused(*problems)
    return places


def same_heading(name: str) -> str:
    """A heading as headings are compared."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold().lstrip("\ufeff"))
