"""The story: what a small company does in Zoho, scene by scene."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from bridge.cli.demo.stage import Stage
from schemas.words import Ref

TAX: Final = "4600000000000911"  # the 15 % tax, mapped to Xero's OUTPUT2
Play = Callable[[Stage], Awaitable[list[Ref]]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene: `play` works in Zoho and names the documents to look at afterwards."""

    title: str
    play: Play


class Cast:
    """Who and what the scenes have in common; ids are Zoho's, known once a scene made them."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}

    def keep(self, name: str, document: dict[str, Any], field: str) -> Ref:
        """Remember a document under a name of the story."""
        self.ids[name] = document[field]
        return self.ref(name, field.removesuffix("_id"))

    def ref(self, name: str, entity: str) -> Ref:
        """The document of that name."""
        return Ref({"payment": "customer_payment"}.get(entity, entity), self.ids[name])


CAST: Final = Cast()


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


async def _invoice(stage: Stage, name: str, customer: str, **fields: Any) -> Ref:
    sent = "false" if fields.pop("draft", False) else "true"
    document = await stage.zoho(
        "POST",
        "/invoices",
        {"send": sent},
        customer_id=CAST.ids[customer],
        **{"date": stage.day(20), "due_date": stage.day(-10), **fields},
    )
    return CAST.keep(name, document, "invoice_id")


def _line(name: str, rate: float, quantity: float = 1, **more: Any) -> dict[str, Any]:
    return {"name": name, "rate": rate, "quantity": quantity, "tax_id": TAX, **more}


async def rich_invoice(stage: Stage) -> list[Ref]:
    """Discounts, shipping with tax, an adjustment."""
    ref = await _invoice(
        stage,
        "rich",
        "north",
        line_items=[
            _line("Touring bicycle", 1249.5, 2, discount="10%"),
            _line("Bell", 9.99, 3),
        ],
        shipping_charge=35,
        shipping_charge_tax_id=TAX,
        adjustment=-0.27,
        adjustment_description="Goodwill",
    )
    return [ref, CAST.ref("north", "contact")]


async def foreign_invoice(stage: Stage) -> list[Ref]:
    """An invoice in euros: Zoho's rate is turned over for Xero."""
    ref = await _invoice(
        stage,
        "euros",
        "alps",
        currency_id=await _currency(stage, "EUR"),
        exchange_rate=1.4775,
        line_items=[{"name": "Frame, brushed", "rate": 812.4, "quantity": 1}],
    )
    return [ref]


async def _currency(stage: Stage, code: str) -> str:
    answer = await stage.zoho_list("/settings/currencies", "currencies")
    return next(str(row["currency_id"]) for row in answer if row["currency_code"] == code)


async def two_paid_at_once(stage: Stage) -> list[Ref]:
    """One payment over two invoices becomes two payments in Xero."""
    second = await _invoice(stage, "second", "north", line_items=[_line("Saddle", 64.25, 4)])
    first = CAST.ref("rich", "invoice")
    payment = await stage.zoho(
        "POST",
        "/customerpayments",
        customer_id=CAST.ids["north"],
        payment_mode="banktransfer",
        amount=1195.55,
        date=stage.day(5),
        invoices=[
            {"invoice_id": first.zoho_id, "amount_applied": 1000},
            {"invoice_id": second.zoho_id, "amount_applied": 195.55},
        ],
    )
    return [second, CAST.keep("payment", payment, "payment_id")]


async def changed(stage: Stage) -> list[Ref]:
    """An unpaid invoice is changed; a paid one is changed too, which Xero can't take."""
    third = await _invoice(stage, "third", "north", line_items=[_line("Helmet", 89)])
    await stage.settled()
    await stage.zoho("PUT", f"/invoices/{third.zoho_id}", line_items=[_line("Helmet, red", 95, 2)])
    paid = CAST.ref("second", "invoice")
    await stage.zoho("PUT", f"/invoices/{paid.zoho_id}", due_date=stage.day(-30))
    return [third, paid]


async def voided(stage: Stage) -> list[Ref]:
    """An invoice is voided."""
    ref = await _invoice(stage, "mistake", "alps", line_items=[_line("Wrong item", 10)])
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/status/void")
    return [ref]


async def draft(stage: Stage) -> list[Ref]:
    """A draft waits in Zoho."""
    return [await _invoice(stage, "draft", "north", draft=True, line_items=[_line("Pump", 25)])]


async def disorder(stage: Stage) -> list[Ref]:
    """Deliveries come twice, and the payment's before its invoice's."""
    await stage.control("/zoho/delivery", {"hold": True, "duplicate": 1})
    invoice = await _invoice(stage, "late", "alps", line_items=[_line("Chain", 48.9)])
    payment = await stage.zoho(
        "POST",
        "/customerpayments",
        customer_id=CAST.ids["alps"],
        payment_mode="cash",
        amount=20,
        date=stage.day(2),
        invoices=[{"invoice_id": invoice.zoho_id, "amount_applied": 20}],
    )
    await stage.control("/zoho/delivery", {"hold": False, "release": "reverse", "duplicate": 0})
    return [invoice, CAST.keep("cash", payment, "payment_id")]


async def refused(stage: Stage) -> list[Ref]:
    """Xero refuses a date in a locked period; what has nothing to do with it flows on."""
    await stage.control("/xero/settings", {"period_lock_date": stage.day(40)})
    locked = await _invoice(
        stage, "locked", "north", date=stage.day(60), line_items=[_line("Tyre", 30, 2)]
    )
    other = await _invoice(stage, "other", "alps", line_items=[_line("Tube", 6.5, 10)])
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
