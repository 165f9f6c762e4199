"""`ledger score`: figures out, faults with exit code 2, standard input, and nothing loaded that it does not need."""

from __future__ import annotations

import json
import subprocess
import sys
from math import isinf
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ledger.cli.main import main

NIAMEY = Path(__file__).parents[1] / "domain" / "scoring" / "published" / "precip_Niamey_2016.csv"

KEYS = {
    *("group", "n", "skipped", "base_rate", "brier", "log_score", "log_score_clipped", "impossible", "spherical"),
    *("mcb", "dsc", "unc", "mcb_p", "auc", "skill", "ci", "calibration"),
}


def score(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["score", *arguments], input=given)


def test_json_has_every_figure() -> None:
    result = score(str(NIAMEY), "--forecast", "Logistic", "--outcome", "obs", "--json")
    assert result.exit_code == 0, result.stderr
    [found] = json.loads(result.stdout)
    assert found.keys() >= KEYS
    assert (found["group"], found["n"], found["skipped"]) == (None, 92, 0)
    assert round(found["brier"], 10) == 0.2057461719
    assert found["mcb"] - found["dsc"] + found["unc"] == pytest.approx(found["brier"], abs=1e-12)
    assert found["mcb_p"] == pytest.approx(0.835, abs=0.05)
    assert found["ci"][0] < found["brier"] < found["ci"][1]
    assert set(found["calibration"][0]) == {"low", "high", "n", "events", "rate"}


def test_an_infinite_score_is_valid_json_and_reads_as_one() -> None:
    result = score(str(NIAMEY), "--forecast", "ENS", "--outcome", "obs", "--json")

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    [found] = json.loads(result.stdout, parse_constant=refuse)
    assert isinf(float(found["log_score"]))
    assert (found["impossible"], round(found["log_score_clipped"], 3)) == (6, 2.963)
    shown = score(str(NIAMEY), "--forecast", "ENS", "--outcome", "obs").stdout
    assert "∞" in shown
    assert "6 forecasts called impossible" in shown


def test_standard_input_and_groups() -> None:
    given = b"p,y,who\n0.5,1,Ada\n1,1,Ben\n0.2,,Ben\n"
    result = score("-", "--forecast", "p", "--outcome", "y", "--by", "who", given=given)
    assert result.exit_code == 0
    assert result.stdout.index("Ada:") < result.stdout.index("Ben:")
    assert "1 rows left out: no outcome." in result.stdout
    fault = score("-", "--forecast", "p", "--outcome", "y", given=b"p,y\n0.5,1\n60%,1\n")
    assert (fault.exit_code, fault.stdout) == (2, "")
    assert fault.stderr.startswith("Row 3: “60%” has a percent sign.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say where forecasts stand"),
        (["--forecast", "p", "--low", "p", "--high", "p"], "Say where forecasts stand"),
        (["--low", "p"], "Say where forecasts stand"),
        (["--option", "p"], "twice at least"),
        (["--forecast", "p", "--resamples", "0"], "--resamples"),
        (["--forecast", "q"], "There is no column “q”"),
    ],
)
def test_what_cannot_be_asked(arguments: list[str], said: str) -> None:
    result = score("-", "--outcome", "y", *arguments, given=b"p,y\n0.5,1\n")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_file_that_is_not_there() -> None:
    result = score("nowhere.csv", "--forecast", "p", "--outcome", "y")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr


def test_scoring_a_file_loads_no_database_and_no_web() -> None:
    program = (
        "import sys\nfrom ledger.cli.main import main\n"
        "try: main(['score', '-', '--forecast', 'p', '--outcome', 'y'])\n"
        "except SystemExit as end: assert not end.code\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'sqlalchemy', 'flask', 'alembic', 'wtforms'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], input=b"p,y\n0.5,1\n", capture_output=True, check=True)
    assert done.stdout.splitlines()[-1] == b"[]"
