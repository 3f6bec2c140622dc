"""The shapes of documents, payments, allocations, journals and notes as they are sent."""

from typing import Any, Literal

from pydantic import ConfigDict, model_validator

from sandbox.xero.answer import Record
from sandbox.xero.shapes import Amount, Day, Guid, LineAmountTypes, Shape, Text


class ContactRef(Shape):
    """A contact named inside a document; read-only flags are dropped, all else is kept to judge."""

    model_config = ConfigDict(extra="allow")

    contact_id: Guid | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_flags(cls, sent: Any) -> Any:
        if not isinstance(sent, dict):
            return sent
        return {name: value for name, value in sent.items() if not isinstance(value, bool)}


class AccountRef(Shape):
    """An account named by id or code."""

    account_id: Guid | None = None
    code: Text | None = None


class Line(Shape):
    """A line of a document."""

    line_item_id: Guid | None = None
    description: Text | None = None
    quantity: Amount | None = None
    unit_amount: Amount | None = None
    line_amount: Amount | None = None
    item_code: Text | None = None
    account_code: Text | None = None
    account_id: Guid | None = None
    tax_type: Text | None = None
    tax_amount: Amount | None = None
    discount_rate: Amount | None = None
    discount_amount: Amount | None = None
    tracking: list[Any] | None = None


class Document(Shape):
    """What invoices, credit notes and bank transactions share."""

    contact: ContactRef | None = None
    date: Day | None = None
    line_amount_types: LineAmountTypes | None = None
    line_items: list[Line] | None = None
    status: Text | None = None
    reference: Text | None = None
    url: Text | None = None
    currency_code: Text | None = None
    currency_rate: Amount | None = None


class Invoice(Document):
    """A sales invoice or a bill."""

    invoice_id: Guid | None = None
    invoice_number: Text | None = None
    type: Literal["ACCREC", "ACCPAY"] | None = None
    due_date: Day | None = None
    sent_to_contact: bool | None = None
    branding_theme_id: Guid | None = None
    expected_payment_date: Day | None = None
    planned_payment_date: Day | None = None


class CreditNote(Document):
    """A credit note of either side."""

    credit_note_id: Guid | None = None
    credit_note_number: Text | None = None
    type: Literal["ACCRECCREDIT", "ACCPAYCREDIT"] | None = None
    due_date: Day | None = None
    sent_to_contact: bool | None = None
    branding_theme_id: Guid | None = None


class BankTransaction(Document):
    """Money spent or received."""

    bank_transaction_id: Guid | None = None
    type: (
        Literal[
            "SPEND",
            "RECEIVE",
            "SPEND-OVERPAYMENT",
            "RECEIVE-OVERPAYMENT",
            "SPEND-PREPAYMENT",
            "RECEIVE-PREPAYMENT",
            "SPEND-TRANSFER",
            "RECEIVE-TRANSFER",
        ]
        | None
    ) = None
    bank_account: AccountRef | None = None
    is_reconciled: bool | None = None


class InvoiceRef(Shape):
    """An invoice named by id or number."""

    invoice_id: Guid | None = None
    invoice_number: Text | None = None


class CreditNoteRef(Shape):
    """A credit note named by id or number."""

    credit_note_id: Guid | None = None
    credit_note_number: Text | None = None


class Payment(Shape):
    """A payment of an invoice, or a refund of a credit note."""

    payment_id: Guid | None = None
    invoice: InvoiceRef | None = None
    credit_note: CreditNoteRef | None = None
    prepayment: Record | None = None
    overpayment: Record | None = None
    account: AccountRef | None = None
    date: Day | None = None
    amount: Amount | None = None
    bank_amount: Amount | None = None
    currency_rate: Amount | None = None
    reference: Text | None = None
    is_reconciled: bool | None = None
    status: Literal["AUTHORISED", "DELETED"] | None = None


class Allocation(Shape):
    """A part of a credit note set against an invoice."""

    amount: Amount | None = None
    date: Day | None = None
    invoice: InvoiceRef | None = None


class JournalLine(Shape):
    """A line of a manual journal: debit above zero, credit below."""

    line_amount: Amount | None = None
    account_code: Text | None = None
    account_id: Guid | None = None
    description: Text | None = None
    tax_type: Text | None = None
    tax_amount: Amount | None = None
    tracking: list[Any] | None = None


class ManualJournal(Shape):
    """A manual journal."""

    manual_journal_id: Guid | None = None
    narration: Text | None = None
    date: Day | None = None
    line_amount_types: LineAmountTypes | None = None
    status: Literal["DRAFT", "POSTED", "DELETED", "VOIDED", "ARCHIVED"] | None = None
    url: Text | None = None
    show_on_cash_basis_reports: bool | None = None
    journal_lines: list[JournalLine] | None = None


class HistoryRecord(Shape):
    """A note on a document."""

    details: Text | None = None
