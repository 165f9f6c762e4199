"""The page cache has a size limit and drops the least recently used page first."""

from __future__ import annotations

from ledger.web.page_cache import LARGEST_PAGE, CachedPage, PageCache


def page(size: int) -> CachedPage:
    return CachedPage(b"x" * size, "text/html")


def test_the_least_recently_used_page_is_dropped_first() -> None:
    cache = PageCache(most_bytes=100)
    cache.put("one", page(40))
    cache.put("two", page(40))
    assert cache.get("one") == page(40)  # used more recently than the other
    cache.put("three", page(40))
    assert [cache.get(etag) is not None for etag in ("one", "two", "three")] == [True, False, True]


def test_a_page_that_is_too_large_is_not_cached() -> None:
    small, usual = PageCache(most_bytes=100), PageCache()
    small.put("whole", page(100))
    small.put("over", page(101))
    assert small.get("over") is None and small.get("whole") is not None
    usual.put("whole", page(LARGEST_PAGE))
    usual.put("over", page(LARGEST_PAGE + 1))
    assert usual.get("over") is None and usual.get("whole") is not None


def test_a_page_cached_again_counts_once() -> None:
    cache = PageCache(most_bytes=100)
    for _ in range(3):
        cache.put("one", page(50))
    cache.put("two", page(50))
    assert cache.get("one") is not None and cache.get("two") is not None
