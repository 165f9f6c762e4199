"""Paging: the number of pages of a list, for every list that is shown page by page."""

from __future__ import annotations

from ledger.domain.errors import Missing


def page_count(total: int, size: int, page: int) -> int:
    """The number of pages for `total` lines at `size` a page, at least 1. Raises Missing if there is no page `page`."""
    pages = max(1, -(-total // size))
    if not 1 <= page <= pages:
        raise Missing(f"page {page} of {pages}")
    return pages
