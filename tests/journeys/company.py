"""A company of 500 documents that does everything that one can do in Zoho, by a seed."""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.journeys import clerk
from tests.journeys.house import House

Document = dict[str, Any]
Deed = Callable[[Document], Awaitable[object]]
PEOPLE, INVOICES, BILLS, CREDITS = 20, 160, 60, 50
PAYMENTS, BILL_PAYMENTS = 90, 50
DOCUMENTS = 2 * PEOPLE + INVOICES + BILLS + 2 * CREDITS + PAYMENTS + BILL_PAYMENTS
DAY = "2026-03-10"


@dataclass
class Company:
    """Who works in Zoho. What is in a list has had nothing done to it that rules out more."""

    house: House
    chance: random.Random
    customers: list[str] = field(default_factory=list)
    vendors: list[str] = field(default_factory=list)
    drafts: list[Document] = field(default_factory=list)
    invoices: list[Document] = field(default_factory=list)
    bills: list[Document] = field(default_factory=list)
    notes: list[Document] = field(default_factory=list)
    credits: list[Document] = field(default_factory=list)
    payments: list[Document] = field(default_factory=list)
    bill_payments: list[Document] = field(default_factory=list)
    shared: list[Document] = field(default_factory=list)
    applied: list[Document] = field(default_factory=list)
    applied_vendor: list[Document] = field(default_factory=list)
    refunds: list[tuple[str, Document]] = field(default_factory=list)
    written_off: list[Document] = field(default_factory=list)
    void: list[Document] = field(default_factory=list)
    entered: int = 0

    async def is_founded(self) -> None:
        """Contacts, invoices, bills and credits are entered (A1, A2, A10, A16, A20)."""
        house, rate = self.house, self._rate
        for number in range(PEOPLE):
            self.customers.append(await clerk.customer(house, f"Customer {number}"))
            self.vendors.append(await clerk.vendor(house, f"Vendor {number}"))
        for number in range(INVOICES):
            make = clerk.draft_invoice if number % 8 == 0 else clerk.invoice
            made = await make(house, self.chance.choice(self.customers), rate())
            (self.drafts if number % 8 == 0 else self.invoices).append(made)
        for number in range(BILLS):
            vendor = self.chance.choice(self.vendors)
            self.bills.append(await clerk.bill(house, vendor, f"B-{number}", rate()))
        for _ in range(CREDITS):
            customer, vendor = self.chance.choice(self.customers), self.chance.choice(self.vendors)
            self.notes.append(await clerk.credit_note(house, customer, rate()))
            self.credits.append(await clerk.vendor_credit(house, vendor, rate()))
        self.entered += 2 * PEOPLE + INVOICES + BILLS + 2 * CREDITS

    async def edits(self) -> None:
        """What is open is changed, sent, voided, deleted (A1, A3, A4, A11, A12, A17, A19–A23)."""
        await self._each(self._some(self.customers, 6), self._rename)
        await self._each(self._take(self.drafts, 12), self._send)
        for mine in (self.invoices, self.bills, self.notes, self.credits, self.drafts):
            await self._each(self._some(mine, len(mine) // 5), self._edit)
            await self._each(self._take(mine, 3), self._delete)
        gone = self._take(self.invoices, 6)
        await self._each(gone, self._void)
        self.void += gone
        await self._each(self._take(self.bills, 4), self._void)

    async def settles(self) -> None:
        """Payments, charges, credits, refunds, write-offs (A5–A7, A13, A18, A22, A24, A27)."""
        for number in range(PAYMENTS):
            await self._pay(number)
        for number in range(BILL_PAYMENTS):
            await self._pay_bill(number)
        for note in self._take(self.notes, 20):
            await self._apply(note)
        for credit in self._take(self.credits, 20):
            await self._apply_vendor(credit)
        for credit in (*self._take(self.notes, 9), *self._take(self.credits, 9)):
            refund = await clerk.refund(self.house, credit, 5)
            self.refunds.append((_path(credit), refund))
        self.written_off = self._take(self.invoices, 6)
        await self._each(self.written_off, self._write_off)
        self.entered += PAYMENTS + BILL_PAYMENTS

    async def thinks_again(self) -> None:
        """What was settled is changed or taken back (A8, A9, A14, A15, A25, A26, A28, A29 …)."""
        for payment in self._some(self.payments, 12):
            await self._change(payment, account_id=clerk.BANK)
        await self._each(self._take(self.payments, 8), self._delete)
        await self._each(self._take(self.shared, 6), self._take_a_share_off)
        for payment in self._some(self.bill_payments, 8):
            await self._change(payment, date="2026-04-02")
        await self._each(self._take(self.bill_payments, 6), self._delete)
        for path, refund in self._take(self.refunds, 6):
            number = refund.get("creditnote_refund_id") or refund["vendor_credit_refund_id"]
            await self.house.zoho("PUT", f"{path}/refunds/{number}", amount=3, date=DAY)
        for path, refund in self._take(self.refunds, 6):
            number = refund.get("creditnote_refund_id") or refund["vendor_credit_refund_id"]
            await self.house.zoho("DELETE", f"{path}/refunds/{number}")

    async def closes(self) -> None:
        """Credits come off or go, write-offs are cancelled, void ones are opened again."""
        for credit in (*self._take(self.applied, 6), *self._take(self.applied_vendor, 4)):
            await clerk.take_off(self.house, credit)
        await self._each(self._take(self.applied_vendor, 5), self._delete)
        await self._each(self._take(self.notes, 4), self._delete)
        await self._each(self._take(self.credits, 4), self._delete)
        for invoice in self._take(self.written_off, 3):
            await self._act(invoice, "writeoff/cancel")
        for invoice in self._take(self.void, 3):
            await self._act(invoice, "status/draft")
            await self._act(invoice, "status/sent")
        await self._each(self._take(self.invoices, 4), self._delete)
        await self._each(self._take(self.drafts, 2), self._delete)

    def _rate(self) -> float:
        return self.chance.randint(2_000, 90_000) / 100

    def _some(self, mine: Sequence[Any], count: int) -> list[Any]:
        return self.chance.sample(mine, min(count, len(mine)))

    def _take(self, mine: list[Any], count: int) -> list[Any]:
        """Take some out of a list: nothing more will be done to them from there."""
        taken = self._some(mine, count)
        mine[:] = [each for each in mine if each not in taken]
        return taken

    async def _each(self, documents: Sequence[Any], deed: Deed) -> None:
        for document in documents:
            await deed(document)

    async def _rename(self, customer: Any) -> None:
        await self.house.zoho(
            "PUT", f"/contacts/{customer}", contact_name=f"Customer {customer} Ltd"
        )

    async def _send(self, invoice: Document) -> None:
        await self._act(invoice, "status/sent")
        self.invoices.append(invoice)

    async def _edit(self, document: Document) -> None:
        lines = [clerk.line(self._rate()), clerk.line(self._rate(), tax_id=clerk.GST)]
        changed = await self.house.zoho("PUT", _path(document), line_items=lines)
        document["total"] = changed["total"]

    async def _delete(self, document: Document) -> None:
        await self.house.zoho("DELETE", _path(document), product=_product(document))

    async def _void(self, document: Document) -> None:
        await self._act(document, "status/void")

    async def _write_off(self, invoice: Document) -> None:
        await self._act(invoice, "writeoff")

    async def _act(self, document: Document, what: str) -> None:
        await self.house.zoho("POST", f"{_path(document)}/{what}")

    async def _change(self, payment: Document, **fields: Any) -> None:
        await self.house.zoho("PUT", _path(payment), product=_product(payment), **fields)

    async def _pay(self, number: int) -> None:
        """Pay an invoice in part or in full, every tenth time two of one customer."""
        (invoice,) = self._take(self.invoices, 1)
        same = [each for each in self.invoices if each["customer_id"] == invoice["customer_id"]]
        more: dict[str, Any] = {"bank_charges": 1.5} if number % 6 == 0 else {}
        more["date"] = DAY
        if number % 10 == 0 and same:
            self.invoices.remove(same[0])
            made = await clerk.pay(self.house, invoice, 10, (same[0], 5), **more)
            self.shared.append(made)
        else:
            part = float(invoice["total"]) if number % 2 else 10
            self.payments.append(await clerk.pay(self.house, invoice, part, **more))

    async def _pay_bill(self, number: int) -> None:
        (bill,) = self._take(self.bills, 1) if number < 40 else self._some(self.bills, 1)
        charges = {"bank_charges": 2} if number % 6 == 0 else {}
        part = float(bill["total"]) if number < 20 else 7
        self.bill_payments.append(await clerk.pay_bill(self.house, bill, part, date=DAY, **charges))

    async def _apply(self, note: Document) -> None:
        same = [each for each in self.invoices if each["customer_id"] == note["customer_id"]]
        if same:
            self.invoices.remove(same[0])
            await clerk.apply_credit(self.house, note, same[0], 6)
            self.applied.append(note)

    async def _apply_vendor(self, credit: Document) -> None:
        same = [each for each in self.bills if each["vendor_id"] == credit["vendor_id"]]
        if same:
            await clerk.apply_vendor_credit(self.house, credit, same[0], 2)
            self.applied_vendor.append(credit)

    async def _take_a_share_off(self, payment: Document) -> None:
        share = payment["invoices"][0]
        path = f"/invoices/{share['invoice_id']}/payments/{share['invoice_payment_id']}"
        await self.house.zoho("DELETE", path)


def _product(document: Document) -> str:
    return "books" if "payment_id" in document and "vendor_id" in document else "inventory"


def _path(document: Document) -> str:
    if "payment_id" in document:
        kind = "vendorpayments" if "vendor_id" in document else "customerpayments"
        return f"/{kind}/{document['payment_id']}"
    for key, kind in (
        ("creditnote_id", "creditnotes"),
        ("vendor_credit_id", "vendorcredits"),
        ("invoice_id", "invoices"),
        ("bill_id", "bills"),
    ):
        if f"{key}" in document:
            return f"/{kind}/{document[key]}"
    raise KeyError(document)
