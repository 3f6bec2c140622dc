"""A case: one event with all that its decision may look at. Plain facts, no way to get more."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from processors.things import Thing, Told
from schemas.books import Books, Side
from schemas.commands import Command
from schemas.documents import Document, Trade
from schemas.words import Ref

VOID: Final = "void"
PURCHASES: Final = ("bill", "vendor_payment", "vendor_credit")


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of one Zoho document since the last decision about it.

    `told` is what Xero was last asked to hold because of it, `at` the version's stamp,
    `used` says of a contact that an exported document names it (A1), `exported` that something
    was asked of Xero for it at some time.
    """

    document: Document | None = None
    told: Told = field(default_factory=dict)
    at: datetime | None = None
    deleted: bool = False
    used: bool = False
    exported: bool = False

    @property
    def is_gone(self) -> bool:
        """Deleted or void in Zoho."""
        return self.deleted or is_void(self.document)


NOTHING_KNOWN: Final = Known()


@dataclass(frozen=True, slots=True)
class Case:
    """One event of one document, and the world as it is when it is decided.

    `version` is the document as the event shows it, None when a deletion shows its id only.
    `known` are the documents concerned, `linked` the link keys that Xero holds, `under_way` those
    with unfinished commands, `unsent` those where all of these were never sent, `buried` the
    numbers that a link key has left behind on voided documents in Xero.
    """

    ref: Ref
    trigger: str
    version: Document | None
    books: Books
    known: Mapping[Ref, Known] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()
    under_way: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    buried: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def about(self, ref: Ref) -> Known:
        """What is known of a document."""
        return self.known.get(ref, NOTHING_KNOWN)

    @property
    def own(self) -> Known:
        """What was known of the event's document before."""
        return self.about(self.ref)

    @property
    def told(self) -> Told:
        """What Xero was asked to hold because of this document."""
        return self.own.told

    @property
    def document(self) -> Document | None:
        """The document as the event shows it, else as it was last known."""
        return self.version or self.own.document

    @property
    def trade(self) -> Trade | None:
        """The document, if it is an invoice, bill, credit note or vendor credit."""
        return self.document if isinstance(self.document, Trade) else None

    @property
    def at(self) -> datetime | None:
        """Zoho's stamp of this version."""
        return self.version.modified_time if self.version else None

    @property
    def is_deleted(self) -> bool:
        """The document is deleted as of this event: nothing comes after that."""
        return self.trigger == "deleted" or self.own.deleted

    @property
    def is_gone(self) -> bool:
        """The document is deleted or void as of this event."""
        return self.is_deleted or is_void(self.version)

    @property
    def side(self) -> Side:
        """Sales or purchases: which accounts and taxes count."""
        return "purchases" if self.ref.entity in PURCHASES else "sales"

    def shown(self, ref: Ref) -> Document | None:
        """A document as this event shows it, else as it was last known."""
        return self.document if ref == self.ref else self.about(ref).document

    def is_root(self, thing: Thing) -> bool:
        """Whether a thing is the document itself, and not something that hangs on it."""
        return thing.key == str(self.ref)

    def is_given_up(self, thing: Thing) -> bool:
        """Whether Xero neither sets a thing against its document nor is asked to: by a person."""
        return thing.place not in self.under_way | self.linked

    def awaits_its_place(self, thing: Thing) -> bool:
        """Whether Xero is being asked, perhaps in vain, to set a thing against its document."""
        return thing.place in self.under_way and thing.place not in self.linked

    def awaits_first_send(self, thing: Thing) -> bool:
        """Whether Xero has never heard of a thing that it was to be asked for."""
        return thing.key in self.unsent and thing.key not in self.linked


# For each action of the rule table, `<kind>.<verb>`: how Xero is asked for it.
Plan = Callable[[Case, Thing], Iterator[Command]]
Plans = Mapping[str, Plan]


def is_void(document: Document | None) -> bool:
    """Whether a document is void in Zoho."""
    return isinstance(document, Trade) and document.status == VOID


def local_day(moment: datetime, books: Books) -> date:
    """The organisation's date at a moment."""
    return moment.astimezone(ZoneInfo(books.timezone)).date()
