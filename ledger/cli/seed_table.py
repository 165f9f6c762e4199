"""docs/seed-claims.md, the table of the seed claims, generated from the seed files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ledger.domain.outcomes import GRADED, Outcome
from ledger.domain.policies import FOUNDING
from ledger.domain.scoring.agreement import cohen_kappa, krippendorff_alpha, percent_agreement
from ledger.domain.wholes import JudgedFrom, outcome_from_parts

Table = Mapping[str, Any]
# The fields on which two codings are compared. A range counts as one value.
CODED = {
    "checkability": "Checkable at all",
    "horizon_basis": "Where the horizon comes from",
    "modality": "What the words assert",
    "range": "Probability range read from the words",
}
FROM_FALSE = [outcome.value for outcome in reversed(GRADED)]
INTRODUCTION = """# The seed claims

Written by `ledger seed --table` from the files in `seeds/`; a test holds this page to them. **Demonstration coding,
not expert judgement.** How it was done, and by whom, is in [seeds/README.md](../seeds/README.md).
"""


def seed_table(articles: Sequence[Table]) -> str:
    """The page, in Markdown."""
    return "\n".join([INTRODUCTION, *_claims(articles), *_agreement(articles), *_passed_over(articles), ""])


def outcome_of(claim: Table, claims: Sequence[Table]) -> str:
    """The outcome of a claim, by agreement, by the editor or from its parts; "" where there is none."""
    if "judged_from" in claim:
        parts = [outcome_of(part, claims) for part in claims if part.get("whole") == claim["key"]]
        outcome = outcome_from_parts(
            JudgedFrom(claim["judged_from"]), [Outcome(part) for part in parts], FOUNDING.grades
        )
        return outcome.value if outcome else ""
    if "adjudication" in claim:
        return str(claim["adjudication"]["outcome"])
    return str(claim["assessments"][0]["outcome"]) if "assessments" in claim else ""


def _claims(articles: Sequence[Table]) -> Iterator[str]:
    claims = [claim for article in articles for claim in article.get("claims", [])]
    forecasts = sum(len(c["forecasts"]) for c in claims) + sum(len(a.get("forecasts", [])) for a in articles)
    basis = Counter(claim["horizon_basis"] for claim in claims)
    yield f"{len(claims)} claims with {forecasts} forecasts, from {len(articles)} articles. Horizons: " + ", ".join(
        f"{basis[name]} {words}"
        for name, words in {
            "stated": "stated",
            "implied": "implied",
            "assigned": "assigned by us",
            "default": f"left to the policy ({FOUNDING.default_horizon_months} months)",
        }.items()
    )
    yield "\n| claim | article | made on | horizon | basis | reading | outcome |\n|---|---|---|---|---|---|---|"
    for article in articles:
        for claim in article.get("claims", []):
            first = claim["forecasts"][0]
            sure = first["confidence"]
            reading = f"“{sure['term']}” ({sure['yardstick']})" if sure["kind"] == "verbal" else first["modality"]
            outcome = outcome_of(claim, claims).replace("_", " ") or claim.get("checkability", "").replace("_", " ")
            part = f" (part of `{claim['whole']}`)" if "whole" in claim else ""
            cells = (
                f"`{claim['key']}`{part}: {claim['statement']}",
                f"{article['document']['outlet']}, {article['document']['published_on']}",
                first["made_on"],
                claim.get("horizon", "none"),
                claim["horizon_basis"],
                reading,
                outcome + (" (from its parts)" if "judged_from" in claim else ""),
            )
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _agreement(articles: Sequence[Table]) -> Iterator[str]:
    claims = [claim for article in articles for claim in article.get("claims", [])]
    yield "\n## Agreement of two codings and of two reviewers"
    yield "\n| what | n | agree | Cohen's kappa | Krippendorff's alpha |\n|---|---|---|---|---|"
    for field, words in CODED.items():
        units = [tuple(str(claim["coding"][coder].get(field)) for coder in ("one", "two")) for claim in claims]
        yield _agreement_row(words, units, krippendorff_alpha(units))
    pairs = [tuple(a["outcome"] for a in claim["assessments"]) for claim in claims if "assessments" in claim]
    yield _agreement_row("Outcome, all words", pairs, krippendorff_alpha(pairs))
    graded = [pair for pair in pairs if set(pair) <= set(FROM_FALSE)]
    yield _agreement_row("Outcome, graded ones (ordinal alpha)", graded, krippendorff_alpha(graded, order=FROM_FALSE))
    yield "\nWhere two codings differed, and what the editor decided:\n"
    for claim in claims:
        if "reason" in claim["coding"]:
            yield f"- `{claim['key']}`: {claim['coding']['decided'].replace('_', ' ')}. {claim['coding']['reason']}"
    yield "\nWhere two reviewers differed, and what the editor decided:\n"
    for claim in claims:
        if "adjudication" in claim:
            one, two = (a["outcome"].replace("_", " ") for a in claim["assessments"])
            decided = claim["adjudication"]["outcome"].replace("_", " ")
            yield f"- `{claim['key']}`: {one} and {two}; decided {decided}."


def _agreement_row(words: str, pairs: Sequence[tuple[Any, ...]], alpha: float | None) -> str:
    agree, kappa = percent_agreement(pairs), cohen_kappa([(pair[0], pair[1]) for pair in pairs])
    shown = ["undefined" if value is None else f"{value:.3f}" for value in (kappa, alpha)]
    return f"| {words} | {len(pairs)} | {0 if agree is None else agree:.1%} | {shown[0]} | {shown[1]} |"


def _passed_over(articles: Sequence[Table]) -> Iterator[str]:
    yield "\n## What was left out, and why"
    for article in articles:
        reading, document = article["reading"], article["document"]
        rows = reading.get("passed_over", [])
        found = "no forecast found; " if reading["none_found"] else ""
        yield f"\n### {document['title']} ({document['outlet']}, {document['published_on']})\n"
        yield f"{reading['sentences']} sentences read; {found}{len(rows)} passages passed over.\n"
        for reason in sorted({row[2] for row in rows}):
            listed = "; ".join(f"{where} ({gist})" for where, gist, why in rows if why == reason)
            yield f"- **{reason}**: {listed}"
