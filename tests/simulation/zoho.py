"""What people do in Zoho during a schedule: invoices, payments, credit notes."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.processors import zoho as forms
from tests.processors import zoho_credits as notes
from tests.simulation.papers import UNKNOWN_ACCOUNT, Hook, Papers

__all__ = ["UNKNOWN_ACCOUNT", "Hook", "Zoho"]


@dataclass
class Zoho(Papers):
    """One organisation: documents as they are, and the webhooks that came of them."""

    def act(self) -> None:
        """Let somebody do something that can be done now."""
        acts: list[tuple[Callable[[], bool], int]] = [
            (self._new_invoice, 4 if len(self.invoices) < 4 else 1),
            (self._change_invoice, 3),
            (self._pay, 4),
            (self._change_payment, 1),
            (self._delete_payment, 1),
            (self._void_invoice, 1),
            (self._new_note, 2),
            (self._apply_note, 3),
            (self._take_off, 1),
            (self._void_note, 1),
            (self._rename, 1),
        ]
        while True:
            (act,) = self.chance.choices([a for a, _ in acts], [weight for _, weight in acts])
            if act():
                self.count(f"zoho.{act.__name__.strip('_')}")
                return

    # -- payments -----------------------------------------------------------------------------

    def _payable(self) -> list[str]:
        return [
            number
            for number, row in self.invoices.items()
            if row["status"] == "sent" and self.least[number] - self._on(number) >= 10
        ]

    def _pay(self) -> bool:
        payable = self._payable()
        if not payable:
            return False
        first = self.chance.choice(payable)
        customer = self.invoices[first]["customer_id"]
        same = [n for n in payable if self.invoices[n]["customer_id"] == customer]
        chosen = self.chance.sample(same, min(len(same), self.chance.choice((1, 1, 2))))
        number = self._number()
        shares = []
        for target in chosen:
            room = int(self.least[target] - self._on(target))
            amount = f"{self.chance.randint(1, max(1, room // 2))}.00"
            shares.append(forms.share(self._number(), target, amount))
        self.payments[number] = forms.payment(
            number, customer_id=customer, invoices=shares, amount="0"
        )
        self._tell_payment(number, "created")
        return True

    def _tell_payment(self, number: str, trigger: str) -> None:
        payment = self.payments[number]
        total = sum((Decimal(s["amount_applied"]) for s in payment["invoices"]), Decimal(0))
        payment |= {"amount": str(total), "updated_time": self._stamp()}
        payment["last_modified_time"] = payment["updated_time"]
        self._tell("customer_payment", number, trigger, payment)
        for share in payment["invoices"]:
            self._balance_shown(share["invoice_id"])

    def _change_payment(self) -> bool:
        if not self.payments:
            return False
        number = self.chance.choice(sorted(self.payments))
        for share in self.payments[number]["invoices"]:
            share["amount_applied"] = f"{max(1, int(Decimal(share['amount_applied'])) - 1)}.00"
        self._tell_payment(number, "edited")
        return True

    def _delete_payment(self) -> bool:
        if not self.payments:
            return False
        number = self.chance.choice(sorted(self.payments))
        payment = self.payments.pop(number)
        payment |= {"updated_time": self._stamp(), "last_modified_time": self._stamp()}
        self._tell("customer_payment", number, "deleted", payment)
        for share in payment["invoices"]:
            self._balance_shown(share["invoice_id"])
        return True

    # -- credit notes -------------------------------------------------------------------------

    def _new_note(self) -> bool:
        if len(self.notes) >= 2:
            return False
        contact, number = self._some_contact(), self._number()
        total = self.chance.randint(20, 100)
        self.notes[number] = notes.credit_note(
            number,
            customer_id=contact["contact_id"],
            customer_name=contact["contact_name"],
            line_items=[forms.line(f"{total}.00")],
            total=f"{total}.00",
            created_time=self._stamp(),
            _left=Decimal(total),
        )
        self._tell_note(number, "created")
        return True

    def _tell_note(self, number: str, trigger: str) -> None:
        self.notes[number]["last_modified_time"] = self._stamp()
        self._tell("credit_note", number, trigger, self.notes[number])

    def _apply_note(self) -> bool:
        for number, note in self.notes.items():
            targets = [
                n for n in self._payable() if self.invoices[n]["customer_id"] == note["customer_id"]
            ]
            if note["status"] == "open" and note["_left"] >= 5 and targets:
                target = self.chance.choice(targets)
                note["_left"] -= 5
                note["invoices_credited"].append(notes.credited(self._number(), target, "5.00"))
                self._tell_note(number, "edited")
                self._balance_shown(target)
                return True
        return False

    def _take_off(self) -> bool:
        for number, note in self.notes.items():
            if note["invoices_credited"]:
                share = note["invoices_credited"].pop()
                note["_left"] += 5
                self._tell_note(number, "edited")
                self._balance_shown(share["invoice_id"])
                return True
        return False

    def _void_note(self) -> bool:
        for number, note in self.notes.items():
            if note["status"] == "open" and not note["invoices_credited"]:
                note["status"] = "void"
                self._tell_note(number, "edited")
                return True
        return False
