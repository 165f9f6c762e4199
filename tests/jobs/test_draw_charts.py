"""The job that draws charts: requests by pages, drawing once, retries after failures, and deleting unused charts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError
from support.samples.charts import WORDED

from ledger.charts.chart import Chart
from ledger.charts.outcomes import Outcomes
from ledger.charts.registry import request_of
from ledger.charts.reliability import Reliability
from ledger.charts.render import NotDrawn, RenderedChart
from ledger.domain.scoring.grouped_forecasts import group
from ledger.jobs import draw_charts as job
from ledger.jobs.context import NOTHING, Context, JobFailed
from ledger.jobs.draw_charts import charts_wait, draw_charts
from ledger.jobs.scheduler import start_job
from ledger.jobs.tidy import tidy
from ledger.services.charts import queue, requests
from ledger.services.charts.requests import (
    MOST_TRIES,
    DrawingFormat,
    Picture,
    fetch_drawing,
    last_drawn,
    request_charts,
)
from ledger.store.chart_drawings import Drawing
from ledger.store.outbox import JobRun

Contexts = Callable[[int | None], Context]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OUTCOMES = Outcomes("Ada", (("true", 3), ("false", 1)))
CALIBRATION = Reliability.from_grouped("Ada", group(WORDED))


class Sketcher:
    """Replaces the process that draws, in tests that need no real chart."""

    faults = 0  # the number of drawings that still fail

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def draw(self, spec: dict[str, object]) -> RenderedChart:
        if Sketcher.faults:
            Sketcher.faults -= 1
            raise NotDrawn("The pencil broke.")
        return RenderedChart(f"<svg>{spec['description']}</svg>", "<svg/>", b"\x89PNG")


@pytest.fixture
def sketched(monkeypatch: pytest.MonkeyPatch) -> type[Sketcher]:
    monkeypatch.setattr(job, "RenderProcess", Sketcher)
    monkeypatch.setattr(Sketcher, "faults", 0)
    return Sketcher


def ask(here: Context, now: datetime, *, aside: bool = False, **charts: Chart) -> dict[str, Picture]:
    with here.sessions() as session:
        return request_charts(session, now=now, charts=charts, aside=aside)


def statements(here: Context, now: datetime, *, aside: bool = False, **charts: Chart) -> list[str]:
    """The SQL statements of a request for charts."""
    sent: list[str] = []
    engine = here.sessions.kw["bind"]

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement.split()[0])

    event.listen(engine, "before_cursor_execute", note)
    ask(here, now, aside=aside, **charts)
    event.remove(engine, "before_cursor_execute", note)
    return [word for word in sent if word != "BEGIN"]


def test_a_chart_is_requested_drawn_and_shown(context: Contexts, now: datetime) -> None:
    """With the real vl-convert."""
    here = context(None)
    assert not charts_wait(here, now)
    first = ask(here, now, outcomes=OUTCOMES, calibration=CALIBRATION)
    assert {(one.inline, one.band, one.failed) for one in first.values()} == {(None, None, False)}
    assert charts_wait(here, now)
    assert draw_charts(here, now) == "Charts drawn: 2."
    assert not charts_wait(here, now)
    found = ask(here, now, outcomes=OUTCOMES, calibration=CALIBRATION)
    assert found["outcomes"].inline and found["outcomes"].band is None
    assert found["calibration"].band == CALIBRATION.consistency()
    with here.sessions() as session:
        key = found["calibration"].key
        png, svg, spec = (
            fetch_drawing(session, key=key, form=form)
            for form in (DrawingFormat.PNG, DrawingFormat.SVG, DrawingFormat.SPEC)
        )
        assert png and png.startswith(b"\x89PNG") and svg and svg.startswith(b"<svg")
        assert json.loads(spec or b"") == CALIBRATION.spec(found["calibration"].band)
        assert fetch_drawing(session, key="0" * 64, form=DrawingFormat.PNG) is None
        moment = last_drawn(session, aside=False)
        assert moment is not None and now <= moment < now + MINUTE


def test_what_is_drawn_is_not_drawn_again(context: Contexts, now: datetime, sketched: type[Sketcher]) -> None:
    here = context(None)
    ask(here, now, outcomes=OUTCOMES)
    assert draw_charts(here, now) == "Charts drawn: 1."
    assert statements(here, now, outcomes=OUTCOMES, again=OUTCOMES) == ["SELECT"]  # nothing is written
    assert draw_charts(here, now) == NOTHING
    other = Outcomes("Ada", (("true", 3), ("false", 2)))
    assert ask(here, now, outcomes=other)["outcomes"].inline is None
    assert draw_charts(here, now) == "Charts drawn: 1."


def test_an_idle_run_leaves_no_row(context: Contexts, now: datetime, sketched: type[Sketcher]) -> None:
    here = context(None)
    start_job(here, "draw-charts")
    ask(here, now, outcomes=OUTCOMES)
    start_job(here, "draw-charts")
    start_job(here, "draw-charts")
    with here.sessions() as session:
        assert session.scalars(select(JobRun.summary)).all() == ["Charts drawn: 1."]


def test_many_readers_request_at_once(context: Contexts, now: datetime) -> None:
    here = context(None)
    charts: dict[str, Chart] = {str(n): Outcomes("Ada", (("true", n),)) for n in range(1, 6)}
    readers = [threading.Thread(target=ask, args=[here, now], kwargs=dict(charts)) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    with here.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Drawing)) == 5


def test_a_failure_is_reported_and_retried_but_not_for_ever(
    context: Contexts, now: datetime, sketched: type[Sketcher]
) -> None:
    here = context(None)
    ask(here, now, outcomes=OUTCOMES, calibration=CALIBRATION)
    sketched.faults = 1
    with pytest.raises(JobFailed, match=r"Charts drawn: 1; failed: 1\. [0-9a-f]{12}: The pencil broke\."):
        draw_charts(here, now)
    assert draw_charts(here, now) == NOTHING  # not at once
    sketched.faults = 100
    for later in range(1, MOST_TRIES):
        with pytest.raises(JobFailed):
            draw_charts(here, now + 2 * later * MINUTE)
    assert not charts_wait(here, now + 10 * MINUTE)
    with here.sessions() as session:
        assert session.scalars(select(Drawing.failed).where(Drawing.drawn_at.is_(None))).all() == ["The pencil broke."]
    pictures = ask(here, now, outcomes=OUTCOMES, calibration=CALIBRATION)
    assert sorted(one.failed for one in pictures.values()) == [False, True]
    sketched.faults = 0
    ask(here, now + DAY, outcomes=OUTCOMES, calibration=CALIBRATION)  # perhaps fixed overnight
    assert draw_charts(here, now + DAY) == "Charts drawn: 1."


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_request_of_another_release_delays_no_other(
    context: Contexts, now: datetime, sketched: type[Sketcher]
) -> None:
    here = context(None)
    ask(here, now - MINUTE, outcomes=OUTCOMES)
    with here.sessions() as session:
        session.execute(update(Drawing).values(request='{"chart":"pie","data":{},"edition":9}'))
        session.commit()
    ask(here, now, calibration=CALIBRATION)
    with pytest.raises(JobFailed, match=r"Charts drawn: 1; failed: 1\..*KeyError: 'pie'"):
        draw_charts(here, now)


def test_after_a_kill_a_chart_is_drawn_when_its_lease_ends(
    context: Contexts, now: datetime, sketched: type[Sketcher]
) -> None:
    here = context(None)
    ask(here, now, outcomes=OUTCOMES)
    with here.sessions() as session:
        lost = queue.take(session, now=now)
        assert lost is not None and queue.take(session, now=now + MINUTE) is None
        session.execute(update(Drawing).values(tries=MOST_TRIES))
        session.commit()
        assert not ask(here, now + MINUTE, outcomes=OUTCOMES)["outcomes"].failed  # this is the last try
        assert ask(here, now + queue.LEASE + MINUTE, outcomes=OUTCOMES)["outcomes"].failed
        session.execute(update(Drawing).values(tries=1))
        session.commit()
    assert draw_charts(here, now + queue.LEASE + MINUTE) == "Charts drawn: 1."
    with here.sessions() as session:  # the first process finishes too late
        assert not queue.fail(session, now=now, task=lost, why="Late.")
        assert session.scalars(select(Drawing.failed)).all() == [None]


def test_the_queue_is_bounded(context: Contexts, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MOST_WAITING", 2)
    here = context(None)
    for n in range(1, 5):
        ask(here, now, outcomes=Outcomes("Ada", (("true", n),)))
    with here.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Drawing)) == 2
        session.execute(update(Drawing).values(tries=MOST_TRIES))
        session.commit()
    ask(here, now, outcomes=Outcomes("Ada", (("true", 9),)))  # a failed chart leaves the queue
    assert charts_wait(here, now)


def test_charts_of_filtered_scorecards_come_last_and_displace_none(
    context: Contexts, now: datetime, monkeypatch: pytest.MonkeyPatch, sketched: type[Sketcher]
) -> None:
    monkeypatch.setattr(requests, "MOST_ASIDE_WAITING", 3)
    monkeypatch.setattr(requests, "MOST_ASIDE", 3)
    here = context(None)
    for n in range(1, 6):
        ask(here, now + n * MINUTE, aside=True, outcomes=Outcomes("Ada", (("true", n),)))
    ask(here, now + 9 * MINUTE, outcomes=OUTCOMES)
    with here.sessions() as session:
        first = queue.take(session, now=now + 9 * MINUTE)
        assert first is not None and first.request == request_of(OUTCOMES)
        assert session.scalar(select(func.count()).where(Drawing.aside)) == 3
    draw_charts(here, now + 20 * MINUTE)
    ask(here, now + DAY, aside=True, outcomes=Outcomes("Ada", (("true", 1),)))  # the oldest, requested again
    draw_charts(here, now + DAY)
    ask(here, now + DAY, aside=True, outcomes=Outcomes("Ada", (("true", 9),)))
    with here.sessions() as session:
        kept = session.scalars(select(Drawing.request).where(Drawing.aside)).all()
        assert set(kept) == {request_of(Outcomes("Ada", (("true", n),))) for n in (1, 3, 9)}
        assert session.scalar(select(func.count()).where(~Drawing.aside)) == 1


def test_a_chart_drawn_aside_changes_a_whole_scorecard_only_if_shared(
    context: Contexts, now: datetime, sketched: type[Sketcher]
) -> None:
    here = context(None)
    ask(here, now, aside=True, outcomes=OUTCOMES, calibration=CALIBRATION)
    ask(here, now, outcomes=OUTCOMES)  # an unfiltered scorecard shows the same chart
    draw_charts(here, now)
    with here.sessions() as session:
        assert dict(session.execute(select(Drawing.request, Drawing.aside)).all()) == {
            request_of(OUTCOMES): False,
            request_of(CALIBRATION): True,
        }
        session.execute(update(Drawing).where(Drawing.aside).values(drawn_at=now + DAY))
        session.commit()
        whole, any_ = last_drawn(session, aside=False), last_drawn(session, aside=True)
        assert whole is not None and whole < now + MINUTE and any_ == now + DAY
    assert statements(here, now, outcomes=OUTCOMES) == ["SELECT"]
    assert ask(here, now, calibration=CALIBRATION)["calibration"].inline
    with here.sessions() as session:
        assert last_drawn(session, aside=False) == now + DAY


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_full_queue_is_not_written_and_no_drawing_is_read(
    context: Contexts, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any number of filtered scorecards can be requested, so none may lock the record."""
    monkeypatch.setattr(requests, "MOST_ASIDE_WAITING", 1)
    here = context(None)
    assert "INSERT" in statements(here, now, aside=True, outcomes=OUTCOMES)
    other = Outcomes("Ada", (("true", 9),))
    assert statements(here, now, aside=True, outcomes=other) == ["SELECT", "SELECT"]
    with here.sessions() as session:
        plan = "EXPLAIN QUERY PLAN SELECT max(drawn_at) FROM drawing WHERE aside = 0"
        assert "COVERING INDEX ix_drawing_aside_drawn_at" in str(session.connection().exec_driver_sql(plan).all())


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_page_is_shown_where_nothing_can_be_written(
    context: Contexts, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(requests, "_queue", busy)
    assert ask(context(None), now, outcomes=OUTCOMES)["outcomes"].inline is None


def test_charts_that_no_page_shows_are_deleted(context: Contexts, now: datetime, sketched: type[Sketcher]) -> None:
    here, other = context(None), Outcomes("Ben", (("true", 1),))
    ask(here, now - 91 * DAY, old=OUTCOMES, shown=other)
    draw_charts(here, now - 91 * DAY)
    assert statements(here, now - 89 * DAY, shown=other)[1:] == ["UPDATE"]  # once a day
    assert statements(here, now - 89 * DAY, shown=other) == ["SELECT"]
    assert tidy(here, now) == "Deleted: 1 charts that nobody looked at."
    assert ask(here, now, shown=other)["shown"].inline == "<svg/>"
