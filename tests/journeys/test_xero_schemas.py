"""Every body that creates something in Xero fits its published schema, whatever the journey."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.xero_schemas import fits, with_schemas

pytestmark = pytest.mark.asyncio(loop_scope="session")

SCHEMAS = {
    "Contacts": "Contact",
    "Invoices": "Invoice",
    "CreditNotes": "CreditNote",
    "Payments": "Payment",
    "Allocations": "Allocation",
    "BankTransactions": "BankTransaction",
}


@with_schemas
async def test_every_body_that_creates_something_fits_xeros_schema(
    office: House, customer: str, vendor: str
) -> None:
    await _everything_at_once(office, customer, vendor)
    await office.settled()

    log = (await office.client.get(f"{office.sandbox}/_sandbox/xero/requests")).json()
    created = list(_created(log))

    # What the other journeys of this run sent is in the log too.
    assert [
        (plural, broken) for plural, each in created if (broken := fits(SCHEMAS[plural], each))
    ] == []
    assert Counter(plural for plural, _ in created).keys() == SCHEMAS.keys()


def _created(log: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each element of each create in the log, by the name of its list."""
    for request in log:
        if request["method"] == "PUT" and "/api.xro/" in request["path"]:
            for plural, elements in json.loads(request["body"]).items():
                yield from ((plural, element) for element in elements)


async def _everything_at_once(office: House, customer: str, vendor: str) -> None:
    invoice = await clerk.invoice(office, customer)
    await clerk.pay(office, invoice, 40, bank_charges=1.5)
    note = await clerk.credit_note(office, customer, 40)
    await clerk.apply_credit(office, note, invoice, 20)
    await clerk.refund(office, note, 5)
    await office.zoho("POST", f"/invoices/{invoice['invoice_id']}/writeoff")
    bill = await clerk.bill(office, vendor, "SCHEMA-1")
    await clerk.pay_bill(office, bill, 40, bank_charges=1.5)
    credit = await clerk.vendor_credit(office, vendor, 40)
    await clerk.apply_vendor_credit(office, credit, bill, 20)
    await clerk.refund(office, credit, 5)
