"""The table of outcomes, and that a new row in it reaches every sum, list, chart and page by itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.domain import outcomes
from ledger.domain.outcomes import BETWEEN, DID_NOT_HAPPEN, EVENTS, GRADED, HAPPENED, NOT_GRADED, Outcome, Tone
from ledger.domain.policies import FOUNDING
from ledger.paths import data_dir
from ledger.queries.exports import recompute

ROOT = Path(__file__).parents[2]
STYLESHEET = ROOT / "ledger" / "web" / "static" / "ledger.css"
LAST_ROW = '    TOO_VAGUE = "too_vague"'
NO_GRADE = "None, GradeSource.NONE"
# Everything that lists or sums outcomes, asked about one that was just added to the table.
CONSUMERS = """
import sys, types
from pathlib import Path
source, event = sys.argv[1:]
module = types.ModuleType("ledger.domain.outcomes")
sys.modules["ledger.domain.outcomes"] = module
exec(compile(Path(source).read_text(), source, "exec"), vars(module))
Outcome = module.Outcome
new = Outcome("withdrawn")

from datetime import date
from ledger.charts.outcomes import Outcomes
from ledger.domain.confidence import NumberSource
from ledger.domain.forecasts import Modality
from ledger.domain.policies import FOUNDING
from ledger.domain.scoring.scorecard import card
from ledger.domain.scoring.tally import Cell
from ledger.domain.scoring.tally_builder import TallyBuilder
from ledger.domain.scoring.units import event_of
from ledger.queries import judged_answers, tallies
from ledger.queries.call_status import CallStatus
from ledger.queries.filters import FILTER
from ledger.store.reviews import Verdict
from ledger.web import template_filters

builder = TallyBuilder()
for cluster in range(3):
    builder.add(Cell("withdrawn", "", 600_000, 700_000, 800_000, Modality.NUMBER, NumberSource.OURS), cluster)
whole = card(builder.tally, date(2026, 11, 22), FOUNDING.grades)
head = whole.headline
scored = 3 if event else 0
assert (head.recorded, head.judged, head.outcomes["withdrawn"], head.scored) == (3, 3, 3, scored), head
assert head.between + head.not_graded + sum(head.outcomes[o] for o in module.EVENTS) == 3, "a sum lost it"
assert sum(whole.unscored.values()) + head.scored == head.recorded, whole.unscored
assert (whole.graded.by_grade.n, whole.graded.as_false.n) == (scored, scored), whole.graded
assert head.events == (3 if event == "1" else 0), head
assert str(event_of("withdrawn")) == (event or "None")
assert ("withdrawn" in tallies.SCORED) is bool(event)
assert "withdrawn" in judged_answers._EVERY_JUDGED or "withdrawn" in judged_answers._UNJUDGED
assert CallStatus("withdrawn").words == "withdrawn"
assert "withdrawn" in FILTER["outcome"].choices and "withdrawn" in FILTER["standing"].choices
assert template_filters.OUTCOMES["withdrawn"] == ("Withdrawn", "\u2298")
assert template_filters.TONES["withdrawn"] in list(module.Tone)
assert "withdrawn" in Verdict.__table__.c.outcome.type.enums
assert "withdrawn 3" in Outcomes("Ada", (("withdrawn", 3),)).describe() and Outcomes("Ada", (("withdrawn", 3),)).spec()
print("all")
"""


def run_consumers(tmp_path: Path, row: str, event: str, spoil: tuple[str, str] = ("", "")) -> str:
    """What every consumer says, in a process of its own, of a table with one row more."""
    text = Path(outcomes.__file__).read_text("utf-8")
    assert text.count(LAST_ROW) == 1
    file = tmp_path / "outcomes.py"
    file.write_text(text.replace(LAST_ROW, f"    {row}\n{LAST_ROW}").replace(*spoil), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CONSUMERS, str(file), event], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("columns", "event"),
    [
        (f"Tone.VOID, {NO_GRADE}", ""),
        ("Tone.TRUE, 1, GradeSource.EVENT", "1"),
        ("Tone.FALSE, 0, GradeSource.EVENT", "0"),
    ],
)
def test_a_new_outcome_is_one_row(tmp_path: Path, columns: str, event: str) -> None:
    said = run_consumers(tmp_path, f'WITHDRAWN = "withdrawn", "Withdrawn", "\u2298", {columns}', event)
    assert said == "all\n"


def test_one_that_vanished_from_a_sum_would_be_caught(tmp_path: Path) -> None:
    """The planted fault: a list of outcomes that leaves the new one out."""
    row = f'WITHDRAWN = "withdrawn", "Withdrawn", "\u2298", Tone.VOID, {NO_GRADE}'
    rows = "outcome for outcome in Outcome if not outcome.graded"
    said = run_consumers(tmp_path, row, "", spoil=(rows, f"{rows} and outcome.value != 'withdrawn'"))
    assert "a sum lost it" in said


def test_the_table() -> None:
    assert len({outcome.mark for outcome in Outcome}) == len({outcome.label for outcome in Outcome}) == len(Outcome)
    assert all(outcome.label and len(outcome.mark) == 1 for outcome in Outcome)
    assert (HAPPENED, DID_NOT_HAPPEN, EVENTS) == ((Outcome.TRUE,), (Outcome.FALSE,), (Outcome.TRUE, Outcome.FALSE))
    assert (GRADED[0], *BETWEEN, GRADED[-1], *NOT_GRADED) == tuple(Outcome)
    assert all((FOUNDING.grades.of(outcome) is not None) is outcome.graded for outcome in Outcome)
    assert {outcome for outcome in Outcome if outcome.conclusive} == {*GRADED, Outcome.ANSWERED}


def test_each_tone_is_drawn() -> None:
    css = STYLESHEET.read_text("utf-8")
    drawn = set(re.findall(r"\.o-(\w+)", css))
    assert {tone.value for tone in Tone} == drawn - {"uncheckable", "open", "early"}
    hatched = set(re.findall(r'pattern id="hatch-(\w+)"', "".join(p.read_text() for p in template_files())))
    assert hatched <= {tone.value for tone in Tone}


def test_files_that_go_out_know_every_outcome() -> None:
    """What recomputes a bundle shares no code on purpose, and the page on files is written by hand."""
    assert set(recompute.OUTCOMES) == {outcome.value for outcome in Outcome}
    assert {outcome.value: outcome.event for outcome in EVENTS} == recompute.EVENTS
    page = (ROOT / "docs" / "scorecard-files.md").read_text("utf-8")
    assert [outcome for outcome in Outcome if f"`{outcome.value}`" not in page] == []


def template_files() -> list[Path]:
    return sorted(data_dir("templates").rglob("_*.html"))
