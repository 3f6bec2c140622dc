"""How each kind of thing is found again in Xero when nobody knows whether it was written. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal
from urllib.parse import quote

from outbox.batches import Batch, Member
from outbox.outcomes import difference

Row = Mapping[str, Any]
ENDED: Final = ("VOIDED", "DELETED")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look-up says of one command: found, different (park), or absent."""

    command_id: int
    result: Literal["found", "different", "absent"]
    xero_id: str | None = None
    number: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """How new things of one kind are searched: a path for several, and what is the same."""

    path: Callable[[Sequence[Row]], str]
    same_name: Callable[[Row, Row], bool]
    same_content: Callable[[Row, Row], bool]


def path_of(batch: Batch) -> str:
    """The read that settles every member of a batch."""
    first = batch.members[0]
    if first.xero_id is None:
        return SEARCHES[batch.route.plural].path([m.element for m in batch.members])
    if len(batch.members) == 1:
        return f"/{batch.route.plural}/{first.xero_id}"
    ids = ",".join(str(m.xero_id) for m in batch.members)
    return f"/{batch.route.plural}?IDs={ids}&page=1&pageSize=100&includeArchived=true"


def find(batch: Batch, rows: Sequence[Row]) -> list[Finding]:
    """Say of each member whether the rows that Xero answered hold it."""
    judge = _find_new if batch.members[0].xero_id is None else _find_changed
    return [judge(batch, member, rows) for member in batch.members]


def _find_new(batch: Batch, member: Member, rows: Sequence[Row]) -> Finding:
    search = SEARCHES[batch.route.plural]
    namesakes = [
        row
        for row in rows
        if search.same_name(member.element, row) and row.get("Status") not in ENDED
    ]
    if not namesakes:
        return Finding(member.command_id, "absent")
    for row in namesakes:
        if search.same_content(member.element, row) and not difference(member.expected, row):
            return _found(batch, member, row)
    return Finding(
        member.command_id,
        "different",
        message="Xero has another one of this number or reference, with other contents.",
    )


def _find_changed(batch: Batch, member: Member, rows: Sequence[Row]) -> Finding:
    # A full-state write may be made again safely once nothing is in flight, so only an end state
    # is worth recognising; the rest counts as not done.
    row = next((r for r in rows if r.get(batch.route.id_field) == member.xero_id), None)
    done = row is not None and batch.route.status is not None
    if done and row is not None and row.get("Status") == batch.route.status:
        return _found(batch, member, row)
    return Finding(member.command_id, "absent")


def _found(batch: Batch, member: Member, row: Row) -> Finding:
    number = str(row.get("InvoiceNumber") or row.get("CreditNoteNumber") or "") or None
    return Finding(member.command_id, "found", str(row[batch.route.id_field]), number)


def where(*clauses: str) -> str:
    """Write a `where` of alternatives, percent-encoded."""
    return "where=" + quote(" OR ".join(clauses), safe="")


def equals(field: str, value: str) -> str:
    """One comparison; only a doubled quote escapes a quote (Xero: contacts)."""
    return f'{field}=="{value.replace(chr(34), chr(34) * 2)}"'


def _contacts(elements: Sequence[Row]) -> str:
    numbers = [equals("ContactNumber", str(e["ContactNumber"])) for e in elements]
    return f"/Contacts?{where(*numbers)}&page=1&pageSize=100&includeArchived=true"


def _invoices(elements: Sequence[Row]) -> str:
    numbers = ",".join(quote(str(e["InvoiceNumber"]), safe="") for e in elements)
    return f"/Invoices?InvoiceNumbers={numbers}&page=1&pageSize=100"


def _payments(elements: Sequence[Row]) -> str:
    references = [equals("Reference", str(e["Reference"])) for e in elements]
    return f"/Payments?{where(*references)}&page=1&pageSize=100"


def _equal(*names: str) -> Callable[[Row, Row], bool]:
    return lambda ours, theirs: all(_text(ours, name) == _text(theirs, name) for name in names)


def _text(row: Row, path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None else str(value).lower()


def _same_payment(ours: Row, theirs: Row) -> bool:
    return _text(ours, "Invoice.InvoiceID") == _text(theirs, "Invoice.InvoiceID") and Decimal(
        str(ours["Amount"])
    ) == Decimal(str(theirs["Amount"]))


SEARCHES: Final[Mapping[str, Search]] = {
    "Contacts": Search(_contacts, _equal("ContactNumber"), lambda _ours, _theirs: True),
    "Invoices": Search(_invoices, _equal("InvoiceNumber", "Type"), _equal("Contact.ContactID")),
    "Payments": Search(_payments, _equal("Reference"), _same_payment),
}
