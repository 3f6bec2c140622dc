"""Zoho's documents as the bridge reads them: what a decision needs, under one set of names."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field

from schemas.parts import (
    CENTS,
    Address,
    Applied,
    BillCredit,
    BillPayment,
    Decimals,
    Flag,
    Line,
    Listed,
    Part,
    Person,
    Refund,
    Share,
    Stamped,
    TaxPart,
    Usual,
    named,
)
from schemas.reading import Amount, Day, Id, Money, Number, OptionalDay, Rows, Stated, Text


class Contact(Stamped):
    """A customer or a vendor (F1–F10)."""

    id: Id = Field(validation_alias="contact_id", min_length=1)
    name: Text = Field(validation_alias="contact_name", min_length=1)
    contact_type: Text = "customer"
    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""
    mobile: Text = ""
    currency_code: Text = ""
    billing_address: Annotated[Address | None, Part] = None
    shipping_address: Annotated[Address | None, Part] = None
    contact_persons: Annotated[tuple[Person, ...], Rows] = ()


class Dated(Stamped):
    """What trades and payments share. Amounts are in `currency_code`.

    `exchange_rate` is base units for one unit of the document's currency (Zoho's direction).
    """

    number: Text = ""
    date: Day
    contact_id: Id = Field(min_length=1)
    contact_name: Text = ""
    currency_code: Text = ""
    exchange_rate: Number = None


class Trade(Dated):
    """What invoices, bills, credit notes and vendor credits share.

    None as `payment_made`, `credits_applied` or `write_off_amount` says nothing: it is not shown.
    """

    due_date: OptionalDay = None
    status: Text
    is_inclusive_tax: Flag = False
    is_discount_before_tax: Usual = True
    discount_type: Text = "item_level"
    discount: Text = ""
    discount_total: Money = Decimal(0)
    discount_amount: Money = Decimal(0)
    line_items: Annotated[tuple[Line, ...], Rows]
    shipping_charge: Money = Decimal(0)
    shipping_charge_inclusive_of_tax: Money = Decimal(0)
    shipping_charge_tax_id: Id = ""
    shipping_charge_tax_name: Text = ""
    shipping_charge_tax_percentage: Money = Decimal(0)
    shipping_charge_taxes: Annotated[tuple[TaxPart, ...], Rows] = ()
    adjustment: Money = Decimal(0)
    adjustment_description: Text = ""
    roundoff_value: Money = Decimal(0)
    price_precision: Decimals = CENTS
    total: Amount
    payment_made: Number = None
    credits_applied: Number = Field(
        None, validation_alias=named("credits_applied", "vendor_credits_applied")
    )
    write_off_amount: Stated = None
    email: Text = ""
    billing_address: Annotated[Address | None, Part] = None
    shipping_address: Annotated[Address | None, Part] = None


class Invoice(Trade):
    """A sales invoice (F11–F24)."""

    id: Id = Field(validation_alias="invoice_id", min_length=1)
    number: Text = Field(validation_alias="invoice_number", min_length=1)
    contact_id: Id = Field(validation_alias="customer_id", min_length=1)
    contact_name: Text = Field("", validation_alias="customer_name")


class Bill(Trade):
    """A bill (F30–F40); it lists its payments and the credits set against it."""

    id: Id = Field(validation_alias="bill_id", min_length=1)
    number: Text = Field(validation_alias="bill_number", min_length=1)
    contact_id: Id = Field(validation_alias="vendor_id", min_length=1)
    contact_name: Text = Field("", validation_alias="vendor_name")
    payments: Annotated[tuple[BillPayment, ...] | None, Listed] = None
    credits: Annotated[tuple[BillCredit, ...] | None, Listed] = Field(
        None, validation_alias="vendor_credits"
    )


class Credit(Trade):
    """What credit notes and vendor credits share: `shares` are set against documents.

    None as `total_credits_used` says nothing: the sum is not shown.
    """

    total_credits_used: Number = None
    total_refunded_amount: Money = Decimal(0)
    shares: Annotated[tuple[Applied, ...] | None, Listed] = None
    refunds: Annotated[tuple[Refund, ...] | None, Listed] = None


class CreditNote(Credit):
    """A credit note of sales."""

    id: Id = Field(validation_alias="creditnote_id", min_length=1)
    number: Text = Field(validation_alias="creditnote_number", min_length=1)
    contact_id: Id = Field(validation_alias="customer_id", min_length=1)
    contact_name: Text = Field("", validation_alias="customer_name")
    shares: Annotated[tuple[Applied, ...] | None, Listed] = Field(
        None, validation_alias=named("invoices_credited", "invoices")
    )
    refunds: Annotated[tuple[Refund, ...] | None, Listed] = Field(
        None, validation_alias="creditnote_refunds"
    )


class VendorCredit(Credit):
    """A credit of purchases; Xero calls it a credit note too."""

    id: Id = Field(validation_alias="vendor_credit_id", min_length=1)
    number: Text = Field(validation_alias="vendor_credit_number", min_length=1)
    contact_id: Id = Field(validation_alias="vendor_id", min_length=1)
    contact_name: Text = Field("", validation_alias="vendor_name")
    shares: Annotated[tuple[Applied, ...] | None, Listed] = Field(
        None, validation_alias="bills_credited"
    )
    refunds: Annotated[tuple[Refund, ...] | None, Listed] = Field(
        None, validation_alias="vendor_credit_refunds"
    )


class Payment(Dated):
    """Money that came in or went out, over any number of documents (A6–A9, A13–A15).

    None as `bank_charges` says nothing: they are not shown.
    """

    id: Id = Field(validation_alias="payment_id", min_length=1)
    number: Text = Field("", validation_alias="payment_number")
    unused_amount: Money = Decimal(0)
    bank_charges: Stated = None
    account_id: Id = ""
    shares: Annotated[tuple[Share, ...], Rows] = ()


class CustomerPayment(Payment):
    """A payment received."""

    contact_id: Id = Field(validation_alias="customer_id", min_length=1)
    contact_name: Text = Field("", validation_alias="customer_name")
    shares: Annotated[tuple[Share, ...], Rows] = Field(validation_alias="invoices")


class VendorPayment(Payment):
    """A payment made."""

    contact_id: Id = Field(validation_alias="vendor_id", min_length=1)
    contact_name: Text = Field("", validation_alias="vendor_name")
    unused_amount: Money = Field(Decimal(0), validation_alias="balance")
    account_id: Id = Field("", validation_alias="paid_through_account_id")
    shares: Annotated[tuple[Share, ...], Rows] = Field(validation_alias="bills")


Document = Contact | Trade | Payment
Model = type[Contact | Invoice | Bill | CreditNote | VendorCredit | CustomerPayment | VendorPayment]
MODELS: Final[dict[str, Model]] = {
    "contact": Contact,
    "invoice": Invoice,
    "customer_payment": CustomerPayment,
    "bill": Bill,
    "vendor_payment": VendorPayment,
    "credit_note": CreditNote,
    "vendor_credit": VendorCredit,
}
