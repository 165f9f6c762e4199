"""Files of evidence: which types are accepted, by the content and never by the file's name."""

from __future__ import annotations

import re

import filetype  # type: ignore[import-untyped] # it ships no types

from ledger.domain.errors import Problem
from ledger.domain.text import text_problem

LARGEST_FILE = 10 * 1024 * 1024  # bytes
LONGEST_FILE_NAME = 160
ACCEPTED = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "text/plain": "plain text",
}

# Markup that a browser might execute if it took the file for a page or a drawing, wherever it is in the file.
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|object|embed|math|\?xml|\?php)[\s/>]", re.IGNORECASE
)
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    "text/plain": (".txt", ".csv", ".md", ".log"),
}


def file_name(sent: str) -> str:
    """An uploaded file's name, without the folders that some browsers put before it."""
    return sent.replace("\\", "/").rpartition("/")[2].strip()


def name_to_save(name: str, media_type: str) -> str:
    """A file name for saving. Its ending is one of its content's type, so that no other program opens the file."""
    endings = ENDINGS[media_type]
    return name if name.lower().endswith(endings) else name + endings[0]


def media_type(content: bytes) -> str | None:
    """The media type of a file's content, None if it is not accepted. Text must be UTF-8 without markup."""
    guessed = filetype.guess_mime(content)
    if guessed in ACCEPTED:
        return str(guessed)
    # Text may begin like a picture or a program: "BM" begins bitmaps, and "BMW announces" too.
    return "text/plain" if _is_text(content) and not _MARKUP.search(content) else None


def file_problems(name: str, content: bytes) -> list[Problem]:
    """Why a file is refused: it is empty, too large, of another type, or has no proper name."""
    if not content:
        return [Problem("file", "This file is empty.")]
    if len(content) > LARGEST_FILE:
        return [Problem("file", "This file is larger than 10 MB.")]
    if media_type(content) is None:
        if _MARKUP.search(content) and _is_text(content):
            words = (
                "Web pages and drawings that can contain code are not accepted: save the page as PDF, or take a "
                "picture of it."
            )
            return [Problem("file", words)]
        kinds = ", ".join(ACCEPTED.values())
        return [
            Problem(
                "file",
                f"Only these kinds of file are accepted: {kinds}. The content of this one is of another kind, "
                "whatever its name says.",
            )
        ]
    if not name:
        return [Problem("file", "This file has no name: give it one and choose it again.")]
    fault = text_problem(name, LONGEST_FILE_NAME)
    return [Problem("file", f"Its name: {fault}")] if fault else []


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(ord(character) < 32 and character not in "\t\n\r\f" for character in text)
