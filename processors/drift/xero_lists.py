"""Reading Xero's lists for a comparison: a page at a time, the day's calls in mind."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import date
from math import ceil
from typing import Any, Final
from urllib.parse import quote

from clients.xero.errors import QueryRefused
from clients.xero.reader import PAGE, Reader
from processors.drift.holdings import Holdings
from processors.drift.judging import LIST_OF
from processors.drift.xero_side import LISTS, XeroSide, xero_side

IDS: Final = 40  # ids in one request
SINGLES: Final = 20  # credit notes that are asked for one by one
# Lists without a date of their own are read whole.
WHOLE: Final = {"Contacts": "?includeArchived=true&summaryOnly=true"}
KEPT: Final = frozenset(
    {
        *LISTS.values(),
        *("Type", "Status", "ContactStatus", "PaymentType", "Name", "Reference", "CurrencyCode"),
        *("InvoiceNumber", "CreditNoteNumber", "Date", "DateString", "UpdatedDateUTC"),
        *("Total", "Amount", "AmountDue", "RemainingCredit", "Allocations"),
        *("Contact", "Invoice", "CreditNote"),
    }
)
Row = dict[str, Any]


def planned_calls(links: Iterable[str]) -> int:
    """How many calls reading Xero will take, as far as our own documents tell."""
    counts = dict.fromkeys(LISTS, 0)
    for key in links:
        name = LIST_OF.get(key.partition(":")[0])
        if name is not None:
            counts[name] += 1
    return sum(max(1, ceil(count / PAGE)) for count in counts.values())


async def read_lists(reader: Reader, ours: Holdings, cutover: date) -> XeroSide:
    """Read all of Xero's lists from the cut-over on, and what of ours may stand before it.

    Raises what the reader raises.
    """
    rows: dict[str, list[Row]] = {}
    for name in LISTS:
        rows[name] = [_kept(row) async for row in _list(reader, name, cutover)]
    for name, look in LOOKS.items():
        seen = {str(row[LISTS[name]]) for row in rows[name]}
        away = [xero_id for xero_id in _wanted(ours, name) if xero_id not in seen]
        rows[name] += [_kept(row) async for row in look(reader, away)]
    return xero_side(rows)


def _wanted(ours: Holdings, name: str) -> Iterable[str]:
    return (
        xero_id
        for key, xero_id in ours.links.items()
        if key in ours.things and LIST_OF.get(ours.things[key].kind) == name
    )


def _kept(row: Mapping[str, Any]) -> Row:
    return {name: value for name, value in row.items() if name in KEPT}


async def _list(reader: Reader, name: str, cutover: date) -> AsyncIterator[Row]:
    since = f"Date>=DateTime({cutover.year},{cutover.month:02d},{cutover.day:02d})"
    narrowed = WHOLE.get(name, f"?where={quote(since, safe='')}")
    try:
        async for page in reader.pages(name, f"/{name}{narrowed}"):
            for row in page:
                yield row
    except QueryRefused:  # a filter that can't be read costs pages, not the comparison
        async for page in reader.pages(name, f"/{name}"):
            for row in page:
                yield row


async def _invoices(reader: Reader, ids: list[str]) -> AsyncIterator[Row]:
    """Documents that a person may have dated before the cut-over, many at once."""
    for start in range(0, len(ids), IDS):
        batch = ",".join(ids[start : start + IDS])
        async for page in reader.pages("Invoices", f"/Invoices?IDs={batch}"):
            for row in page:
                yield row


async def _credit_notes(reader: Reader, ids: list[str]) -> AsyncIterator[Row]:
    """The same for credit notes, of which Xero gives one at a time."""
    for xero_id in ids[:SINGLES]:
        row = await reader.one("CreditNotes", f"/CreditNotes/{xero_id}")
        if row is not None:
            yield row


LOOKS: Final[Mapping[str, Callable[[Reader, list[str]], AsyncIterator[Row]]]] = {
    "Invoices": _invoices,
    "CreditNotes": _credit_notes,
}
