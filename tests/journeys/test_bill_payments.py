"""Payments made (A13 to A15), by their own module in Books or by the bill's list in Inventory."""

from typing import Literal

import pytest

from tests.journeys import clerk
from tests.journeys.clerk import Document
from tests.journeys.house import House
from tests.journeys.reading import applied, living, paid, the

pytestmark = pytest.mark.asyncio(loop_scope="session")

Teller = Literal["both", "module", "bill"]
# Who tells of a payment made: its own module, the bill that it pays, or both of them.
SILENT: dict[Teller, tuple[str, ...]] = {
    "both": (),
    "module": ("bill.settle",),
    "bill": ("vendor_payment.*",),
}
tellers = pytest.mark.parametrize("teller", list(SILENT))


def told_by(teller: Teller, bill: Document, payment: Document) -> list[tuple[str, str]]:
    """The documents whose histories may tell of the payment."""
    documents = [("bill", bill["bill_id"]), ("vendor_payment", payment["payment_id"])]
    return documents[:1] if teller == "bill" else documents


@tellers
async def test_a13_a_payment_of_two_bills_is_one_in_xero_for_each_never_two(
    office: House, vendor: str, teller: Teller
) -> None:
    await office.silence(*SILENT[teller])
    first = await clerk.bill(office, vendor, f"A13-{teller}-1")
    second = await clerk.bill(office, vendor, f"A13-{teller}-2", 200)
    await office.settled()
    await clerk.pay_bill(office, first, 115, (second, 30), paid_through_account_id=clerk.BANK)
    await office.settled()

    assert await paid(office, "bill", first["bill_id"]) == [("115.00", "091")]
    assert await paid(office, "bill", second["bill_id"]) == [("30.00", "091")]
    held = await the(office, "invoices", InvoiceNumber=f"A13-{teller}-1")
    assert (held["Status"], held["AmountDue"]) == ("PAID", "0.00")


@tellers
async def test_a14_a_changed_payment_of_a_bill_is_replaced(
    office: House, vendor: str, teller: Teller
) -> None:
    await office.silence(*SILENT[teller])
    bill = await clerk.bill(office, vendor, f"A14-{teller}")
    await office.settled()
    payment = await clerk.pay_bill(office, bill, 40)
    await office.settled()

    changed: Document = {
        "amount": 55,
        "date": "2026-01-05",
        "paid_through_account_id": clerk.BANK,
        "bills": [{"bill_id": bill["bill_id"], "amount_applied": 55}],
    }
    path = f"/vendorpayments/{payment['payment_id']}"
    await office.zoho("PUT", path, product="books", **changed)
    await office.settled()

    assert await paid(office, "bill", bill["bill_id"]) == [("55.00", "091")]
    reference = f"ZI-PMT-{payment['bills'][0]['bill_payment_id']}"
    assert (await the(office, "payments", Reference=reference))["Date"] == "2026-01-05"
    told = told_by(teller, bill, payment)
    assert await applied(office, "A14", *told) == 1


@tellers
async def test_a15_a_deleted_payment_of_a_bill_is_deleted(
    office: House, vendor: str, teller: Teller
) -> None:
    await office.silence(*SILENT[teller])
    bill = await clerk.bill(office, vendor, f"A15-{teller}")
    await office.settled()
    payment = await clerk.pay_bill(office, bill, 40)
    await office.settled()

    await office.zoho("DELETE", f"/vendorpayments/{payment['payment_id']}", product="books")
    await office.settled()

    assert await paid(office, "bill", bill["bill_id"]) == []
    assert await applied(office, "A15", *told_by(teller, bill, payment)) == 1


async def test_a15_a_payment_taken_off_one_bill_stays_on_the_other(
    office: House, vendor: str
) -> None:
    first = await clerk.bill(office, vendor, "OFF-1")
    second = await clerk.bill(office, vendor, "OFF-2")
    payment = await clerk.pay_bill(office, first, 40, (second, 50))
    await office.settled()

    share = payment["bills"][0]["bill_payment_id"]
    path = f"/bills/{first['bill_id']}/payments/{share}"
    await office.zoho("DELETE", path, product="books")
    await office.settled()

    assert await paid(office, "bill", first["bill_id"]) == []
    assert await paid(office, "bill", second["bill_id"]) == [("50.00", "090")]


async def test_a7_a_bank_charge_of_a_payment_made_is_spent_changed_and_taken_out(
    office: House, vendor: str
) -> None:
    bill = await clerk.bill(office, vendor, "FEE-1")
    payment = await clerk.pay_bill(office, bill, 40, bank_charges=1.5)
    await office.settled()
    fee, path = f"ZI-PMT-{payment['payment_id']} fee", f"/vendorpayments/{payment['payment_id']}"
    assert (await the(office, "bank_transactions", Reference=fee))["Total"] == "1.50"

    await office.zoho("PUT", path, product="books", bank_charges=2.25)
    await office.settled()
    assert (await the(office, "bank_transactions", Reference=fee))["Total"] == "2.25"

    await office.zoho("PUT", path, product="books", bank_charges=0)
    await office.settled()
    assert await living(office, "bank_transactions", Reference=fee) == []
    assert await paid(office, "bill", bill["bill_id"]) == [("40.00", "090")]


async def test_a15_a_payment_that_the_bill_told_of_and_took_off_is_not_called_never_exported(
    office: House, vendor: str
) -> None:
    await office.silence("vendor_payment.create")
    bill = await clerk.bill(office, vendor, "A15-never")
    await office.settled()
    payment = await clerk.pay_bill(office, bill, 40)
    await office.settled()

    await office.control("zoho/delivery", {"hold": True})
    await office.zoho("DELETE", f"/vendorpayments/{payment['payment_id']}", product="books")
    await office.control("zoho/delivery", {"hold": False, "release": "order"})
    await office.settled()

    assert await paid(office, "bill", bill["bill_id"]) == []
    history = await office.history("vendor_payment", payment["payment_id"])
    assert "never exported" not in history["decisions"][-1]["reason"]
