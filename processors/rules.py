"""The rule table: what each action in Zoho means in Xero, and what withholds it."""

from dataclasses import dataclass
from typing import Final

from processors import conditions as it
from processors.conditions import Condition


@dataclass(frozen=True, slots=True)
class Rule:
    """One action: `id` is its row of the requirements, `zoho` and `xero` say it to people."""

    id: str
    zoho: str
    xero: str
    withheld_if: tuple[Condition, ...] = ()


# These withhold every action but those of contacts, before the row's own conditions are asked.
ALWAYS: Final = (it.export_is_off, it.is_before_cutover)

RULES: Final[dict[str, Rule]] = {
    "contact.create": Rule(
        id="A1",
        zoho="A document that is exported names a contact for the first time",
        xero="The contact is created, or the one of its number or name is linked",
        withheld_if=(it.is_unused,),
    ),
    "contact.update": Rule(
        id="A1",
        zoho="A contact that is in use is changed",
        xero="The contact is updated",
    ),
    "contact.remove": Rule(
        id="A1",
        zoho="A contact is deleted",
        xero="The contact stays as it is",
        withheld_if=(it.is_kept,),
    ),
    "invoice.create": Rule(
        id="A2",
        zoho="An invoice is created, or a draft is sent",
        xero="An invoice is created, authorised",
        withheld_if=(it.is_draft,),
    ),
    "invoice.update": Rule(
        id="A3",
        zoho="An invoice is changed",
        xero="The same invoice is updated",
        withheld_if=(it.is_draft, it.is_written_off, it.has_payments, it.has_credits),
    ),
    "invoice.remove": Rule(
        id="A4",
        zoho="An invoice is voided or deleted",
        xero="The invoice is voided",
        withheld_if=(it.is_written_off, it.has_credits),
    ),
    "write_off.create": Rule(
        id="A5",
        zoho="An invoice is written off",
        xero="A credit note of the amount is created and allocated to the invoice",
    ),
    "write_off.update": Rule(
        id="A5",
        zoho="Another amount of an invoice is written off",
        xero="The credit note is taken off, changed to the amount, and allocated again",
    ),
    "write_off.remove": Rule(
        id="A5 undo",
        zoho="A write-off is cancelled",
        xero="The credit note is taken off the invoice and voided",
    ),
    "payment.create": Rule(
        id="A6",
        zoho="A payment is recorded for an invoice",
        xero="A payment is created on that invoice, one for each invoice that is paid",
    ),
    "bank_charge.create": Rule(
        id="A7",
        zoho="A bank charge is recorded on a payment",
        xero="It is spent from the payment's bank account, on the bank-charges account",
    ),
    "bank_charge.update": Rule(
        id="A7",
        zoho="A bank charge is changed",
        xero="The spending is deleted and created again",
    ),
    "bank_charge.remove": Rule(
        id="A7 undo",
        zoho="A bank charge is taken out, or its payment deleted",
        xero="The spending is deleted",
    ),
    "payment.update": Rule(
        id="A8",
        zoho="A payment's amount, date, rate or account is changed",
        xero="The payment is deleted and created again: Xero's payments can't be changed",
    ),
    "payment.remove": Rule(
        id="A9",
        zoho="A payment is deleted, or taken off one of its invoices",
        xero="The payment is deleted",
    ),
    "bill.create": Rule(
        id="A10",
        zoho="A bill is created, or a draft is opened",
        xero="A bill is created, authorised",
        withheld_if=(it.is_draft,),
    ),
    "bill.update": Rule(
        id="A11",
        zoho="A bill is changed",
        xero="The same bill is updated",
        withheld_if=(it.is_draft, it.has_payments, it.has_credits),
    ),
    "bill.remove": Rule(
        id="A12",
        zoho="A bill is voided or deleted",
        xero="The bill is voided",
        withheld_if=(it.has_credits,),
    ),
    "bill_payment.create": Rule(
        id="A13",
        zoho="A payment is recorded for a bill",
        xero="A payment is created on that bill, one for each bill that is paid",
    ),
    "bill_payment.update": Rule(
        id="A14",
        zoho="A bill payment's amount, date, rate or account is changed",
        xero="The payment is deleted and created again",
    ),
    "bill_payment.remove": Rule(
        id="A15",
        zoho="A bill payment is deleted, or taken off one of its bills",
        xero="The payment is deleted",
    ),
    "credit_note.create": Rule(
        id="A16",
        zoho="A credit note is created, or a draft is opened",
        xero="A credit note is created, authorised",
        withheld_if=(it.is_draft,),
    ),
    "credit_note.update": Rule(
        id="A17",
        zoho="A credit note is changed",
        xero="The same credit note is updated; Xero refuses while it is applied or refunded",
        withheld_if=(it.is_draft,),
    ),
    "allocation.create": Rule(
        id="A18",
        zoho="A credit note is applied to an invoice",
        xero="It is allocated to the invoice",
    ),
    "allocation.update": Rule(
        id="A18",
        zoho="Another amount of a credit note is applied",
        xero="The allocation is taken off and made again",
    ),
    "allocation.remove": Rule(
        id="A18 undo",
        zoho="A credit note is taken off an invoice",
        xero="The allocation is taken off",
    ),
    "credit_note.remove": Rule(
        id="A19",
        zoho="A credit note is voided or deleted",
        xero="The credit note is voided",
        withheld_if=(it.is_applied,),
    ),
    "vendor_credit.create": Rule(
        id="A20",
        zoho="A vendor credit is created, or a draft is opened",
        xero="A credit note of purchases is created, authorised",
        withheld_if=(it.is_draft,),
    ),
    "vendor_credit.update": Rule(
        id="A21",
        zoho="A vendor credit is changed",
        xero="The same credit note is updated; Xero refuses while it is applied or refunded",
        withheld_if=(it.is_draft,),
    ),
    "vendor_allocation.create": Rule(
        id="A22",
        zoho="A vendor credit is applied to a bill",
        xero="It is allocated to the bill",
    ),
    "vendor_allocation.update": Rule(
        id="A22",
        zoho="Another amount of a vendor credit is applied",
        xero="The allocation is taken off and made again",
    ),
    "vendor_allocation.remove": Rule(
        id="A22 undo",
        zoho="A vendor credit is taken off a bill",
        xero="The allocation is taken off",
    ),
    "vendor_credit.remove": Rule(
        id="A23",
        zoho="A vendor credit is voided or deleted",
        xero="What is still applied of it is taken off, unless that is left to people; then the"
        " credit note is voided",
        withheld_if=(it.is_applied,),
    ),
    "refund.create": Rule(
        id="A24",
        zoho="A credit note is refunded",
        xero="A refund is created on the credit note",
    ),
    "refund.update": Rule(
        id="A25",
        zoho="A refund of a credit note is changed",
        xero="The refund is deleted and created again",
    ),
    "refund.remove": Rule(
        id="A26",
        zoho="A refund of a credit note is deleted",
        xero="The refund is deleted",
    ),
    "vendor_refund.create": Rule(
        id="A27",
        zoho="A vendor credit is refunded",
        xero="A refund is created on its credit note",
    ),
    "vendor_refund.update": Rule(
        id="A28",
        zoho="A refund of a vendor credit is changed",
        xero="The refund is deleted and created again",
    ),
    "vendor_refund.remove": Rule(
        id="A29",
        zoho="A refund of a vendor credit is deleted",
        xero="The refund is deleted",
    ),
}


def conditions_of(action: str) -> tuple[Condition, ...]:
    """All that may withhold an action, in the order in which it is asked."""
    common = () if action.startswith("contact.") else ALWAYS
    return common + RULES[action].withheld_if
