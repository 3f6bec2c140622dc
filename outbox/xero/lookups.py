"""How each kind of thing is found again in Xero when nobody knows whether it was written. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import quote

from clients.xero.answers import Answer
from outbox.xero.batches import Batch, Member
from outbox.xero.outcomes import OK, difference, rows_of

Row = Mapping[str, Any]
ENDED: Final = ("VOIDED", "DELETED")
PAGE: Final = "page=1&pageSize=1000"  # the most that Xero gives: what is on a second page is absent
KEPT: Final = (
    "Xero says that the number is taken, and only a voided or deleted document has it there: give"
    " the new one another number in Zoho."
)
SEPARATOR: Final = ","  # of Xero's lists of numbers


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look-up says of one command: found, different (park), or absent.

    The message says why it is different, or what has ended has the name of what is absent.
    """

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
    if first.parent is not None:
        return f"/CreditNotes/{first.parent}"
    if first.xero_id is None:
        return SEARCHES[batch.route.plural].path([m.element for m in batch.members])
    if _is_one(batch):
        return f"/{batch.route.plural}/{first.xero_id}"
    ids = ",".join(str(m.xero_id) for m in batch.members)
    return f"/{batch.route.plural}?IDs={ids}&{PAGE}&includeArchived=true"


def is_told(batch: Batch, answer: Answer) -> bool:
    """Whether an answer to `path_of` says what Xero holds; a gateway's page proves no absence.

    Of one thing that it has not Xero says 404, of a list never.
    """
    if answer.status == HTTPStatus.NOT_FOUND:
        return batch.members[0].parent is not None or _is_one(batch)
    plural = batch.route.plural if batch.members[0].parent is None else "CreditNotes"
    read = answer.status in OK and isinstance(answer.body, dict)
    return read and isinstance(answer.body.get(plural), list)


def _is_one(batch: Batch) -> bool:
    return len(batch.members) == 1 and batch.members[0].xero_id is not None


def find(batch: Batch, body: Any, others: Collection[str] = ()) -> list[Finding]:
    """Say of each member whether the answer to `path_of` holds it; None: there was nothing.

    `others` are ids in Xero of things that are known already, and so none of these.
    """
    ids = {None, *others}  # what shows no id can't be told from others, and can't be kept
    rows = [row for row in rows_in(batch, body) if row.get(batch.route.id_field) not in ids]
    judge = _find_new if batch.members[0].xero_id is None else _find_changed
    findings: list[Finding] = []
    for member in batch.members:
        findings.append(judge(batch, member, rows))
        # One row is one thing: two bills of a vendor may have the same number and total.
        rows = [row for row in rows if row.get(batch.route.id_field) != findings[-1].xero_id]
    return findings


def rows_in(batch: Batch, body: Any) -> list[dict[str, Any]]:
    """The rows of an answer to `path_of` that may be a member's."""
    if not isinstance(body, dict):
        return []
    if batch.members[0].parent is None:
        return [] if batch.route.plural not in body else rows_of(batch.route, body)
    notes = body.get("CreditNotes") or [{}]
    return list(notes[0].get(batch.route.plural) or [])


def _find_new(batch: Batch, member: Member, rows: Sequence[Row]) -> Finding:
    search = SEARCHES[batch.route.plural]
    named = [row for row in rows if search.same_name(member.element, row)]
    namesakes = [row for row in named if row.get("Status") not in ENDED]
    if not namesakes:
        return Finding(member.command_id, "absent", message=KEPT if named else None)
    for row in namesakes:
        if search.same_content(member.element, row) and not difference(member.expected, row):
            return _found(batch, member, row)
    return Finding(
        member.command_id,
        "different",
        message="Xero has another one of this number or reference, with other contents.",
    )


def _find_changed(batch: Batch, member: Member, rows: Sequence[Row]) -> Finding:
    # A full-state write may be made again safely once nothing is in flight, so only an end
    # is worth recognising; the rest counts as not done.
    row = next((r for r in rows if r.get(batch.route.id_field) == member.xero_id), None)
    ends = batch.route.ends
    gone = row is None if ends == "GONE" else row is not None and row.get("Status") == ends
    if ends is not None and gone:
        return Finding(member.command_id, "found", member.xero_id)
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


def _by(plural: str, field: str, more: str = "") -> Callable[[Sequence[Row]], str]:
    def path(elements: Sequence[Row]) -> str:
        clauses = dict.fromkeys(equals(field, str(element[field])) for element in elements)
        return f"/{plural}?{where(*clauses)}&{PAGE}{more}"

    return path


def _by_numbers(elements: Sequence[Row]) -> str:
    numbers = dict.fromkeys(str(element["InvoiceNumber"]) for element in elements)
    if any(SEPARATOR in number for number in numbers):
        return _by("Invoices", "InvoiceNumber")(elements)
    listed = SEPARATOR.join(quote(number, safe="") for number in numbers)
    return f"/Invoices?InvoiceNumbers={listed}&{PAGE}"


def _of_parent(_elements: Sequence[Row]) -> str:
    raise LookupError("an allocation is found on its credit note")


def _equal(*names: str) -> Callable[[Row, Row], bool]:
    return lambda ours, theirs: all(_text(ours, name) == _text(theirs, name) for name in names)


def _text(row: Row, path: str) -> str:
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return "" if value is None else str(value).lower()


def _same_document(number: str, sales: str) -> Callable[[Row, Row], bool]:
    # Sales numbers are unique; two vendors may well use the same number.
    alike, of_contact = _equal(number, "Type"), _equal("Contact.ContactID")

    def same(ours: Row, theirs: Row) -> bool:
        return alike(ours, theirs) and (ours.get("Type") == sales or of_contact(ours, theirs))

    return same


def _same_money(ours: Row, theirs: Row) -> bool:
    targets = _equal("Invoice.InvoiceID", "CreditNote.CreditNoteID")
    swapped = _text(ours, "CreditNote.CreditNoteID") == _text(theirs, "Invoice.InvoiceID")
    same_amount = Decimal(str(ours["Amount"])) == Decimal(str(theirs["Amount"]))
    return same_amount and (targets(ours, theirs) or swapped)


def _same_total(ours: Row, theirs: Row) -> bool:
    return _text(ours, "BankAccount.AccountID") in ("", _text(theirs, "BankAccount.AccountID"))


def _same_lines(ours: Row, theirs: Row) -> bool:
    return _amounts(ours) == _amounts(theirs)


def _amounts(journal: Row) -> list[Decimal]:
    return sorted(Decimal(str(line["LineAmount"])) for line in journal["JournalLines"])


SEARCHES: Final[Mapping[str, Search]] = {
    "Contacts": Search(
        _by("Contacts", "ContactNumber", "&includeArchived=true"),
        _equal("ContactNumber"),
        lambda _ours, _theirs: True,
    ),
    "Invoices": Search(
        _by_numbers, _same_document("InvoiceNumber", "ACCREC"), _equal("Contact.ContactID")
    ),
    "CreditNotes": Search(
        _by("CreditNotes", "CreditNoteNumber"),
        _same_document("CreditNoteNumber", "ACCRECCREDIT"),
        _equal("Contact.ContactID"),
    ),
    "Payments": Search(_by("Payments", "Reference"), _equal("Reference"), _same_money),
    "Allocations": Search(_of_parent, _equal("Invoice.InvoiceID"), _same_money),
    "BankTransactions": Search(
        _by("BankTransactions", "Reference"), _equal("Reference", "Type"), _same_total
    ),
    "ManualJournals": Search(_by("ManualJournals", "Narration"), _equal("Narration"), _same_lines),
}
