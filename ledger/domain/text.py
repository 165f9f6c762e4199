"""Cleaning and checking of text that people type, and the fingerprints and slugs made from it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

_BLANKS = re.compile("[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
# These make text look different from what is stored, so that a quotation could be forged with them.
# Right-to-left scripts do not need them; the harmless marks (U+200E, U+200F) are allowed.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def tidy(text: str) -> str:
    """Normalise a text: NFC, line ends as LF, no white space at either end. Words are never changed."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def one_spaced(text: str) -> str:
    """Tidy a sentence, and replace each run of blanks by one space. Line ends stay, to be refused by `text_problem`."""
    return _BLANKS.sub(" ", tidy(text))


def text_problem(text: str, longest: int, *, lines: bool = False) -> str | None:
    """A sentence saying why this text cannot be stored, or None. `lines` allows line ends and tabs."""
    if len(text) > longest:
        return f"This is {len(text):,} characters long; at most {longest:,} fit here."
    if text.isprintable():  # the common case, fast because an import checks a million texts
        return None
    for position, character in enumerate(text, 1):
        if character in "\n\t":
            if not lines:
                return "Write this on one line."
        elif unicodedata.category(character) in ("Cc", "Cs") or character in _OVERRIDES:
            return (
                f"There is an invisible control character (U+{ord(character):04X}) at position "
                f"{position:,}. Delete it and try again."
            )
    return None


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which blank lines separate."""
    found: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def url_problem(url: str) -> str | None:
    """A sentence saying why this is not a web address, or None."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not named or re.search(r"\s", url):
        return "Write the whole address, beginning with https:// or http://."
    return None


@lru_cache(maxsize=8_192)
def fingerprint(*texts: str) -> str:
    """SHA-256 (hex) of texts, the same for texts that differ only in case, spacing or the encoding of accents.

    It accepts every text, even one that `text_problem` refuses, because texts are compared before they are checked.
    """
    same = [" ".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in texts]
    return sha256("\x1f".join(same).encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=8_192)
def slug(name: str) -> str:
    """A name as it is written in an address: "Foreign Fighters" → "foreign-fighters". Letters of any script stay."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[^\w]+", "-", folded).strip("-_") or "unnamed"
