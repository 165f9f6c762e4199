"""Quick entry: a claim in one line is parsed, previewed, carried into the record form, and saved there."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from support.forms import CLAIM, FORMS, HOSTILE, HOSTILE_LISTS, _forecast, undone
from support.pages import forms_of, text_of
from support.sweeps import Markup
from support.world import World
from werkzeug.test import TestResponse

LINE = 'The bridge is rebuilt by end of 2027 #Bridges #"old towns" 60%'
PAGE = "/desk/claims/quick"


def ask(world: World, line: str, document: object = "", **more: str) -> TestResponse:
    """The page for this line."""
    return world.browser("ada").get(PAGE, query_string={"line": line, "document": str(document), **more})


def reading(response: TestResponse) -> str:
    """The preview of what was parsed."""
    sections = Markup.of(response.text).all("section")
    return " ".join(next((e.text for e in sections if e.attributes.get("id") == "reading"), "").split())


def carried(world: World, line: str, who: str = "ada", **more: str) -> dict[str, list[str]]:
    """The data of the record form that a line fills."""
    address = f"/desk/documents/{world.places.cast.document}/claims/new"
    page = world.browser(who).get(address, query_string={"line": line, **more})
    assert page.status_code == 200
    [form] = [form for form in forms_of(page) if "statement" in form.names]
    return form.filled()


def test_a_line_is_previewed_and_nothing_is_saved(world: World) -> None:
    before = world.size()
    shown = ask(world, LINE, world.places.cast.document)
    assert shown.status_code == 200 and world.size() == before
    preview = " ".join(reading(shown).split())
    for words in ("The bridge is rebuilt by end of 2027", "Bridges", "old towns", "2027, to the year", "60%"):
        assert " ".join(words.split()) in preview, preview
    assert "stated by the speaker (“by end of 2027”)" in preview and "Nothing is saved yet." in preview
    assert "Not used" not in preview
    assert LINE in Markup.of(shown.text).all("textarea")[0].text


def test_the_preview_says_how_to_write_what_is_missing(world: World) -> None:
    preview = reading(ask(world, "It falls 60% or 70%"))
    assert "none: a topic is a word with # before it" in preview
    assert "no date was read: write “by end of 2027”" in preview
    assert "no number: write it with a % sign" in preview
    assert "“60%”, “70%”" in " ".join(preview.split())


def test_next_year_counts_from_the_day_it_was_published(world: World) -> None:
    preview = reading(ask(world, "It falls by next year", world.places.cast.document))
    assert "2017, to the year" in " ".join(preview.split()) and "counted from 17 October 2016" in preview
    unchosen = reading(ask(world, "It falls by next year"))
    assert "2027" in unchosen and "until you choose the document" in unchosen
    assert carried(world, "It falls by next year")["horizon"] == ["2017"]


def test_the_line_is_carried_into_the_record_form_and_saved(world: World) -> None:
    with undone(world) as size:
        ada = world.browser("ada")
        document = world.places.cast.document
        asked = ada.get(PAGE, query_string={"line": LINE, "document": str(document), "read": "yes"})
        assert asked.status_code == 303
        form = ada.get(str(asked.location))
        assert "Preview" in text_of(form)
        filled = carried(world, LINE)
        assert {
            name: filled[name] for name in ("statement", "topics", "horizon", "horizon_basis", "confidence", "point")
        } == {
            "statement": ["The bridge is rebuilt by end of 2027"],
            "topics": ["Bridges, old towns"],
            "horizon": ["2027"],
            "horizon_basis": ["stated"],
            "confidence": ["point"],
            "point": ["0.6"],
        }
        before = size()
        recorded = ada.submit(form, criteria="True if it carries traffic.", speaker="Paula Pundit")
        assert recorded.status_code == 303 and size() > before
        assert "The bridge is rebuilt by end of 2027" in ada.get(str(recorded.location)).text


def test_fields_that_the_line_does_not_set_stay_unchanged(world: World) -> None:
    filled = carried(world, "It simply happens")
    assert filled["statement"] == ["It simply happens"]
    assert (filled["horizon"], filled["topics"], filled["horizon_basis"]) == ([""], [""], ["default"])
    assert filled["confidence"] == ["none"] and "modality" not in filled


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Write in one sentence what would happen."),
        ("#a #b 60%", "This has topics and numbers only"),
        ("word " * 300, "at most 1,000 fit here"),
        ("a\x00b", "invisible control character"),
    ],
)
def test_an_unreadable_line_has_a_message_and_stays(world: World, line: str, said: str) -> None:
    answer = ask(world, line, world.places.cast.document, read="yes")
    page = Markup.of(answer.text)
    assert answer.status_code == 422 and said in text_of(answer)
    [box] = [e for e in page.all("textarea") if e.attributes["name"] == "line"]
    assert box.attributes["aria-describedby"].endswith("line-error")
    assert box.text.split() == line.split()
    assert ask(world, line).status_code == 200  # no error while the line is being typed


def test_a_document_must_be_chosen_and_can_be_looked_for(world: World) -> None:
    answer = ask(world, LINE, read="yes")
    assert answer.status_code == 422 and "Choose the document it was said in." in text_of(answer)
    assert "document-error" in answer.text and LINE in Markup.of(answer.text).all("textarea")[0].text
    for nonsense in ("999999", "nonsense", "-1", "9" * 40):
        assert ask(world, LINE, nonsense, read="yes").status_code == 422
    found = ask(world, LINE, q="nothingofthekind")
    assert "0 documents found" in text_of(found)
    kept = ask(world, LINE, world.places.cast.document, q="nothingofthekind")  # the chosen document stays in the list
    assert f'<option selected value="{world.places.cast.document}">' in kept.text


@pytest.mark.parametrize("name", [*HOSTILE, "a list"])
def test_nothing_that_is_typed_breaks_it(world: World, name: str) -> None:
    line = HOSTILE.get(name, HOSTILE_LISTS)
    for query in ({}, {"read": "yes"}):
        answer = ask(world, line, world.places.cast.document, **query)
        assert answer.status_code in (200, 303, 422)
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text
    carried(world, line)


def test_a_draft_is_not_overwritten_unless_requested(world: World) -> None:
    with undone(world):
        ada = world.browser("ada")
        address = FORMS["record"].address(world)
        [form] = [form for form in forms_of(ada.get(address)) if "statement" in form.names]
        data = form.filled(**{**CLAIM, **_forecast(), "statement": "An older draft"}) | {"keep_draft": "draft"}
        assert ada.post(address, data=data).status_code == 303
        page = ada.get(f"{address}?line={quote(LINE)}")
        assert "so the line was not filled in" in text_of(page)
        assert carried(world, LINE)["statement"] == ["An older draft"]
        [link] = [a.attributes["href"] for a in Markup.of(page.text).all("a") if a.text.startswith("Fill in the line")]
        assert "over=yes" in link
        over = carried(world, LINE, over="yes")
        assert over["statement"] == ["The bridge is rebuilt by end of 2027"] and over["horizon"] == ["2027"]
        assert over["criteria"] == [CLAIM["criteria"]]  # a field that the line does not set stays


def test_similar_claims_are_shown(world: World) -> None:
    shown = ask(world, "The half-judged thing happens 60%")
    assert [e for e in Markup.of(shown.text).all("section") if e.attributes.get("id") == "similar"]
    assert "The half-judged thing happens." in text_of(shown)


def test_it_is_linked_from_the_desk_and_the_record_form(world: World) -> None:
    ada = world.browser("ada")
    for page in ("/desk/", "/desk/record", FORMS["record"].address(world)):
        assert any(a.attributes["href"].startswith(PAGE) for a in Markup.of(ada.get(page).text).all("a")), page
