"""Search text: splitting texts into words, parsing queries, and marking where a text matches a query.

Both databases get words that are already folded and spelled in ASCII (`indexed`). So their own rules for letters,
accents and word ends do not matter, and both find the same claims.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

LONGEST_QUERY, MOST_TERMS, LONGEST_WORD = 1_000, 24, 64
BREAK = "qz"  # put between two texts, so that no phrase runs from one into the other; `spelled` never gives it
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
# Letters that Unicode does not decompose, as people type them who do not have them on their keyboard.
_PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th"}
)
# Scripts written without spaces between words: each character counts as a word, a run of them as a phrase.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Word(NamedTuple):
    """A word of a text, folded for comparison, with its place in the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """One term of a query: a word or a phrase. With `prefix`, its last word also matches longer words."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of a text. It is `marked` if it matches a term of the query."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Query:
    """A search for texts that contain every wanted term and none of the excluded ones."""

    terms: tuple[Term, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)


def parse_query(text: str) -> Query:
    """Parse a query: words, "quoted phrases" and -excluded ones. It accepts every text.

    The last word matches as a prefix, since somebody may still be typing it, unless it is quoted.
    """
    terms: list[Term] = []
    # A quote that nobody closed runs to the end.
    for found in re.finditer(r'(-?)(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))', text[:LONGEST_QUERY]):
        minus, quoted, plain = found.groups()
        if plain is not None and not minus and plain.startswith("\u2212"):
            minus = plain[0]  # a minus sign as typesetters write it
        words = tuple(word.folded for word in words_of(quoted if quoted is not None else plain))
        if words:
            last = quoted is None and found.end() == len(text.rstrip())
            term = Term(words, prefix=last and not minus and len(words[-1]) > 1, excluded=bool(minus))
            if term not in terms:
                terms.append(term)
    return Query(tuple(terms[:MOST_TERMS]))


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, folded, in order."""
    if text.isascii():
        for found in _ASCII_WORD.finditer(text):
            yield Word(found[0].lower()[:LONGEST_WORD], found.start(), found.end())
        return
    start, letters = 0, ""
    for place, character in enumerate(text):
        folded = _fold(character)
        if folded is None:
            if letters:
                yield Word(letters[:LONGEST_WORD], start, place)
                letters = ""
        elif folded and _UNSPACED.match(character):
            if letters:
                yield Word(letters[:LONGEST_WORD], start, place)
            yield Word(folded, place, place + 1)
            letters = ""
        else:
            if not letters:
                start = place
            letters += folded
    if letters:
        yield Word(letters[:LONGEST_WORD], start, len(text))


def indexed(*texts: str) -> str:
    """Texts as the search index stores them: their words spelled in ASCII, with a break after each text."""
    return "".join(" ".join([*(spelled(word.folded) for word in words_of(text)), BREAK, ""]) for text in texts if text)


@lru_cache(maxsize=20_000)
def spelled(word: str) -> str:
    """Spell a folded word in a-z and 0-9, beginning with a letter. A prefix of a word gives a prefix of its spelling.

    `q` is the escape character: qq is a q, qn precedes a digit at the start of the word, and q with four hexadecimal
    digits (qg with five) is any other letter.
    """
    out = "qn" if word[0] in "0123456789" else ""
    for letter in word:
        if letter == "q":
            out += "qq"
        elif letter.isascii():
            out += letter
        else:
            out += f"q{ord(letter):04x}" if ord(letter) < 0x10000 else f"qg{ord(letter):05x}"
    return out


def marked(text: str, query: Query) -> tuple[Piece, ...]:
    """Split a text into pieces and mark the terms of a query. Joined, the pieces are the text."""
    spans = _spans(text, query.wanted)
    pieces, at = [], 0
    for start, end in spans:
        if start > at:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:], False))
    return tuple(pieces)


def snippet(text: str, query: Query, *, around: int = 90) -> tuple[Piece, ...]:
    """The stretch of a text around its first match of a query, in marked pieces; empty without a match."""
    spans = _spans(text, query.wanted)
    if not spans:
        return ()
    start, end = max(0, spans[0][0] - around), min(len(text), spans[0][1] + 2 * around)
    if start:
        start = text.find(" ", start, spans[0][0]) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", spans[0][1], end), spans[0][1]) if " " in text[spans[0][1] : end] else end
    pieces = list(marked(text[start:end], query))
    if start:
        pieces.insert(0, Piece("… ", False))
    if end < len(text):
        pieces.append(Piece(" …", False))
    return tuple(pieces)


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """Similarity of two sets of words, 0-1: the share of all their words that both contain."""
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def _spans(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Places of the terms in a text, in order. Places that touch or overlap are joined."""
    words, places = _words(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        *before, last = term.words
        if before:
            firsts = places.get(before[0], [])
        elif term.prefix:
            firsts = [first for word, at in places.items() if word.startswith(last) for first in at]
        else:
            firsts = places.get(last, [])
        for first in firsts:
            run = words[first : first + len(term.words)]
            if len(run) < len(term.words) or [word.folded for word in run[:-1]] != before:
                continue
            if run[-1].folded == last or (term.prefix and run[-1].folded.startswith(last)):
                found.append((run[0].start, run[-1].end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=256)
def _words(text: str) -> tuple[tuple[Word, ...], dict[str, list[int]]]:
    """The words of a text, and the positions of each word among them."""
    words = tuple(words_of(text))
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word.folded, []).append(place)
    return words, places


@lru_cache(maxsize=20_000)
def _fold(character: str) -> str | None:
    """A character without case and accents. It is "" for characters that are ignored inside words (accents, joiners,
    soft hyphens), and None for those that separate words.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).translate(_PLAIN)
    letters = "".join(c for c in plain if _is_letter(c))
    if letters:
        return letters
    return "" if character == "\u0640" or unicodedata.category(character) in ("Mn", "Me", "Cf") else None


def _is_letter(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind.startswith("M"):
        # Vowel signs and the like count as letters of their scripts; accents and vowel points do not.
        return unicodedata.combining(character) in (0, 8, 9) and kind != "Me"
    return kind[0] in "LN" and character != "\u0640"
