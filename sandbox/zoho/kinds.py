"""The kinds of documents: how Zoho spells each, and what each is set against."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """How one kind is spelt in addresses, roots and fields. `entity` names it in webhooks."""

    entity: str
    title: str
    path: str
    root: str
    rows: str
    key: str
    number: str
    party: str  # "customer" or "vendor": also the field's beginning
    scope: str
    prefix: str = ""
    born: str = "open"  # what a new one is; bills and credits start open (Zoho: credit notes)
    unique: bool = True  # two bills may bear one number: it is the vendor's


@dataclass(frozen=True)
class Settlement:
    """What sets a payment or a credit against an invoice or a bill, and how its rows are spelt."""

    source: Kind
    target: Kind
    link: str  # the id of a row, as the source spells it
    rows: str  # the list in the source's detail


INVOICE = Kind(
    entity="invoice",
    title="Invoice",
    path="invoices",
    root="invoice",
    rows="invoices",
    key="invoice_id",
    number="invoice_number",
    party="customer",
    scope="invoices",
    prefix="INV-",
    born="draft",
)
BILL = Kind(
    entity="bill",
    title="Bill",
    path="bills",
    root="bill",
    rows="bills",
    key="bill_id",
    number="bill_number",
    party="vendor",
    scope="bills",
    unique=False,
)
CREDIT_NOTE = Kind(
    entity="credit_note",
    title="Credit note",
    path="creditnotes",
    root="creditnote",
    rows="creditnotes",
    key="creditnote_id",
    number="creditnote_number",
    party="customer",
    scope="creditnotes",
    prefix="CN-",
)
VENDOR_CREDIT = Kind(
    entity="vendor_credit",
    title="Vendor credit",
    path="vendorcredits",
    root="vendor_credit",
    rows="vendor_credits",
    key="vendor_credit_id",
    number="vendor_credit_number",
    party="vendor",
    scope="debitnotes",
    prefix="VC-",
)
CUSTOMER_PAYMENT = Kind(
    entity="customer_payment",
    title="Payment",
    path="customerpayments",
    root="payment",
    rows="customerpayments",
    key="payment_id",
    number="payment_number",
    party="customer",
    scope="customerpayments",
)
VENDOR_PAYMENT = Kind(
    entity="vendor_payment",
    title="Vendor payment",
    path="vendorpayments",
    root="vendorpayment",
    rows="vendorpayments",
    key="payment_id",
    number="payment_number",
    party="vendor",
    scope="vendorpayments",
)
CONTACT = Kind(
    entity="contact",
    title="Contact",
    path="contacts",
    root="contact",
    rows="contacts",
    key="contact_id",
    number="contact_name",
    party="contact",
    scope="contacts",
)

KINDS = {
    kind.entity: kind
    for kind in (
        CONTACT,
        INVOICE,
        CUSTOMER_PAYMENT,
        BILL,
        VENDOR_PAYMENT,
        CREDIT_NOTE,
        VENDOR_CREDIT,
    )
}
TRADES = (INVOICE, BILL, CREDIT_NOTE, VENDOR_CREDIT)
PAYMENTS = {
    CUSTOMER_PAYMENT: Settlement(CUSTOMER_PAYMENT, INVOICE, "invoice_payment_id", "invoices"),
    VENDOR_PAYMENT: Settlement(VENDOR_PAYMENT, BILL, "bill_payment_id", "bills"),
}
CREDITS = {
    CREDIT_NOTE: Settlement(CREDIT_NOTE, INVOICE, "creditnote_invoice_id", "invoices_credited"),
    VENDOR_CREDIT: Settlement(VENDOR_CREDIT, BILL, "vendor_credit_bill_id", "bills_credited"),
}
