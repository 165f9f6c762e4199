"""Scoring files of forecasts: every format scores the same, and every error is reported with its row."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from random import Random

import pytest
from hypothesis import given
from support.samples.scoring import forecasts

from ledger.domain.errors import Refused
from ledger.domain.scoring import categorical
from ledger.domain.scoring.binary_scores import mean_brier
from ledger.domain.scoring.clustered_intervals import brier_interval
from ledger.domain.scoring.grouped_forecasts import group_single
from ledger.domain.scoring.summary import summarise, unclustered_sums
from ledger.services.score_file import forecast_file as forecast_table
from ledger.services.score_file.forecast_file import Columns, open_source
from ledger.services.score_file.results import GroupResult, as_json, score_file

PLAIN = Columns(outcome="y", forecast="p")


def scored(text: str | bytes, columns: Columns = PLAIN, **options: int) -> list[GroupResult]:
    data = text.encode() if isinstance(text, str) else text
    return score_file(open_source(BytesIO(data)), columns, **options)


def fault(text: str | bytes, columns: Columns = PLAIN) -> str:
    with pytest.raises(Refused) as refused:
        scored(text, columns)
    return refused.value.problems[0].message


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


@given(forecasts)
def test_a_file_has_the_scores_of_its_forecasts(some: list[tuple[float, int]]) -> None:
    [found] = scored(table("p,y", *(f"{p!r},{event}" for p, event in some)))
    assert found.summary.n == len(some)
    assert found.summary.brier == mean_brier(group_single(some))
    assert found.grouped == group_single(some)


@pytest.fixture
def mostly_distinct(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the limits: files of four rows are checked for distinct forecasts, and read by twos."""
    monkeypatch.setattr(forecast_table, "SAMPLE_SIZE", 4)
    monkeypatch.setattr(forecast_table, "AT_ONCE", 2)


DISTINCT = [(0.5, 1), (0.25, 0), (0.125, 1), (0.75, 1)]


@pytest.mark.usefixtures("mostly_distinct")
@pytest.mark.parametrize(
    "more",
    [[], [(0.875, 0)], [(0.5, 0), (0.5, 1)], [(1, 1), (0, 0), (0.625, 1)], [(0, 1), (0.0625, 0)]],
    ids=["none", "one", "said before", "the ends", "the impossible"],
)
def test_files_of_distinct_forecasts_have_the_same_scores(more: list[tuple[float, int]]) -> None:
    rows = [*DISTINCT, *more]
    text = table("p,y", *(f"{p},{event}" for p, event in rows))
    assert isinstance(forecast_table.count(open_source(BytesIO(text.encode())), PLAIN), forecast_table.PlainColumns)
    [found] = scored(text)
    counted = group_single(rows)
    assert found.grouped == counted
    assert found.summary == summarise(counted, found.summary.ci)
    assert found.summary.ci == brier_interval(unclustered_sums(counted))


@pytest.mark.usefixtures("mostly_distinct")
def test_errors_and_blanks_among_distinct_forecasts() -> None:
    rows = [f"{p},{event}" for p, event in DISTINCT]
    assert "Row 7: it has 1 cells" in fault(table("p,y", *rows, "0.9,1", "0.8"))
    assert "Row 6: the forecast 7" in fault(table("p,y", *rows, "7,1", "0.8,1"))
    [found] = scored(table("p,y", *rows, "", "0.9,1", "0.8,pending", ",1"))
    assert found.grouped == group_single([*DISTINCT, (0.9, 1)])
    assert found.skipped == {"no outcome": 1, "no forecast": 1}
    [found] = scored(table("p,y", *rows, "0.9,1", "0.8,pending", ",1"))
    assert found.grouped == group_single([*DISTINCT, (0.9, 1)])
    assert found.skipped == {"no outcome": 1, "no forecast": 1}


ROWS = [(0.2, 0), (0.7, 1), (0.7, 0), (1, 1)]
WRITTEN = {
    "commas": table("p,y", *(f"{p},{y}" for p, y in ROWS)),
    "semicolons": table("p;y", *(f"{p};{y}" for p, y in ROWS)),
    "tabs, columns the other way": table("y\tp", *(f"{y}\t{p}" for p, y in ROWS)),
    "words": table("p,y", "0.2,No", "0.7, yes ", ".7,FALSE", "1e0,True"),
    "quoted": table('"p","y"', *(f'"{p}","{y}"' for p, y in ROWS)),
    "carriage returns": "\r\n".join(("p,y", *(f"{p},{y}" for p, y in ROWS))),
    "a column of prose": table("p,why,y", *(f'{p},"a, b\nc",{y}' for p, y in ROWS)),
    "blank lines": table("", "p,y", "", *(f"{p},{y}" for p, y in ROWS), "", " , ", ""),
    "JSON Lines": "\n".join(json.dumps({"p": p, "y": y, "z": None}) for p, y in ROWS),
    "JSON Lines, booleans": "\n\n".join(json.dumps({"y": bool(y), "p": str(p)}) for p, y in ROWS),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_every_encoding_and_format_scores_the_same(text: str, encoding: str) -> None:
    [found] = scored(text.encode(encoding))
    assert found.grouped == group_single(ROWS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("p,y\n", "a header and no rows"),
        (table("q,y", "0.5,1"), "There is no column “p”. The file has: “q”, “y”."),
        (table("p,p,y", "0.5,0.5,1"), "Two columns are headed “p”"),
        (table("p,y", "0.5,1", "1.2,1"), "Row 3: the forecast 1.2 is not a probability from 0 to 1"),
        (table("p,y", "60,1"), "Write 0.6 for 60%"),
        (table("p,y", "-0.1,1"), "Row 2: the forecast -0.1"),
        (table("p,y", "0.5,1", "", "60%,1"), "Row 4: “60%” has a percent sign"),
        (table("p;y", "0,5;1"), "Write a full stop, not a comma"),
        (table("p,y", "nan,1"), "Row 2: “nan” is not a number"),
        (table("p,y", "0_5,1"), "“0_5” is not a number"),
        (table("p,y", "٠,1"), "“٠” is not a number"),
        (table("p,y", "likely,1"), "“likely” is not a number"),
        (table("p,y", "0.5,1", "0.5,perhaps so"), "Row 3: the outcome “perhaps so” is neither yes nor no"),
        (table("p,y", "0.5,0.5"), "Row 2: the outcome “0.5”"),
        (table("p,y", "0.5,1", "0.5"), "Row 3: it has 1 cells and the header 2"),
        (table("p,y", "0.5,1", '"0.5,1'), "Row 3: This cell begins with a quotation mark"),
        ('{"p": 0.5, "y": 1}\n{"p": 0.5, "y"', "Row 2: this line is not JSON"),
        ('{"p": 0.5, "y": 1}\n[1]', "Row 2: this line is not an object"),
        ('[{"p": 0.5, "y": 1}]', "Row 1: this is a JSON array. Write one object a line"),
        ('[\n{"p": 0.5, "y": 1}\n]', "Row 1: this is a JSON array."),
        ("café,p,y\né,0.5,1\n".encode() + "naïve,0.5,0\n".encode("cp1252"), "Row 3: this row is not UTF-8"),
        ("a,p,y\n1,.5,1\nnaïve,.5,0\n".encode("cp1252") + "é,.5,1\n".encode(), "Row 3: this row is not UTF-8"),
    ],
)  # fmt: skip
def test_errors_are_reported_with_their_row(text: str | bytes, said: str) -> None:
    assert said in fault(text)


@pytest.mark.parametrize("word", ["“CAFÉ”", "“IRMÃ”", "MÄÄ…", "“FÖ”", "naïve", "50 £"])
def test_windows_1252_is_not_taken_for_a_mixture(word: str) -> None:
    [found] = scored(f"p,y,who\n0.5,1,{word}\n".encode("cp1252"), Columns("y", "p", by="who"))
    assert found.group == word


def test_rows_without_outcome_or_forecast_are_skipped_and_counted() -> None:
    [found] = scored(table("p,y", "0.5,1", "0.5,", "0.5,AMBIGUOUS", "0.5,?", ",1", " ,0", "0.9,n/a"))
    assert (found.summary.n, found.skipped) == (1, {"no outcome": 4, "no forecast": 2})
    assert as_json(found)["skipped"] == 6


def test_a_file_without_outcomes_has_no_score() -> None:
    [found] = scored(table("p,y", "0.5,", "0.5,void"))
    written = as_json(found)
    assert (written["n"], written["skipped"], written["brier"], written["calibration"]) == (0, 2, None, [])
    assert json.dumps(written, allow_nan=False)


def test_groups_are_scored_separately() -> None:
    found = scored(table("p,y,who", "0.5,1,b", "1,1,a", "0,1,a", "0.5,,c"), Columns("y", "p", by="who"))
    assert [(one.group, one.summary.n, one.summary.brier) for one in found] == [
        ("a", 2, 0.5), ("b", 1, 0.25), ("c", 0, None),
    ]  # fmt: skip
    assert as_json(found[0])["log_score"] == "Infinity"
    assert as_json(found[0])["impossible"] == 1


def test_clusters_widen_the_interval() -> None:
    draw = Random(1)
    drawn = [(draw.randint(0, 10) / 10, draw.randint(0, 1), i) for i in range(40)] * 3
    text = table("p,y,claim", *(f"{p},{y},{i}" for p, y, i in drawn))
    [rows], [whole] = scored(text), scored(text, Columns("y", "p", cluster="claim"))
    assert rows.summary.brier == pytest.approx(whole.summary.brier)
    assert width(whole) == pytest.approx(width(rows) * 3**0.5, rel=0.02)
    [again], [once] = (scored(text, Columns("y", "p", cluster="claim"), resamples=500, seed=3) for _ in range(2))
    assert again == once
    assert width(again) == pytest.approx(width(whole), rel=0.2)
    assert scored(text, Columns("y", "p", cluster="claim"), resamples=500, seed=4) != [again]


def test_a_row_without_a_cluster_is_a_cluster_of_its_own() -> None:
    rows = ("0.2,1", "0.4,0", "0.7,1", "0.9,1")
    apart, blank, named = (
        scored(table("p,y,claim", *(f"{row},{name}" for row, name in zip(rows, names, strict=True))), CLAIM)
        for names in (("a", "b", "c", "d"), ("", " ", "", ""), ("a", "a ", "b", "c"))
    )
    assert blank == apart
    assert named != apart  # "a" and "a " are the same cluster


CLAIM = Columns("y", "p", cluster="claim")


def width(found: GroupResult) -> float:
    assert found.summary.ci is not None
    return found.summary.ci[1] - found.summary.ci[0]


def test_a_weight_counts_as_so_many_rows() -> None:
    weighed = table("p,y,w", "0.2,0,2", "0.7,1,0.5", "0.7,1,0.5", "0.9,0,0")
    [found] = scored(weighed, Columns("y", "p", weight="w"))
    [plain] = scored(table("p,y", "0.2,0", "0.2,0", "0.7,1"))
    assert found.summary.brier == pytest.approx(plain.summary.brier)
    assert found.summary.calibration == plain.summary.calibration
    assert found.skipped == {"weight 0": 1}
    assert found.consistency is None  # weighted forecasts cannot be resampled
    assert "weight is blank" in fault(table("p,y,w", "0.2,0,"), Columns("y", "p", weight="w"))
    assert "below 0" in fault(table("p,y,w", "0.2,0,-1"), Columns("y", "p", weight="w"))


def test_the_middle_of_a_range_is_a_short_decimal() -> None:
    """Otherwise 0.30000000000000004 would be ranked above 0.3, and both calibrated separately."""
    outcomes = (1, 0, 1, 0)
    ranges = [f"{low},{high},{y}" for (low, high), y in zip([(0.2, 0.4), (0.3, 0.3)] * 2, outcomes, strict=True)]
    [found] = scored(table("lo,hi,y", *ranges), Columns("y", low="lo", high="hi"))
    [plain] = scored(table("p,y", *(f"0.3,{y}" for y in outcomes)))
    assert found.summary.auc == plain.summary.auc == 0.5
    assert (found.summary.mcb, found.consistency) == (plain.summary.mcb, plain.consistency)


def test_json_objects_may_lack_columns() -> None:
    [found] = scored('{"p": 0.3}\n{"p": 0.4, "y": 0}\n')
    assert (found.summary.n, found.skipped) == (1, {"no outcome": 1})
    assert "There is no column “y”. The file has: “p”, “z”." in fault('{"p": 0.3}\n{"p": 0.4, "z": 0}\n')


def test_the_log_score_of_perfect_forecasts_is_0_and_options_have_no_p_value() -> None:
    [found] = scored(table("p,y", "1,1", "0,0"))
    assert str(as_json(found)["log_score"]) == "0.0"
    assert found.consistency is not None and found.consistency.p == 1
    [options] = scored(table("a,b,y", "0.2,0.8,a"), Columns("y", options=("a", "b")))
    assert (as_json(options)["mcb_p"], as_json(options)["mcb_p_draws"]) == (None, 0)


def test_ranges_are_scored_at_their_middle_and_at_both_ends() -> None:
    columns = Columns("y", low="a", high="b")
    [found] = scored(table("a,b,y", "0.6,0.8,1", "0.1,0.3,1", ",,0", "0.5,0.5,"), columns)
    assert found.summary.brier == pytest.approx((0.09 + 0.64) / 2)
    assert found.others["brier_best"] == pytest.approx((0.04 + 0.49) / 2)
    assert found.others["brier_worst"] == pytest.approx((0.16 + 0.81) / 2)
    assert found.others["range_score"] == pytest.approx(found.summary.brier + 0.04 / 12)
    assert found.skipped == {"no forecast": 1, "no outcome": 1}
    assert "low end 0.8 is above its high end 0.6" in fault(table("a,b,y", "0.8,0.6,1"), columns)


def test_options_have_a_column_each() -> None:
    columns = Columns("came", options=("low", "mid", "high"))
    rows = ["0.2,0.5,0.3,mid", "1,0,0,HIGH", ",,,low", "0.3,0.3,0.4,void"]
    [found] = scored(table("low,mid,high,came", *rows), columns)
    scores = [categorical.brier((0.2, 0.5, 0.3), 1), categorical.brier((1, 0, 0), 2)]
    assert found.summary.brier == pytest.approx(sum(scores) / 2)
    assert (found.summary.n, found.summary.impossible, found.skipped) == (2, 1, {"no forecast": 1, "no outcome": 1})
    written = as_json(found)
    assert written["log_score"] == "Infinity"
    assert written["rps"] == pytest.approx((categorical.ranked_probability_score((0.2, 0.5, 0.3), 1) + 1) / 2)
    assert "add up to 0.9" in fault(table("low,mid,high,came", "0.2,0.4,0.3,mid"), columns)
    assert "none of the options low, mid, high" in fault(table("low,mid,high,came", "0.2,0.5,0.3,other"), columns)


def test_any_bytes_are_scored_or_refused() -> None:
    draw = Random(2)
    good = WRITTEN["quoted"].encode()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.choice(b'\x00\xff"\n,\x80{')
        try:
            scored(bytes(data))
        except Refused as refused:
            assert refused.problems[0].message


def test_cells_that_csv_writes_are_read_back() -> None:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerows([["p", 'a "quoted", head', "y"], [0.25, "line\nbreak", 1]])
    [found] = scored(out.getvalue(), Columns("y", "p", by='a "quoted", head'))
    assert (found.group, found.summary.brier) == ("line\nbreak", 0.5625)
