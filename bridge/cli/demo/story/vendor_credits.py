"""The last chapter: credits of vendors, applied, refunded, ended."""

from typing import Any, Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, Scene, line
from schemas.words import Ref


async def _credit(stage: Stage, name: str, **fields: Any) -> Ref:
    document = await stage.zoho(
        "POST",
        "/vendorcredits",
        vendor_id=CAST.ids["maker"],
        date=stage.day(4),
        **fields,
    )
    return CAST.keep(name, document, "vendor_credit_id")


async def _apply(stage: Stage, credit: Ref, bill: str, amount: float) -> None:
    share = {"bill_id": CAST.ids[bill], "amount_applied": amount}
    await stage.zoho("POST", f"/vendorcredits/{credit.zoho_id}/bills", bills=[share])


async def applied(stage: Stage) -> list[Ref]:
    """A vendor credit is changed, then set against a bill."""
    credit = await _credit(stage, "damaged", line_items=[line("Frame, damaged", 100)])
    await stage.settled()
    path = f"/vendorcredits/{credit.zoho_id}"
    await stage.zoho("PUT", path, line_items=[line("Frame, damaged", 120)])
    await stage.settled()
    await _apply(stage, credit, "VP-1042", 60)
    return [credit, CAST.ref("VP-1042", "bill")]


async def refunded(stage: Stage) -> list[Ref]:
    """The vendor pays two parts back; one is changed, the other deleted."""
    credit = CAST.ref("damaged", "vendor_credit")
    path = f"/vendorcredits/{credit.zoho_id}/refunds"
    made = [
        await stage.zoho("POST", path, refund_mode="cash", amount=amount, date=stage.day(3))
        for amount in (40, 12)
    ]
    await stage.settled()
    first, second = (refund["vendor_credit_refund_id"] for refund in made)
    await stage.zoho("PUT", f"{path}/{first}", amount=45)
    await stage.zoho("DELETE", f"{path}/{second}")
    return [credit]


async def taken_off(stage: Stage) -> list[Ref]:
    """A vendor credit is taken off its bill again."""
    credit = await _credit(stage, "rebate", line_items=[line("Rebate", 20)])
    await _apply(stage, credit, "VP-1081", 15)
    await stage.settled()
    shown = await stage.zoho("GET", f"/vendorcredits/{credit.zoho_id}")
    link = shown["bills_credited"][0]["vendor_credit_bill_id"]
    await stage.zoho("DELETE", f"/vendorcredits/{credit.zoho_id}/bills/{link}")
    return [credit, CAST.ref("VP-1081", "bill")]


async def ended(stage: Stage) -> list[Ref]:
    """One that is applied is deleted: in Xero it is taken off first."""
    credit = await _credit(stage, "error", line_items=[line("Error", 30)])
    await _apply(stage, credit, "VP-1081", 34.5)
    await stage.settled()
    await stage.zoho("DELETE", f"/vendorcredits/{credit.zoho_id}")
    return [credit, CAST.ref("VP-1081", "bill")]


SCENES: Final = (
    Scene("A vendor credit is changed, then applied to a bill", applied),
    Scene("The vendor refunds it in parts; one is changed, one deleted", refunded),
    Scene("A vendor credit is taken off its bill again", taken_off),
    Scene("An applied vendor credit is deleted", ended),
)
