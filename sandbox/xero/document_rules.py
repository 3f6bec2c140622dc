"""What Xero says against a document: its status, its contact, its texts, what is frozen."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from sandbox.xero.answer import Record
from sandbox.xero.contact_rules import ARCHIVED, MISSING, NAMELESS
from sandbox.xero.organisation import Organisation

ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."
CONTACT_ARCHIVED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes"
)

_OPEN = {"DRAFT", "SUBMITTED", "AUTHORISED"}
_MOVES = {
    "DRAFT": _OPEN | {"DELETED"},
    "SUBMITTED": _OPEN | {"DELETED"},
    "AUTHORISED": {"AUTHORISED", "VOIDED"},
    "PAID": {"PAID"},
    "VOIDED": set(),
    "DELETED": set(),
}
_FROZEN_ON_LINES = ("LineItemID", "Quantity", "UnitAmount", "LineAmount", "TaxType", "TaxAmount")
_LONGEST = 255


# -- status ----------------------------------------------------------------------------------------


def not_modifiable(noun: str) -> str:
    """Return the sentence for a document whose status allows no such change."""
    return f"{noun} not of valid status for modification"


def creation_status(status: str) -> Iterator[str]:
    """A document is created as DRAFT, SUBMITTED or AUTHORISED."""
    if status not in _OPEN:
        yield f"The status '{status}' cannot be applied to the document"


def move(noun: str, old: str, new: str, *, applied: bool) -> Iterator[str]:
    """Say why a document can't go from one status to another (Xero: status codes)."""
    if new not in _MOVES:
        yield f"The status '{new}' cannot be applied to the document"
    elif new not in _MOVES[old]:
        yield not_modifiable(noun)
        if applied:
            yield ALLOCATED
    elif applied and new == "VOIDED":
        yield from (not_modifiable(noun), ALLOCATED)


def frozen(old: Record, new: Record, allowed: frozenset[str]) -> Iterator[str]:
    """Say that something changed which may not, once something is applied (Xero: invoices)."""
    fields = {*old, *new} - allowed - {"LineItems", "Contact", "Status"}
    touched = any(old.get(name) != new.get(name) for name in fields if not name.startswith("_"))
    if (
        touched
        or _amounts(old) != _amounts(new)
        or ("LineItems" not in allowed and _texts(old) != _texts(new))
        or (new["Contact"] != old["Contact"] and not _contact_may_change(old, allowed))
    ):
        yield ALLOCATED


def _amounts(document: Record) -> list[list[object]]:
    return [[line[name] for name in _FROZEN_ON_LINES] for line in document["LineItems"]]


def _texts(document: Record) -> list[tuple[str, str | None]]:
    return [(line["Description"], line.get("AccountCode")) for line in document["LineItems"]]


def _contact_may_change(old: Record, allowed: frozenset[str]) -> bool:
    return "Contact" in allowed and not old.get("AmountCredited")


# -- contact ---------------------------------------------------------------------------------------


def parts(sent: Record) -> Iterator[str]:
    """Say that what is sent names no type or contact, or the contact by more than its id.

    Xero would take a name and write it over the contact; the stand-in refuses what the bridge
    must never send.
    """
    if "Type" not in sent:
        yield "A Type must be specified."
    yield from contact_reference(sent.get("Contact", {}))


def contact_reference(contact: Record) -> Iterator[str]:
    """Say that the contact isn't named, or not by ContactID alone."""
    if not contact:
        yield NAMELESS
    elif contact.keys() != {"ContactID"}:
        yield "The Contact of a document must be given by its ContactID alone."


def new_contact(org: Organisation, contact_id: str) -> Iterator[str]:
    """Say why no document can be made for the contact."""
    contact = org.books.contacts.get(contact_id)
    if contact is None:
        yield MISSING
    elif contact["ContactStatus"] != "ACTIVE":
        yield CONTACT_ARCHIVED


def old_contact(org: Organisation, contact_id: str) -> Iterator[str]:
    """Say that an archived contact blocks edits of its documents, voids too (Xero: contacts)."""
    contact = org.books.contacts.get(contact_id)
    if contact is None or contact["ContactStatus"] != "ACTIVE":
        yield ARCHIVED


# -- texts -----------------------------------------------------------------------------------------


def number(document: Record, name: str) -> Iterator[str]:
    """Say what is wrong with a document's number."""
    text = document.get(name) or ""
    if len(text) > _LONGEST:
        yield f"The {name} must have at most {_LONGEST} characters."
    if not all(" " <= char <= "~" for char in text):
        yield f"The {name} must hold printable ASCII characters only."


def texts(document: Record) -> Iterator[str]:
    """Say what is wrong with the reference and the address."""
    if len(document.get("Reference") or "") > _LONGEST:
        yield f"The Reference must have at most {_LONGEST} characters."
    yield from url(document.get("Url"))


def url(address: str | None) -> Iterator[str]:
    """Say that the address isn't absolute, or is one of Xero's own."""
    if address is None:
        return
    split = urlsplit(address)
    if split.scheme not in ("http", "https") or not split.netloc or "xero" in address.lower():
        yield "Url must be a valid absolute url"


def line_ids(sent: Record, old: Record) -> Iterator[str]:
    """Say that a line names an id which the document doesn't have."""
    known = {line["LineItemID"] for line in old.get("LineItems", ())}
    for line in sent.get("LineItems", ()):
        if "LineItemID" in line and line["LineItemID"] not in known:
            yield f"The LineItemID {line['LineItemID']} could not be found on this document."
