"""Yardsticks: published tables that give words such as "likely" a range of probabilities.

Each has a name and a version, and says whether its table was read at the source or in copies of it. Gaps and
overlaps between the ranges are as published. Where a speaker did not adopt the yardstick, the number is our reading
of their words, and is flagged so wherever it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Yardstick:
    """A table of terms, each with a range [low, high] of probabilities (0-1)."""

    key: str
    name: str
    version: str
    source: str
    read_in: str  # where its table was read
    at_source: bool  # whether that is the source itself, not a copy of it
    terms: tuple[tuple[str, float, float], ...]

    def range_of(self, term: str) -> tuple[float, float]:
        """The range of a term. Raises KeyError for a term that is not in the table."""
        for name, low, high in self.terms:
            if name == term:
                return low, high
        raise KeyError(term)

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """The ranges between 0 and 1 that no term covers."""
        found, reached = [], 0.0
        for low, high in sorted((low, high) for _, low, high in self.terms):
            if low > reached:
                found.append((reached, low))
            reached = max(reached, high)
        return tuple(found) if reached >= 1 else (*found, (reached, 1.0))

    @property
    def overlaps(self) -> bool:
        """Whether the ranges of two terms overlap in more than an end. Synonyms do not count."""
        ranges = sorted({(low, high) for _, low, high in self.terms})
        return any(other_low < high for (_, high), (other_low, _) in pairwise(ranges))


def _table(*rows: tuple[str, int, int]) -> tuple[tuple[str, float, float], ...]:
    """Entries from rows ("term|synonym", low, high) in percent: one for each term, as probabilities."""
    return tuple((term, low / 100, high / 100) for terms, low, high in rows for term in terms.split("|"))


YARDSTICKS: dict[str, Yardstick] = {
    yardstick.key: yardstick
    for yardstick in (
        Yardstick(
            "ICD203",
            "ICD 203",
            "2015",
            "US Office of the Director of National Intelligence, Intelligence Community Directive 203, "
            "Analytic Standards (2 January 2015)",
            "github.com/wesinator/ICD203-intel-analysis, and the MISP taxonomy estimative-language",
            False,
            _table(
                ("almost no chance|remote", 1, 5),
                ("very unlikely|highly improbable", 5, 20),
                ("unlikely|improbable", 20, 45),
                ("roughly even chance|roughly even odds", 45, 55),
                ("likely|probable", 55, 80),
                ("very likely|highly probable", 80, 95),
                ("almost certain|nearly certain", 95, 99),
            ),
        ),
        Yardstick(
            "Kent1964",
            "Kent",
            "1964",
            "Sherman Kent, Words of Estimative Probability, Studies in Intelligence (1964)",
            "the table as subsurfwiki has it",
            False,
            _table(
                ("certain", 100, 100),
                ("almost certain", 87, 99),
                ("probable", 63, 87),
                ("chances about even", 40, 60),
                ("probably not", 20, 40),
                ("almost certainly not", 2, 12),
                ("impossible", 0, 0),
            ),
        ),
        Yardstick(
            "IPCC_AR4",
            "IPCC AR4",
            "2007",
            "Intergovernmental Panel on Climate Change, Fourth Assessment Report, treatment of uncertainties (2007)",
            "archive.ipcc.ch, AR4 Working Group II, front matter F",
            True,
            _table(
                ("virtually certain", 99, 100),
                ("very likely", 90, 99),
                ("likely", 66, 90),
                ("about as likely as not", 33, 66),
                ("unlikely", 10, 33),
                ("very unlikely", 1, 10),
                ("exceptionally unlikely", 0, 1),
            ),
        ),
        Yardstick(
            "IPCC_AR5",
            "IPCC AR5",
            "2010",
            "Intergovernmental Panel on Climate Change, Guidance Note for Lead Authors of the Fifth Assessment "
            "Report on Consistent Treatment of Uncertainties (2010), with the three further terms of the report",
            "the likelihood table of data.globalchange.gov, and quotations of the guidance note: they agree",
            False,
            _table(
                ("virtually certain", 99, 100),
                ("extremely likely", 95, 100),
                ("very likely", 90, 100),
                ("likely", 66, 100),
                ("more likely than not", 50, 100),
                ("about as likely as not", 33, 66),
                ("unlikely", 0, 33),
                ("very unlikely", 0, 10),
                ("extremely unlikely", 0, 5),
                ("exceptionally unlikely", 0, 1),
            ),
        ),
        Yardstick(
            "PHIA",
            "PHIA",
            "2019",
            "UK Professional Head of Intelligence Assessment, Probability Yardstick (2019)",
            "TweetyProject's YardstickProbability, and quotations of the table gov.uk published in 2025: they agree",
            False,
            _table(
                ("remote chance", 0, 5),
                ("highly unlikely", 10, 20),
                ("unlikely", 25, 35),
                ("realistic possibility", 40, 50),
                ("likely|probable", 55, 75),
                ("highly likely|highly probable", 80, 90),
                ("almost certain", 95, 100),
            ),
        ),
        Yardstick(
            "EFSA2018",
            "EFSA",
            "2018",
            "European Food Safety Authority, Guidance on Uncertainty Analysis in Scientific Assessments (2018)",
            "dmi3kno.github.io/EFSAtutorial",
            False,
            _table(
                ("almost certain", 99, 100),
                ("extremely likely", 95, 99),
                ("very likely", 90, 95),
                ("likely", 66, 90),
                ("about as likely as not", 33, 66),
                ("unlikely", 10, 33),
                ("very unlikely", 5, 10),
                ("extremely unlikely", 1, 5),
                ("almost impossible", 0, 1),
            ),
        ),
    )
}
