"""Cleaning the SVG that Vega writes: only known elements and attributes, and tooltips without scripts.

Vega gives every mark its own role and label. We give the whole picture one name, and a `<title>` to each mark that has
a tooltip. In a page, colours are the page's variables (for dark mode and print). A drawing has no style attribute,
script or id, so that a strict Content-Security-Policy allows it and several charts fit on one page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ledger.charts.theme import INK, VARIABLES, Spec

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# The allowed elements and attributes. Anything else (a style, a script, an image, an id) is refused, not removed,
# because it means that a chart uses something that nobody has checked.
ELEMENTS = {"svg", "g", "a", "path", "line", "rect", "text", "tspan"}
ATTRIBUTES = {
    *("d", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "viewBox", "transform", "href"),
    *("fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-miterlimit"),
    *("stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "opacity"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"),
}
_DROPPED = {"class", "role", "version", "pointer-events", "display", "cursor"}
_LONG_FRACTION = re.compile(r"\d+\.\d{3,}(?![\d])")


@dataclass(frozen=True)
class CleanDrawing:
    """A drawing of allowed elements only, with its title and its description."""

    root: Element
    title: str
    description: str
    links: bool


def clean_svg(svg: str, spec: Spec) -> CleanDrawing:
    """Clean Vega's drawing of a spec. Raises ValueError for elements and attributes that are not allowed."""
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 # written by Vega a moment ago, never a file from outside
    except ElementTree.ParseError as error:
        raise ValueError(f"the drawing is no XML: {error}") from error
    _clean(root)
    return CleanDrawing(root, " ".join(spec["title"]["text"]), spec["description"], root.find(".//a") is not None)


def standalone_svg(drawing: CleanDrawing) -> str:
    """The drawing as an SVG file, with fixed colours on white."""
    root = _copied(drawing.root)
    for name, text in (("desc", drawing.description), ("title", drawing.title)):
        element = Element(name)
        element.text = text
        root.insert(0, element)
    root.attrib |= {"xmlns": _SVG, "role": "group" if drawing.links else "img"}
    return ElementTree.tostring(root, "unicode")


def inline_svg(drawing: CleanDrawing) -> str:
    """The drawing as SVG inside a page: class "chart", the page's colours, as wide as the page says.

    The font stays the one that Vega measured: the page's may be wider, and text would leave the picture. A picture with
    links has the role "group", because screen readers skip the contents of an image.
    """
    root = _copied(drawing.root)
    for element in root.iter():
        for name in ("fill", "stroke"):
            if element.get(name) in VARIABLES:
                element.set(name, _variable(element.attrib[name]))
    root.remove(root[0])  # the background: the page has its own
    del root.attrib["width"], root.attrib["height"]
    root.attrib |= {"class": "chart", "role": "group" if drawing.links else "img", "aria-label": drawing.description}
    return ElementTree.tostring(root, "unicode")


def _variable(colour: str) -> str:
    return "currentColor" if colour == INK else f"var({VARIABLES[colour]},{colour})"


def _clean(element: Element, in_mark: bool = False) -> None:
    """Clean an element and its descendants: plain names, known attributes, titles for labels, nothing invisible."""
    in_mark = in_mark or "role-mark" in element.get("class", "").split()
    label = element.get("aria-label") if in_mark and element.get("role") == "graphics-symbol" else None
    _rename(element)
    for child in list(element):
        _clean(child, in_mark)
        if _invisible(child):
            element.remove(child)
    if label:
        title = Element("title")
        title.text = label
        element.insert(0, title)


def _rename(element: Element) -> None:
    element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
    if element.tag not in ELEMENTS:
        raise ValueError(f"the drawing has a <{element.tag}>, which no chart should have")
    attributes = {}
    for raw, value in element.attrib.items():
        name = raw.removeprefix(f"{{{_XLINK}}}")
        if name in _DROPPED or name.startswith("aria-") or (name, value) == ("opacity", "1"):
            continue
        if name not in ATTRIBUTES:
            raise ValueError(f"a <{element.tag}> of the drawing has “{name}”, which no chart should have")
        if name == "href" and not re.match(r"https?://", value):
            raise ValueError(f"a link of the drawing leads to {value}, which is no address of a page")
        attributes[name] = value if name in ("href", "fill", "stroke") else _LONG_FRACTION.sub(_rounded, value)
    element.attrib.clear()
    element.attrib.update(attributes)


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}"


def _invisible(element: Element) -> bool:
    """Whether an element is an empty group, or a background or frame without fill and stroke."""
    if element.tag == "g":
        return not len(element)
    return element.tag == "path" and not (element.get("d") and (element.get("fill") or element.get("stroke")))


def _copied(root: Element) -> Element:
    return ElementTree.fromstring(ElementTree.tostring(root, "unicode"))  # noqa: S314 # our own drawing
