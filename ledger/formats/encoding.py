"""Detecting the encoding of a text file from its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from ledger.formats.table_format import BrokenTable

_UTF_8 = "utf-8-sig"
# Byte sequences that most non-ASCII UTF-8 text contains and no Windows-1252 text does. Read as Windows-1252 they are
# "Ã" before a character other than a closing quotation mark, "â€" before anything, or three such pairs in a row (other
# scripts). A capital letter before a closing quotation mark does not match.
_SURELY_UTF_8 = re.compile(
    rb"\xc3[\x80-\x84\x86-\x8a\x8c-\x90\x98-\x9a\x9c-\x9f\xa1-\xba\xbc-\xbf]"
    rb"|\xe2\x80[\x80-\xbf]|(?:[\xc4-\xdf][\x80-\xbf]){3}"
)


def encoding_of(chunks: Iterable[bytes]) -> str:
    """The first of UTF-8 (with or without a byte-order mark), UTF-16, UTF-32 and Windows-1252 that fits the bytes.

    Raises BrokenTable where none fits, and for an empty file.
    """
    decoders: dict[str, codecs.IncrementalDecoder] = {}
    lines = first_astray = 0
    surely, empty = False, True
    for chunk in chunks:
        if empty:
            decoders = {name: codecs.getincrementaldecoder(name)() for name in _possible(chunk)}
        for name in list(decoders):
            try:
                decoders[name].decode(chunk)
            except UnicodeDecodeError as error:
                del decoders[name]
                if name == _UTF_8:
                    first_astray = lines + chunk.count(b"\n", 0, error.start) + 1
        surely = surely or (not chunk.isascii() and _SURELY_UTF_8.search(chunk) is not None)
        lines += chunk.count(b"\n")
        empty = False
    if empty:
        raise BrokenTable(1, 0, "The file is empty.")
    for name, decoder in decoders.items():
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            first_astray = first_astray or lines + 1
            continue
        if name == "cp1252" and surely:
            # Read as Windows-1252, the rows in UTF-8 would be garbled without any warning.
            raise BrokenTable(
                first_astray, 0, "this row is not UTF-8 text, and others are. Save the whole file as UTF-8."
            )
        return name
    raise BrokenTable(1, 0, "The file is neither UTF-8, UTF-16 nor Windows-1252 text. Save it as “CSV UTF-8”.")


def _possible(beginning: bytes) -> list[str]:
    if beginning.startswith(
        (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
    ):  # before UTF-16, because one of these begins with its mark
        return ["utf-32"]
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if len(beginning) > 1 and 0 in (beginning[0], beginning[1]) and beginning[:2] != b"\0\0":
        return ["utf-16-le" if beginning[1] == 0 else "utf-16-be"]
    return [_UTF_8, "cp1252"]
