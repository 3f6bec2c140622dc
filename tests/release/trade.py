"""A trade of two steps: documents that one version of the bridge may take up, and another end."""

from dataclasses import dataclass, field
from typing import Any

from tests.journeys import clerk
from tests.journeys.house import House

Document = dict[str, Any]


@dataclass
class Trade:
    """Everything that is done with one customer and one vendor."""

    house: House
    name: str
    made: dict[str, Document] = field(default_factory=dict)

    async def begins(self) -> None:
        """Contacts, invoices, a bill, credits and payments are entered."""
        house, made = self.house, self.made
        customer = await clerk.customer(house, f"{self.name} Ltd")
        vendor = await clerk.vendor(house, f"{self.name} Supplies")
        for name, rate in (("edited", 100), ("paid", 200), ("deleted", 50)):
            made[name] = await clerk.invoice(house, customer, rate)
        made["bill"] = await clerk.bill(house, vendor, f"B-{self.name}", 300)
        made["note"] = await clerk.credit_note(house, customer, 30)
        made["payment"] = await clerk.pay(house, made["paid"], 80)
        made["bill payment"] = await clerk.pay_bill(house, made["bill"], 70)
        made["draft"] = await clerk.draft_invoice(house, customer, 60)

    async def ends(self) -> None:
        """What was entered is edited, paid, credited, refunded, sent, deleted."""
        house, made = self.house, self.made
        edited, paid = made["edited"]["invoice_id"], made["paid"]["invoice_id"]
        await house.zoho("PUT", f"/invoices/{edited}", line_items=[clerk.line(150)])
        await clerk.pay(house, made["edited"], 60, bank_charges=1.5)
        payment = made["payment"]["payment_id"]
        await house.zoho("PUT", f"/customerpayments/{payment}", account_id=clerk.BANK)
        await house.zoho("DELETE", f"/invoices/{made['deleted']['invoice_id']}")
        await clerk.apply_credit(house, made["note"], {"invoice_id": paid}, 20)
        await clerk.refund(house, made["note"], 5)
        payment = made["bill payment"]["payment_id"]
        await house.zoho("DELETE", f"/vendorpayments/{payment}", product="books")
        await clerk.pay_bill(house, made["bill"], 40)
        await house.zoho("POST", f"/invoices/{made['draft']['invoice_id']}/status/sent")
