"""Text out of a file that can be read from its start again: its bytes in pieces, its lines in an encoding."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from io import TextIOWrapper
from typing import IO

from ledger.formats.csv_reader import LONGEST_LINE

CHUNK = 1 << 20


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes from the start, a piece at a time."""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


def lines_of(stream: IO[bytes], encoding: str) -> Generator[str, None, None]:
    """The lines from the start; an endless one in pieces. Close it where it is not read to its end."""
    stream.seek(0)
    text = TextIOWrapper(stream, encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            yield line
    finally:
        text.detach()  # or the stream would be closed with it
