"""A company that was there before the bridge: its documents go to Xero once, behind live work."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.cli.backfill import Filled, fill
from bridge.cli.demo.stage import Stage
from clients.zoho.session import opened
from ingress.sweep.backfill import Backfill
from schemas.words import Ref
from tests.journeys import clerk
from tests.journeys.auditor import Auditor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def filled(stage: Stage, ago: int = 100, *, apply: bool) -> Filled:
    since = stage.today - timedelta(days=ago)
    return await fill(stage.parts, "demo", since, apply=apply)


async def lanes(stage: Stage, *documents: str) -> list[tuple[int, str]]:
    """The lanes of what was asked of Xero for documents, and how it ended."""
    rows = await stage.parts.pool.fetch(
        "SELECT DISTINCT lane, state FROM commands WHERE zoho_id = ANY($1)", list(documents)
    )
    return [(row["lane"], row["state"]) for row in rows]


async def company(auditor: Auditor, buyer: str, supplier: str) -> dict[str, Any]:
    """Enter documents that no webhook tells of: what is to be sent, and what stays at home."""
    stage = auditor.stage
    await auditor.silently("*")
    invoice = await clerk.invoice(stage, buyer, date=stage.day(30))
    note = await clerk.credit_note(stage, buyer, date=stage.day(20))
    await clerk.apply_credit(stage, note, invoice, 30)
    payment = await clerk.pay(stage, invoice, 40, date=stage.day(10))
    bill = await clerk.bill(stage, supplier, "B-OLD", date=stage.day(30))
    await clerk.invoice(stage, buyer, date=stage.day(95))
    await clerk.draft_invoice(stage, buyer)
    await auditor.silently()
    return {
        "invoice": invoice["invoice_id"],
        "credit_note": note["creditnote_id"],
        "customer_payment": payment["payment_id"],
        "bill": bill["bill_id"],
    }


async def test_a_company_is_brought_to_xero_once_and_in_order(
    auditor: Auditor, buyer: str, supplier: str
) -> None:
    stage = auditor.stage
    ids = await company(auditor, buyer, supplier)

    planned = await filled(stage, apply=False)
    refs = [each.ref for each in planned.plan.documents]
    ours = [ref for ref in refs if ref.zoho_id in ids.values()]
    assert [ref.entity for ref in ours] == [
        *("bill", "invoice", "credit_note", "customer_payment"),
    ]
    reasons = {reason for _, reason in planned.plan.withheld}
    assert any("before the cut-over" in reason for reason in reasons)
    assert any("draft" in reason for reason in reasons)
    assert planned.plan.singles >= 1
    assert (planned.applied, await lanes(stage, *ids.values())) == (False, [])

    # One that was cut off after its first document goes on with the second.
    connection_id = await stage.parts.pool.fetchval("SELECT id FROM connections")
    async with opened(stage.parts, connection_id) as session:
        work = Backfill(stage.parts.pool, session, connection_id, session.organization_id)
        assert await work.tell(Ref("bill", ids["bill"]))
    done = await filled(stage, apply=True)
    assert ids["bill"] not in {each.ref.zoho_id for each in done.plan.documents}
    assert (done.journaled, done.gone, done.problem) == (done.all, 0, "")
    await auditor.settled()

    assert await lanes(stage, *ids.values()) == [(2, "done")]
    rows = await auditor.compare()
    assert {row["zoho_id"] for row in rows} & set(ids.values()) == set()

    again = await filled(stage, apply=True)
    assert (again.all, again.journaled) == (0, 0)
    assert again.plan.known["invoice"] >= 1


async def test_a_document_that_is_gone_is_passed_over(auditor: Auditor, buyer: str) -> None:
    stage = auditor.stage
    connection_id = await stage.parts.pool.fetchval("SELECT id FROM connections")
    async with opened(stage.parts, connection_id) as session:
        work = Backfill(stage.parts.pool, session, connection_id, session.organization_id)

        assert not await work.tell(Ref("invoice", "4600000000099999999"))
