"""Lists of names on one line, separated by a mark. A name that contains the mark is put in quotation marks.

For example, `Battle, "Aleppo, Syria"` has two names. A quotation mark inside quotation marks is doubled. Every text is
accepted: quotation marks that do not enclose a whole name are taken as part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_QUOTED = r'"((?:[^"]|"")*)"\s*(?=[{mark}\n]|\Z)'


def split_names(text: str, mark: str) -> tuple[str, ...]:
    """The names in a text, without empty ones. A line end separates names as the mark does."""
    names = []
    at = 0
    quoted, plain = re.compile(_QUOTED.format(mark=mark)), re.compile(f"[^{mark}\n]*")
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        if match := quoted.match(text, at):
            name = match[1].replace('""', '"')
        else:
            match = plain.match(text, at)
            name = match[0] if match else ""
        names.append(name.strip())
        at = (match.end() if match else at) + 1  # and past the mark
    return tuple(name for name in names if name)


def join_names(names: Iterable[str], mark: str) -> str:
    """Names on one line, which `split_names` reads as the same names."""
    return f"{mark} ".join(_quoted(name) if mark in name or name.startswith('"') else name for name in names)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
