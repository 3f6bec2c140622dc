"""A company in Zoho, by real HTTP, and processors that may ask it."""

from dataclasses import dataclass
from typing import Any

from bridge.parts import Parts
from ingress.journal.readings import Readings
from processors.shell.consumer import answer
from tests.clients.zoho_line import VAULT, Line
from tests.processors.conftest import Journal
from tests.processors.zoho import Fields

LINE = {"name": "Work", "rate": 100, "quantity": 1}
BANK, PETTY_CASH = "4600000000000361", "4600000000000362"


@dataclass
class Office:
    """A company in Zoho, and processors that may ask it."""

    zoho: Line
    journal: Journal

    async def enter(self, path: str, product: str = "inventory", **fields: Any) -> Fields:
        """Enter something at Zoho's screen; gives what was made."""
        answered = await self.zoho.by_hand("POST", path, fields, product)
        made: Fields = next((v for v in answered.values() if isinstance(v, dict)), {})
        return made

    async def look(self, path: str) -> Fields:
        """See a document as it is now, as a webhook would carry it."""
        answered = await self.zoho.by_hand("GET", path)
        found: Fields = next(v for v in answered.values() if isinstance(v, dict))
        return found

    async def contact(self, kind: str = "customer", name: str = "Maple Ltd", **fields: Any) -> str:
        made = await self.enter("/contacts", contact_name=name, contact_type=kind, **fields)
        return str(made["contact_id"])

    async def invoice(self, customer: str, **fields: Any) -> Fields:
        made = await self.enter("/invoices", customer_id=customer, line_items=[LINE], **fields)
        await self.enter(f"/invoices/{made['invoice_id']}/status/sent")
        return await self.look(f"/invoices/{made['invoice_id']}")

    async def pay(self, invoice: Fields) -> Fields:
        shares = [{"invoice_id": invoice["invoice_id"], "amount_applied": 100}]
        return await self.enter(
            "/customerpayments",
            customer_id=invoice["customer_id"],
            payment_mode="cash",
            amount=100,
            invoices=shares,
        )

    async def tell(self, entity: str, fields: Fields, trigger: str = "edited") -> int:
        """Let a webhook arrive, and a processor answer its knock."""
        event_id = await self.journal.arrives(entity, fields, trigger)
        await self.knock(event_id)
        return event_id

    async def knock(self, event_id: int) -> None:
        readings = Readings(Parts(self.zoho.pool, VAULT, self.zoho.read))
        await answer(self.zoho.pool, event_id, asker=readings)

    async def calls(self) -> int:
        """How often Zoho was asked."""
        calls: int = (await self.zoho.control("meter"))["calls"]
        return calls

    async def body(self, key: str) -> Any:
        """The body of the newest command about something."""
        return await self.zoho.pool.fetchval(
            "SELECT body FROM commands WHERE key = $1 ORDER BY id DESC LIMIT 1", key
        )

    async def sources(self) -> list[tuple[str, str, str]]:
        """Every event: whose, from where, and what became of it."""
        rows = await self.zoho.pool.fetch("SELECT * FROM events ORDER BY id")
        return [(row["entity"], row["source"], row["state"]) for row in rows]

    async def unread(self) -> list[tuple[str, str]]:
        """What is noted for the sweep."""
        rows = await self.zoho.pool.fetch("SELECT entity, why FROM unread ORDER BY entity")
        return [(row["entity"], row["why"]) for row in rows]


async def known(office: Office, **fields: Any) -> Fields:
    """An invoice that the bridge knows, with its customer."""
    customer = await office.contact()
    await office.tell("contact", await office.look(f"/contacts/{customer}"))
    invoice = await office.invoice(customer, **fields)
    await office.tell("invoice", invoice)
    return invoice


async def applied_credit(office: Office, invoice: Fields) -> Fields:
    """A credit note of 40 that is applied to an invoice, as Zoho shows it."""
    note = await office.enter(
        "/creditnotes",
        customer_id=invoice["customer_id"],
        line_items=[{**LINE, "rate": 40}],
        date=invoice["date"],
    )
    path = f"/creditnotes/{note['creditnote_id']}"
    shares = [{"invoice_id": invoice["invoice_id"], "amount_applied": 40}]
    await office.enter(f"{path}/invoices", invoices=shares)
    return await office.look(path)
