"""The first chapter: invoices and payments, and what can befall them on their way."""

from typing import Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, TAX, Scene, currency, invoice, line, pay
from schemas.words import Ref


async def contacts(stage: Stage) -> list[Ref]:
    """Two customers; nobody exports a contact that no document uses."""
    north = await stage.zoho(
        "POST",
        "/contacts",
        contact_name="Northwind Cycles",
        contact_type="customer",
        contact_persons=[
            {"first_name": "Ada", "email": "ada@northwind.example", "is_primary_contact": True}
        ],
        billing_address={"address": "12 Harbour Road", "city": "Halifax", "country": "Canada"},
    )
    alps = await stage.zoho(
        "POST", "/contacts", contact_name="Alpen Räder GmbH", contact_type="customer"
    )
    return [CAST.keep("north", north, "contact_id"), CAST.keep("alps", alps, "contact_id")]


async def rich_invoice(stage: Stage) -> list[Ref]:
    """Discounts, shipping with tax, an adjustment."""
    ref = await invoice(
        stage,
        "rich",
        "north",
        line_items=[
            line("Touring bicycle", 1249.5, 2, discount="10%"),
            line("Bell", 9.99, 3),
        ],
        shipping_charge=35,
        shipping_charge_tax_id=TAX,
        adjustment=-0.27,
        adjustment_description="Goodwill",
    )
    return [ref, CAST.ref("north", "contact")]


async def foreign_invoice(stage: Stage) -> list[Ref]:
    """An invoice in euros: Zoho's rate is turned over for Xero."""
    ref = await invoice(
        stage,
        "euros",
        "alps",
        currency_id=await currency(stage, "EUR"),
        exchange_rate=1.4775,
        line_items=[{"name": "Frame, brushed", "rate": 812.4, "quantity": 1}],
    )
    return [ref]


async def two_paid_at_once(stage: Stage) -> list[Ref]:
    """One payment over two invoices becomes two payments in Xero."""
    second = await invoice(stage, "second", "north", line_items=[line("Saddle", 64.25, 4)])
    return [second, await pay(stage, "payment", "north", {"rich": 1000, "second": 195.55})]


async def changed(stage: Stage) -> list[Ref]:
    """An unpaid invoice is changed; a paid one is changed too, which Xero can't take."""
    third = await invoice(stage, "third", "north", line_items=[line("Helmet", 89)])
    await stage.settled()
    await stage.zoho("PUT", f"/invoices/{third.zoho_id}", line_items=[line("Helmet, red", 95, 2)])
    paid = CAST.ref("second", "invoice")
    await stage.zoho("PUT", f"/invoices/{paid.zoho_id}", due_date=stage.day(-30))
    return [third, paid]


async def voided(stage: Stage) -> list[Ref]:
    """An invoice is voided."""
    ref = await invoice(stage, "mistake", "alps", line_items=[line("Wrong item", 10)])
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/status/void")
    return [ref]


async def draft(stage: Stage) -> list[Ref]:
    """A draft waits in Zoho."""
    return [await invoice(stage, "draft", "north", draft=True, line_items=[line("Pump", 25)])]


async def disorder(stage: Stage) -> list[Ref]:
    """Deliveries come twice, and the payment's before its invoice's."""
    await stage.control("/zoho/delivery", {"hold": True, "duplicate": 1})
    late = await invoice(stage, "late", "alps", line_items=[line("Chain", 48.9)])
    cash = await pay(stage, "cash", "alps", {"late": 20}, date=stage.day(2))
    await stage.control("/zoho/delivery", {"hold": False, "release": "reverse", "duplicate": 0})
    return [late, cash]


async def refused(stage: Stage) -> list[Ref]:
    """Xero refuses a date in a locked period; what has nothing to do with it flows on."""
    await stage.control("/xero/settings", {"period_lock_date": stage.day(40)})
    locked = await invoice(
        stage, "locked", "north", date=stage.day(60), line_items=[line("Tyre", 30, 2)]
    )
    other = await invoice(stage, "other", "alps", line_items=[line("Tube", 6.5, 10)])
    return [locked, other]


async def healed(stage: Stage) -> list[Ref]:
    """The date is mended in Zoho, and the invoice goes by itself."""
    locked = CAST.ref("locked", "invoice")
    await stage.zoho("PUT", f"/invoices/{locked.zoho_id}", date=stage.day(10))
    return [locked]


SCENES: Final = (
    Scene("Two customers are entered", contacts),
    Scene("An invoice with discount, shipping, tax and an adjustment is sent", rich_invoice),
    Scene("An invoice in euros is sent", foreign_invoice),
    Scene("One payment covers two invoices", two_paid_at_once),
    Scene("An open invoice is changed, and one that has a payment", changed),
    Scene("An invoice is voided", voided),
    Scene("A draft is saved", draft),
    Scene("Webhooks arrive twice, and in the wrong order", disorder),
    Scene("Xero refuses an invoice: its period is locked", refused),
    Scene("The date is mended in Zoho", healed),
)
