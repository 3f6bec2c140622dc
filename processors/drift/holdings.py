"""What Xero should hold, by what it was last asked: documents with what hangs on them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from processors.things import Thing, read_told
from schemas.words import Ref

DOCUMENTS: Final = ("invoice", "bill", "credit_note", "vendor_credit")
# What settles a document, and what uses a credit up, by kinds of things.
MONEY: Final = ("payment", "bill_payment", "refund", "vendor_refund")
ALLOCATIONS: Final = ("allocation", "vendor_allocation")


@dataclass(slots=True)
class Held:
    """One Zoho document as the bridge knows it.

    `status`, `day`, `total` and `balance` are those of its newest version; `things` is what Xero
    was asked to hold because of it and is its own, `settled` what is set against it, of whatever
    owner.
    """

    ref: Ref
    number: str = ""
    day: date | None = None
    status: str = ""
    modified_at: datetime | None = None
    deleted: bool = False
    total: Decimal | None = None
    balance: Decimal | None = None
    things: dict[str, Thing] = field(default_factory=dict)
    settled: list[Thing] = field(default_factory=list)

    @property
    def root(self) -> Thing | None:
        """The document itself, if Xero was asked to hold it."""
        return self.things.get(str(self.ref))

    @property
    def open_amount(self) -> Decimal:
        """What must be open of it in Xero: due of an invoice or bill, left of a credit."""
        root = self.root
        total = Decimal(root.content["total"]) if root else Decimal(0)
        return total - sum((Decimal(t.content["amount"]) for t in self.settled), Decimal(0))


class Holdings:
    """All documents of a connection, and the ids in Xero of what was made, both ways round."""

    def __init__(self, documents: dict[Ref, Held], links: Mapping[str, str]) -> None:
        self.documents = documents
        self.links = links
        self.things: dict[str, Thing] = {
            key: thing for held in documents.values() for key, thing in held.things.items()
        }
        self.by_xero_id = {xero_id: key for key, xero_id in links.items()}
        self.by_number: dict[tuple[str, str], list[Held]] = {}
        for held in documents.values():
            if held.ref.entity in DOCUMENTS and held.number:
                self.by_number.setdefault((held.ref.entity, held.number), []).append(held)
        # What was deleted has left its number free for others.
        self.numbers = frozenset(
            number
            for (_, number), namesakes in self.by_number.items()
            if not all(held.deleted for held in namesakes)
        )

    def number_of(self, ref: Ref) -> str:
        """A document's number, "" where it is not known."""
        held = self.documents.get(ref)
        return held.number if held else ""


def holdings(rows: Iterable[Mapping[str, Any]], links: Mapping[str, str]) -> Holdings:
    """Gather documents as stored (`told` among them) and what Xero holds by `links`."""
    documents: dict[Ref, Held] = {}
    told: dict[str, Thing] = {}
    for row in rows:
        ref = Ref(row["entity"], row["zoho_id"])
        documents[ref] = Held(
            ref,
            row["number"] or "",
            row["day"],
            row["status"] or "",
            row["modified_at"],
            row["deleted"],
            row["total"],
            row["balance"],
        )
        told |= read_told(row["told"])
    for thing in told.values():
        _hang(documents, thing)
    return Holdings(documents, links)


def _hang(documents: dict[Ref, Held], thing: Thing) -> None:
    owner = documents.setdefault(thing.owner, Held(thing.owner))
    owner.things[thing.key] = thing
    if thing.kind in MONEY:
        _settle(documents, thing.homes[-1], thing)
    elif thing.kind in ALLOCATIONS:
        for home in thing.homes:
            _settle(documents, home, thing)
    elif thing.kind == "write_off":
        _settle(documents, thing.owner, thing)


def _settle(documents: dict[Ref, Held], ref: Ref, thing: Thing) -> None:
    documents.setdefault(ref, Held(ref)).settled.append(thing)
