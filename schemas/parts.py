"""Parts that Zoho's documents are made of, under one set of names."""

from decimal import Decimal
from typing import Annotated, Final

from pydantic import AliasChoices, BeforeValidator, Field

from schemas.reading import Amount, Day, Id, Moment, Money, Number, OptionalDay, Reading, Rows, Text

CENTS: Final = 2  # decimals of a currency that doesn't say


def named(*names: str) -> AliasChoices:
    """The names under which Zoho's two products carry one field, the likelier first."""
    return AliasChoices(*names)


# "" is missing here too: then the field's usual value counts.
Flag = Annotated[bool, BeforeValidator(lambda value: False if value in ("", None) else value)]
Usual = Annotated[bool, BeforeValidator(lambda value: True if value in ("", None) else value)]
Decimals = Annotated[int, BeforeValidator(lambda value: CENTS if value in ("", None) else value)]
Part = BeforeValidator(lambda value: value or None)  # an empty object may come as "" or []
# A list that is not shown says nothing; an empty one says that there is nothing.
Listed = BeforeValidator(lambda value: None if value == "" else value)


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


class Share(Reading):
    """The part of a payment that settles one document; Zoho gives each its own id (A6, A13).

    `document_day` is the settled document's own date.
    """

    id: Id = Field(validation_alias=named("invoice_payment_id", "bill_payment_id"), min_length=1)
    document_id: Id = Field(validation_alias=named("invoice_id", "bill_id"), min_length=1)
    document_day: OptionalDay = Field(None, validation_alias="date")
    amount: Amount = Field(validation_alias=named("amount_applied", "amount"))


class Applied(Reading):
    """The part of a credit that is set against one document (A18, A22)."""

    id: Id = Field(
        "",
        validation_alias=named(
            "creditnote_invoice_id", "creditnotes_invoice_id", "vendor_credit_bill_id"
        ),
    )
    document_id: Id = Field(validation_alias=named("invoice_id", "bill_id"), min_length=1)
    document_day: OptionalDay = Field(None, validation_alias=named("invoice_date", "date"))
    amount: Amount = Field(validation_alias=named("amount_applied", "credited_amount", "amount"))


class Refund(Reading):
    """Money of a credit that was paid out (A24, A27); rows of lists show the amount twice."""

    id: Id = Field(
        validation_alias=named("creditnote_refund_id", "vendor_credit_refund_id"), min_length=1
    )
    date: Day
    amount: Amount = Field(validation_alias=named("amount", "amount_fcy", "amount_bcy"))
    account_id: Id = Field("", validation_alias=named("account_id", "from_account_id"))
    exchange_rate: Number = None


class BillPayment(Reading):
    """A payment as the paid bill lists it (A13)."""

    id: Id = Field(validation_alias="bill_payment_id", min_length=1)
    payment_id: Id = Field(min_length=1)
    date: Day
    amount: Amount
    account_id: Id = Field("", validation_alias="paid_through_account_id")
    exchange_rate: Number = None


class BillCredit(Reading):
    """A vendor credit as the bill that it is set against lists it (A22)."""

    id: Id = Field(validation_alias="vendor_credit_bill_id", min_length=1)
    credit_id: Id = Field(validation_alias="vendor_credit_id", min_length=1)
    amount: Amount
