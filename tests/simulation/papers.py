"""Zoho's contacts and invoices during a schedule, and the webhooks that tell of them."""

import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from decimal import Decimal
from typing import Any, Final

from tests.processors import zoho as forms
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
    """One organisation: documents as they are, and the webhooks that came of them."""

    chance: random.Random
    poison: float
    now: Callable[[], float]
    say: Callable[[Hook], None]
    count: Callable[[str], None]
    prefix: str
    contacts: dict[str, Fields] = field(default_factory=dict)
    invoices: dict[str, Fields] = field(default_factory=dict)
    payments: dict[str, Fields] = field(default_factory=dict)
    notes: dict[str, Fields] = field(default_factory=dict)
    least: dict[str, Decimal] = field(default_factory=dict)  # an invoice's smallest total ever
    sick: set[str] = field(default_factory=set)
    _made: int = 0

    def mend(self) -> None:
        """Let somebody correct what could not be served."""
        for number in sorted(self.sick):
            self._write_invoice(self.invoices[number], "mended")
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
            contact = forms.contact(number, contact_name=f"Client {number}")
            self.contacts[number] = {**contact, "last_modified_time": self._stamp()}
            self._tell("contact", number, "created", self.contacts[number])
        return self.contacts[self.chance.choice(sorted(self.contacts))]

    def _rename(self) -> bool:
        if not self.contacts:
            return False
        number = self.chance.choice(sorted(self.contacts))
        name = f"Client {number} no. {self._number()}"
        self.contacts[number] |= {"contact_name": name, "last_modified_time": self._stamp()}
        self._tell("contact", number, "edited", self.contacts[number])
        return True

    def _new_invoice(self) -> bool:
        contact, number = self._some_contact(), self._number()
        invoice = forms.invoice(
            number,
            customer_id=contact["contact_id"],
            customer_name=contact["contact_name"],
            created_time=self._stamp(),
        )
        self.invoices[number] = invoice
        self._write_invoice(invoice, "created")
        return True

    def _write_invoice(self, invoice: Fields, trigger: str, account_id: str = "388") -> None:
        number, total = invoice["invoice_id"], self.chance.randint(50, 500)
        if trigger == "mended" or (trigger == "edited" and self.chance.random() < 0.2):
            total = int(invoice["_total"])  # the sums stay as they are
        self.sick.discard(number)
        if trigger == "created" and self.chance.random() < self.poison:
            self.sick.add(number)
            account_id = UNKNOWN_ACCOUNT
            self.count("zoho.poison")
        invoice |= {
            "line_items": [forms.line(f"{total}.00", account_id=account_id)],
            "total": f"{total}.00",
            "_total": total,
            "last_modified_time": self._stamp(),
        }
        self.least[number] = min(self.least.get(number, Decimal(total)), Decimal(total))
        self._tell("invoice", number, "created" if trigger == "created" else "edited", invoice)

    def _free(self) -> list[str]:
        """Invoices that are open and have nothing on them."""
        return [
            n for n, row in self.invoices.items() if row["status"] == "sent" and not self._on(n)
        ]

    def _on(self, number: str) -> Decimal:
        paid = [
            Decimal(share["amount_applied"])
            for payment in self.payments.values()
            for share in payment["invoices"]
            if share["invoice_id"] == number
        ]
        credited = [
            Decimal(share["amount_applied"])
            for note in self.notes.values()
            for share in note["invoices_credited"]
            if share["invoice_id"] == number
        ]
        return sum(paid + credited, Decimal(0))

    def _change_invoice(self) -> bool:
        # Only what never had a payment: else it depends on the webhooks' order whether it counts.
        free = [n for n in self._free() if not self.invoices[n].get("_touched")]
        if not free:
            return False
        self._write_invoice(self.invoices[self.chance.choice(free)], "edited")
        return True

    def _void_invoice(self) -> bool:
        free = self._free()
        if not free:
            return False
        invoice = self.invoices[self.chance.choice(free)]
        invoice |= {"status": "void", "last_modified_time": self._stamp()}
        self.sick.discard(invoice["invoice_id"])
        self._tell("invoice", invoice["invoice_id"], "edited", invoice)
        return True

    def _balance_shown(self, number: str) -> None:
        """An invoice's own webhook after something was put on it or taken off."""
        invoice = self.invoices[number]
        invoice["_touched"] = True
        paid = sum(
            (
                Decimal(share["amount_applied"])
                for payment in self.payments.values()
                for share in payment["invoices"]
                if share["invoice_id"] == number
            ),
            Decimal(0),
        )
        credited = self._on(number) - paid
        invoice |= {
            "payment_made": str(paid),
            "credits_applied": str(credited),
            "last_modified_time": self._stamp(),
        }
        if self.chance.random() < 0.5:
            self._tell("invoice", number, "edited", invoice)
