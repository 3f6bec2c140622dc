"""Payments received and bank charges, from Zoho's screen to Xero's ledger (A6 to A9)."""

import pytest

from tests.journeys import clerk
from tests.journeys.house import House
from tests.journeys.reading import applied, decided, living, paid, the, withheld

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a6_a_payment_of_two_invoices_is_one_in_xero_for_each(
    office: House, customer: str
) -> None:
    first = await clerk.invoice(office, customer, 100)
    second = await clerk.invoice(office, customer, 200)
    payment = await clerk.pay(office, first, 115, (second, 30))
    await office.settled()

    assert await paid(office, "invoice", first["invoice_id"]) == [("115.00", "090")]
    assert await paid(office, "invoice", second["invoice_id"]) == [("30.00", "090")]
    held = await the(office, "invoices", InvoiceNumber=first["invoice_number"])
    assert (held["Status"], held["AmountDue"]) == ("PAID", "0.00")
    decisions = await decided(office, "customer_payment", payment["payment_id"])
    assert decisions == ["A6 applied", "A6 applied"]


async def test_a6_what_a_payment_leaves_unused_is_exported_when_it_is_applied(
    office: House, customer: str
) -> None:
    first = await clerk.invoice(office, customer, 100)
    payment = await clerk.pay(office, first, 40, amount=100)
    await office.settled()
    unused = await withheld(office, "customer_payment", payment["payment_id"], "A6")
    assert unused.startswith("60 CAD of the payment is not used yet")

    second = await clerk.invoice(office, customer, 200)
    share = {"payment_id": payment["payment_id"], "amount_applied": 60}
    path = f"/invoices/{second['invoice_id']}/credits"
    await office.zoho("POST", path, invoice_payments=[share])
    await office.settled()

    assert await paid(office, "invoice", first["invoice_id"]) == [("40.00", "090")]
    assert await paid(office, "invoice", second["invoice_id"]) == [("60.00", "090")]


async def test_a6_a_payment_goes_to_the_account_that_its_own_is_mapped_to(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer)
    await clerk.pay(office, invoice, 40, account_id=clerk.BANK)
    await office.settled()

    assert await paid(office, "invoice", invoice["invoice_id"]) == [("40.00", "091")]


async def test_a7_a_bank_charge_is_spent_changed_and_taken_out(
    office: House, customer: str
) -> None:
    invoice = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, invoice, 40, bank_charges=1.5, account_id=clerk.BANK)
    path, fee = f"/customerpayments/{payment['payment_id']}", f"ZI-PMT-{payment['payment_id']} fee"
    await office.settled()
    spent = await the(office, "bank_transactions", Reference=fee)
    assert (spent["Type"], spent["Total"], spent["BankAccount"]["Code"]) == ("SPEND", "1.50", "091")
    assert [row["AccountCode"] for row in spent["LineItems"]] == ["404"]

    await office.zoho("PUT", path, bank_charges=2.25)
    await office.settled()
    assert (await the(office, "bank_transactions", Reference=fee))["Total"] == "2.25"

    await office.zoho("PUT", path, bank_charges=0)
    await office.settled()
    assert await living(office, "bank_transactions", Reference=fee) == []
    assert await paid(office, "invoice", invoice["invoice_id"]) == [("40.00", "091")]
    assert await decided(office, "customer_payment", payment["payment_id"]) == [
        "A6 applied",
        "A7 applied",
        "A7 applied",
        "A7 undo applied",
    ]


async def test_a7_a_bank_charge_goes_with_its_deleted_payment(office: House, customer: str) -> None:
    invoice = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, invoice, 40, bank_charges=1.5)
    await office.settled()

    await office.zoho("DELETE", f"/customerpayments/{payment['payment_id']}")
    await office.settled()

    fee = f"ZI-PMT-{payment['payment_id']} fee"
    assert await living(office, "bank_transactions", Reference=fee) == []
    told = ("customer_payment", payment["payment_id"]), ("invoice", invoice["invoice_id"])
    assert (await applied(office, "A7 undo", *told), await applied(office, "A9", *told)) == (1, 1)


CHANGES = [
    ({"amount": 55}, [("55.00", "090")]),
    ({"date": "2026-01-05"}, [("40.00", "090")]),
    ({"account_id": clerk.BANK}, [("40.00", "091")]),
]


@pytest.mark.parametrize(("change", "held"), CHANGES, ids=["amount", "date", "account"])
async def test_a8_a_changed_payment_is_replaced(
    office: House, customer: str, change: clerk.Document, held: list[tuple[str, str]]
) -> None:
    invoice = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, invoice, 40)
    await office.settled()

    share = {"invoice_id": invoice["invoice_id"], "amount_applied": change.get("amount", 40)}
    path = f"/customerpayments/{payment['payment_id']}"
    changed = await office.zoho("PUT", path, **change, invoices=[share])
    await office.settled()

    assert await paid(office, "invoice", invoice["invoice_id"]) == held
    reference = f"ZI-PMT-{changed['invoices'][0]['invoice_payment_id']}"
    assert (await the(office, "payments", Reference=reference))["Date"] == changed["date"]
    decisions = await decided(office, "customer_payment", payment["payment_id"])
    assert decisions == ["A6 applied", "A8 applied"]


async def test_a8_a_share_is_moved_from_one_invoice_to_another(
    office: House, customer: str
) -> None:
    first = await clerk.invoice(office, customer)
    second = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, first, 40)
    await office.settled()

    share = {"invoice_id": second["invoice_id"], "amount_applied": 40}
    await office.zoho("PUT", f"/customerpayments/{payment['payment_id']}", invoices=[share])
    await office.settled()

    assert await paid(office, "invoice", first["invoice_id"]) == []
    assert await paid(office, "invoice", second["invoice_id"]) == [("40.00", "090")]


@pytest.mark.parametrize("body", ["json", "id_only", "empty"])
async def test_a9_a_deleted_payment_is_deleted_whole_even_if_an_id_is_all_that_zoho_tells(
    office: House, customer: str, body: str
) -> None:
    await office.control("zoho/settings", {"delete_body": body})
    first = await clerk.invoice(office, customer)
    second = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, first, 40, (second, 50))
    await office.settled()

    await office.zoho("DELETE", f"/customerpayments/{payment['payment_id']}")
    await office.settled()

    told = [("invoice", each["invoice_id"]) for each in (first, second)]
    assert [await paid(office, *each) for each in told] == [[], []]
    told.append(("customer_payment", payment["payment_id"]))
    assert await applied(office, "A9", *told) == 2


async def test_a9_a_payment_taken_off_one_invoice_stays_on_the_other(
    office: House, customer: str
) -> None:
    first = await clerk.invoice(office, customer)
    second = await clerk.invoice(office, customer)
    payment = await clerk.pay(office, first, 40, (second, 50))
    await office.settled()

    share = payment["invoices"][0]["invoice_payment_id"]
    await office.zoho("DELETE", f"/invoices/{first['invoice_id']}/payments/{share}")
    await office.settled()

    assert await paid(office, "invoice", first["invoice_id"]) == []
    assert await paid(office, "invoice", second["invoice_id"]) == [("50.00", "090")]
    told = ("customer_payment", payment["payment_id"]), ("invoice", first["invoice_id"])
    assert await applied(office, "A9", *told) == 1
    assert "40 CAD" in await withheld(office, *told[0], "A6")
