"""Labels and descriptions of the columns of a table of claims, for the page that maps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ledger.formats.columns import COLUMNS


@dataclass(frozen=True)
class ColumnGroup:
    """Columns that belong together: our name for each, its label and what it holds."""

    title: str
    columns: dict[str, tuple[str, str]]
    folded: bool = False  # rarely used: collapsed until one of them is mapped


_WORDED = (
    ColumnGroup(
        "Needed in every row",
        {
            "statement": ("Statement", "One sentence that could turn out wrong."),
            "criteria": ("Resolution criteria", "What would make it true, and what false."),
            "speaker": ("Who said it", "Several: separated by semicolons."),
            "modality": ("What the words assert", "will, likely, could or number."),
            "document": ("Document", "The title of the article, report or speech."),
            "outlet": ("Outlet", "Where it was published."),
            "published_on": ("Published on", "2016-10-17, October 2016 or 2016."),
        },
    ),
    ColumnGroup(
        "What is claimed",
        {
            "key": ("Key", "Identifies the row among all rows of its source."),
            "topics": ("Topics", "Separated by semicolons."),
            "horizon": ("Resolves by", "A day, a month or a year."),
            "horizon_basis": ("Where this date comes from", "stated, implied or assigned."),
            "horizon_note": ("Note on the date", "Why this date."),
            "condition": ("Condition", "The “if”, where there is one."),
        },
    ),
    ColumnGroup(
        "Who said it, when and with what probability",
        {
            "speaker_kind": ("What the speaker is", "person or organisation."),
            "made_on": ("Said on", "If empty: the day of publication."),
            "hedge": ("Hedge words", "The few words that say how likely."),
            "probability": ("Probability", "60%, 0.6."),
            "low": ("Probability, from", "The lower end of a range."),
            "high": ("Probability, to", "The upper end."),
            "yardstick": ("Probability scale", "The scale by which a term is read."),
            "term": ("Term", "As the probability scale has it: likely."),
            "reading": ("Source of the probability", "ours or speaker."),
            "attribution": ("Whose claim it is", "own, endorsed or reported."),
            "note": ("Note on the coding", "Why it was read like this."),
        },
    ),
    ColumnGroup(
        "Where it stands",
        {
            "authors": ("Authors", "Separated by semicolons."),
            "url": ("Address", "Where the document can be read."),
            "published_basis": ("How the date is known", "If the date is not printed on it."),
            "locator": ("Where in the document", "A page, a heading, a minute."),
            "paragraph": ("Paragraph", "Counted from 1."),
            "first_sentence": ("First sentence", "In that paragraph."),
            "last_sentence": ("Last sentence", "In that paragraph."),
            "words_sha256": ("Hash of the words", "SHA-256 of the passage."),
        },
        folded=True,
    ),
    ColumnGroup(
        "Kinds of claim, checkability, base rate",
        {
            "kind": ("Kind of claim", "event, continues, compares, quantity or choice."),
            "baseline": ("Measured against", "The state or value it is compared with."),
            "metric": ("What is compared", "What is counted, and by whom."),
            "low_bound": ("Lower bound", "In digits."),
            "low_strict": ("More than the lower bound", "yes or no."),
            "high_bound": ("Upper bound", "In digits."),
            "high_strict": ("Less than the upper bound", "yes or no."),
            "unit": ("Unit", "What is counted."),
            "options": ("Options", "Separated by semicolons."),
            "ordered": ("The options have an order", "yes or no."),
            "option": ("The option named", "Its words or its number."),
            "shares": ("Shares of the options", "A probability for each."),
            "checkability": ("Can it be checked?", "checkable, too_vague or not_a_forecast."),
            "checkability_reason": ("Why, or why not", "If it cannot be checked."),
            "base_rate": ("Base rate", "30%, 0.3."),
            "base_rate_note": ("Source of the base rate", "Of what, where, over which time."),
        },
        folded=True,
    ),
)


def with_the_rest(groups: tuple[ColumnGroup, ...], columns: Iterable[str]) -> tuple[ColumnGroup, ...]:
    """The groups with all these columns: those in none of them are added to the last, under their own names."""
    named = {name for group in groups for name in group.columns}
    rest = {name: (name.replace("_", " ").capitalize(), "") for name in columns if name not in named}
    return (*groups[:-1], replace(groups[-1], columns=groups[-1].columns | rest))


GROUPS = with_the_rest(_WORDED, COLUMNS)
