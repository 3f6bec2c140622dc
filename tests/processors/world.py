"""A small world: a company in Zoho, deliveries in any order, and a Xero with its own rules."""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from clients.xero.day import ALL_LANES
from outbox.xero.claiming import QUERIES
from outbox.xero.routes import KINDS
from tests.processors.conftest import Journal
from tests.processors.zoho import Fields, invoice, line, payment, share

Event = tuple[str, Fields, str]


@dataclass
class Company:
    """One invoice and its payments in Zoho; each deed leaves the webhooks that Zoho would send."""

    chance: random.Random
    minute: int = 0
    price: int = 100
    status: str = "none"
    payments: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    @property
    def paid(self) -> int:
        """What is paid of the invoice."""
        return sum(self.payments.values())

    def act(self) -> None:
        """Do one thing that Zoho would let a person do now."""
        self.minute += 1
        deeds = {
            "none": [self.send],
            "void": [self.send, self.send, self.delete],
            "sent": [self.pay, self.edit, self.void, self.delete],
            "paid": [self.pay, self.unpay, self.change],
            "deleted": [],
        }
        now = "paid" if self.paid else self.status
        for deed in self.chance.sample(deeds[now], min(1, len(deeds[now]))):
            deed()

    def send(self) -> None:
        """Create the invoice, or open it again."""
        trigger = "created" if self.status == "none" else "edited"
        self.status = "sent"
        self._tell_invoice(trigger)

    def edit(self) -> None:
        """Change the price."""
        self.price = self.chance.randrange(50, 200)
        self._tell_invoice("edited")

    def void(self) -> None:
        """Void the invoice."""
        self.status = "void"
        self._tell_invoice("edited")

    def delete(self) -> None:
        """Delete the invoice; Zoho shows its id only."""
        self.status = "deleted"
        self.events.append(("invoice", {"invoice_id": "1"}, "deleted"))

    def change(self) -> None:
        """Change a payment's amount."""
        number = self.chance.choice(sorted(self.payments))
        most = self.price - self.paid + self.payments[number]
        self.payments[number] = self.chance.randint(1, most)
        self._tell_payment(number, "edited")

    def pay(self) -> None:
        """Pay a part of what is open, or all."""
        if self.paid == self.price:
            self.unpay()
            return
        number = f"9{self.minute}"
        self.payments[number] = self.chance.randint(1, self.price - self.paid)
        self._tell_payment(number, "created")

    def unpay(self) -> None:
        """Delete a payment; Zoho shows its id only."""
        number = self.chance.choice(sorted(self.payments))
        del self.payments[number]
        self.events.append(("customer_payment", {"payment_id": number}, "deleted"))
        self._perhaps_tell_invoice()

    def _tell_payment(self, number: str, trigger: str) -> None:
        amount = self.payments[number]
        shown = payment(
            number,
            amount=amount,
            invoices=[share(number, "1", amount)],
            updated_time=self._now(),
        )
        self.events.append(("customer_payment", shown, trigger))
        self._perhaps_tell_invoice()

    def _perhaps_tell_invoice(self) -> None:
        # Whether Zoho calls a payment an edit of the invoice is not documented: both must do.
        if self.chance.random() < 0.5:
            self._tell_invoice("edited")

    def _tell_invoice(self, trigger: str) -> None:
        shown = invoice(
            status=self.status,
            line_items=[line(self.price)],
            total=self.price,
            payment_made=self.paid,
            last_modified_time=self._now(),
        )
        self.events.append(("invoice", shown, trigger))

    def _now(self) -> str:
        return f"2026-03-10T{9 + self.minute // 60:02d}:{self.minute % 60:02d}:00-0500"


@dataclass
class Ledger:
    """Xero's rules for invoices and payments, no more."""

    totals: dict[str, Decimal] = field(default_factory=dict)
    payments: dict[str, tuple[str, Decimal]] = field(default_factory=dict)

    def take(self, kind: str, key: str, body: Any) -> bool:
        """Do what a command asks, or refuse."""
        paid = [amount for target, amount in self.payments.values() if target == key]
        if kind == "invoice.put" and not paid:
            self.totals[key] = Decimal(
                sum(Decimal(str(row["UnitAmount"])) for row in body["LineItems"])
            )
        elif kind == "invoice.void" and not paid:
            del self.totals[key]
        elif kind == "payment.create":
            return self._pay(key, body)
        elif kind == "payment.delete":
            del self.payments[key]
        else:
            return kind == "contact.put"
        return True

    def _pay(self, key: str, body: Any) -> bool:
        target, amount = body["Invoice"]["InvoiceID"]["$link"], Decimal(str(body["Amount"]))
        paid = sum(each for other, each in self.payments.values() if other == target)
        if target not in self.totals or paid + amount > self.totals[target]:
            return False
        self.payments[key] = (target, amount)
        return True


@dataclass
class World:
    """The journal and the outbox's own order of sending, with a ledger at the end of the line."""

    journal: Journal
    ledger: Ledger = field(default_factory=Ledger)

    async def works(self, most: int = 1_000) -> None:
        """Send what is ready, one after the other; what Xero refuses is parked."""
        pool, connection_id = self.journal.pool, self.journal.connection_id
        for _ in range(most):
            ready = await QUERIES.ready(
                pool,
                connection_id=connection_id,
                kinds=list(KINDS),
                busy=[],
                most=1,
                lanes=ALL_LANES,
            )
            if not ready:
                return
            await self._send(ready[0])

    async def _send(self, row: Any) -> None:
        pool, ends = self.journal.pool, row["kind"].endswith((".void", ".delete"))
        if ends and row["xero_id"] is None:
            done = True  # nothing in Xero to take back
        else:
            done = self.ledger.take(row["kind"], row["key"], row["body"])
        state = "done" if done else "parked"
        await pool.execute("UPDATE commands SET state = $1 WHERE id = $2", state, row["id"])
        if not done:
            return
        await pool.execute("UPDATE tickets SET open = false WHERE command_id = $1", row["id"])
        if ends:
            await pool.execute("DELETE FROM links WHERE key = $1", row["key"])
        else:
            await pool.execute(
                """INSERT INTO links (connection_id, key, xero_id) VALUES ($1, $2, 'x')
                   ON CONFLICT DO NOTHING""",
                self.journal.connection_id,
                row["key"],
            )
