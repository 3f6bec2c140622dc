"""Who takes credits off that are to go, on each side (A19, A23, G1): as the connection says."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.journeys import clerk
from tests.journeys.house import FILE, House
from tests.journeys.reading import living, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")
TURNED = FILE.replace(
    "[zoho]", 'take_off_credits = { sales = "auto", purchases = "never" }\n[zoho]'
)


@pytest_asyncio.fixture(loop_scope="session")
async def turned(office: House) -> AsyncIterator[House]:
    """Give the office with the policies of the two sides turned round, and nothing said of debts.

    Invoices and bills are silent, so that it is the credit's end alone that tells.
    """
    await office.apply(TURNED)
    await office.silence("*.settle")
    yield office
    await office.apply()


async def test_a19_with_the_policy_auto_a_credit_note_that_goes_is_taken_off_first(
    turned: House, customer: str
) -> None:
    invoice = await clerk.invoice(turned, customer)
    note = await clerk.credit_note(turned, customer, 40)
    await clerk.apply_credit(turned, note, invoice, 20)
    await turned.settled()

    await turned.zoho("DELETE", f"/creditnotes/{note['creditnote_id']}")
    await turned.settled()

    number = note["creditnote_number"]
    assert await living(turned, "credit_notes", CreditNoteNumber=number) == []
    held = await the(turned, "invoices", InvoiceNumber=invoice["invoice_number"])
    assert held["AmountDue"] == "115.00"


async def test_a23_with_the_policy_never_an_applied_vendor_credit_that_goes_stays(
    turned: House, vendor: str
) -> None:
    bill = await clerk.bill(turned, vendor, "A23-never")
    credit = await clerk.vendor_credit(turned, vendor, 40)
    await clerk.apply_vendor_credit(turned, credit, bill, 20)
    await turned.settled()

    await turned.zoho("DELETE", f"/vendorcredits/{credit['vendor_credit_id']}")
    await turned.settled()

    reason = await withheld(turned, "vendor_credit", credit["vendor_credit_id"], "A23")
    assert reason == "The vendor credit is still applied: take its credits off in Zoho first."
    held = await the(turned, "credit_notes", CreditNoteNumber=credit["vendor_credit_number"])
    assert held["RemainingCredit"] == "26.00"


async def test_a23_with_the_policy_never_a_vendor_credit_that_was_taken_off_is_void(
    turned: House, vendor: str
) -> None:
    bill = await clerk.bill(turned, vendor, "A23-off")
    credit = await clerk.vendor_credit(turned, vendor, 40)
    await clerk.apply_vendor_credit(turned, credit, bill, 20)
    await turned.settled()

    await clerk.take_off(turned, credit)
    await turned.settled()
    await turned.zoho("POST", f"/vendorcredits/{credit['vendor_credit_id']}/status/void")
    await turned.settled()

    number = credit["vendor_credit_number"]
    assert await living(turned, "credit_notes", CreditNoteNumber=number) == []
