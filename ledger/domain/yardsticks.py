"""Yardsticks: published tables that give a word such as "likely" a range of probabilities.

Each is named and versioned, and was checked at the source it names. A yardstick the speaker did not adopt
is our reading of their words, and is flagged as that wherever the number is shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Yardstick:
    """A table of terms, each with the range [low, high] of probability (0-1) it stands for."""

    key: str
    name: str
    version: str
    source: str
    terms: tuple[tuple[str, float, float], ...]

    def range_of(self, term: str) -> tuple[float, float]:
        """The range a term stands for. Raises KeyError for a term that is not in the table."""
        for name, low, high in self.terms:
            if name == term:
                return low, high
        raise KeyError(term)


def _table(*rows: tuple[str, int, int]) -> tuple[tuple[str, float, float], ...]:
    """Rows "term|synonym", low %, high %: one entry for each term."""
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
            "EFSA2018",
            "EFSA",
            "2018",
            "European Food Safety Authority, Guidance on Uncertainty Analysis in Scientific Assessments (2018)",
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
