"""The second chapter: what is done to payments once they are recorded."""

from typing import Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, Document, Scene, invoice, line, pay, received
from schemas.words import Ref


async def charged(stage: Stage) -> list[Ref]:
    """The bank keeps something of a payment."""
    # From here on a rule of Zoho's tells of every change, also of one by a refund or a credit.
    await stage.control("/zoho/settings", {"silent": []})
    tour = await invoice(stage, "tour", "north", line_items=[line("Guided tour", 320)])
    return [tour, await pay(stage, "charged", "north", {"tour": 300}, bank_charges=3.5)]


async def changed(stage: Stage) -> list[Ref]:
    """Another amount was paid, and another charge kept."""
    payment = CAST.ref("charged", "payment")
    changed: Document = {"amount": 310, "bank_charges": 4.25, "invoices": received({"tour": 310})}
    await stage.zoho("PUT", f"/customerpayments/{payment.zoho_id}", **changed)
    return [payment]


async def taken_off(stage: Stage) -> list[Ref]:
    """A payment of two invoices is taken off one of them."""
    lights = await invoice(stage, "lights", "north", line_items=[line("Light", 24.5, 6)])
    locks = await invoice(stage, "locks", "north", line_items=[line("Lock", 39.9, 2)])
    payment = await pay(stage, "both", "north", {"lights": 100, "locks": 50})
    await stage.settled()
    shown = await stage.zoho("GET", f"/customerpayments/{payment.zoho_id}")
    share = next(row for row in shown["invoices"] if row["invoice_id"] == locks.zoho_id)
    path = f"/invoices/{locks.zoho_id}/payments/{share['invoice_payment_id']}"
    await stage.zoho("DELETE", path)
    return [lights, locks, payment]


async def deleted(stage: Stage) -> list[Ref]:
    """A payment is deleted, and its bank charge with it."""
    payment = await pay(stage, "bounced", "north", {"locks": 30}, bank_charges=2)
    await stage.settled()
    await stage.zoho("DELETE", f"/customerpayments/{payment.zoho_id}")
    return [payment]


SCENES: Final = (
    Scene("The bank keeps a charge of a payment", charged),
    Scene("The payment and its charge are changed", changed),
    Scene("A payment is taken off one of its two invoices", taken_off),
    Scene("A payment is deleted, and its bank charge with it", deleted),
)
