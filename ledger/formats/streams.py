"""Reading a seekable file from its start: its bytes in chunks, or its lines in an encoding."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from io import TextIOWrapper
from typing import IO

from ledger.formats.csv_reader import LONGEST_LINE

CHUNK = 1 << 20


def chunks_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The bytes from the start, in chunks."""
    stream.seek(0)
    while chunk := stream.read(CHUNK):
        yield chunk


def lines_of(stream: IO[bytes], encoding: str) -> Generator[str, None, None]:
    """The lines from the start; a very long one in pieces. Close the generator if you stop early."""
    stream.seek(0)
    text = TextIOWrapper(stream, encoding, newline="")
    try:
        while line := text.readline(LONGEST_LINE):
            yield line
    finally:
        text.detach()  # else the stream would be closed, too
