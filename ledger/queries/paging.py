"""Paging: how many pages a list takes. Every list that is turned page by page asks here."""

from __future__ import annotations

from ledger.domain.errors import Missing


def page_count(total: int, size: int, page: int) -> int:
    """How many pages `total` lines take at `size` a page; an empty list has one. Raises Missing without page `page`."""
    pages = max(1, -(-total // size))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    return pages
