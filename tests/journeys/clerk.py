"""What a person does at Zoho's screen: documents of one line, payments, credits, refunds."""

from typing import Any, Literal, Protocol

Document = dict[str, Any]


class Screen(Protocol):
    """Where Zoho is used: a whole house, or the demo's stage."""

    async def zoho(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        product: Literal["inventory", "books"] = "inventory",
        **fields: Any,
    ) -> Document:
        """Do something in Zoho; gives what it made."""
        ...


HST = "4600000000000911"  # 15 %, mapped for both sides
GST = "4600000000000913"  # 5 %
GST_QST = "4600000000000915"  # a group of two
BANK = "4600000000000361"  # Zoho's account that is mapped to Xero's 091


def line(rate: float, quantity: float = 1, tax_id: str = HST, **more: Any) -> Document:
    """A line as it is entered."""
    return {"name": "Thing", "rate": rate, "quantity": quantity, "tax_id": tax_id, **more}


async def customer(house: Screen, name: str, **fields: Any) -> str:
    """Enter a customer; gives the id."""
    made = await house.zoho(
        "POST", "/contacts", contact_name=name, contact_type="customer", **fields
    )
    return str(made["contact_id"])


async def vendor(house: Screen, name: str, **fields: Any) -> str:
    """Enter a vendor; gives the id."""
    made = await house.zoho("POST", "/contacts", contact_name=name, contact_type="vendor", **fields)
    return str(made["contact_id"])


async def invoice(house: Screen, of: str, rate: float = 100, **fields: Any) -> Document:
    """Enter and send an invoice."""
    given = {"customer_id": of, "line_items": [line(rate)], **fields}
    return await house.zoho("POST", "/invoices", {"send": "true"}, **given)


async def draft_invoice(house: Screen, of: str, rate: float = 100) -> Document:
    """Enter an invoice, and leave it a draft."""
    return await house.zoho("POST", "/invoices", customer_id=of, line_items=[line(rate)])


async def bill(house: Screen, of: str, number: str, rate: float = 100, **fields: Any) -> Document:
    """Enter a bill."""
    given = {"vendor_id": of, "bill_number": number, "line_items": [line(rate)], **fields}
    return await house.zoho("POST", "/bills", **given)


async def credit_note(house: Screen, of: str, rate: float = 100, **fields: Any) -> Document:
    """Enter a credit note."""
    given = {"customer_id": of, "line_items": [line(rate)], **fields}
    return await house.zoho("POST", "/creditnotes", **given)


async def vendor_credit(house: Screen, of: str, rate: float = 100, **fields: Any) -> Document:
    """Enter a vendor credit."""
    given = {"vendor_id": of, "line_items": [line(rate)], **fields}
    return await house.zoho("POST", "/vendorcredits", **given)


async def pay(
    house: Screen, invoice: Document, part: float, *others: tuple[Document, float], **fields: Any
) -> Document:
    """Record a payment of one invoice or several, of one customer."""
    shares = [
        {"invoice_id": each["invoice_id"], "amount_applied": share}
        for each, share in ((invoice, part), *others)
    ]
    given = {
        "customer_id": invoice["customer_id"],
        "payment_mode": "cash",
        "amount": sum(each["amount_applied"] for each in shares),
        "invoices": shares,
        **fields,
    }
    return await house.zoho("POST", "/customerpayments", **given)


async def pay_bill(
    house: Screen, bill: Document, part: float, *others: tuple[Document, float], **fields: Any
) -> Document:
    """Record a payment of one bill or several, of one vendor."""
    shares = [
        {"bill_id": each["bill_id"], "amount_applied": share}
        for each, share in ((bill, part), *others)
    ]
    given = {
        "vendor_id": bill["vendor_id"],
        "payment_mode": "cash",
        "amount": sum(each["amount_applied"] for each in shares),
        "bills": shares,
        **fields,
    }
    return await house.zoho("POST", "/vendorpayments", product="books", **given)


async def apply_credit(house: Screen, note: Document, invoice: Document, amount: float) -> None:
    """Set a credit note against an invoice."""
    share = {"invoice_id": invoice["invoice_id"], "amount_applied": amount}
    await house.zoho("POST", f"/creditnotes/{note['creditnote_id']}/invoices", invoices=[share])


async def apply_vendor_credit(
    house: Screen, credit: Document, bill: Document, amount: float
) -> None:
    """Set a vendor credit against a bill."""
    share = {"bill_id": bill["bill_id"], "amount_applied": amount}
    path = f"/vendorcredits/{credit['vendor_credit_id']}/bills"
    await house.zoho("POST", path, bills=[share])


async def take_off(house: Screen, credit: Document) -> None:
    """Take a credit note or vendor credit off all that it is applied to."""
    path, target, rows, link = (
        ("creditnotes", "invoices", "invoices_credited", "creditnote_invoice_id")
        if "creditnote_id" in credit
        else ("vendorcredits", "bills", "bills_credited", "vendor_credit_bill_id")
    )
    number = credit.get("creditnote_id") or credit["vendor_credit_id"]
    shown = await house.zoho("GET", f"/{path}/{number}")
    for row in shown[rows]:
        await house.zoho("DELETE", f"/{path}/{number}/{target}/{row[link]}")


async def refund(house: Screen, credit: Document, amount: float) -> Document:
    """Give money back of a credit note, or get it back of a vendor credit."""
    kind = "creditnotes" if "creditnote_id" in credit else "vendorcredits"
    number = credit.get("creditnote_id") or credit["vendor_credit_id"]
    return await house.zoho("POST", f"/{kind}/{number}/refunds", refund_mode="cash", amount=amount)
