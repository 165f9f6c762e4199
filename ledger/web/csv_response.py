"""CSV downloads, streamed a row at a time; cells that a spreadsheet would run as formulas are escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from ledger.formats.csv_reader import write_csv


def csv_response(rows: Iterable[Sequence[str]], name: str) -> Response:
    """The rows as a download of this name, sent while they are read."""
    answer = Response(write_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
