"""A document as Zoho has it now, with the children that its own answer may leave out."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from clients.zoho.errors import NotFound
from clients.zoho.kinds import KINDS
from clients.zoho.session import ZohoSession

Fields = dict[str, Any]

# Of each credit: its lists of shares under all their names, where they are read, and its refunds.
SHARES: Final = {
    "credit_note": (("invoices_credited", "invoices"), "/invoices"),
    "vendor_credit": (("bills_credited", "bills"), "/bills"),
}
REFUNDS: Final = {
    "credit_note": ("creditnote_refunds", "creditnote_refund"),
    "vendor_credit": ("vendor_credit_refunds", "vendor_credit_refund"),
}
ACCOUNTS: Final = ("account_id", "from_account_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """One document: `fields` as Zoho spells them."""

    entity: str
    zoho_id: str
    fields: Fields

    @property
    def body(self) -> bytes:
        """The document under its root, as a webhook carries it; every number as Zoho wrote it."""
        return _exact({KINDS[self.entity].root: self.fields}).encode()


async def fetch(
    session: ZohoSession, entity: str, zoho_id: str, settled: Collection[str] = ()
) -> Reading:
    """Read a document; of a credit also what it is applied to, and its refunds with their accounts.

    `settled` are the ids of refunds whose account is known: they are not asked for again. Raises
    ZohoError: NotFound when the document is gone, NoPermission for a payment made without Books.
    """
    kind = KINDS[entity]
    body = await session.get(kind.address(zoho_id), product=kind.product)
    fields = body.get(kind.root)
    if not isinstance(fields, dict):
        raise NotFound(0, f"Zoho's answer for {entity} {zoho_id} holds none")
    if entity in SHARES:
        await _add_shares(session, entity, zoho_id, fields)
        await _add_refunds(session, entity, zoho_id, fields, settled)
    return Reading(entity, zoho_id, fields)


async def _add_shares(session: ZohoSession, entity: str, zoho_id: str, fields: Fields) -> None:
    names, path = SHARES[entity]
    if not any(isinstance(fields.get(name), list) for name in names):
        body = await session.get(KINDS[entity].address(zoho_id) + path)
        fields[names[0]] = next((body[name] for name in names if name in body), [])


async def _add_refunds(
    session: ZohoSession, entity: str, zoho_id: str, fields: Fields, settled: Collection[str]
) -> None:
    rows, root = REFUNDS[entity]
    path = KINDS[entity].address(zoho_id) + "/refunds"
    if not isinstance(fields.get(rows), list):
        fields[rows] = (await session.get(path)).get(rows, [])
    for row in fields[rows]:
        refund_id = str(row.get(f"{root}_id", ""))
        if refund_id and refund_id not in settled and not any(row.get(name) for name in ACCOUNTS):
            detail = (await session.get(f"{path}/{refund_id}")).get(root) or {}
            row |= {name: value for name, value in detail.items() if name not in row}


def _exact(value: Any) -> str:
    """Write JSON; the standard library would make a float of a Decimal."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{_exact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_exact, value)) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)
