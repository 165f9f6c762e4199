"""Search text: parsing queries, folding and spelling words, and marking matches."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.search_text import (
    BREAK,
    Piece,
    Query,
    Term,
    indexed,
    marked,
    overlap,
    parse_query,
    snippet,
    spelled,
    words_of,
)


def folded(text: str) -> list[str]:
    return [word.folded for word in words_of(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The city's 2nd-largest bridge", ["the", "city", "s", "2nd", "largest", "bridge"]),
        ("Ödegård, ŁÓDŹ & Sørensen", ["odegard", "lodz", "sorensen"]),
        ("Straße STRASSE ﬁne", ["strasse", "strasse", "fine"]),
        ("İstanbul ışık", ["istanbul", "isik"]),
        ("سيَعودُ المُقاتلون", ["سيعود", "المقاتلون"]),  # vowel points are left out
        ("שָׁלוֹם", ["שלום"]),
        ("soft\u00adhyphen", ["softhyphen"]),
        ("我们 will 胜利", ["我", "们", "will", "胜", "利"]),
        ("½", ["1", "2"][:0] or ["12"]),
        ("🔥 … --", []),
        ("a_b", ["a", "b"]),
    ],
)
def test_words_compare_without_case_and_accents(text: str, words: list[str]) -> None:
    assert folded(text) == words
    assert folded(unicodedata.normalize("NFD", text)) == words


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("mosul falls", [Term(("mosul",)), Term(("falls",), prefix=True)]),
        ('"will fall" soon', [Term(("will", "fall")), Term(("soon",), prefix=True)]),
        ('soon "will fall"', [Term(("soon",)), Term(("will", "fall"))]),
        ("soon “will fall", [Term(("soon",)), Term(("will", "fall"))]),
        ("city -bridge", [Term(("city",)), Term(("bridge",), excluded=True)]),
        ('city -"old bridge"', [Term(("city",)), Term(("old", "bridge"), excluded=True)]),
        ("covid-19", [Term(("covid", "19"), prefix=True)]),
        ("a", [Term(("a",))]),  # one letter would begin half of all words
        ("city city", [Term(("city",)), Term(("city",), prefix=True)]),
        ("NEAR(a b) OR c* AND NOT ^d:e", None),
        ("", []),
        ('"" - -- "-" * ( ) : ^ \x00 \x1b', []),
    ],
)
def test_every_text_is_a_query(typed: str, terms: list[Term] | None) -> None:
    parsed = parse_query(typed)
    if terms is None:
        assert [t.words for t in parsed.terms][:2] == [("near", "a"), ("b",)]
    else:
        assert list(parsed.terms) == terms


@given(st.text(max_size=200))
def test_every_text_is_spelled_in_plain_letters_and_digits(text: str) -> None:
    for term in parse_query(text).terms:
        for word in term.words:
            assert spelled(word).isascii() and spelled(word).isalnum() and spelled(word)[0].isalpha()


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_different_words_have_different_spellings_and_prefixes_stay_prefixes(one: str, other: str) -> None:
    for left in folded(one):
        for right in folded(other):
            assert (spelled(left) == spelled(right)) == (left == right)
            assert spelled(left).startswith(spelled(right)) == left.startswith(right)
            assert spelled(left) != BREAK


def test_a_phrase_does_not_run_from_one_text_into_the_next() -> None:
    assert indexed("one two", "", "three") == f"one two {BREAK} three {BREAK} "


@given(st.text(max_size=120), st.text(max_size=20))
def test_the_pieces_of_a_marked_text_are_the_text(text: str, typed: str) -> None:
    assert "".join(piece.text for piece in marked(text, parse_query(typed))) == text


def test_matches_are_marked_in_the_original_spelling() -> None:
    pieces = marked("In Łódź <b>the</b> bridge fell.", parse_query("lodz bri"))
    assert [p.text for p in pieces if p.marked] == ["Łódź", "bridge"]
    assert marked("the old bridge; the bridge", parse_query('"old bridge" -the'))[1] == Piece("old bridge", True)


def test_a_snippet_is_cut_at_words_around_the_first_hit() -> None:
    text = "word " * 60 + "needle " + "more " * 80
    pieces = snippet(text, parse_query("needle"))
    assert pieces[0] == Piece("… ", False) and pieces[-1] == Piece(" …", False)
    assert Piece("needle", True) in pieces
    assert 100 < sum(len(piece.text) for piece in pieces) < 400
    assert all(part in ("word", "more", "needle", "…") for part in "".join(p.text for p in pieces).split())
    assert snippet(text, parse_query("nowhere")) == ()
    assert snippet(text, Query(())) == ()


def test_overlap_is_the_share_of_words_in_common() -> None:
    assert overlap(["a", "b"], ["b", "a", "a"]) == 1
    assert overlap(["a", "b"], ["b", "c"]) == pytest.approx(1 / 3)
    assert overlap([], []) == 0
