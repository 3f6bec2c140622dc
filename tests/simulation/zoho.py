"""What people do in Zoho during a schedule: documents, payments, credits."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.processors import zoho as forms
from tests.simulation.papers import UNKNOWN_ACCOUNT, Fields, Hook, Papers

__all__ = ["UNKNOWN_ACCOUNT", "Act", "Hook", "Zoho"]

Act = Callable[[], bool]


@dataclass
class Zoho(Papers):
    """One organisation: documents as they are, and the webhooks that came of them."""

    def acts(self) -> list[tuple[Act, int]]:
        """What somebody may do, and how often."""
        return [
            (self._new_document, 4 if len(self.documents) < 4 else 1),
            (self._change_document, 3),
            (self._pay, 4),
            (self._change_payment, 1),
            (self._delete_payment, 1),
            (self._void_document, 1),
            (self._new_credit, 2),
            (self._apply_credit, 3),
            (self._take_off, 1),
            (self._void_credit, 1),
            (self._rename, 1),
        ]

    def act(self) -> None:
        """Let somebody do something that can be done now."""
        acts = self.acts()
        while True:
            (act,) = self.chance.choices([a for a, _ in acts], [weight for _, weight in acts])
            if act():
                self.count(f"{self.side.document}.{act.__name__.strip('_')}")
                return

    # -- payments -----------------------------------------------------------------------------

    def _payable(self) -> list[str]:
        return [
            number
            for number, row in self.documents.items()
            if row["status"] == self.side.open and self.least[number] - self._on(number) >= 10
        ]

    def _pay(self) -> bool:
        payable, party = self._payable(), f"{self.side.party}_id"
        if not payable:
            return False
        first = self.chance.choice(payable)
        contact = self.documents[first][party]
        same = [n for n in payable if self.documents[n][party] == contact]
        chosen = self.chance.sample(same, min(len(same), self.chance.choice((1, 1, 2))))
        number = self._number()
        shares = []
        for target in chosen:
            room = int(self.least[target] - self._on(target))
            shares.append(self.side.share(self._number(), target, f"{self._part(room)}.00"))
        parts = {party: contact, self.side.shares: shares}
        self.payments[number] = self.side.pay(number, amount="0", **parts)
        self._tell_payment(number, "created")
        return True

    def _part(self, room: int) -> int:
        return self.chance.randint(1, max(1, room // 2))

    def _tell_payment(self, number: str, trigger: str) -> None:
        payment = self.payments[number]
        shares = payment[self.side.shares]
        total = sum((Decimal(s["amount_applied"]) for s in shares), Decimal(0))
        payment |= {"amount": str(total), "updated_time": self._stamp()}
        payment["last_modified_time"] = payment["updated_time"]
        self._tell(self.side.payment, number, trigger, payment)
        for share in shares:
            self._balance_shown(share[self.side.target])

    def _change_payment(self) -> bool:
        if not self.payments:
            return False
        number = self.chance.choice(sorted(self.payments))
        for share in self.payments[number][self.side.shares]:
            share["amount_applied"] = f"{max(1, int(Decimal(share['amount_applied'])) - 1)}.00"
        self._tell_payment(number, "edited")
        return True

    def _delete_payment(self) -> bool:
        if not self.payments:
            return False
        number = self.chance.choice(sorted(self.payments))
        payment = self.payments.pop(number)
        payment |= {"updated_time": self._stamp(), "last_modified_time": self._stamp()}
        self._tell(self.side.payment, number, "deleted", payment)
        for share in payment[self.side.shares]:
            self._balance_shown(share[self.side.target])
        return True

    # -- credits ------------------------------------------------------------------------------

    def _new_credit(self) -> bool:
        if len(self.credits) >= 2:
            return False
        contact, number = self._some_contact(), self._number()
        total = self.chance.randint(20, 100)
        self.credits[number] = self.side.credit_form(
            number,
            line_items=[forms.line(f"{total}.00")],
            total=f"{total}.00",
            created_time=self._stamp(),
            _left=Decimal(total),
            **self._named(contact),
        )
        self._tell_credit(number, "created")
        return True

    def _tell_credit(self, number: str, trigger: str) -> None:
        self.credits[number]["last_modified_time"] = self._stamp()
        self._tell(self.side.credit, number, trigger, self.credits[number])

    def _apply_credit(self) -> bool:
        party = f"{self.side.party}_id"
        for number, credit in self.credits.items():
            targets = [n for n in self._payable() if self.documents[n][party] == credit[party]]
            if credit["status"] == "open" and credit["_left"] >= 5 and targets:
                target = self.chance.choice(targets)
                credit["_left"] -= 5
                credit[self.side.uses].append(self.side.use(self._number(), target, "5.00"))
                self._tell_credit(number, "edited")
                self._balance_shown(target)
                return True
        return False

    def _take_off(self) -> bool:
        for number, credit in self.credits.items():
            if credit[self.side.uses]:
                use = credit[self.side.uses].pop()
                credit["_left"] += 5
                self._tell_credit(number, "edited")
                self._balance_shown(use[self.side.target])
                return True
        return False

    def _void_credit(self) -> bool:
        for number, credit in self.credits.items():
            if credit["status"] == "open" and not self._is_used(credit):
                credit["status"] = "void"
                self._tell_credit(number, "edited")
                return True
        return False

    def _is_used(self, credit: Fields) -> bool:
        return bool(credit[self.side.uses] or credit[self.side.refunds])
