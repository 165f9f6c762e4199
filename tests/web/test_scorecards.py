"""Scorecards: every number links to a list of that many calls; filters, downloads and bad input."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from sqlalchemy import select
from support.cast import forecast_terms, resolve
from support.pages import forms_of
from support.sweeps import Markup, addresses, rules
from support.world import NOW, World

from ledger.charts.registry import chart_of, written_band
from ledger.charts.reliability import Reliability
from ledger.domain.confidence import Confidence
from ledger.domain.forecasts import Modality
from ledger.domain.outcomes import Outcome
from ledger.queries import breakdown
from ledger.store.chart_drawings import Drawing
from ledger.store.engine import write_transaction
from ledger.web.page_cache import PageCache
from ledger.web.public.urls import RULES


def scorecards(world: World) -> list[str]:
    """The addresses of all scorecards, also filtered."""
    whole = [
        address
        for rule in rules(world)
        for address in addresses(world, rule, most=4)
        if rule.endpoint in {f"public.{kind}" for kind in RULES}
    ]
    others = (
        "/ledger?as_of=2026-11-22&basis=stated",
        "/ledger?made_from=2+October+2016&made_to=Nov+2017&topic=nothing",
    )
    return ["/", *whole, *(f"{address}?modality=likely" for address in whole), *others]


def wrong_links(world: World, address: str) -> list[str]:
    """The numbers of a scorecard that link to a list of a different length."""
    browser, found = world.browser(), []
    for link in Markup.of(browser.get(address).text).all("a"):
        leads = link.attributes.get("href", "")
        number = re.match(r"\d+", link.text)
        if number and re.search(r"/calls(\?|$)", leads):
            path, _, query = leads.partition("?")
            total = browser.get(f"{path}.json?{query}").json["data"]["calls"]["total"]
            if total != int(number[0]):
                found.append(f"{address}: {number[0]} leads to {total} at {leads}")
    return found


def test_every_number_links_to_that_many_calls(own_world: World) -> None:
    cast = own_world.places.cast
    bare = forecast_terms(cast.document, cast.claimant, modality=Modality.COULD, confidence=Confidence.none())
    with own_world.sessions() as session:
        for outcome in (Outcome.TRUE, Outcome.FALSE):  # judged, but without a probability
            resolve(session, cast, NOW, outcome, forecast=bare)
    assert [what for address in scorecards(own_world) for what in wrong_links(own_world, address)] == []


def test_the_sweep_finds_a_wrong_link(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real = world.app.jinja_env.globals["address_of"]

    def forgetful(kind: str, key: str, below: str = "", **query: object) -> str:
        return str(real(kind, key, below, **{**query, "standing": None}))  # type: ignore[operator] # it is our function

    monkeypatch.setitem(world.app.jinja_env.globals, "address_of", forgetful)
    monkeypatch.setitem(world.app.extensions, "ledger.page_cache", PageCache())
    assert wrong_links(world, "/ledger") != []


def test_the_csv_has_the_calls_of_the_pages_and_of_the_bundle(world: World) -> None:
    for query in ("", "?modality=likely"):
        total = world.browser().get(f"/ledger/calls.json{query}").json["data"]["calls"]["total"]
        table = world.browser().get(f"/ledger/calls.csv{query}").text
        assert len(list(csv.DictReader(StringIO(table)))) == total > 0
        with ZipFile(BytesIO(world.browser().get(f"/ledger/bundle.zip{query}").data)) as archive:
            assert archive.read("calls.csv").decode() == table


def test_charts_of_a_filtered_scorecard_name_its_filters(world: World) -> None:
    filtered = world.browser().get("/ledger.json?modality=likely&made_from=2015").json["data"]["charts"]
    whole = world.browser().get("/ledger.json").json["data"]["charts"]
    assert set(filtered) == set(whole) > set()
    for name, chart in filtered.items():
        assert "Wording: Likelihood (likely, unlikely); Said from: 2015" in chart["says"]
        assert chart["svg"] != whole[name]["svg"]


def test_large_filtered_scorecards_only_link_their_years_and_topics(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = world.browser().get("/ledger.json?modality=likely").json["data"]["scorecard"]
    for by in ("over_time", "by_topic"):
        assert told[by]["rows"] and not told[by]["links"]
    monkeypatch.setattr(breakdown, "AT_ONCE", 1)
    monkeypatch.setitem(world.app.extensions, "ledger.page_cache", PageCache())
    page, said = world.browser().get("/ledger?modality=likely"), world.browser().get("/ledger.json?modality=likely")
    for by, rule in (("over_time", "/years/"), ("by_topic", "/topics/")):
        found = said.json["data"]["scorecard"][by]
        assert not found["rows"] and {row["key"] for row in told[by]["rows"]} <= {one["key"] for one in found["links"]}
        for row in told[by]["rows"]:
            address = f"{rule}{row['key']}?modality=likely"
            assert f'href="{address}"' in page.text
            alone = world.browser().get(address.replace("?", ".json?")).json["data"]["scorecard"]
            assert alone["card"]["headline"] == row["figures"], address


def test_an_unreadable_filter_is_reported_and_ignored(world: World) -> None:
    unread = {
        **{"as_of": "31 February 2016", "made_to": "2017", "topic": "Nothing of the kind", "outlet": "x\x00y"},
        **{"claimant": "Nobody <b>", "modality": "xyz", "kind": "", "basis": "stated\x00", "checkability": "no"},
    }
    page = world.browser().get("/ledger", query_string={**unread, "made_from": "2018"})
    assert page.status_code == 422
    for name, text in unread.items():
        assert (f'id="{name}-error"' in page.text) == bool(text), name
    for kept in ("31 February 2016", "Nothing of the kind", "Nobody &lt;b&gt;"):
        assert f'value="{kept}"' in page.text
    for query, told in (("as_of=2199", "as_of"), ("modality=will&modality=could", "modality")):
        problems = world.browser().get(f"/ledger.json?{query}").json["data"]["filters"]["problems"]
        assert set(problems) == {told}, query
    for file in ("calls.csv", "bundle.zip"):
        refused = world.browser().get(f"/ledger/{file}?as_of=soon")
        assert refused.status_code == 422 and "As of:" in refused.text
    assert world.browser().get("/ledger/calls?page=99").status_code == 404


def test_lists_of_calls_have_filters_and_report_unreadable_ones(world: World) -> None:
    browser = world.browser()
    every = browser.get("/ledger/calls.json").json["data"]["calls"]["total"]
    unread = {"standing": "x", "reading": "<b>", "p_from": "2", "p_to": "nan", "order": "x"}
    page = browser.get("/ledger/calls", query_string=unread)
    assert page.status_code == 422 and f'<p class="lead"> {every} forecasts' in " ".join(page.text.split())
    for name, text in unread.items():
        assert f'id="{name}-error"' in page.text and f'href="#{name}"' in page.text, name
        assert name[:2] != "p_" or f'value="{text}"' in page.text
    less = browser.get("/ledger/calls?p_from=60%25&p_to=0.5&order=best&order=worst").text
    assert "This is less than the lower limit." in less and "Only one value is possible" in less
    form = next(
        f
        for f in forms_of(browser.get("/ledger/calls?standing=scored&p_from=60%25&topic=drones"))
        if "p_from" in f.names
    )
    assert (form.filled()["standing"], form.filled()["p_from"]) == (["scored"], ["60%"])
    assert (
        'href="/ledger/calls?standing=scored&amp;p_from=60%25">Remove'
        in browser.get("/ledger/calls?standing=scored&p_from=60%25&modality=number").text
    )  # without the filter, the list's own filters stay


def test_no_link_repeats_an_unreadable_filter(world: World) -> None:
    """Except the link to the same page as JSON."""
    browser = world.browser()
    for page in ("/ledger", "/ledger/calls", "/ledger/choices-and-quantities", "/ledger/restatements", "/claims"):
        asked = "modality=xyz&topic=Nothing&kind=event&basis=stated&made_to=2199"
        answer = browser.get(f"{page}?{asked}&made_from=soon")
        assert answer.status_code == 422, page
        leads = {e.attributes.get("href", "") for e in Markup.of(answer.text).all("a")}
        assert any("kind=event" in lead and "basis" not in lead for lead in leads), page  # one filter can be removed
        again = {lead for lead in leads if "xyz" in lead or "Nothing" in lead or "soon" in lead}
        assert {lead.partition("?")[0] for lead in again} == {f"{page}.json"}, page


def test_a_topic_is_found_by_its_name_and_a_file_has_its_day_in_its_name(world: World) -> None:
    browser = world.browser()
    topic = browser.get("/topics.json").json["data"]["rows"][0]
    for below in ("", ".json", "/calls", "/calls.csv"):
        asked = browser.get(f"/topics/{quote(topic['name'].upper())}{below}?modality=number")
        assert asked.status_code == 308 and asked.location == f"/topics/{topic['key']}{below}?modality=number", below
    assert browser.get("/topics/Nothing%20of%20the%20kind").status_code == 404
    day = NOW.date() - timedelta(days=1)
    for query, name in (
        ("", "ledger.zip"),
        (f"?as_of={day}", f"ledger-{day}.zip"),
        ("?modality=will", "ledger-filtered.zip"),
    ):
        assert f'filename="{name}"' in browser.get(f"/ledger/bundle.zip{query}").headers["Content-Disposition"]


def test_a_scorecard_before_the_first_entry_is_empty_and_of_today_is_whole(world: World) -> None:
    assert "No forecast fits" in world.browser().get("/ledger?as_of=1990").text
    late = world.browser().get(f"/ledger.json?as_of={NOW.date()}").json["data"]["scorecard"]
    assert late["query"]["as_of"] is None
    assert late["card"] == world.browser().get("/ledger.json").json["data"]["scorecard"]["card"]


def compute_bands(world: World) -> None:
    """Compute the consistency bands as the job does, without drawing the charts."""
    with world.sessions() as session, write_transaction(session):
        for row in session.scalars(select(Drawing).where(Drawing.drawn_at.is_(None))):
            chart = chart_of(row.request)
            if isinstance(chart, Reliability) and (band := chart.consistency()):
                row.band, row.drawn_at = written_band(band), NOW + timedelta(seconds=1)
                row.spec, row.svg, row.inline, row.png = "{}", "<svg/>", "<svg/>", b""


def test_the_table_has_all_data_of_the_diagram(own_world: World) -> None:
    """The dots, each with its consistency band."""
    world = own_world
    assert "still being computed" in world.browser().get("/ledger").text
    compute_bands(world)
    chart = world.browser().get("/ledger.json").json["data"]["charts"]["reliability"]
    card = world.browser().get("/ledger.json").json["data"]["scorecard"]
    assert sum(dot["n"] for dot in chart["dots"]) == card["card"]["headline"]["scored"]
    assert sum(dot["events"] for dot in chart["dots"]) == card["card"]["headline"]["events"]
    band = {point["forecast"]: [point["low"], point["high"]] for point in chart["band"]["band"]}
    assert {dot["low"]: dot["band"] for dot in chart["dots"]} == band  # so few forecasts that each is a dot of its own
    table = world.browser().get("/ledger").text
    for dot in chart["dots"]:
        low, high = (f"{round(100 * end)}" for end in dot["band"])
        assert re.search(rf'<td class="num">{low}% to {high}%</td>', table), dot


def test_a_filter_on_the_scope_itself_is_ignored_silently(world: World) -> None:
    for address in ("/years/2016?made_from=2017&made_to=soon", "/topics/battle?topic=nothing"):
        whole = world.browser().get(address.replace("?", ".json?").partition("?")[0]).json["data"]["scorecard"]
        page = world.browser().get(address.replace("?", ".json?"))
        assert page.status_code == 200 and page.json["data"]["filters"]["active"] == []
        assert page.json["data"]["scorecard"]["card"] == whole["card"]


def test_links_use_the_period_as_parsed_and_not_as_written(world: World) -> None:
    for written in ("2016%00", "2016" + "%20" * 250 + "x", "%002016"):
        page = world.browser().get(f"/ledger?made_from={written}")
        assert page.status_code == 200, written
        assert "/ledger/calls?made_from=2016&amp;made_to=2016" in page.text
