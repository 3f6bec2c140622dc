"""The third chapter: how invoices end, and how some come back."""

from typing import Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, Scene, invoice, line
from schemas.words import Ref


async def written_off(stage: Stage) -> list[Ref]:
    """What nobody will pay is written off."""
    ref = await invoice(stage, "lost", "alps", line_items=[line("Repair", 47.5)])
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/writeoff")
    return [ref]


async def cancelled(stage: Stage) -> list[Ref]:
    """A write-off is cancelled."""
    ref = await invoice(stage, "found", "alps", line_items=[line("Service", 80)])
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/writeoff")
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/writeoff/cancel")
    return [ref]


async def opened_again(stage: Stage) -> list[Ref]:
    """A void invoice comes back; Xero keeps its number, so the new one gets a suffix."""
    path = f"/invoices/{CAST.ref('mistake', 'invoice').zoho_id}/status"
    await stage.zoho("POST", f"{path}/draft")
    await stage.zoho("POST", f"{path}/sent")
    return [CAST.ref("mistake", "invoice")]


async def sent_later(stage: Stage) -> list[Ref]:
    """The draft of the first chapter is sent, and another one is given up."""
    sent = CAST.ref("draft", "invoice")
    await stage.zoho("POST", f"/invoices/{sent.zoho_id}/status/sent")
    ref = await invoice(stage, "given up", "north", draft=True, line_items=[line("Bag", 19)])
    await stage.settled()
    await stage.zoho("POST", f"/invoices/{ref.zoho_id}/status/void")
    return [sent, ref]


SCENES: Final = (
    Scene("An invoice is written off", written_off),
    Scene("A write-off is cancelled", cancelled),
    Scene("A void invoice is opened again", opened_again),
    Scene("A draft is sent after all; another one is given up", sent_later),
)
