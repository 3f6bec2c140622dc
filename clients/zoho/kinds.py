"""How Zoho's API spells each entity: addresses, roots, and the filters of lists that really work.

Zoho: lists. `last_modified_time` filters where it is documented; elsewhere Zoho passes over it in
silence, so that a list of its must be read from its beginning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from clients.zoho.session import Product
from schemas.payloads import ID_FIELDS
from schemas.words import Entity

# How a list tells what changed: by a filter, by its order (newest change first), or not at all.
Since = Literal["filter", "order", "nothing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of an entity in one of the two APIs."""

    product: Product
    path: str
    rows: str  # the key of the rows
    since: Since


@dataclass(frozen=True, slots=True)
class Kind:
    """One entity: where it is read, and its lists, the better first."""

    entity: Entity
    product: Product
    path: str
    root: str
    listings: tuple[Listing, ...]

    @property
    def id_field(self) -> str:
        """The field of a row that holds the document's id."""
        return ID_FIELDS[self.entity]

    def address(self, zoho_id: str) -> str:
        """The path of one document."""
        return f"{self.path}/{zoho_id}"


def _inventory(entity: Entity, path: str, root: str, rows: str, since: Since) -> Kind:
    listing = Listing("inventory", path, rows, since)
    return Kind(entity, "inventory", path, root, (listing,))


def _both(entity: Entity, path: str, root: str) -> Kind:
    rows = path.removeprefix("/")
    listings = Listing("books", path, rows, "filter"), Listing("inventory", path, rows, "nothing")
    return Kind(entity, "inventory", path, root, listings)


KINDS: Final[Mapping[str, Kind]] = {
    kind.entity: kind
    for kind in (
        _inventory("contact", "/contacts", "contact", "contacts", "order"),
        _both("invoice", "/invoices", "invoice"),
        _inventory(
            "customer_payment", "/customerpayments", "payment", "customerpayments", "nothing"
        ),
        _both("bill", "/bills", "bill"),
        # Inventory has no payments made at all: without Books, bills tell of them.
        Kind(
            "vendor_payment",
            "books",
            "/vendorpayments",
            "vendorpayment",
            (Listing("books", "/vendorpayments", "vendorpayments", "filter"),),
        ),
        _inventory("credit_note", "/creditnotes", "creditnote", "creditnotes", "nothing"),
        _inventory("vendor_credit", "/vendorcredits", "vendor_credit", "vendor_credits", "filter"),
    )
}
