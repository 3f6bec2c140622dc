"""How a test reads Xero's ledger and a document's history."""

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.journeys.house import House

Row = dict[str, Any]
ENDED = ("VOIDED", "DELETED")


async def rows(house: House, table: str, **fields: str) -> list[Row]:
    """The rows of a table of Xero's ledger with these values, oldest first."""
    ledger = await house.xero()
    return [row for row in ledger[table] if _has(row, fields)]


async def living(house: House, table: str, **fields: str) -> list[Row]:
    """Those rows that are neither voided nor deleted."""
    found = await rows(house, table, **fields)
    return [row for row in found if row.get("Status") not in ENDED]


async def the(house: House, table: str, **fields: str) -> Row:
    """The one living row with these values."""
    (row,) = await living(house, table, **fields)
    return row


def _has(row: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    return all(row[name] == value for name, value in fields.items())


async def linked(house: House, entity: str, zoho_id: str) -> str:
    """The id in Xero of a Zoho document."""
    return str((await house.history(entity, zoho_id))["xero_id"])


async def decided(house: House, entity: str, zoho_id: str) -> list[str]:
    """What was decided of a document, oldest first: `A2 applied`, and so on."""
    history = await house.history(entity, zoho_id)
    return [
        f"{each['action']} {each['outcome']}"
        for each in history["decisions"]
        if each["outcome"] != "superseded"
    ]


async def applied(house: House, action: str, *documents: tuple[str, str]) -> int:
    """How many times an action was applied, whichever of the documents it was that told of it."""
    told = [await decided(house, *document) for document in documents]
    return sum(each.count(f"{action} applied") for each in told)


async def withheld(house: House, entity: str, zoho_id: str, action: str) -> str:
    """Why an action was withheld the last time."""
    history = await house.history(entity, zoho_id)
    reasons = [
        each["reason"]
        for each in history["decisions"]
        if (each["action"], each["outcome"]) == (action, "withheld")
    ]
    return str(reasons[-1]) if reasons else f"{action} was never withheld: {history['decisions']}"


async def paid(house: House, entity: str, zoho_id: str) -> list[tuple[str, str]]:
    """Payments and refunds that live on a document in Xero: amount, code of the bank account."""
    ledger = await house.xero()
    banks = {_account(ledger["tenant"], code): code for code in ("090", "091")}
    target = await linked(house, entity, zoho_id)
    found = [row for row in ledger["payments"] if row["target"] == target]
    return sorted((r["Amount"], banks[r["account"]]) for r in found if r["Status"] not in ENDED)


def _account(tenant: str, code: str) -> str:
    # The stand-in makes its accounts' ids so.
    return str(uuid5(NAMESPACE_URL, f"{tenant}/accounts/{code}"))
