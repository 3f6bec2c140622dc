"""Vendor credits, from Zoho's screen to Xero's ledger (A20 to A23), each restriction both ways."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import applied, decided, living, rows, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a20_a_vendor_credit_that_is_entered_stands_in_xero_authorised(
    office: House, vendor: str
) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40)
    await office.settled()

    held = await _held(office, credit)
    assert (held["Type"], held["Status"], held["Total"]) == ("ACCPAYCREDIT", "AUTHORISED", "46.00")
    assert await decided(office, "vendor_credit", credit["vendor_credit_id"]) == ["A20 applied"]


async def test_a20_a_draft_vendor_credit_waits_until_it_is_opened(
    office: House, vendor: str
) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40, is_draft=True)
    credit_id, number = credit["vendor_credit_id"], credit["vendor_credit_number"]
    await office.settled()
    assert "draft" in await withheld(office, "vendor_credit", credit_id, "A20")
    assert await rows(office, "credit_notes", CreditNoteNumber=number) == []

    await office.zoho("POST", f"/vendorcredits/{credit_id}/status/open")
    await office.settled()

    await _held(office, credit)
    assert await decided(office, "vendor_credit", credit_id) == ["A20 withheld", "A20 applied"]


async def test_a21_a_changed_vendor_credit_is_changed_in_xero(office: House, vendor: str) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40)
    await office.settled()

    path = f"/vendorcredits/{credit['vendor_credit_id']}"
    await office.zoho("PUT", path, line_items=[clerk.line(60)])
    await office.settled()

    assert (await _held(office, credit))["Total"] == "69.00"
    decisions = await decided(office, "vendor_credit", credit["vendor_credit_id"])
    assert decisions == ["A20 applied", "A21 applied"]


# Who tells that a vendor credit is applied: itself, the bill that it is set against, or both.
SILENT = {"both": (), "credit": ("bill.settle",), "bill": ("vendor_credit.*apply",)}


@pytest.mark.parametrize("teller", list(SILENT))
async def test_a22_credit_is_applied_to_a_bill_once_and_taken_off_again(
    office: House, vendor: str, teller: str
) -> None:
    await office.silence(*SILENT[teller])
    number = f"A22-{teller}"
    bill = await clerk.bill(office, vendor, number, 100)
    credit = await clerk.vendor_credit(office, vendor, 40)
    await office.settled()
    await clerk.apply_vendor_credit(office, credit, bill, 20)
    await office.settled()
    assert ((await _held(office, credit))["RemainingCredit"], await _due(office, number)) == (
        "26.00",
        "95.00",
    )

    await clerk.take_off(office, credit)
    await office.settled()

    assert ((await _held(office, credit))["RemainingCredit"], await _due(office, number)) == (
        "46.00",
        "115.00",
    )
    told = ("vendor_credit", credit["vendor_credit_id"]), ("bill", bill["bill_id"])
    assert await applied(office, "A22", *told) == await applied(office, "A22 undo", *told) == 1


async def test_a22_another_amount_is_applied(office: House, vendor: str) -> None:
    bill = await clerk.bill(office, vendor, "A22-more", 100)
    credit = await clerk.vendor_credit(office, vendor, 40)
    await clerk.apply_vendor_credit(office, credit, bill, 20)
    await office.settled()

    await clerk.take_off(office, credit)
    await clerk.apply_vendor_credit(office, credit, bill, 35)
    await office.settled()

    assert ((await _held(office, credit))["RemainingCredit"], await _due(office, "A22-more")) == (
        "11.00",
        "80.00",
    )


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a23_a_vendor_credit_that_ends_is_void_in_xero(
    office: House, vendor: str, end: str
) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40)
    await office.settled()

    await _end(office, credit, end)

    assert await _living(office, credit) == []
    decisions = await decided(office, "vendor_credit", credit["vendor_credit_id"])
    assert decisions == ["A20 applied", "A23 applied"]


@pytest.mark.parametrize("body", ["json", "id_only", "empty"])
@pytest.mark.parametrize("silent", [(), ("bill.settle",)], ids=["bill tells", "bill is silent"])
async def test_a23_an_applied_vendor_credit_that_is_deleted_is_taken_off_then_void(
    office: House, vendor: str, body: str, silent: tuple[str, ...]
) -> None:
    await office.control("zoho/settings", {"delete_body": body})
    number = f"A23-{body}-{len(silent)}"
    bill = await clerk.bill(office, vendor, number, 100)
    credit = await clerk.vendor_credit(office, vendor, 40)
    await clerk.apply_vendor_credit(office, credit, bill, 20)
    await office.settled()

    await office.control("zoho/settings", {"silent": silent})
    await _end(office, credit, "delete")

    assert await _living(office, credit) == []
    assert await _due(office, number) == "115.00"
    told = ("vendor_credit", credit["vendor_credit_id"]), ("bill", bill["bill_id"])
    assert await applied(office, "A22 undo", *told) == await applied(office, "A23", *told) == 1


async def test_a23_a_void_vendor_credit_that_is_opened_again_is_a_new_one(
    office: House, vendor: str
) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40)
    await office.settled()
    await _end(office, credit, "void")

    await office.zoho("POST", f"/vendorcredits/{credit['vendor_credit_id']}/status/open")
    await office.settled()

    assert (await _held(office, credit))["Total"] == "46.00"


@pytest.mark.parametrize("end", ["void", "delete"])
async def test_a23_a_draft_that_ends_without_ever_having_been_exported_asks_nothing_of_xero(
    office: House, vendor: str, end: str
) -> None:
    credit = await clerk.vendor_credit(office, vendor, 40, is_draft=True)
    await office.settled()

    await _end(office, credit, end)

    reason = await withheld(office, "vendor_credit", credit["vendor_credit_id"], "A23")
    assert "never exported" in reason
    number = credit["vendor_credit_number"]
    assert await rows(office, "credit_notes", CreditNoteNumber=number) == []


async def _end(office: House, credit: clerk.Document, end: str) -> None:
    path = f"/vendorcredits/{credit['vendor_credit_id']}"
    await (
        office.zoho("DELETE", path)
        if end == "delete"
        else office.zoho("POST", f"{path}/status/void")
    )
    await office.settled()


async def _living(office: House, credit: clerk.Document) -> list[clerk.Document]:
    number = credit["vendor_credit_number"]
    return await living(office, "credit_notes", CreditNoteNumber=number)


async def _held(office: House, credit: clerk.Document) -> clerk.Document:
    (held,) = await _living(office, credit)
    return held


async def _due(office: House, number: str) -> str:
    return str((await the(office, "invoices", InvoiceNumber=number))["AmountDue"])
