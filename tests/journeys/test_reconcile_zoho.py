"""Zoho's side compared with what the bridge has heard, and what is no difference at all."""

import pytest

from bridge.cli.demo.stage import Stage
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.journeys import clerk
from tests.journeys.auditor import Auditor, short

UNMAPPED = "4600000000000913"

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_no_webhook_told(auditor: Auditor, buyer: str) -> None:
    stage = auditor.stage
    edited, deleted, voided = [await clerk.invoice(stage, buyer) for _ in range(3)]
    await auditor.settled()
    await auditor.silently("*")
    new = await clerk.invoice(stage, buyer)
    drafted = await clerk.draft_invoice(stage, buyer)
    lines = [clerk.line(200)]
    await stage.zoho("PUT", f"/invoices/{edited['invoice_id']}", line_items=lines)
    await stage.zoho("DELETE", f"/invoices/{deleted['invoice_id']}")
    await stage.zoho("POST", f"/invoices/{voided['invoice_id']}/status/void")

    rows = await auditor.compare()

    assert {(row["zoho_id"], row["kind"]) for row in rows} == {
        (new["invoice_id"], "missing"),
        (edited["invoice_id"], "different"),
        (deleted["invoice_id"], "extra"),
        (voided["invoice_id"], "extra"),
    }
    assert drafted["invoice_id"] not in {row["zoho_id"] for row in rows}
    assert all("nothing has told the bridge" in row["reason"] for row in rows)


async def test_what_is_withheld_is_no_difference(auditor: Auditor, buyer: str) -> None:
    stage = auditor.stage
    early = await clerk.invoice(stage, buyer, date=stage.day(120))
    await clerk.pay(stage, early, 20)
    await clerk.draft_invoice(stage, buyer)
    paid = await clerk.invoice(stage, buyer)
    await clerk.pay(stage, paid, 10)
    await stage.zoho("PUT", f"/invoices/{paid['invoice_id']}", notes="x", due_date=stage.day(-60))
    await auditor.settled()

    assert await auditor.compare() == []


async def test_what_is_parked_is_told_with_its_reason(auditor: Auditor, buyer: str) -> None:
    lines = [clerk.line(100, tax_id=UNMAPPED)]
    invoice = await clerk.invoice(auditor.stage, buyer, line_items=lines)
    await auditor.settled()

    (row,) = await auditor.compare()

    assert (row["zoho_id"], row["kind"]) == (invoice["invoice_id"], "missing")
    assert row["reason"].startswith("parked: ")


async def test_what_zoho_does_not_tell_is_compared_from_what_it_told(
    auditor: Auditor, buyer: str
) -> None:
    stage = auditor.stage
    invoice = await clerk.invoice(stage, buyer)
    await auditor.settled()
    await revoke(stage)
    await auditor.compare()
    xero_id = await auditor.linked(f"invoice:{invoice['invoice_id']}")
    await auditor.xero("POST", f"/Invoices/{xero_id}", {"Status": "VOIDED"})

    assert short(await auditor.compare()) == {
        ("invoice", invoice["invoice_id"], "different", "status")
    }
    notes = await stage.parts.pool.fetchval("SELECT notes FROM comparisons")
    assert "Zoho can't be read" in notes[0]
    await grant(stage)


async def revoke(stage: Stage) -> None:
    """Let Zoho's user take the grant back."""
    await stage.control("/zoho/settings", {"revoke": REFRESH_TOKEN})
    await stage.parts.pool.execute("DELETE FROM grants WHERE system = 'zoho'")


async def grant(stage: Stage) -> None:
    """Let them give it again."""
    client = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
    await stage.control("/zoho/clients", client)
    await stage.parts.pool.execute("DELETE FROM grants WHERE system = 'zoho'")
