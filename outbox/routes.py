"""Which request of Xero's carries which command (Xero: the one-page action table)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

BATCH: Final = 40  # elements; one look-up by numbers can settle them all


@dataclass(frozen=True, slots=True)
class Route:
    """How a kind of command travels.

    `path` may hold `{id}`, the thing's own id in Xero, and then a command travels alone.
    `plural` wraps the elements, `id_field` is the element's id, `marks` are the fields by which an
    answer's element is told from its neighbours. `status` is what a removal must come to.
    `looks_first`: Xero is searched before the first create. `omits` are fields that only a create
    sends.
    """

    method: str
    path: str
    plural: str
    id_field: str
    marks: tuple[str, ...] = ()
    query: str = "?summarizeErrors=false"
    status: str | None = None
    looks_first: bool = False
    omits: tuple[str, ...] = ()

    @property
    def alone(self) -> bool:
        """Xero takes one such change a request."""
        return "{id}" in self.path

    @property
    def batch(self) -> int:
        """How many commands may share a request."""
        return 1 if self.alone else BATCH


PRECISE: Final = "?summarizeErrors=false&unitdp=4"

# What makes a thing that Xero doesn't hold yet. PUT only creates: POST would overwrite a namesake.
CREATES: Final[Mapping[str, Route]] = {
    "contact.put": Route(
        "PUT", "/Contacts", "Contacts", "ContactID", ("ContactNumber",), looks_first=True
    ),
    "invoice.put": Route(
        "PUT", "/Invoices", "Invoices", "InvoiceID", ("InvoiceNumber", "Type"), PRECISE
    ),
    "payment.create": Route("PUT", "/Payments", "Payments", "PaymentID", ("Reference",)),
}

# What changes or ends a thing that Xero holds.
CHANGES: Final[Mapping[str, Route]] = {
    # The number stays what it is: a contact that was there before may carry one of its own.
    "contact.put": Route(
        "POST", "/Contacts", "Contacts", "ContactID", ("ContactID",), omits=("ContactNumber",)
    ),
    "invoice.put": Route("POST", "/Invoices", "Invoices", "InvoiceID", ("InvoiceID",), PRECISE),
    "invoice.void": Route(
        "POST", "/Invoices/{id}", "Invoices", "InvoiceID", query="?unitdp=4", status="VOIDED"
    ),
    "payment.delete": Route(
        "POST", "/Payments/{id}", "Payments", "PaymentID", query="", status="DELETED"
    ),
}


def route_of(kind: str, *, linked: bool) -> Route | None:
    """The route of a command, by whether Xero holds the thing; None when there is none."""
    return (CHANGES if linked else CREATES).get(kind)
