"""A cache of rendered public pages, keyed by ETag.

The ETag of a public page covers everything the page depends on: when the record changes, so does the ETag. A cached
page is therefore never out of date and needs no time limit. A page over a million claims is served as fast as an empty
one. Each process has a small cache of its own, which drops the least recently used page first.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple, cast

from cachetools import LRUCache
from flask import Flask, current_app

MOST_BYTES = 8_000_000  # of all cached pages of a process
LARGEST_PAGE = 400_000  # bytes


class CachedPage(NamedTuple):
    """A page's body and its media type."""

    body: bytes
    content_type: str


class PageCache:
    """Pages by ETag. Safe to use from several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._pages: LRUCache[str, CachedPage] = LRUCache(most_bytes, getsizeof=lambda page: len(page.body))
        self._lock = Lock()

    def get(self, etag: str) -> CachedPage | None:
        """The cached page, or None."""
        with self._lock:
            return self._pages.get(etag)

    def put(self, etag: str, page: CachedPage) -> None:
        """Cache a page, dropping others to make room. One that is too large is not cached."""
        if len(page.body) <= min(LARGEST_PAGE, self._pages.maxsize):
            with self._lock:
                self._pages[etag] = page


def page_cache() -> PageCache:
    """The cache of the current app."""
    return cast(PageCache, current_app.extensions["ledger.page_cache"])


def install(app: Flask) -> None:
    """Give an app an empty cache."""
    app.extensions["ledger.page_cache"] = PageCache()
