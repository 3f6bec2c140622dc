"""The fifth chapter: bills, and the payments made for them."""

from typing import Any, Final

from bridge.cli.demo.stage import Stage
from bridge.cli.demo.story.cast import CAST, Document, Scene, line
from schemas.words import Ref


async def _bill(stage: Stage, number: str, **fields: Any) -> Ref:
    document = await stage.zoho(
        "POST",
        "/bills",
        vendor_id=CAST.ids["maker"],
        bill_number=number,
        **{"date": stage.day(18), "due_date": stage.day(-12), **fields},
    )
    return CAST.keep(number, document, "bill_id")


async def billed(stage: Stage) -> list[Ref]:
    """A vendor's first bill, and a draft that is opened later."""
    maker = await stage.zoho(
        "POST", "/contacts", contact_name="Velo Parts Inc", contact_type="vendor"
    )
    contact = CAST.keep("maker", maker, "contact_id")
    frames = await _bill(stage, "VP-1042", line_items=[line("Frame", 210, 3, discount="5%")])
    wheels = await _bill(
        stage, "VP-1077", status="draft", line_items=[line("Wheel", 66.5, 4)], adjustment=0.4
    )
    await stage.settled()
    await stage.zoho("POST", f"/bills/{wheels.zoho_id}/status/open")
    return [frames, wheels, contact]


async def changed(stage: Stage) -> list[Ref]:
    """A bill is changed, another one voided and opened again."""
    cables = await _bill(stage, "VP-1081", line_items=[line("Cable", 3.2, 40)])
    pedals = await _bill(stage, "VP-1090", line_items=[line("Pedal", 27, 2)])
    await stage.settled()
    await stage.zoho("PUT", f"/bills/{cables.zoho_id}", line_items=[line("Cable", 3.2, 50)])
    await stage.zoho("POST", f"/bills/{pedals.zoho_id}/status/void")
    await stage.settled()
    await stage.zoho("POST", f"/bills/{pedals.zoho_id}/status/open")
    return [cables, pedals]


async def paid(stage: Stage) -> list[Ref]:
    """One payment covers two bills, and the bank charges for it."""
    shares = {"VP-1042": 500, "VP-1077": 306.3}
    return [
        CAST.ref("VP-1042", "bill"),
        CAST.ref("VP-1077", "bill"),
        await _pay(stage, "made", shares, bank_charges=6),
    ]


async def repaid(stage: Stage) -> list[Ref]:
    """That payment is changed; another one is deleted."""
    payment = CAST.ref("made", "vendor_payment")
    changed: Document = {"amount": 826.3, "bills": _shares({"VP-1042": 520, "VP-1077": 306.3})}
    path = f"/vendorpayments/{payment.zoho_id}"
    await stage.zoho("PUT", path, product="books", bank_charges=0, **changed)
    wrong = await _pay(stage, "wrong", {"VP-1081": 20})
    await stage.settled()
    await stage.zoho("DELETE", f"/vendorpayments/{wrong.zoho_id}", product="books")
    return [payment, wrong]


async def _pay(stage: Stage, name: str, shares: dict[str, float], **fields: Any) -> Ref:
    # Payments made are a matter of Zoho Books; Inventory shows them on the bill alone.
    document = await stage.zoho(
        "POST",
        "/vendorpayments",
        product="books",
        vendor_id=CAST.ids["maker"],
        payment_mode="banktransfer",
        amount=round(sum(shares.values()), 2),
        bills=_shares(shares),
        date=stage.day(5),
        **fields,
    )
    CAST.ids[name] = document["payment_id"]
    return CAST.ref(name, "vendor_payment")


def _shares(shares: dict[str, float]) -> list[Document]:
    return [{"bill_id": CAST.ids[name], "amount_applied": part} for name, part in shares.items()]


SCENES: Final = (
    Scene("A bill is entered; the draft of another one is opened", billed),
    Scene("A bill is changed; another one is voided and opened again", changed),
    Scene("One payment covers two bills, with a bank charge", paid),
    Scene("That payment is changed, its charge taken out; another one is deleted", repaid),
)
