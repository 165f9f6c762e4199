"""Public pages kept as they were written, by what tells one state of a page from another.

A public page is a function of its ETag, so what was written for it once can be sent to whoever asks next; a page over
a million claims is then as quick as an empty one. Each process keeps its own, and not much: the least lately asked
for goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple

BYTES = 8_000_000  # of all pages that a process keeps
LARGEST = 400_000  # of one


class KeptPage(NamedTuple):
    """A page's body and its media type."""

    body: bytes
    content_type: str


class KeptPages:
    """Pages by ETag; may be used by several threads."""

    def __init__(self, most: int = BYTES) -> None:
        self._pages: OrderedDict[str, KeptPage] = OrderedDict()
        self._most, self._held = most, 0
        self._lock = Lock()

    def get(self, etag: str) -> KeptPage | None:
        """The page, if it is kept."""
        with self._lock:
            page = self._pages.get(etag)
            if page is not None:
                self._pages.move_to_end(etag)
            return page

    def keep(self, etag: str, page: KeptPage) -> None:
        """Keep a page, and let go of others for it. What is too large is not kept."""
        if len(page.body) > min(LARGEST, self._most):
            return
        with self._lock:
            if etag in self._pages:
                return
            self._pages[etag] = page
            self._held += len(page.body)
            while self._held > self._most:
                _, gone = self._pages.popitem(last=False)
                self._held -= len(gone.body)
