"""Passages: splitting a text into paragraphs and sentences, and finding words by place and hash."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.domain.passages import (
    LARGEST_PLACE,
    Passage,
    paragraphs,
    passage_problems,
    quoted,
    sentences,
    words_hash,
)

pieces = st.sampled_from(
    ["Mosul", "fell", "U.S.", "Dr.", "a", "A.", "“No!”", "(he said.)", "Why?", "3.5", "5", "...", "Ábc.", "'", '"', "”"]
)
prose = st.lists(pieces | st.text(max_size=4), max_size=30).map(" ".join)
texts = st.lists(prose | st.text(max_size=30), max_size=6).map("\n".join) | st.text(max_size=80)


@given(text=texts)
@example(text="a\x0bb\x1cc\u2028d\r\ne\u00a0f")
def test_paragraphs_are_lines_that_hold_something(text: str) -> None:
    found = paragraphs(text)
    assert " ".join(found).split() == text.split()
    assert all(line and line == " ".join(line.split()) for line in found)
    assert paragraphs("\n".join(found)) == found
    assert list("\n".join(found).split("\n")) == (found or [""])


@given(text=texts)
def test_sentences_join_back_to_the_paragraph(text: str) -> None:
    for paragraph in paragraphs(text):
        found = sentences(paragraph)
        assert " ".join(found) == paragraph
        assert all(found)


@given(text=texts, data=st.data())
def test_a_passage_is_found_where_it_was_taken_and_nowhere_else(text: str, data: st.DataObject) -> None:
    body = paragraphs(text)
    if not body:
        return
    number = data.draw(st.integers(1, len(body)))
    of_it = sentences(body[number - 1])
    first = data.draw(st.integers(1, len(of_it)))
    last = data.draw(st.integers(first, len(of_it)))
    words = " ".join(of_it[first - 1 : last])
    passage = Passage(number, first, last, words_hash(words))
    assert passage_problems(passage) == []
    assert quoted(body, passage) == words
    assert quoted(body, replace(passage, paragraph=len(body) + 1)) is None
    assert quoted(body, replace(passage, last=len(of_it) + 1)) is None
    assert quoted(body, replace(passage, sha256=words_hash(words + "!"))) is None
    changed = [*body[: number - 1], body[number - 1] + " Added.", *body[number:]]
    assert quoted(changed, passage) in (words, None)


def test_sentences_beyond_the_end_have_no_words() -> None:
    """Otherwise the hash of an empty passage would match beyond the end of every text."""
    assert quoted(["One. Two."], Passage(1, 7, 8, words_hash(""))) is None
    assert quoted(["One. Two."], Passage(1, 1, 9, words_hash("One. Two."))) is None


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("Mosul will fall. Raqqa will follow.", 2),
        ("Dr. Who said so. Nobody heard.", 2),
        ("The U.S. Army left.", 1),
        ("“It will fall.” He left.", 2),
        ("It rose 3.5 per cent. 5 died.", 2),
        ("no capital. after the stop", 1),
        ("Will it? Yes! “No.”", 3),
    ],
)
def test_where_sentences_end(paragraph: str, count: int) -> None:
    assert len(sentences(paragraph)) == count


@pytest.mark.parametrize(
    ("passage", "fine"),
    [
        (None, True),
        (Passage(1, 1, 1, "0" * 64), True),
        (Passage(LARGEST_PLACE, 1, LARGEST_PLACE, "f" * 64), True),
        (Passage(0, 1, 1, "0" * 64), False),
        (Passage(1, 0, 1, "0" * 64), False),
        (Passage(1, 2, 1, "0" * 64), False),
        (Passage(LARGEST_PLACE + 1, 1, 1, "0" * 64), False),
        (Passage(1, 1, 2**31, "0" * 64), False),
        (Passage(1, 1, 1, "0" * 63), False),
        (Passage(1, 1, 1, "F" * 64), False),
        (Passage(1, 1, 1, "0" * 64 + "\n"), False),
    ],
)
def test_places_a_passage_can_be_at(passage: Passage | None, fine: bool) -> None:
    assert [problem.field for problem in passage_problems(passage)] == ([] if fine else ["passage"])


def test_a_place_in_words() -> None:
    assert Passage(5, 2, 2, "").words == "paragraph 5, sentence 2"
    assert Passage(5, 2, 3, "").words == "paragraph 5, sentences 2–3"
