"""`ledger score`: figures, errors with exit code 2, standard input, and which modules it imports."""

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


def test_an_infinite_score_is_valid_json() -> None:
    result = score(str(NIAMEY), "--forecast", "ENS", "--outcome", "obs", "--json")

    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is not JSON")

    [found] = json.loads(result.stdout, parse_constant=refuse)
    assert isinf(float(found["log_score"]))
    assert (found["impossible"], round(found["log_score_clipped"], 3)) == (6, 2.963)
    shown = score(str(NIAMEY), "--forecast", "ENS", "--outcome", "obs").stdout
    assert "∞" in shown
    assert "6 forecasts gave 0 to" in shown


def test_standard_input_and_groups() -> None:
    given = b"p,y,who\n0.5,1,Ada\n1,1,Ben\n0.2,,Ben\n"
    result = score("-", "--forecast", "p", "--outcome", "y", "--by", "who", given=given)
    assert result.exit_code == 0
    assert result.stdout.index("Ada:") < result.stdout.index("Ben:")
    assert "1 row left out: no outcome." in result.stdout
    fault = score("-", "--forecast", "p", "--outcome", "y", given=b"p,y\n0.5,1\n60%,1\n")
    assert (fault.exit_code, fault.stdout) == (2, "")
    assert fault.stderr.startswith("Row 3: “60%” has a percent sign.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name the columns of forecasts"),
        (["--forecast", "p", "--low", "p", "--high", "p"], "Name the columns of forecasts"),
        (["--low", "p"], "Name the columns of forecasts"),
        (["--option", "p"], "twice at least"),
        (["--forecast", "p", "--resamples", "0"], "--resamples"),
        (["--forecast", "q"], "There is no column “q”"),
    ],
)
def test_options_that_do_not_fit_together(arguments: list[str], said: str) -> None:
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


def test_a_diagram_is_drawn_besides_the_figures(tmp_path: Path) -> None:
    asked = (str(NIAMEY), "--forecast", "ENS", "--outcome", "obs", "--json")
    result = score(*asked, "--plot", str(tmp_path / "rain.svg"))
    assert result.exit_code == 0, result.stderr
    assert result.stdout == score(*asked).stdout
    assert result.stderr == f"Drawn: {tmp_path / 'rain.svg'}\n"
    drawn = (tmp_path / "rain.svg").read_text("utf-8")
    assert "Reliability: precip_Niamey_2016.csv" in drawn
    assert "92 forecasts" in drawn and "more than chance explains (p under 0.01)" in drawn


def test_each_group_has_a_diagram_of_its_own(tmp_path: Path) -> None:
    given = "p,y,who\n0.5,1,Ada Ö\n1,1,ada/ö\n0.2,0,\n0.4,,Ben\n".encode()
    result = score("-", "--forecast", "p", "--outcome", "y", "--by", "who", "--plot", f"{tmp_path}/a.PNG", given=given)
    assert result.exit_code == 0, result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        *("a-ada-ö.PNG", "a-ada-ö-2.PNG", "a-unnamed.PNG", "a-ben.PNG"),
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "more", "said"),
    [
        ("a.gif", (), "has to end in .svg or .png"),
        ("svg", (), "has to end in .svg or .png"),
        ("nowhere/a.svg", (), "there is no folder"),
        ("taken.svg", (), "taken.svg cannot be written: Is a directory."),
        ("a.svg", ("--option", "p", "--option", "y"), "--plot does not go with --option"),
    ],
)
def test_what_cannot_be_drawn(tmp_path: Path, path: str, more: tuple[str, ...], said: str) -> None:
    (tmp_path / "taken.svg").mkdir()
    forecasts = more or ("--forecast", "p")
    result = score("-", "--outcome", "y", *forecasts, "--plot", str(tmp_path / path), given=b"p,y\n0.5,1\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())
    assert [made.name for made in tmp_path.iterdir()] == ["taken.svg"]


def test_an_option_given_twice_is_reported() -> None:
    result = score("-", "--option", "a", "--option", "b", "--option", "a", "--outcome", "y", given=b"a,b,y\n.5,.5,a\n")
    assert result.exit_code == 2 and "“a” is given twice" in result.stderr
