"""The history of a house's real processes, for the simulation's checker.

The database, Xero's log and Xero's books tell most of it; whoever played tells the rest. Times are
this machine's: the stand-in's own clock is pushed by everything that is done in Zoho.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import asyncpg

from bridge.postgres import prepare
from tests.journeys.house import House
from tests.simulation.store.engine import KEYS

Row = dict[str, Any]
API: Final = "/api.xro/2.0"
HIDDEN: Final = ("secrets", "grants", "xero_reads", "wakeups", "speakers", "xero_budgets")
USUAL_WINDOWS: Final = {"repeat": 240, "quiet": 180}  # seconds, as .env.example has them
MARKS: Final = {
    "Contacts": ("ContactID", "ContactNumber"),
    "Invoices": ("InvoiceID", "InvoiceNumber"),
    "Payments": ("PaymentID", "Reference"),
}
BOOKS: Final = {
    "Contacts": "contacts",
    "Invoices": "invoices",
    "CreditNotes": "credit_notes",
    "Payments": "payments",
    "Allocations": "allocations",
    "BankTransactions": "bank_transactions",
}


@dataclass
class Witness:
    """What only the one who played knows: what Zoho holds, what was answered, what did not end."""

    zoho: Row = field(
        default_factory=lambda: {"invoice": {}, "customer_payment": {}, "credit_note": {}}
    )
    answers: list[Row] = field(default_factory=list)  # of the receiver: status, event, document
    windows: Row = field(default_factory=lambda: dict(USUAL_WINDOWS))
    busy: str = ""

    def holds_invoice(self, document: Row) -> None:
        """Note an invoice as Zoho holds it now."""
        known = {"status": document["status"], "total": str(document["total"])}
        self.zoho["invoice"][document["invoice_id"]] = known

    def holds_payment(self, document: Row) -> None:
        """Note a payment with its shares as Zoho holds it now."""
        shares = [
            {**share, "amount_applied": str(share["amount_applied"])}
            for share in document["invoices"]
        ]
        self.zoho["customer_payment"][document["payment_id"]] = {"invoices": shares}


async def collect(house: House, witness: Witness) -> Row:
    """Write down what the checker may look at."""
    ledger = await house.xero()
    log = (await house.client.get(f"{house.sandbox}/_sandbox/xero/requests")).json()
    tables = await _tables(house)
    epoch = min(row["received_at"] for row in tables["events"])
    connections = [row["id"] for row in tables["connections"]]
    return {
        "windows": witness.windows,
        "epoch": epoch,
        "tables": tables,
        "requests": [_request(entry, ledger, epoch) for entry in log if _is_api(entry)],
        "answers": witness.answers,
        "logins": [],
        "settled": [],
        "switches": [],
        "ended": [],
        "busy": witness.busy,
        "frozen": False,
        "limited": False,  # this Xero takes any number of calls, so that the run ends
        "may_park": [],
        "deaths": {},
        "tenants": dict.fromkeys(connections, ledger["tenant"]),
        "xero": {ledger["tenant"]: {plural: ledger[name] for plural, name in BOOKS.items()}},
        "zoho": dict.fromkeys(connections, witness.zoho),
    }


async def _tables(house: House) -> dict[str, list[Row]]:
    database = await asyncpg.connect(house.environment["DATABASE_URL"])
    await prepare(database)
    try:
        return {
            name: [dict(row) for row in await database.fetch(f"SELECT * FROM {name}")]  # noqa: S608  # a name of ours
            for name in KEYS
            if name not in HIDDEN
        }
    finally:
        await database.close()


def _is_api(entry: Row) -> bool:
    return str(entry["path"]).startswith(API)


def _request(entry: Row, ledger: Row, epoch: datetime) -> Row:
    at = _seconds(entry["wall_at"], epoch)
    return {
        "sent": at,
        "arrived": at,
        "decided": _seconds(entry["wall_applied_at"], epoch) if entry["applied"] else None,
        "method": entry["method"],
        "path": str(entry["path"]).removeprefix(API),
        "tenant": entry["tenant"],
        "key": entry["idempotency_key"],
        "hash": entry["body_sha256"],
        "token": entry.get("token"),
        "proc": "outbox",
        "status": entry["status"],
        "answered": None,
        "effects": _effects(entry, ledger) if entry["applied"] else [],
    }


def _seconds(stamp: str, epoch: datetime) -> float:
    return (datetime.fromisoformat(stamp) - epoch).total_seconds()


def _effects(entry: Row, ledger: Row) -> list[Row]:
    """What an applied request did, by what it asked for and what Xero holds of it."""
    if entry["method"] == "GET" or not entry["body"]:
        return []
    plural = str(entry["path"]).removeprefix(API).strip("/").split("/")[0]
    content = json.loads(entry["body"])
    id_field, mark = MARKS[plural]
    held = {row.get(mark): row[id_field] for row in ledger[BOOKS[plural]]}
    return [
        {
            "op": "update" if element.get(id_field) else "create",
            "plural": plural,
            "id": element.get(id_field) or held.get(element.get(mark), ""),
            "marker": str(element.get(mark, "")),
            "total": "",
        }
        for element in content.get(plural, [content])
    ]
