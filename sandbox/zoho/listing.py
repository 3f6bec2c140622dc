"""Lists: filters that work, sorting, pages (Zoho: lists)."""

from collections.abc import Callable, Iterable, Mapping

from sandbox.zoho.call import Answer, Call
from sandbox.zoho.encoding import Record
from sandbox.zoho.refusals import invalid
from sandbox.zoho.times import parsed

LARGEST_PAGE = 200
Keeps = Callable[[Record], bool]
Filter = Callable[[str], Keeps]  # from the query's value; raises Refused for one that won't read


def equal(field: str) -> Filter:
    """Keep rows whose field is the value."""
    return lambda value: lambda row: str(row[field]) == value


def contains(field: str) -> Filter:
    """Keep rows whose field has the value in it, letter case aside."""
    return lambda value: lambda row: value.casefold() in str(row[field]).casefold()


def with_status(value: str) -> Keeps:
    """Keep rows of a status; `unpaid` is whatever is open and owes something."""
    unpaid = {"sent", "overdue", "partially_paid", "open"}
    wanted = unpaid if value == "unpaid" else {value}
    return lambda row: row["status"] in wanted


def filtered_by(value: str) -> Keeps:
    """Keep rows of `Status.All`, `Status.PartiallyPaid` and so on."""
    family, _, name = value.partition(".")
    if family != "Status":
        raise invalid("filter_by")
    if name == "All":
        return lambda _row: True
    return with_status("partially_paid" if name == "PartiallyPaid" else name.lower())


def modified_since(value: str) -> Keeps:
    """Keep rows changed at the time or later. A `+` that was not escaped reads as a space."""
    try:
        since = parsed(value)
    except ValueError:
        raise invalid("last_modified_time") from None
    return lambda row: parsed(row["last_modified_time"]) >= since


DATES: Mapping[str, Filter] = {
    "date": equal("date"),
    "date_start": lambda value: lambda row: bool(row["date"] >= value),
    "date_end": lambda value: lambda row: bool(row["date"] <= value),
    "date_after": lambda value: lambda row: bool(row["date"] > value),
    "date_before": lambda value: lambda row: bool(row["date"] < value),
}


def listed(
    call: Call,
    root: str,
    rows: Iterable[Record],
    filters: Mapping[str, Filter] | None = None,
    sortable: Iterable[str] = (),
) -> Answer:
    """Return one page, the newest first unless asked otherwise. Raises Refused.

    `rows` come oldest first. A query without a filter of that name is ignored, as Zoho does.
    """
    kept = list(rows)
    for name, with_value in (filters or {}).items():
        if value := call.query.get(name):
            kept = list(filter(with_value(value), kept))
    return _page(call, root, _sorted(call, kept, {"created_time", *sortable}))


def _sorted(call: Call, rows: list[Record], sortable: set[str]) -> list[Record]:
    column = call.query.get("sort_column", "created_time")
    if column not in sortable:
        raise invalid("sort_column")
    if column == "last_modified_time":
        rows = sorted(rows, key=lambda row: parsed(row[column]))
    elif column != "created_time":
        rows = sorted(rows, key=lambda row: str(row[column]))
    return rows if call.query.get("sort_order") == "A" else rows[::-1]


def _page(call: Call, root: str, rows: list[Record]) -> Answer:
    page, size = _count(call, "page", 1), min(_count(call, "per_page", LARGEST_PAGE), LARGEST_PAGE)
    end = page * size
    context = {
        "page": page,
        "per_page": size,
        "has_more_page": end < len(rows),
        "report_name": root.capitalize(),
        "applied_filter": call.query.get("filter_by", "Status.All"),
        "sort_column": call.query.get("sort_column", "created_time"),
        "sort_order": call.query.get("sort_order", "D"),
    }
    return call.answer("success", **{root: rows[end - size : end]}, page_context=context)


def _count(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, str(default))
    if not value.isdecimal() or int(value) < 1:
        raise invalid(name)
    return int(value)
