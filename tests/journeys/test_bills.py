"""Bills, from Zoho's screen to Xero's ledger (A10, A11, A12), each restriction both ways."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import decided, living, rows, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a10_a_bill_that_is_entered_stands_in_xero_authorised(
    office: House, vendor: str
) -> None:
    bill = await clerk.bill(office, vendor, "LF-10")
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber="LF-10")
    assert (held["Type"], held["Status"], held["Total"]) == ("ACCPAY", "AUTHORISED", "115.00")
    assert await decided(office, "bill", bill["bill_id"]) == ["A10 applied"]


async def test_a10_a_draft_bill_waits_until_it_is_opened(office: House, vendor: str) -> None:
    bill = await clerk.bill(office, vendor, "DR-1", status="draft")
    await office.settled()
    assert "draft" in await withheld(office, "bill", bill["bill_id"], "A10")
    assert await rows(office, "invoices", InvoiceNumber="DR-1") == []

    await office.zoho("POST", f"/bills/{bill['bill_id']}/status/open")
    await office.settled()

    await the(office, "invoices", InvoiceNumber="DR-1")
    assert await decided(office, "bill", bill["bill_id"]) == ["A10 withheld", "A10 applied"]


async def test_a10_two_vendors_may_use_one_number(office: House, vendor: str) -> None:
    other = await clerk.vendor(office, "Another vendor of the same number")
    for each, rate in ((vendor, 100), (other, 200)):
        await clerk.bill(office, each, "SAME-1", rate)
    await office.settled()

    held = await living(office, "invoices", InvoiceNumber="SAME-1")
    assert sorted(row["Total"] for row in held) == ["115.00", "230.00"]


async def test_a11_a_changed_bill_is_changed_in_xero(office: House, vendor: str) -> None:
    bill = await clerk.bill(office, vendor, "CH-1")
    await office.settled()

    path = f"/bills/{bill['bill_id']}"
    await office.zoho("PUT", path, bill_number="CH-1b", line_items=[clerk.line(60, 2)])
    await office.settled()

    assert (await the(office, "invoices", InvoiceNumber="CH-1b"))["Total"] == "138.00"
    assert await living(office, "invoices", InvoiceNumber="CH-1") == []
    assert await decided(office, "bill", bill["bill_id"]) == ["A10 applied", "A11 applied"]


async def test_a11_a_change_of_a_paid_bill_waits_until_the_payment_is_deleted(
    office: House, vendor: str
) -> None:
    bill = await clerk.bill(office, vendor, "CH-2")
    payment = await clerk.pay_bill(office, bill, 20)
    await office.settled()
    await office.zoho("PUT", f"/bills/{bill['bill_id']}", line_items=[clerk.line(200)])
    await office.settled()
    assert "has payments" in await withheld(office, "bill", bill["bill_id"], "A11")

    path = f"/vendorpayments/{payment['payment_id']}"
    await office.zoho("DELETE", path, product="books")
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber="CH-2")
    assert (held["Total"], held["AmountDue"]) == ("230.00", "230.00")


async def test_a11_a_change_of_a_credited_bill_waits_until_the_credit_is_taken_off(
    office: House, vendor: str
) -> None:
    bill = await clerk.bill(office, vendor, "CH-3")
    credit = await clerk.vendor_credit(office, vendor, 10)
    await clerk.apply_vendor_credit(office, credit, bill, 5)
    await office.settled()
    await office.zoho("PUT", f"/bills/{bill['bill_id']}", line_items=[clerk.line(200)])
    await office.settled()
    assert "Credits are applied" in await withheld(office, "bill", bill["bill_id"], "A11")

    await clerk.take_off(office, credit)
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber="CH-3")
    assert (held["Total"], held["AmountDue"]) == ("230.00", "230.00")


@pytest.mark.parametrize("body", ["json", "id_only", "empty"])
async def test_a12_a_deleted_bill_is_void_in_xero_even_if_an_id_is_all_that_zoho_tells(
    office: House, vendor: str, body: str
) -> None:
    await office.control("zoho/settings", {"delete_body": body})
    bill = await clerk.bill(office, vendor, f"DEL-{body}")
    await office.settled()

    await office.zoho("DELETE", f"/bills/{bill['bill_id']}")
    await office.settled()

    (held,) = await rows(office, "invoices", InvoiceNumber=f"DEL-{body}")
    assert held["Status"] == "VOIDED"
    assert await decided(office, "bill", bill["bill_id"]) == ["A10 applied", "A12 applied"]


async def test_a12_a_void_bill_that_is_opened_again_is_a_new_one(
    office: House, vendor: str
) -> None:
    bill = await clerk.bill(office, vendor, "RE-1")
    await office.settled()

    await office.zoho("POST", f"/bills/{bill['bill_id']}/status/void")
    await office.settled()
    assert await living(office, "invoices", InvoiceNumber="RE-1") == []
    await office.zoho("POST", f"/bills/{bill['bill_id']}/status/open")
    await office.settled()

    await the(office, "invoices", InvoiceNumber="RE-1")
    assert len(await rows(office, "invoices", InvoiceNumber="RE-1")) == 2


async def test_a12_a_credited_bill_that_is_voided_stays_until_the_credit_is_off(
    office: House, vendor: str
) -> None:
    await office.control("zoho/settings", {"void_unlinks": False})
    bill = await clerk.bill(office, vendor, "VO-1")
    credit = await clerk.vendor_credit(office, vendor, 10)
    await clerk.apply_vendor_credit(office, credit, bill, 5)
    await office.settled()
    path = f"/bills/{bill['bill_id']}/status"
    await office.zoho("POST", f"{path}/void")
    await office.settled()
    assert "Credits are applied" in await withheld(office, "bill", bill["bill_id"], "A12")
    await the(office, "invoices", InvoiceNumber="VO-1")

    await office.zoho("POST", f"{path}/open")
    await clerk.take_off(office, credit)
    await office.settled()
    await office.zoho("POST", f"{path}/void")
    await office.settled()

    assert await living(office, "invoices", InvoiceNumber="VO-1") == []


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a12_a_draft_that_ends_without_ever_having_been_exported_asks_nothing_of_xero(
    office: House, vendor: str, end: str
) -> None:
    draft = await clerk.bill(office, vendor, f"NO-{end}", status="draft")
    await office.settled()
    path = f"/bills/{draft['bill_id']}"
    await (
        office.zoho("POST", f"{path}/status/void") if end == "void" else office.zoho("DELETE", path)
    )
    await office.settled()

    assert "never exported" in await withheld(office, "bill", draft["bill_id"], "A12")
    assert await rows(office, "invoices", InvoiceNumber=f"NO-{end}") == []
