"""The coverage page (which documents were read, and how they were chosen), and downloads of evidence files."""

from __future__ import annotations

from io import BytesIO

from flask import Response, send_file

from ledger.queries.coverage import Coverage
from ledger.queries.coverage import coverage as read_coverage
from ledger.services.evidence import stored_file
from ledger.services.files import name_to_save
from ledger.web.access import public
from ledger.web.context import session
from ledger.web.html_and_json import page
from ledger.web.public.blueprint import public_pages
from ledger.web.request_args import page_number


@page(public_pages, "/coverage", "public/coverage.html")
def coverage() -> Coverage:
    return read_coverage(session(), page=page_number())


@public_pages.route("/evidence/<int:number>/file")
@public
def evidence_file(number: int) -> Response:
    """A file stored with evidence. It is untrusted: sent as a download, and sandboxed should a browser open it."""
    file, content = stored_file(session(), number)
    answer = send_file(
        BytesIO(content),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=name_to_save(file.name, file.media_type),
        etag=file.sha256,
        conditional=True,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "no-cache"
    return answer
