"""The history of real processes, for the same checker: the database, Xero's log, Zoho's truth."""

import json
from datetime import datetime
from typing import Any, Final

import asyncpg

from tests.simulation.store.engine import KEYS

Row = dict[str, Any]
API: Final = "/api.xro/2.0"
TENANT: Final = "the one organisation"
MARKS: Final = {
    "Contacts": ("ContactID", "ContactNumber"),
    "Invoices": ("InvoiceID", "InvoiceNumber"),
    "Payments": ("PaymentID", "Reference"),
}


async def collect(
    database: "asyncpg.Connection[asyncpg.Record]",
    ledger: Row,
    log: list[Row],
    truth: Row,
    windows: Row,
) -> Row:
    """Write down what the checker may look at."""
    hidden = ("secrets", "grants", "xero_reads", "wakeups", "speakers", "xero_budgets")
    tables = {
        name: [dict(row) for row in await database.fetch(f"SELECT * FROM {name}")]  # noqa: S608  # a name of ours
        for name in KEYS
        if name not in hidden
    }
    epoch = min(row["received_at"] for row in tables["events"])
    return {
        "windows": windows,
        "epoch": epoch,
        "tables": tables,
        "requests": [_request(entry, ledger, epoch) for entry in log if _is_api(entry)],
        "answers": [],
        "logins": [],
        "settled": [],
        "switches": [],
        "ended": [],
        "busy": "",
        "frozen": False,
        "limited": False,  # this Xero takes any number of calls, so that the run ends
        "may_park": [],
        "deaths": {},
        "tenants": {row["id"]: TENANT for row in tables["connections"]},
        "xero": {
            TENANT: {
                "Contacts": ledger["contacts"],
                "Invoices": ledger["invoices"],
                "CreditNotes": ledger["credit_notes"],
                "Payments": ledger["payments"],
                "Allocations": ledger["allocations"],
            }
        },
        "zoho": {row["id"]: truth for row in tables["connections"]},
    }


def _is_api(entry: Row) -> bool:
    return str(entry["path"]).startswith(API)


def _request(entry: Row, ledger: Row, epoch: datetime) -> Row:
    at = (datetime.fromisoformat(entry["at"]) - epoch).total_seconds()
    done = entry.get("applied_at")
    return {
        "sent": at,
        "arrived": at,
        "decided": (datetime.fromisoformat(done) - epoch).total_seconds() if done else None,
        "method": entry["method"],
        "path": str(entry["path"]).removeprefix(API),
        "tenant": TENANT,
        "key": entry["idempotency_key"],
        "hash": entry["body_sha256"],
        "token": None,  # the stand-in's log holds no tokens
        "proc": "outbox",
        "status": entry["status"],
        "answered": None,
        "effects": _effects(entry, ledger) if entry["applied"] else [],
    }


def _effects(entry: Row, ledger: Row) -> list[Row]:
    """What an applied request did, by what it asked for and what Xero holds of it."""
    if entry["method"] == "GET" or not entry["body"]:
        return []
    plural = str(entry["path"]).removeprefix(API).strip("/").split("/")[0]
    content = json.loads(entry["body"])
    id_field, mark = MARKS[plural]
    held = {row.get(mark): row[id_field] for row in ledger[plural.lower()]}
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
