"""A connection in the database, and short ways to fill its outbox."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.postgres import Pool
from outbox.append import Origin, append
from schemas.commands import Command, link
from schemas.words import Ref


@dataclass
class Desk:
    """Stands where the processors stand: asks for commands, looks at what became of them."""

    pool: Pool
    connection_id: int
    events: list[int] = field(default_factory=list)

    async def event(self, document: str, *, state: str = "decided") -> int:
        """Journal an event that touches one document."""
        ref = Ref.parse(document)
        event_id: int = await self.pool.fetchval(
            """INSERT INTO events (connection_id, entity, zoho_id, trigger, touches, fingerprint,
                                   content_type, body, request_id, state)
               VALUES ($1, $2, $3, 'edited', ARRAY[$4], $5, 'application/json', '{}', 'r', $6)
               RETURNING id""",
            self.connection_id,
            ref.entity,
            ref.zoho_id,
            document,
            str(len(self.events)).encode(),
            state,
        )
        self.events.append(event_id)
        return event_id

    async def ask(
        self, *commands: Command, document: str = "invoice:1", lane: int = 0
    ) -> list[int]:
        """Append commands as one decision about a document."""
        event_id = await self.event(document)
        origin = Origin(self.connection_id, event_id, "r", "A2", lane)
        async with self.pool.acquire() as connection, connection.transaction():
            return await append(connection, origin, commands)

    async def commands(self) -> list[tuple[int, str, str]]:
        """Every command: id, kind, state."""
        rows = await self.pool.fetch("SELECT id, kind, state FROM commands ORDER BY id")
        return [(row["id"], row["kind"], row["state"]) for row in rows]

    async def states(self) -> list[str]:
        """Every command's state, in order."""
        return [state for _, _, state in await self.commands()]

    async def works_with(self, tenant: str) -> None:
        """Let it be known which Xero organisation the connection works with."""
        await self.pool.execute(
            """INSERT INTO grants (connection_id, system, tenant_id) VALUES ($1, 'xero', $2)
               ON CONFLICT (connection_id, system) DO UPDATE SET tenant_id = excluded.tenant_id""",
            self.connection_id,
            tenant,
        )

    async def link(self, key: str, xero_id: str) -> None:
        """Say that Xero holds a thing."""
        await self.pool.execute(
            "INSERT INTO links (connection_id, key, xero_id) VALUES ($1, $2, $3)",
            self.connection_id,
            key,
            xero_id,
        )


def put_invoice(number: str = "1", *, needs: Sequence[str] = (), **body: Any) -> Command:
    """A full-state write of an invoice."""
    fields = {"Type": "ACCREC", "InvoiceNumber": f"INV-{number}", **body}
    key = f"invoice:{number}"
    return Command("invoice.put", key, (Ref("invoice", number),), fields, tuple(needs))


def void_invoice(number: str = "1") -> Command:
    """An invoice's end."""
    ticket = Ref("invoice", number)
    return Command("invoice.void", f"invoice:{number}", (ticket,), {"Status": "VOIDED"})


def pay(share: str, invoice: str = "1", payment: str = "9") -> Command:
    """One share of a payment."""
    body = {"Invoice": {"InvoiceID": link(f"invoice:{invoice}")}, "Reference": f"ZI-PMT-{share}"}
    tickets = (Ref("customer_payment", payment), Ref("invoice", invoice))
    return Command("payment.create", f"payment:{share}", tickets, body, (f"invoice:{invoice}",))


def unpay(share: str, invoice: str = "1", payment: str = "9") -> Command:
    """One share of a payment taken back."""
    tickets = (Ref("customer_payment", payment), Ref("invoice", invoice))
    return Command("payment.delete", f"payment:{share}", tickets, {"Status": "DELETED"})
