"""The small Xero's rules, element by element. The sentences are Xero's own."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from tests.simulation.xero.books import ENDED, IDS, NUMBERS, Books, NotPlayedError, Row

CENT: Final = Decimal("0.01")
NOUNS: Final = {
    "Invoices": "Invoice",
    "CreditNotes": "Credit Note",
    "BankTransactions": "Bank Transaction",
}
SALES: Final = {"Invoices": "ACCREC", "CreditNotes": "ACCRECCREDIT"}  # their numbers are unique
BANKS: Final = ("090", "091")
ON_LINES: Final = ("200", "310", "404", "425", "460", "461", "462", "463", "464", "860")

NO_CONTACT: Final = "A Contact with the specified ContactID could not be found"
NUMBER_HELD: Final = (
    "Another contact has this contact number. Please enter a different contact number."
)
APPLIED: Final = (
    "This document cannot be edited as it has a payment or credit note allocated to it."
)
TOO_MUCH: Final = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED: Final = "Payments can only be made against Authorised documents"
ONLY_STATUS: Final = "Only Status accepted for updates."
TOO_MUCH_CREDIT: Final = (
    "Credit Note cannot be allocated as amount is greater than amount outstanding"
)


class Refused(Exception):
    """One element does not pass; `sentences` are Xero's."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


def refuse_if(sentences: Iterator[str]) -> None:
    """Raise Refused with all sentences, if there are any."""
    if found := tuple(sentences):
        raise Refused(*found)


def missing(plural: str) -> str:
    """What is said of an id that no document of the kind has."""
    return f"An existing {NOUNS[plural]} with the specified {IDS[plural]} could not be found"


# -- contacts --------------------------------------------------------------------------------------


def write_contact(books: Books, method: str, element: Row) -> Row:
    """PUT makes a contact; POST changes the one of this id, else number, else name, or makes it."""
    if "ContactStatus" in element:
        raise NotPlayedError("archiving a contact")
    own = element.get("ContactID")
    if own is not None and (method == "PUT" or own not in books.tables["Contacts"]):
        raise Refused(NO_CONTACT)
    if own is None and method == "POST":
        own = _contact_meant(books, element)
    refuse_if(_contact_taken(books, own, element))
    return books.save("Contacts", own, element, {"ContactStatus": "ACTIVE"}, "ContactNumber")


def _contact_meant(books: Books, element: Row) -> str | None:
    for name in ("ContactNumber", "Name"):
        for row in books.tables["Contacts"].values():
            if _alike(row, element, name):
                return str(row["ContactID"])
    return None


def _contact_taken(books: Books, own: str | None, element: Row) -> Iterator[str]:
    others = [row for row in books.tables["Contacts"].values() if row["ContactID"] != own]
    if any(_alike(other, element, "Name") for other in others):
        yield (
            f"The contact name {element['Name']} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    if any(_alike(other, element, "ContactNumber") for other in others):
        yield NUMBER_HELD


def _alike(one: Row, other: Row, name: str) -> bool:
    value = str(other.get(name) or "").casefold()
    return bool(value) and str(one.get(name) or "").casefold() == value


# -- documents -------------------------------------------------------------------------------------


def write_document(books: Books, method: str, plural: str, element: Row) -> Row:
    """PUT makes a document; POST changes the one of this id or sales number, or makes it."""
    own, table = element.get(IDS[plural]), books.tables[plural]
    if own is not None and (method == "PUT" or own not in table):
        raise Refused(missing(plural))
    if own is None and method == "POST":
        own = next((each for each in table if _number_taken(table[each], plural, element)), None)
    if own is None:
        return _make(books, plural, element)
    return change_document(books, plural, table[own], element)


def _make(books: Books, plural: str, element: Row) -> Row:
    if element["Status"] != "AUTHORISED":
        raise NotPlayedError("a draft")
    refuse_if(_document_problems(books, plural, element, None))
    return _save_document(books, plural, None, element, element)


def change_document(books: Books, plural: str, old: Row, element: Row) -> Row:
    """Change a document in full, or void it; of what ends it, only the status counts."""
    refuse_if(_move(books, plural, old, element))
    if element.get("Status") in ENDED:
        return books.end("void", plural, old, str(element["Status"]))
    if "LineItems" not in element:
        raise NotPlayedError("a change of a part")
    new = {**old, **element}
    refuse_if(_change_problems(books, plural, old, new))
    return _save_document(books, plural, old[IDS[plural]], element, new)


def _move(books: Books, plural: str, old: Row, element: Row) -> Iterator[str]:
    """Say why a document can't come to the status that is sent for it."""
    before = books.view(plural, old)["Status"]
    status = element.get("Status", before)
    allowed = {"AUTHORISED": ("AUTHORISED", "VOIDED"), "PAID": ("PAID",)}.get(before, ())
    applied = books.applied(plural, old)
    if status not in allowed or (applied and status == "VOIDED"):
        yield f"{NOUNS[plural]} not of valid status for modification"
        if applied:
            yield APPLIED


def _change_problems(books: Books, plural: str, old: Row, new: Row) -> Iterator[str]:
    if new["Type"] != old["Type"]:
        yield f"{NOUNS[plural]} not of valid status for modification"
    if books.applied(plural, old):
        yield APPLIED  # lines that are sent without their ids are new ones, and those are frozen
    yield from _document_problems(books, plural, new, old)


def _document_problems(books: Books, plural: str, document: Row, old: Row | None) -> Iterator[str]:
    same = old is not None and document["Contact"] == old["Contact"]
    if not same and document["Contact"]["ContactID"] not in books.tables["Contacts"]:
        yield NO_CONTACT
    own = old and old[IDS[plural]]
    others = (row for row in books.tables[plural].values() if row[IDS[plural]] != own)
    if any(_number_taken(other, plural, document) for other in others):
        yield f"{NOUNS[plural]} # must be unique."
    yield from line_problems(document)
    if not document["LineItems"]:
        yield "One or more line items must be specified"
    if total(document) < 0:
        yield "The document total must not be negative."


def line_problems(document: Row) -> Iterator[str]:
    """Say what is wrong with the accounts that a document's lines name."""
    for line in document["LineItems"]:
        if line["AccountCode"] not in ON_LINES:
            yield f"Account code '{line['AccountCode']}' is not a valid code for this document."


def _number_taken(row: Row, plural: str, element: Row) -> bool:
    same_side = row["Type"] == element.get("Type") == SALES[plural]
    return same_side and _alike(row, element, NUMBERS[plural])


def _save_document(books: Books, plural: str, own: str | None, element: Row, document: Row) -> Row:
    return books.save(plural, own, element, {"Total": total(document)}, NUMBERS[plural])


def total(document: Row) -> Decimal:
    """What a document's lines come to."""
    untaxed = document["LineAmountTypes"] == "NoTax"
    return sum((_amount(line, untaxed=untaxed) for line in document["LineItems"]), Decimal(0))


def _amount(line: Row, *, untaxed: bool) -> Decimal:
    if not untaxed and line["TaxType"] != "NONE":
        raise NotPlayedError("tax")
    product = Decimal(str(line["Quantity"])) * Decimal(str(line["UnitAmount"]))
    return product.quantize(CENT, ROUND_HALF_UP)
