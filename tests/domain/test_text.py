"""Text that people type: tidying, refusing, fingerprints and slugs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.text import fingerprint, slug, text_problem, tidy, url_problem


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert "\r" not in once
    assert once == once.strip()


@given(st.text())
def test_tidying_never_changes_a_word(text: str) -> None:
    assert tidy(text).split() == unicodedata.normalize("NFC", text).split()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "plain",
            "naïve “quotes” – dashes…",
            "سيعود المقاتلون",
            "הם יחזרו",
            "戦士は戻る",
            "🔥👩‍👩‍👧 🇬🇧",
            "no\u00a0break",
        ),
        *(
            "RTL with a mark\u200f and\u200e",
            "e\u0301",
            "\ufeffBOM",
            "Zoë\u200dZWJ",
            "<b>&amp;</b>",
            "'; DROP TABLE claim;--",
        ),
    ],
)
def test_writing_of_every_script_is_accepted(text: str) -> None:
    assert text_problem(text, 600) is None
    assert text_problem(tidy(text), 600) is None


OVERRIDES = [chr(n) for n in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
CONTROLS = [chr(n) for n in range(0xA0) if unicodedata.category(chr(n)) == "Cc" and chr(n) not in "\n\t"]


@pytest.mark.parametrize("character", [*OVERRIDES, *CONTROLS, "\ud800"], ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("lines", [False, True])
def test_invisible_characters_are_refused_with_their_position(character: str, lines: bool) -> None:
    problem = text_problem(f"one{character}two", 600, lines=lines)
    assert problem is not None
    assert f"U+{ord(character):04X}" in problem
    assert "position 4" in problem


@pytest.mark.parametrize("character", ["\n", "\t"])
def test_line_ends_and_tabs_are_accepted_only_with_lines(character: str) -> None:
    assert text_problem(f"one{character}two", 600) == "Write this on one line."
    assert text_problem(f"one{character}two", 600, lines=True) is None


def test_length_is_counted_in_characters() -> None:
    assert text_problem("é" * 600, 600) is None
    assert text_problem("é" * 1601, 1600) == "This is 1,601 characters long; at most 1,600 fit here."


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org", "http://example.org/a?b=c#d", "https://[::1]:8080/x", "HTTPS://EXAMPLE.ORG"),
        *("https://müller.example/ü", "https://example.org:443/"),
    ],
)
def test_web_addresses(url: str) -> None:
    assert url_problem(url) is None


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.org", "//example.org", "ftp://example.org", "javascript:alert(1)", "mailto:a@example.org"),
        *("https://", "https:///path", "https://[::1", "https://example.org:port/", "https://example.org:0/"),
        *("https://exa mple.org", "https://example.org/a b", "https://example.org/\n", " https://example.org"),
        *("data:text/html,x", "https://example.org:99999/"),
    ],
)
def test_other_texts_are_refused_as_addresses(url: str) -> None:
    assert url_problem(url) == "Write the whole address, beginning with https:// or http://."


def test_texts_that_differ_only_in_spelling_have_one_fingerprint() -> None:
    same = [
        "The  City is\nretaken",
        "the city is retaken",
        "THE CITY IS RETAKEN ",
        "The ﬃ".replace("ﬃ", "city is retaken"),
    ]
    assert len({fingerprint(text) for text in same}) == 1
    assert fingerprint("café") == fingerprint("cafe\u0301")
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("a") != fingerprint("a", "")
    assert len(fingerprint()) == 64


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Foreign Fighters", "foreign-fighters"),
        ("  --Año Nuevo!  ", "año-nuevo"),
        ("イスラム国", "イスラム国"),
        ("🔥", "unnamed"),
        ("", "unnamed"),
        ("../../etc", "etc"),
    ],
)
def test_slugs_of_names(name: str, address: str) -> None:
    assert slug(name) == address


@given(st.text())
def test_a_slug_is_never_empty_and_has_no_special_characters(text: str) -> None:
    assert slug(text)
    assert not set(slug(text)) & set(" /?#%&.:@\\\"'<>\n")
