"""A cache of rendered public pages, keyed by ETag.

The ETag of a public page stands for everything the page depends on, so a cached page is never out of date and needs no
time limit: when the record changes, the ETag changes. A page over a million claims is then served as fast as an empty
one. Each process has a small cache of its own, from which the least recently used page goes first.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple, cast

from cachetools import LRUCache
from flask import Flask, current_app

MOST_BYTES = 8_000_000  # of all pages that a process keeps
LARGEST_PAGE = 400_000  # bytes


class CachedPage(NamedTuple):
    """A page's body and its media type."""

    body: bytes
    content_type: str


class PageCache:
    """Pages by ETag; may be used by several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: LRUCache[str, CachedPage] = LRUCache(most_bytes, getsizeof=lambda page: len(page.body))
        self._lock = Lock()

    def get(self, etag: str) -> CachedPage | None:
        """The page, if it is here."""
        with self._lock:
            return self._pages.get(etag)

    def keep(self, etag: str, page: CachedPage) -> None:
        """Keep a page, and let go of others for it. One that is too large is not kept."""
        if len(page.body) <= min(LARGEST_PAGE, self._pages.maxsize):
            with self._lock:
                self._pages[etag] = page


def page_cache() -> PageCache:
    """The cache of the app that answers this request."""
    return cast(PageCache, current_app.extensions["ledger.page_cache"])


def install(app: Flask) -> None:
    """Give an app an empty cache."""
    app.extensions["ledger.page_cache"] = PageCache()
