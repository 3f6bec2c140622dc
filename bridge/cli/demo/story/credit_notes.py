"""The fourth chapter: credit notes of customers, applied, refunded, ended."""

from typing import Any, Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, Scene, line
from schemas.words import Ref


async def _note(stage: Stage, name: str, **fields: Any) -> Ref:
    document = await stage.zoho(
        "POST",
        "/creditnotes",
        customer_id=CAST.ids["north"],
        date=stage.day(4),
        **fields,
    )
    return CAST.keep(name, document, "creditnote_id")


async def applied(stage: Stage) -> list[Ref]:
    """A credit note is set against two invoices."""
    note = await _note(stage, "returned", line_items=[line("Saddle, returned", 64.25, 2)])
    shares = [
        {"invoice_id": CAST.ids["third"], "amount_applied": 60},
        {"invoice_id": CAST.ids["lights"], "amount_applied": 40},
    ]
    await stage.zoho("POST", f"/creditnotes/{note.zoho_id}/invoices", invoices=shares)
    return [note, CAST.ref("third", "invoice"), CAST.ref("lights", "invoice")]


async def taken_off(stage: Stage) -> list[Ref]:
    """It is taken off one of them."""
    note = CAST.ref("returned", "creditnote")
    shown = await stage.zoho("GET", f"/creditnotes/{note.zoho_id}")
    link = shown["invoices_credited"][0]["creditnote_invoice_id"]
    await stage.zoho("DELETE", f"/creditnotes/{note.zoho_id}/invoices/{link}")
    return [note]


async def refunded(stage: Stage) -> list[Ref]:
    """Two refunds are made of it; one is changed, the other deleted."""
    note = CAST.ref("returned", "creditnote")
    path = f"/creditnotes/{note.zoho_id}/refunds"
    made = [
        await stage.zoho("POST", path, refund_mode="cash", amount=amount, date=stage.day(3))
        for amount in (30, 10)
    ]
    await stage.settled()
    first, second = (refund["creditnote_refund_id"] for refund in made)
    await stage.zoho("PUT", f"{path}/{first}", amount=25.5)
    await stage.zoho("DELETE", f"{path}/{second}")
    return [note]


async def ended(stage: Stage) -> list[Ref]:
    """A credit note is changed, then voided."""
    note = await _note(stage, "goodwill", line_items=[line("Goodwill", 15)])
    await stage.settled()
    await stage.zoho("PUT", f"/creditnotes/{note.zoho_id}", line_items=[line("Goodwill", 20)])
    await stage.settled()
    await stage.zoho("POST", f"/creditnotes/{note.zoho_id}/void")
    return [note]


SCENES: Final = (
    Scene("A credit note is applied to two invoices", applied),
    Scene("It is taken off one of them", taken_off),
    Scene("It is refunded twice; one refund is changed, one deleted", refunded),
    Scene("A credit note is changed, then voided", ended),
)
