"""The columns that a table of claims can have, and matching a file's own headings to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ledger.domain.errors import Problem, Refused

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
MOST_COLUMNS = 200  # of a file: far more than anybody fills in by hand
# Common other names of our columns, as `same_heading` normalises them.
OFTEN_CALLED = {
    "key": ("id", "row_id", "forecast_id"),
    "statement": ("claim", "prediction", "forecast", "question", "question_title", "description", "what_they_said"),
    "criteria": ("resolution_criteria", "resolution", "criterion", "judged_by"),
    "topics": ("topic", "tags", "tag", "category", "categories", "question_tags"),
    "horizon": ("deadline", "resolve_by", "question_resolve_by", "due", "by", "resolution_date"),
    "speaker": ("speakers", "claimant", "claimants", "forecaster", "person", "who", "said_by", "author_of_claim"),
    "speaker_kind": ("claimant_kind", "kind_of_speaker"),
    "made_on": ("said_on", "date_made", "forecast_date", "date_of_forecast", "created_at", "date"),
    "modality": ("mode", "wording"),
    "probability": ("p", "prob", "chance", "confidence", "likelihood"),
    "hedge": ("hedge_words", "words", "quote"),
    "note": ("notes", "comment", "comments", "remarks"),
    "document": ("title", "document_title", "article", "headline"),
    "outlet": ("publisher", "publication", "newspaper", "journal"),
    "published_on": ("published", "publication_date", "date_published", "date_of_publication"),
    "authors": ("author", "byline"),
    "url": ("link", "address", "web_address"),
}


def columns_of(header: Sequence[str], mapping: Mapping[str, str]) -> dict[int, str]:
    """Our column name for each place of a row. `mapping` gives a file's heading for a name of ours.

    Headings are compared without regard to case, spaces and hyphens. Unknown ones are left out. Raises Refused.
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
            problems.append(Problem(ours, f"A column “{ours}” is needed: add it, or say which of your columns it is."))
    if problems:
        raise Refused(*problems)
    return places


def guessed_columns(header: Sequence[str]) -> dict[str, int]:
    """A guess of the place of each of our columns: by our name, else by a common other name."""
    headings = [same_heading(name) for name in header]
    guessed: dict[str, int] = {}
    for names in ({ours: (ours,) for ours in COLUMNS}, OFTEN_CALLED):
        for ours, called in names.items():
            free = [at for at, name in enumerate(headings) if name in called and at not in guessed.values()]
            if free and ours not in guessed:
                guessed[ours] = free[0]
    return guessed


def chosen_problems(
    header: Sequence[str], chosen: Mapping[str, int], called: Mapping[str, str] | None = None
) -> list[Problem]:
    """Problems of chosen places for our columns: a required one is missing, or a place is chosen twice.

    `called` has the labels of our columns as the person sees them.
    """
    problems = [
        Problem(ours, "Choose the column that holds this: it is needed to import a row.")
        for ours in REQUIRED
        if ours not in chosen
    ]
    taken: dict[int, str] = {}
    for ours, place in chosen.items():
        if ours not in COLUMNS or not 0 <= place < len(header):
            problems.append(Problem(ours, "Choose one from the list."))
        elif place in taken:
            other = (called or {}).get(taken[place], taken[place])
            words = f"This column is chosen for “{other}” as well: choose another column for one of them."
            problems.append(Problem(ours, words))
        taken.setdefault(place, ours)
    return problems


def same_heading(name: str) -> str:
    """A heading normalised for comparison."""
    return re.sub(r"[\s_-]+", "_", name.strip().casefold().lstrip("\ufeff"))
