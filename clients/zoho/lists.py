"""Zoho's lists, page by page (Zoho: lists)."""

from collections.abc import AsyncIterator
from typing import Any, Final

from clients.zoho.errors import Unavailable
from clients.zoho.session import Params, Product, ZohoSession

LARGEST_PAGE: Final = 200
MOST_PAGES: Final = 5000  # a list that never ends is an error of Zoho's

Row = dict[str, Any]


async def pages(
    session: ZohoSession,
    path: str,
    rows: str,
    params: Params | None = None,
    *,
    product: Product = "inventory",
) -> AsyncIterator[list[Row]]:
    """Yield the pages of a list, one call each, until it ends or nobody asks for more.

    `rows` is the key of the rows. Raises ZohoError.
    """
    for page in range(1, MOST_PAGES + 1):
        asked = {**(params or {}), "page": page, "per_page": LARGEST_PAGE}
        body = await session.get(path, asked, product=product)
        found = body.get(rows)
        if not isinstance(found, list):
            raise Unavailable(f"Zoho's list {path} lacks {rows!r}")
        yield found
        context = body.get("page_context")
        if not (isinstance(context, dict) and context.get("has_more_page") is True and found):
            return
    raise Unavailable(f"Zoho's list {path} does not end")


async def every(
    session: ZohoSession,
    path: str,
    rows: str,
    params: Params | None = None,
    *,
    product: Product = "inventory",
) -> AsyncIterator[Row]:
    """Yield all rows of a list. Raises ZohoError."""
    async for page in pages(session, path, rows, params, product=product):
        for row in page:
            yield row
