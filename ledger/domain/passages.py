"""Passages: places in a document on which forecasts rest. They can be found again without a copy of their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from ledger.domain.errors import Problem

LARGEST_PLACE = 100_000  # paragraphs of a text, sentences of a paragraph

# A sentence ends at . ? or ! (and closing quotes) before white space and what can open the next sentence.
_SENTENCE_END = re.compile(r"(?<=[.?!])[”’\"')\]]*(?=\s+[“‘\"'(\[]?[A-ZÀ-Þ0-9])")
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Gen|Col|Lt|Sgt|Prof|vs|No|U\.S|U\.K|e\.g|i\.e)|\b[A-Z])\.$")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: its lines that are not blank, with single spaces."""
    return [tidied for line in text.splitlines() if (tidied := " ".join(line.split()))]


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, in order. Joined by spaces they are the paragraph."""
    found, start = [], 0
    for end in (match.end() for match in _SENTENCE_END.finditer(paragraph)):
        sentence = paragraph[start:end].strip()
        if not _ABBREVIATED.search(sentence):
            found.append(sentence)
            start = end
    return [*found, paragraph[start:].strip()]


def words_hash(words: str) -> str:
    """SHA-256 (hex) of quoted words with single spaces, to check whether a text contains them."""
    return sha256(" ".join(words.split()).encode()).hexdigest()


@dataclass(frozen=True)
class Passage:
    """Whole sentences of one paragraph. Both are counted from 1; `sha256` is the `words_hash` of the sentences."""

    paragraph: int
    first: int
    last: int
    sha256: str

    @property
    def words(self) -> str:
        """For reading: "paragraph 5, sentence 2", "paragraph 5, sentences 2–3"."""
        which = f"sentence {self.first}" if self.first == self.last else f"sentences {self.first}–{self.last}"
        return f"paragraph {self.paragraph}, {which}"


def passage_problems(passage: Passage | None) -> list[Problem]:
    """All problems of a passage."""
    if passage is None:
        return []
    if passage.paragraph < 1 or not 1 <= passage.first <= passage.last:
        return [Problem("passage", "Paragraphs and sentences are counted from 1, the first before the last.")]
    if max(passage.paragraph, passage.last) > LARGEST_PLACE:
        return [Problem("passage", f"No text has more than {LARGEST_PLACE:,} paragraphs or sentences.")]
    if not re.fullmatch(r"[0-9a-f]{64}", passage.sha256):
        return [Problem("passage", "The hash of the words is 64 hexadecimal digits (SHA-256).")]
    return []


def quoted(body: Sequence[str], passage: Passage) -> str | None:
    """The words of a passage in a text, given as its paragraphs; None where the text does not contain them."""
    if passage.paragraph > len(body):
        return None
    found = sentences(body[passage.paragraph - 1])
    words = " ".join(found[passage.first - 1 : passage.last])
    return words if passage.last <= len(found) and words_hash(words) == passage.sha256 else None
