"""CSV files for the import tests: valid ones, and valid ones with one error each."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

HEADER = (
    *("key", "statement", "criteria", "topics", "horizon", "horizon_basis", "speaker", "speaker_kind", "made_on"),
    *("modality", "probability", "hedge", "document", "outlet", "published_on", "note"),
)


def good_row(number: int, **changes: str) -> dict[str, str]:
    """A valid row with a claim of its own. All rows are from one document."""
    row = {
        "key": f"k{number}",
        "statement": f"The fighters return, in case {number}.",
        "criteria": "True if they do,\nfalse if not.",
        "topics": "Battle; Oil & Gas",
        "horizon": "2017-10",
        "horizon_basis": "stated",
        "speaker": "Paula Pundit; Ömer “the Oracle” Öz",
        "speaker_kind": "person",
        "made_on": "2016-10-16",
        "modality": "number",
        "probability": "0.7",
        "hedge": "seven in ten, “by all accounts”",
        "document": "What comes after",
        "outlet": "The Wire",
        "published_on": "17 October 2016",
        "note": "",
    }
    return row | changes


def good_rows(n: int) -> list[dict[str, str]]:
    return [good_row(number) for number in range(n)]


def written(rows: Sequence[Mapping[str, str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


@dataclass(frozen=True)
class FileWithError:
    """A file with one error: its row, its column, and a word of the expected message."""

    how: str
    content: bytes
    row: int
    column: str
    says: str


CELLS = (  # column, invalid content, a word of the message
    ("statement", "", "one sentence"),
    ("statement", "A\0B", "U+0000"),
    ("statement", "x" * 601, "601 characters"),
    ("statement", "one\ntwo", "one line"),
    ("statement", "turned \u202e round", "U+202E"),
    ("criteria", "", "what would make it true"),
    ("horizon", "next year", "Write the date"),
    ("horizon", "2017-02-30", "28 days"),
    ("horizon", "2010", "before the day it was made"),
    ("horizon", "", "date by which"),
    ("horizon_basis", "guessed", "none of"),
    ("horizon_basis", "", "stated, implied or assigned"),
    ("speaker", "", "who made the claim"),
    ("speaker", "x" * 200, "200 characters"),
    ("speaker", ";".join(f"Person {n}" for n in range(50)), "At most 40"),
    ("speaker_kind", "robot", "person, organisation"),
    ("made_on", "2099-01-01", "in the future"),
    ("made_on", "2016-10-18", "after the document"),
    ("modality", "", "Write one of"),
    ("modality", "maybe", "none of"),
    ("probability", "70", "Did you mean"),
    ("probability", "150%", "above 100"),
    ("probability", "nan", "such as 60%"),
    ("probability", "1e-3", "such as 60%"),
    ("document", "", "document's title"),
    ("outlet", "", "where it was published"),
    ("published_on", "", "it was published"),
    ("published_on", "yesterday", "Write the date"),
    ("topics", "; ".join(f"T{n}" for n in range(20)), "At most 12"),
    ("topics", "Same; same", "named twice"),
    ("key", "k" * 201, "201 characters"),
    ("key", "A\0B", "U+0000"),
    ("note", "x" * 2_001, "2,001 characters"),
)


def spoilt_files(n: int, seed: int = 1) -> Iterator[FileWithError]:
    """`n` valid files, each with one error in a random row."""
    chance = random.Random(seed)
    for number in range(n):
        rows = good_rows(chance.randint(2, 8))
        at = chance.randrange(1, len(rows))
        encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16"])
        delimiter = chance.choice([",", ";", "\t"])
        way = number % (len(CELLS) + 8)
        if way < len(CELLS):
            column, cell, says = CELLS[way]
            rows[at][column] = cell
            yield FileWithError(
                repr(CELLS[way])[:60], written(rows, delimiter=delimiter, encoding=encoding), at + 2, column, says
            )
            continue
        whole = written(rows, delimiter=delimiter).decode()
        before = written(rows[:at], delimiter=delimiter).decode()
        line = whole[len(before) :]
        first, rest = line.split(delimiter, 1)
        how, row, column, says = "", at + 2, "", ""
        match way - len(CELLS):
            case 0:
                how, row, column, says = "too few cells", at + 2, "note", "15 cells and the header 16"
                whole = before + first + delimiter + rest.replace(f"2017-10{delimiter}", "2017-10 ", 1)
            case 1:
                how, row, column, says = "too many cells", at + 2, "17", "17 cells and the header 16"
                whole = f"{before}{first}{delimiter}surplus{delimiter}{rest}"
            case 2:
                how, column, says = "a quotation mark never closed", "statement", "that is not closed"
                whole = f'{before}{first}{delimiter}"{first}{delimiter}x\r\n'
            case 3:
                how, column, says = "words after a closing quotation mark", "statement", "closing quotation mark"
                whole = f'{before}{first}{delimiter}"said" so{delimiter}{rest}'
            case 4:
                how, column, says = "an endless cell", "statement", "longer than"
                whole = f"{before}{first}{delimiter}{'x' * 150_000}{delimiter}{rest}"
            case 5:
                how, column, says = "an endless line", "statement", "longer than"
                whole = f'{before}{first}{delimiter}"{"x" * 1_100_000}{delimiter}{rest}'
            case 6:
                how, column, says = "the same key twice", "key", "has the key"
                rows[at]["key"] = rows[0]["key"]
                whole = written(rows, delimiter=delimiter).decode()
            case 7:
                how, row, says = "no encoding there is", 1, "Windows-1252"
                yield FileWithError(
                    how, whole.replace("Pundit", "P\ufffd").encode().replace(b"\xef\xbf\xbd", b"\x81"), row, "", says
                )
                continue
        yield FileWithError(how, whole.encode(encoding), row, column, says)
