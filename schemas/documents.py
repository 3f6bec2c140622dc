"""Zoho's documents as the bridge reads them: what a decision needs, under one set of names."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AliasChoices, BeforeValidator, Field

from schemas.reading import (
    Amount,
    Day,
    Id,
    Moment,
    Money,
    Number,
    OptionalDay,
    Reading,
    Rows,
    Text,
)

CENTS: Final = 2  # decimals of a currency that doesn't say


def named(*names: str) -> AliasChoices:
    """The names under which Zoho's two products carry one field, the likelier first."""
    return AliasChoices(*names)


# "" is missing here too: then the field's usual value counts.
Flag = Annotated[bool, BeforeValidator(lambda value: False if value in ("", None) else value)]
Usual = Annotated[bool, BeforeValidator(lambda value: True if value in ("", None) else value)]
Decimals = Annotated[int, BeforeValidator(lambda value: CENTS if value in ("", None) else value)]
Part = BeforeValidator(lambda value: value or None)  # an empty object may come as "" or []


class Address(Reading):
    """A postal address (F7, F8)."""

    attention: Text = ""
    address: Text = Field("", validation_alias=named("address", "street"))
    street2: Text = ""
    city: Text = ""
    state: Text = ""
    zip: Text = Field("", validation_alias=named("zip", "zipcode"))
    country: Text = ""


class Person(Reading):
    """A contact person (F10)."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    phone: Text = ""
    mobile: Text = ""
    is_primary_contact: Flag = False


class Stamped(Reading):
    """What every document has: Zoho's times, aware, in the organisation's zone."""

    id: Id
    created_time: Moment = None
    modified_time: Moment = Field(
        None, validation_alias=named("last_modified_time", "updated_time")
    )


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


class TaxPart(Reading):
    """One component of a tax; a tax group has several."""

    tax_id: Id = ""


class Line(Reading):
    """An item line; `rate` is in the document's currency, before discount."""

    name: Text = ""
    description: Text = ""
    rate: Amount
    quantity: Amount
    discount: Text = ""
    discount_amount: Number = None
    tax_id: Id = ""
    tax_name: Text = ""
    tax_percentage: Money = Decimal(0)
    account_id: Id = ""
    line_item_taxes: Annotated[tuple[TaxPart, ...], Rows] = ()


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
    """What invoices, bills, credit notes and vendor credits share."""

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
    payment_made: Money = Decimal(0)
    credits_applied: Money = Field(
        Decimal(0), validation_alias=named("credits_applied", "vendor_credits_applied")
    )
    write_off_amount: Money = Decimal(0)
    email: Text = ""
    billing_address: Annotated[Address | None, Part] = None
    shipping_address: Annotated[Address | None, Part] = None


class Invoice(Trade):
    """A sales invoice (F11–F24)."""

    id: Id = Field(validation_alias="invoice_id", min_length=1)
    number: Text = Field(validation_alias="invoice_number", min_length=1)
    contact_id: Id = Field(validation_alias="customer_id", min_length=1)
    contact_name: Text = Field("", validation_alias="customer_name")


class Share(Reading):
    """The part of a payment that settles one document; Zoho gives each its own id (A6, A13)."""

    id: Id = Field(validation_alias=named("invoice_payment_id", "bill_payment_id"), min_length=1)
    document_id: Id = Field(validation_alias=named("invoice_id", "bill_id"), min_length=1)
    document_day: OptionalDay = Field(None, validation_alias="date")
    amount: Amount = Field(validation_alias=named("amount_applied", "amount"))


class Payment(Dated):
    """Money that came in or went out, over any number of documents (A6–A9, A13–A15)."""

    id: Id = Field(validation_alias="payment_id", min_length=1)
    number: Text = Field("", validation_alias="payment_number")
    unused_amount: Money = Field(Decimal(0), validation_alias=named("unused_amount", "balance"))
    bank_charges: Money = Decimal(0)
    account_id: Id = Field("", validation_alias=named("account_id", "paid_through_account_id"))
    shares: Annotated[tuple[Share, ...], Rows] = ()


class CustomerPayment(Payment):
    """A payment received."""

    contact_id: Id = Field(validation_alias="customer_id", min_length=1)
    contact_name: Text = Field("", validation_alias="customer_name")
    shares: Annotated[tuple[Share, ...], Rows] = Field(validation_alias="invoices")


Document = Contact | Trade | Payment
MODELS: Final[dict[str, type[Contact | Invoice | CustomerPayment]]] = {
    "contact": Contact,
    "invoice": Invoice,
    "customer_payment": CustomerPayment,
}
