"""What changed in one of Zoho's lists, with the filters that really work (Zoho: lists)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from clients.zoho.errors import NoPermission, Refused
from clients.zoho.kinds import Kind, Listing
from clients.zoho.lists import Row, pages
from clients.zoho.session import ZohoSession

# Pages of a list that can't be filtered by change: the newest 600 documents, the rest nightly.
MOST_PAGES: Final = 3
SLACK: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as a list shows it."""

    zoho_id: str
    stamp: datetime | None
    row: Row


class Reader:
    """Reads the lists of one connection for one sweep; `full` reads them to their end."""

    def __init__(self, session: ZohoSession, *, full: bool) -> None:
        self._session = session
        self._full = full
        self.complete = False
        self.refused: str | None = None  # why Books did not let us in

    async def changed(self, kind: Kind, since: datetime) -> AsyncIterator[Listed]:
        """Yield what may have changed since then, from the better list of those that we may read.

        `complete` then says whether these were all. Raises NoPermission where no list is permitted,
        and clients.zoho.errors.ZohoError.
        """
        for listing in kind.listings:
            if listing is not kind.listings[-1] and self.refused is not None:
                continue  # what it refused once it will again, and there is another list
            try:
                async for found in self._rows(kind, listing, since):
                    yield found
            except (NoPermission, Refused) as error:  # without Books, its address may be unknown
                if listing.product != "books":
                    raise
                self.refused = str(error)
            else:
                return
        raise NoPermission(self.refused or f"no list of {kind.entity} may be read")

    async def _rows(self, kind: Kind, listing: Listing, since: datetime) -> AsyncIterator[Listed]:
        count, self.complete = 0, False
        asked = {} if self._full else _params(listing, since)
        async for page in pages(
            self._session, listing.path, listing.rows, asked, product=listing.product
        ):
            rows = [_listed(kind, row) for row in page]
            for row in rows:
                yield row
            count += 1
            if not self._full and _is_over(listing, rows, since, count):
                return
        self.complete = not asked


def _params(listing: Listing, since: datetime) -> dict[str, str]:
    if listing.since == "filter":
        return {"last_modified_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S%z")}
    if listing.since == "order":
        return {"sort_column": "last_modified_time", "sort_order": "D"}
    return {}


def _is_over(listing: Listing, rows: list[Listed], since: datetime, count: int) -> bool:
    """Whether the pages that follow are not worth a call."""
    old = [row for row in rows if row.stamp is not None and row.stamp < since - SLACK]
    if listing.since == "order":
        return bool(old)
    # A filter that lets old documents through does not work: the list is read like one without.
    return count >= MOST_PAGES and (listing.since == "nothing" or bool(old))


def _listed(kind: Kind, row: Row) -> Listed:
    return Listed(str(row.get(kind.id_field, "")), stamp_of(row), row)


def stamp_of(row: Any) -> datetime | None:
    """The instant at which a row says that its document changed; lists write it their own way."""
    written = row.get("last_modified_time")
    try:
        stamp = datetime.fromisoformat(str(written))
    except ValueError:
        return None
    return stamp.astimezone(UTC) if stamp.tzinfo else None
