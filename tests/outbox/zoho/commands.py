"""Contacts of Xero's that are asked of Zoho."""

from typing import Any

from schemas.commands import Command
from schemas.words import Ref
from tests.outbox.desk import Desk

X, Y = "5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11", "6d3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a22"
ADA = {"first_name": "Ada", "email": "ada@example.com", "is_primary_contact": True}


def contact(name: str = "Acme", xero_id: str = X, **fields: Any) -> Command:
    kind = fields.get("contact_type", "customer")
    body = {"contact_type": kind, "contact_name": name, **fields}
    key = f"zoho_contact:{xero_id}:{kind}"
    ticket = Ref("xero_contact", xero_id)
    return Command("zoho_contact.put", key, (ticket,), body, expected={"xero_id": xero_id})


async def ask(desk: Desk, *commands: Command) -> None:
    await desk.ask(*commands, document=f"xero_contact:{X}")


async def reasons(desk: Desk) -> list[str]:
    rows = await desk.pool.fetch("SELECT cause, reason FROM commands ORDER BY id")
    return [f"{row['cause']}: {row['reason']}" for row in rows]
