"""Renamed addresses and their new ones, so that old links and bookmarks keep working."""

from __future__ import annotations

import re

# Old pattern and new path, as for `re.sub` on the whole path. CHANGELOG.md lists them under "Renamed".
_SCORECARD = r"/(ledger|(?:claimants|topics|outlets|documents|years)/[^/]+)"
_ADDRESSES = tuple(
    (re.compile(old), new)
    for old, new in (
        (_SCORECARD + r"/said-again(\.json)?", r"/\1/restatements\2"),
        (_SCORECARD + r"/answers(\.json)?", r"/\1/choices-and-quantities\2"),
        (r"/yardsticks(\.json)?", r"/probability-scales\1"),
        (r"/desk/claims/(\d+)/said-again", r"/desk/claims/\1/restatements/new"),
        (r"/desk/claims/several", "/desk/claims/bulk"),
        (r"/desk/documents/(\d+)/read", r"/desk/documents/\1/readings/new"),
        (r"/desk/documents/(\d+)/text/keep", r"/desk/documents/\1/text/edit"),
        (r"/desk/imports/files/(\d+)/faults\.csv", r"/desk/imports/files/\1/errors.csv"),
        (r"/desk/imports/files/(\d+)/throw-away", r"/desk/imports/files/\1/discard"),
        (r"/desk/operator(/messages/\d+/requeue)?", r"/desk/operations\1"),
    )
)


def new_path(path: str) -> str | None:
    """The new path of a page whose address has changed; None for any other path."""
    for old, new in _ADDRESSES:
        if found := old.fullmatch(path):
            return found.expand(new)
    return None
