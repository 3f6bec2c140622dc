"""Whatever a document holds, its total is the same in both ledgers, to the cent (F11 to F40)."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.journeys import clerk
from tests.journeys.clerk import GST, GST_QST, HST, Document, line
from tests.journeys.house import House
from tests.journeys.reading import Row, linked, the

pytestmark = pytest.mark.asyncio(loop_scope="session")

THIRDS = [line(33.33, 3), line(0.07, 7), line(19.99, 1.5)]
TERMS: dict[str, Document] = {
    "plain": {"line_items": THIRDS},
    "inclusive": {"line_items": THIRDS, "is_inclusive_tax": True},
    "tax group": {"line_items": [line(19.99, 3, GST_QST), line(7.77, 1, GST), line(5, 1, "")]},
    "inclusive tax group": {
        "line_items": [line(19.99, 3, GST_QST), line(7.77, 1, GST_QST)],
        "is_inclusive_tax": True,
    },
    "item discount, percent": {"line_items": [line(33.33, 3, discount="12.5%"), line(9.99)]},
    "item discount, amount": {"line_items": [line(33.33, 3, discount=4.44), line(9.99)]},
    "discount before tax": {"line_items": THIRDS, "discount": "7.5%"},
    "discount before tax, amount": {"line_items": THIRDS, "discount": 11.11},
    "discount after tax": {
        "line_items": THIRDS,
        "discount": "7.5%",
        "is_discount_before_tax": False,
    },
    "adjustment up": {"line_items": THIRDS, "adjustment": 0.37},
    "adjustment down": {"line_items": THIRDS, "adjustment": -0.37},
    "foreign": {"line_items": THIRDS, "currency": "USD", "exchange_rate": 1.3625},
    "foreign without decimals": {
        "line_items": [line(3333, 3), line(7, 7)],
        "currency": "JPY",
        "exchange_rate": 0.0092,
    },
    "four decimals": {"line_items": [line(0.1234, 1000), line(1.0005, 3)]},
}
SHIPPED: Document = {
    "line_items": [line(33.33, 3, discount="10%")],
    "shipping_charge": 12.35,
    "shipping_charge_tax_id": HST,
    "adjustment": -0.37,
}
Enter = Callable[..., Awaitable[Document]]
terms = pytest.mark.parametrize("terms", TERMS.values(), ids=list(TERMS))


@terms
async def test_an_invoice_and_a_bill_come_to_the_same_in_both_ledgers(
    office: House, customer: str, vendor: str, terms: Document, request: pytest.FixtureRequest
) -> None:
    given = await _in_currency(office, terms)
    sold = await clerk.invoice(office, customer, **given)
    bought = await clerk.bill(office, vendor, f"T {request.node.name[-40:]}", **given)
    await office.settled()

    assert await _difference(office, "invoice", sold) == Decimal(0)
    assert await _difference(office, "bill", bought) == Decimal(0)


@terms
async def test_a_credit_note_and_a_vendor_credit_come_to_the_same_in_both_ledgers(
    office: House, customer: str, vendor: str, terms: Document
) -> None:
    given = await _in_currency(office, terms)
    note = await clerk.credit_note(office, customer, **given)
    credit = await clerk.vendor_credit(office, vendor, **given)
    await office.settled()

    assert await _difference(office, "credit_note", note) == Decimal(0)
    assert await _difference(office, "vendor_credit", credit) == Decimal(0)


@pytest.mark.parametrize("inclusive", [False, True], ids=["exclusive", "inclusive"])
@pytest.mark.parametrize("enter", [clerk.invoice, clerk.credit_note], ids=["invoice", "credit"])
async def test_f22_shipping_and_its_tax_come_to_the_same_in_both_ledgers(
    office: House, customer: str, enter: Enter, *, inclusive: bool
) -> None:
    document = await enter(office, customer, **SHIPPED, is_inclusive_tax=inclusive)
    await office.settled()

    entity = "credit_note" if "creditnote_id" in document else "invoice"
    assert await _difference(office, entity, document) == Decimal(0)


async def test_f24_a_rounded_invoice_comes_to_the_same_in_both_ledgers(
    office: House, customer: str
) -> None:
    await office.control("zoho/settings", {"round_to": 1})
    invoice = await clerk.invoice(office, customer, line_items=THIRDS)
    await office.control("zoho/settings", {"round_to": None})
    await office.settled()

    assert Decimal(str(invoice["total"])) % 1 == 0
    assert await _difference(office, "invoice", invoice) == Decimal(0)


async def test_a_foreign_invoice_is_paid_credited_and_refunded_in_its_own_currency(
    office: House, customer: str
) -> None:
    dollars = await _in_currency(office, {"currency": "USD", "exchange_rate": 1.3625})
    invoice = await clerk.invoice(office, customer, 100, **dollars)
    note = await clerk.credit_note(office, customer, 40, **dollars)
    await clerk.pay(office, invoice, 50, **dollars)
    await clerk.apply_credit(office, note, invoice, 20)
    await clerk.refund(office, note, 6)
    await office.settled()

    held = await the(office, "invoices", InvoiceNumber=invoice["invoice_number"])
    left = await the(office, "credit_notes", CreditNoteNumber=note["creditnote_number"])
    assert (held["CurrencyCode"], held["AmountDue"], left["RemainingCredit"]) == (
        "USD",
        "45.00",
        "20.00",
    )


async def _in_currency(office: House, terms: Document) -> Document:
    """The terms with the id that Zoho has for their currency."""
    code = terms.get("currency")
    if code is None:
        return terms
    found = await office.listed("/settings/currencies", "currencies")
    currency_id = next(row["currency_id"] for row in found if row["currency_code"] == code)
    return {name: terms[name] for name in terms if name != "currency"} | {
        "currency_id": currency_id
    }


async def _difference(office: House, entity: str, document: Document) -> Decimal:
    """What Xero's total is above Zoho's."""
    history = await office.history(entity, _id(entity, document))
    assert history["state"] == "synced", history["commands"]
    held = await _held(office, entity, document)
    return Decimal(held["Total"]) - Decimal(str(document["total"]))


async def _held(office: House, entity: str, document: Document) -> Row:
    xero_id = await linked(office, entity, _id(entity, document))
    if entity in ("invoice", "bill"):
        return await the(office, "invoices", InvoiceID=xero_id)
    return await the(office, "credit_notes", CreditNoteID=xero_id)


def _id(entity: str, document: Document) -> str:
    return str(document["creditnote_id" if entity == "credit_note" else f"{entity}_id"])
