"""What every list shares: filters, what changed since, order and pages."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from math import ceil

from sandbox.xero import where
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import enveloped
from sandbox.xero.call import Call
from sandbox.xero.refusals import not_found, unreadable_query
from sandbox.xero.table import Table

MAX_PAGE, DEFAULT_PAGE = 1_000, 100
MAX_NUMBERS = 40  # invoice numbers in one request


def wanted(call: Call, name: str) -> list[str]:
    """Return the values of a comma-separated query parameter; empty when it isn't there."""
    values = [value.strip() for value in call.query.get(name, "").split(",") if value.strip()]
    if name == "invoicenumbers" and len(values) > MAX_NUMBERS:
        raise unreadable_query(f"At most {MAX_NUMBERS} InvoiceNumbers can be asked for")
    return values


def chosen(call: Call, table: Table, **by_index: str) -> Iterable[Record]:
    """Return the table's records that the `IDs` and the indexed parameters leave.

    `by_index` names, for each index of the table, the query parameter that it serves.
    """
    rows: Iterable[Record] = table
    if ids := wanted(call, "ids"):
        rows = [row for row_id in dict.fromkeys(ids) if (row := table.get(row_id))]
    for index, parameter in by_index.items():
        if values := wanted(call, parameter):
            found = {row[table.key]: row for value in values for row in table.find(index, value)}
            kept = {row[table.key] for row in rows} if ids else found.keys()
            rows = [row for row_id, row in found.items() if row_id in kept]
    return rows


def addressed(call: Call, table: Table) -> Record:
    """Return the table's record whose id the address names. Raises Answered (404)."""
    record = table.get(call.path["id"])
    if record is None:
        raise not_found()
    return record


def answered(
    call: Call,
    plural: str,
    rows: Iterable[Record],
    fields: frozenset[str],
    key: str,
    slim: Callable[[Record], Record] = lambda record: record,
) -> Answer:
    """Answer a list of viewed records: `where`, If-Modified-Since, `order`, `page`, `pageSize`.

    `fields` are what `where` may name, `key` the id that breaks ties, `slim` what drops the detail
    that lists without a page don't carry. Raises Answered (400) for a query that can't be read.
    """
    rows = _sorted(call, [row for row in rows if _shown(call, row)], fields, key)
    if "where" in call.query:
        rows = list(filter(where.parse(call.query["where"], fields), rows))
        rows = [] if _is_blind(call, plural) else rows
    if "page" not in call.query:
        return enveloped(call, {plural: [slim(row) for row in rows]})
    page, size = _number(call, "page", 1), _number(call, "pagesize", DEFAULT_PAGE)
    size = min(size, MAX_PAGE)
    counts = {
        "page": page,
        "pageSize": size,
        "pageCount": ceil(len(rows) / size),
        "itemCount": len(rows),
    }
    content = rows[(page - 1) * size : page * size]
    return enveloped(call, {"pagination": counts, plural: content})


def _is_blind(call: Call, plural: str) -> bool:
    """Whether the filter names a field whose filter silently finds nothing."""
    blind = (name.split(".", 1) for name in call.organisation.blind_filters)
    return any(table == plural and field in call.query["where"] for table, field in blind)


def _shown(call: Call, row: Record) -> bool:
    written = row.get("_written")
    lag = timedelta(seconds=call.organisation.read_lag)
    if lag and written and written > call.now - lag:
        return False
    updated = row.get("UpdatedDateUTC")
    if call.modified_since is None or updated is None:
        return True
    return bool(updated.replace(microsecond=0) > call.modified_since)


def _sorted(call: Call, rows: list[Record], fields: frozenset[str], key: str) -> list[Record]:
    rows.sort(key=lambda row: (str(row.get("UpdatedDateUTC", "")), str(row[key])))
    if "order" in call.query:
        name, down = where.order(call.query["order"], fields)
        rows.sort(key=lambda row: _rank(where.value_at(row, name)), reverse=down)
    return rows


def _rank(value: object) -> tuple[bool, str, object]:
    return value is not None, type(value).__name__, value


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise unreadable_query(f"{name} must be a number from 1")
    return int(text)
