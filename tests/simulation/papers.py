"""Zoho's contacts and invoices during a schedule, and the webhooks that tell of them."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from tests.processors import zoho as forms
from tests.simulation.side import SALES, Side
from tests.simulation.store.engine import moment

Fields = dict[str, Any]
ZONE: Final = timezone(timedelta(hours=-5))
UNKNOWN_ACCOUNT: Final = "666"  # mapped to an account that Xero refuses


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook: what happened to which document, as Zoho posts it."""

    entity: str
    zoho_id: str
    trigger: str
    content: Fields
    at: float


@dataclass
class Papers:
    """One organisation: documents as they are, and the webhooks that came of them.

    `documents` are its invoices, or its bills where the `side` is that of purchases.
    """

    chance: random.Random
    poison: float
    now: Callable[[], float]
    say: Callable[[Hook], None]
    count: Callable[[str], None]
    prefix: str
    side: Side = SALES
    contacts: dict[str, Fields] = field(default_factory=dict)
    documents: dict[str, Fields] = field(default_factory=dict)
    payments: dict[str, Fields] = field(default_factory=dict)
    credits: dict[str, Fields] = field(default_factory=dict)
    least: dict[str, Decimal] = field(default_factory=dict)  # a document's smallest total ever
    sick: set[str] = field(default_factory=set)
    _made: int = 0

    @property
    def held(self) -> dict[str, dict[str, Fields]]:
        """All that the organisation holds, by entity."""
        side = self.side
        return {
            "contact": self.contacts,
            side.document: self.documents,
            side.payment: self.payments,
            side.credit: self.credits,
        }

    def mend(self) -> None:
        """Let somebody correct what could not be served."""
        for number in sorted(self.sick):
            self._write(self.documents[number], "mended")
        self.sick.clear()

    # -- documents ----------------------------------------------------------------------------

    def _number(self) -> str:
        self._made += 1
        return f"{self.prefix}{self._made:05d}"

    def _stamp(self) -> str:
        return (moment(self.now())).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S%z")

    def _tell(self, entity: str, zoho_id: str, trigger: str, fields: Fields) -> None:
        shown = {name: deepcopy(v) for name, v in fields.items() if not name.startswith("_")}
        self.say(Hook(entity, zoho_id, trigger, shown, self.now()))

    def tell_contact(self, trigger: str, row: Fields) -> None:
        """A webhook of a contact that the API made or changed."""
        fields = forms.contact(row["contact_id"], **row)
        stamps = {"last_modified_time": self._stamp(), "created_time": self._stamp()}
        self._tell("contact", row["contact_id"], trigger, {**fields, **stamps})

    def _some_contact(self) -> Fields:
        if len(self.contacts) < 2 and (not self.contacts or self.chance.random() < 0.3):
            number = self._number()
            contact = forms.contact(
                number, contact_name=f"Client {number}", contact_type=self.side.party
            )
            self.contacts[number] = {**contact, "last_modified_time": self._stamp()}
            self._tell("contact", number, "created", self.contacts[number])
        return self.contacts[self.chance.choice(sorted(self.contacts))]

    def _named(self, contact: Fields) -> Fields:
        party = self.side.party
        return {f"{party}_id": contact["contact_id"], f"{party}_name": contact["contact_name"]}

    def _rename(self) -> bool:
        if not self.contacts:
            return False
        number = self.chance.choice(sorted(self.contacts))
        name = f"Client {number} no. {self._number()}"
        self.contacts[number] |= {"contact_name": name, "last_modified_time": self._stamp()}
        self._tell("contact", number, "edited", self.contacts[number])
        return True

    def _new_document(self) -> bool:
        contact, number = self._some_contact(), self._number()
        document = self.side.write(number, created_time=self._stamp(), **self._named(contact))
        self.documents[number] = document
        self._write(document, "created")
        return True

    def _write(self, document: Fields, trigger: str, account_id: str = "388") -> None:
        number, total = self.side.number(document), self.chance.randint(50, 500)
        if trigger == "mended" or (trigger == "edited" and self.chance.random() < 0.2):
            total = int(document["_total"])  # the sums stay as they are
        self.sick.discard(number)
        if trigger == "created" and self.chance.random() < self.poison:
            self.sick.add(number)
            account_id = UNKNOWN_ACCOUNT
            self.count("zoho.poison")
        document |= {
            "line_items": [forms.line(f"{total}.00", account_id=account_id)],
            "total": f"{total}.00",
            "_total": total,
            "last_modified_time": self._stamp(),
        }
        self.least[number] = min(self.least.get(number, Decimal(total)), Decimal(total))
        told = "created" if trigger == "created" else "edited"
        self._tell(self.side.document, number, told, document)

    def _free(self) -> list[str]:
        """Documents that are open and have nothing on them."""
        return [
            number
            for number, row in self.documents.items()
            if row["status"] == self.side.open and not self._on(number)
        ]

    def _on(self, number: str) -> Decimal:
        """What of a document is settled, in whatever way."""
        written_off = Decimal(self.documents[number].get("write_off_amount", 0))
        settled = [amount for _, _, amount in (*self._paid(number), *self._credited(number))]
        return sum(settled, written_off)

    def _paid(self, number: str) -> list[tuple[Fields, Fields, Decimal]]:
        """The payments of a document, each with its share."""
        return [
            (payment, share, Decimal(share["amount_applied"]))
            for payment in self.payments.values()
            for share in payment[self.side.shares]
            if share[self.side.target] == number
        ]

    def _credited(self, number: str) -> list[tuple[Fields, Fields, Decimal]]:
        """The credits of a document, each with what of it is used."""
        return [
            (credit, use, Decimal(use[self.side.use_amount]))
            for credit in self.credits.values()
            for use in credit[self.side.uses]
            if use[self.side.target] == number
        ]

    def _change_document(self) -> bool:
        # Only what never had a payment: else it depends on the webhooks' order whether it counts.
        free = [n for n in self._free() if not self.documents[n].get("_touched")]
        if not free:
            return False
        self._write(self.documents[self.chance.choice(free)], "edited")
        return True

    def _void_document(self) -> bool:
        free = self._free()
        if not free:
            return False
        document = self.documents[self.chance.choice(free)]
        document |= {"status": "void", "last_modified_time": self._stamp()}
        number = self.side.number(document)
        self.sick.discard(number)
        self._tell(self.side.document, number, "edited", document)
        return True

    def _balance_shown(self, number: str, *, always: bool = False) -> None:
        """A document's own webhook after something was put on it or taken off."""
        document, side = self.documents[number], self.side
        paid, credited = self._paid(number), self._credited(number)
        settled = self._on(number) == Decimal(document["total"])
        document |= {
            "_touched": True,
            "status": "paid" if settled else side.open,
            "payment_made": str(sum((amount for *_, amount in paid), Decimal(0))),
            side.credited: str(sum((amount for *_, amount in credited), Decimal(0))),
            "last_modified_time": self._stamp(),
        }
        if side.lists:
            document |= _lists(paid, credited)
        if self.chance.random() < 0.5 or always:
            self._tell(side.document, number, "edited", document)


def _lists(paid: list[Any], credited: list[Any]) -> Fields:
    """What a bill shows of its payments and vendor credits."""
    return {
        "payments": [
            {
                **{name: payment[name] for name in ("payment_id", "date", "exchange_rate")},
                "paid_through_account_id": payment["paid_through_account_id"],
                "bill_payment_id": share["bill_payment_id"],
                "amount": share["amount_applied"],
            }
            for payment, share, _ in paid
        ],
        "vendor_credits": [
            {
                "vendor_credit_id": credit["vendor_credit_id"],
                "vendor_credit_bill_id": use["vendor_credit_bill_id"],
                "amount": use["amount"],
                "date": use["date"],
            }
            for credit, use, _ in credited
        ],
    }
