"""Sales and purchases: what Zoho calls a document, a payment and a credit of each side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.processors import zoho as forms
from tests.processors import zoho_bills as bills
from tests.processors import zoho_credits as credits_

Fields = dict[str, Any]
Form = Callable[..., Fields]


@dataclass(frozen=True, slots=True)
class Side:
    """One side's entities, the names of their fields, and their forms.

    `open` is a document's status as long as something is due of it, `party` its contact's type.
    `shares` are a payment's parts, `uses` what a credit is set against, `refunds` what is paid out
    of it. `lists`: a document lists its payments and credits itself.
    """

    document: str
    payment: str
    credit: str
    open: str
    party: str
    target: str
    shares: str
    share_id: str
    uses: str
    use_id: str
    use_amount: str
    credited: str
    refunds: str
    refund_id: str
    write: Form
    pay: Form
    credit_form: Form
    use: Form
    lists: bool = False

    def number(self, document: Fields) -> str:
        """A document's id."""
        return str(document[self.target])

    def share(self, number: str, target: str, amount: str) -> Fields:
        """The part of a payment that goes to one document."""
        return {
            self.share_id: number,
            self.target: target,
            "amount_applied": amount,
            "date": "2026-03-10",
        }

    def refund(self, number: str, amount: str) -> Fields:
        """Money of a credit that was paid out, as lists show it: without its account."""
        row = credits_.refund(number, amount)
        return {self.refund_id: row.pop("creditnote_refund_id"), **row}


SALES: Final = Side(
    document="invoice",
    payment="customer_payment",
    credit="credit_note",
    open="sent",
    party="customer",
    target="invoice_id",
    shares="invoices",
    share_id="invoice_payment_id",
    uses="invoices_credited",
    use_id="creditnote_invoice_id",
    use_amount="amount_applied",
    credited="credits_applied",
    refunds="creditnote_refunds",
    refund_id="creditnote_refund_id",
    write=forms.invoice,
    pay=forms.payment,
    credit_form=credits_.credit_note,
    use=credits_.credited,
)
PURCHASES: Final = Side(
    document="bill",
    payment="vendor_payment",
    credit="vendor_credit",
    open="open",
    party="vendor",
    target="bill_id",
    shares="bills",
    share_id="bill_payment_id",
    uses="bills_credited",
    use_id="vendor_credit_bill_id",
    use_amount="amount",
    credited="vendor_credits_applied",
    refunds="vendor_credit_refunds",
    refund_id="vendor_credit_refund_id",
    write=bills.bill,
    pay=bills.vendor_payment,
    credit_form=credits_.vendor_credit,
    use=credits_.bill_credited,
    lists=True,
)
