"""Files kept with evidence: which are taken, told by their content and never by their name."""

from __future__ import annotations

import filetype  # type: ignore[import-untyped] # it ships no types

from ledger.domain.problems import Problem
from ledger.domain.prose import text_problem

LARGEST_FILE = 10 * 1024 * 1024  # bytes
LONGEST_FILE_NAME = 160
TAKEN = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "text/plain": "plain text",
}


def media_type(content: bytes) -> str | None:
    """The media type that a file's content has, None for one that is not taken. Text is UTF-8 without controls."""
    guessed = filetype.guess_mime(content)
    if guessed in TAKEN:
        return str(guessed)
    # What starts like a picture or a program may be words: "BM" opens bitmaps, and "BMW announces".
    return "text/plain" if _is_text(content) else None


def file_problems(name: str, content: bytes) -> list[Problem]:
    """What keeps a file from being kept."""
    if not content:
        return [Problem("file", "This file is empty.")]
    if len(content) > LARGEST_FILE:
        return [Problem("file", f"This file has {len(content) / 2**20:.1f} MB; at most 10 MB are kept.")]
    if media_type(content) is None:
        kinds = ", ".join(TAKEN.values())
        return [Problem("file", f"Only these are kept: {kinds}. Its content is none of them, whatever its name says.")]
    fault = text_problem(name, LONGEST_FILE_NAME)
    return [Problem("file", f"Its name: {fault}")] if fault else []


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\n\r\f" for character in text)
