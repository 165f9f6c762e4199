"""Charts rendered by the real vl-convert: allowed by a strict policy, complete in 320 px, in a separate process."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from xml.etree import ElementTree

import pytest
from support.samples.charts import WORDED, samples

from ledger.charts.reliability import Reliability
from ledger.charts.render import NotDrawn, RenderedChart
from ledger.charts.render_process import RenderProcess
from ledger.charts.svg import clean_svg
from ledger.charts.theme import MARGIN, SMALL, VARIABLES, WIDTH, Spec, empty
from ledger.domain.scoring.calibration_band import BandPoint, Consistency
from ledger.domain.scoring.grouped_forecasts import group

BAND = Consistency(0.031, (BandPoint(0.05, 0, 0.2), BandPoint(0.97, 0.7, 1)))
TITLED: Spec = {"title": {"text": ["Chart"]}, "description": "A chart."}


@pytest.fixture(scope="module")
def renderer() -> Iterator[RenderProcess]:
    """One process for all tests."""
    with RenderProcess() as renderer:
        yield renderer


@cache
def drawn(renderer: RenderProcess, word: str) -> RenderedChart:
    """A sample chart, rendered once for all tests."""
    return renderer.draw(samples()[word].spec(BAND))


@pytest.mark.parametrize("word", samples())
def test_every_sample_is_drawn_whole_and_fit_for_a_page(renderer: RenderProcess, word: str) -> None:
    pictures, spec = drawn(renderer, word), samples()[word].spec(BAND)
    page, file = parsed(pictures.inline), parsed(pictures.svg)
    assert against_a_strict_policy(pictures.inline) == against_a_strict_policy(pictures.svg) == []
    width, height = map(float, page.attrib["viewBox"].split()[2:])
    assert width <= WIDTH and height > 60, "wider than what 320 px leave"
    assert (page.get("class"), page.get("width"), page.get("aria-label")) == ("chart", None, spec["description"])
    assert page.get("role") == ("group" if page.findall(".//a") else "img")
    assert file.findtext("desc") == spec["description"] and file.get("width") == f"{width:g}"
    for text in page.iter("text"):
        assert float(text.attrib["font-size"].removesuffix("px")) >= SMALL
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', pictures.inline))
    assert colours <= {"none", "currentColor", *(f"var({name},{one})" for one, name in VARIABLES.items())}
    assert file[2].tag == "rect" and file[2].get("fill") == "#ffffff", "a file is on white"
    assert pictures.png.startswith(b"\x89PNG") and int.from_bytes(pictures.png[16:20]) == 2 * width


def parsed(svg: str) -> ElementTree.Element:
    """SVG as a tree, with element names without namespace."""
    root = ElementTree.fromstring(svg)  # noqa: S314 # our own
    for element in root.iter():
        element.tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
    return root


def against_a_strict_policy(svg: str) -> list[str]:
    """What a strict Content-Security-Policy refuses (inline styles, scripts), and ids, which may clash on a page."""
    faults = []
    for element in parsed(svg).iter():
        if element.tag not in {"svg", "g", "a", "path", "line", "rect", "text", "tspan", "title", "desc"}:
            faults.append(element.tag)
        for name, value in element.attrib.items():
            if name in ("style", "id") or name.startswith("on") or "url(" in value or "javascript:" in value:
                faults.append(name)
    return faults


@pytest.mark.parametrize(
    "part",
    [
        "<style>g{fill:red}</style>",
        "<script>alert(1)</script>",
        '<g style="fill:red"><text>x</text></g>',
        '<g id="a"><text>x</text></g>',
        '<text onclick="alert(1)">x</text>',
        '<path d="M0,0" fill="red" clip-path="url(#a)"/>',
        '<image href="https://example.org/x.png"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<a href="/claims"><text>x</text></a>',
        "<foreignObject/>",
        "<text>x",
    ],
)
def test_unknown_elements_and_attributes_are_refused(part: str) -> None:
    whole = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{part}</svg>'
    with pytest.raises(ValueError, match="the drawing"):
        clean_svg(whole, TITLED)


def test_each_dot_has_its_title_and_its_link(renderer: RenderProcess) -> None:
    page = parsed(drawn(renderer, "reliability, worded").inline)
    links = page.findall(".//a")
    titles = {link.attrib["href"]: link.findtext(".//title") for link in links}
    assert len(titles) == len(WORDED)
    assert titles["https://ledger.example.org/claims?from=0.7&to=0.7&who=<Ada>"] == "70%: 25 of 33 came about (76%)"
    some = Reliability.from_grouped(
        "Ada", group(WORDED), link=lambda low, _: "https://x.example/" if low == 0.7 else None
    )
    page = parsed(renderer.draw(some.spec(None)).inline)
    assert [link.attrib["href"] for link in page.iter("a")] == ["https://x.example/"]
    titles = {title.text for title in page.iter("title")}
    assert {"20%: 1 of 4 came about (25%)", "70% to 75%: 33"} <= titles


def test_the_end_of_vl_convert_does_not_end_our_process(renderer: RenderProcess) -> None:
    """A text with a NUL ends vl-convert. `frame` removes it, so this test does not use `frame`."""
    spec = empty("Chart", "A chart.")
    with pytest.raises(NotDrawn, match="ended the process"):
        renderer.draw({**spec, "title": {**spec["title"], "text": ["a\x00b"]}})
    assert renderer.draw(spec).png  # the next drawing gets a new process


def test_an_invalid_spec_raises_not_drawn(renderer: RenderProcess) -> None:
    with pytest.raises(NotDrawn, match="Vega-Lite"):
        renderer.draw({**TITLED, "mark": "nonsense"})


def test_drawing_has_a_time_limit() -> None:
    with RenderProcess(longest_seconds=0.0) as hurried, pytest.raises(NotDrawn, match="longer than 0 seconds"):
        hurried.draw(empty("Chart", "A chart."))


def test_web_workers_and_requests_never_load_vl_convert() -> None:
    program = (
        "import sys, ledger.app, ledger.jobs.scheduler, ledger.services.charts.requests\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'vl_convert', 'flask'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"['flask']"]


def test_a_picture_has_the_width_that_phones_leave() -> None:
    assert WIDTH + 2 * 16 + 16 == 320 and 0 < MARGIN < 16
