"""Payments of invoices and refunds of credit notes: made, deleted, never changed."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import uuid4

from sandbox.xero import accounts, credit_notes, currency, document_shapes, invoices, periods
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, elements, enveloped, run, run_one
from sandbox.xero.call import Call
from sandbox.xero.documents import Kind
from sandbox.xero.encoding import with_strings
from sandbox.xero.lines import rounded
from sandbox.xero.listing import addressed, answered, chosen
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Refused, malformed, refuse_if

FIELDS = frozenset(
    "PaymentID PaymentType Status Date Amount Reference IsReconciled UpdatedDateUTC "
    "Invoice.InvoiceID Invoice.InvoiceNumber CreditNote.CreditNoteID "
    "CreditNote.CreditNoteNumber Account.AccountID Account.Code".split()
)
MISSING = "An existing Payment with the specified PaymentID could not be found"
ONLY_STATUS = "Only Status accepted for updates."
TOO_MUCH = "Payment amount exceeds the amount outstanding on this document"
NOT_APPROVED = "Payments can only be made against Authorised documents"

_TYPES = {
    "ACCREC": "ACCRECPAYMENT",
    "ACCPAY": "ACCPAYPAYMENT",
    "ACCRECCREDIT": "ARCREDITPAYMENT",
    "ACCPAYCREDIT": "APCREDITPAYMENT",
}
_TARGETS: dict[str, Kind] = {"Invoice": invoices.KIND, "CreditNote": credit_notes.KIND}


# -- making ----------------------------------------------------------------------------------------


def put(call: Call) -> Answer:
    """`PUT /Payments`: as many as are sent."""
    return run(call, ENDPOINT, _create)


def post(call: Call) -> Answer:
    """`POST /Payments`: exactly one (Xero: payments)."""
    if len(elements(ENDPOINT, call.body)) > 1:
        raise malformed("Only one Payment can be posted")
    return run(call, ENDPOINT, _create)


def _create(call: Call, sent: Record) -> Record:
    if "PaymentID" in sent:
        raise Refused(ONLY_STATUS)
    org = call.organisation
    kind, target = _target(org, sent)
    account = accounts.named(org, sent.get("Account", {}), "Code")
    payment = _payment(call, sent, kind, target, account)
    refuse_if(_problems(org, kind, target, account, payment))
    org.books.payments.put(payment)
    settle(org, payment, call.now)
    return payment


def _payment(
    call: Call, sent: Record, kind: Kind, target: Record, account: Record | None
) -> Record:
    amount = rounded(sent.get("Amount", Decimal(0)))
    rate = currency.rate(call.organisation, target["CurrencyCode"], sent.get("CurrencyRate"))
    optional = {"Reference": sent["Reference"]} if "Reference" in sent else {}
    return {
        "PaymentID": str(uuid4()),
        "Date": sent.get("Date", periods.today(call)),
        "Amount": amount,
        "BankAmount": _bank_amount(sent, amount, rate, target, account),
        "CurrencyRate": rate,
        "PaymentType": _TYPES[target["Type"]],
        "Status": sent.get("Status", "AUTHORISED"),
        "IsReconciled": sent.get("IsReconciled", False),
        "UpdatedDateUTC": call.now,
        "_account": account and account["AccountID"],
        "_target": target[kind.id],
        "_kind": kind.noun,
        "_written": call.now,
        **optional,
    }


def _bank_amount(
    sent: Record, amount: Decimal, rate: Decimal, target: Record, account: Record | None
) -> Decimal:
    """Return what moves on the account: as sent, else the amount, or its base where they differ."""
    if "BankAmount" in sent:
        return rounded(sent["BankAmount"])
    if account and account.get("CurrencyCode", target["CurrencyCode"]) == target["CurrencyCode"]:
        return amount
    return currency.in_base(amount, rate) if rate else amount


def _target(org: Organisation, sent: Record) -> tuple[Kind, Record]:
    """Return what is paid: exactly one invoice or credit note. Raises Refused."""
    named = [
        name for name in ("Invoice", "CreditNote", "Prepayment", "Overpayment") if name in sent
    ]
    if len(named) != 1:
        raise Refused("A payment must name exactly one Invoice, CreditNote or other document.")
    kind = _TARGETS.get(named[0])
    if kind is None:
        raise Refused(f"An existing {named[0]} with the specified id could not be found")
    table, reference = kind.table(org.books), sent[named[0]]
    if kind.id in reference:
        document = table.get(reference[kind.id])
    else:
        namesakes = table.find("number", reference.get(kind.number))
        document = next((each for each in namesakes if each["Type"] == kind.sales), None)
    if document is None:
        raise Refused(kind.missing)
    return kind, document


def _problems(
    org: Organisation, kind: Kind, target: Record, account: Record | None, payment: Record
) -> Iterator[str]:
    if payment["Amount"] <= 0:
        yield "Payment amounts must be positive amounts"
    if payment["CurrencyRate"] <= 0 or payment["BankAmount"] <= 0 < payment["Amount"]:
        yield "The CurrencyRate and the BankAmount must be greater than zero."
    if account is None:
        yield "Account could not be found"
    elif not accounts.takes_payments(account):
        yield "The account must be a bank account, or be enabled for payments, and be active."
    if target["Status"] != "AUTHORISED":
        yield NOT_APPROVED
    if payment["Amount"] > _outstanding(kind, target):
        yield TOO_MUCH
    if payment["Status"] != "AUTHORISED":
        yield "A payment can only be created with the status AUTHORISED."
    yield from periods.locked(org, payment["Date"])


def _outstanding(kind: Kind, target: Record) -> Decimal:
    left: Decimal = target["AmountDue" if kind.noun == "Invoice" else "RemainingCredit"]
    return left


def settle(org: Organisation, payment: Record, now: datetime) -> None:
    """Bring the paid document's amounts and status up to date; that changes it."""
    kind, target = _paid(org, payment)
    kind.table(org.books).put({**kind.settled(org, target), "UpdatedDateUTC": now})


def _paid(org: Organisation, payment: Record) -> tuple[Kind, Record]:
    """Return what a payment is for. Raises LookupError, which would be a fault of the books."""
    kind = next(kind for kind in _TARGETS.values() if kind.noun == payment["_kind"])
    target = kind.table(org.books).get(payment["_target"])
    if target is None:
        raise LookupError(f"{payment['PaymentID']} pays nothing")
    return kind, target


# -- deleting --------------------------------------------------------------------------------------


def post_one(call: Call) -> Answer:
    """`POST /Payments/{id}`: deletes, and nothing else (Xero: payments)."""
    payment = _addressed(call)
    sent = elements(ENDPOINT, call.body)
    if any(each.keys() - {"PaymentID"} != {"Status"} for each in sent):
        return run(call, ENDPOINT, _refuse_update, alone=True)
    return run_one(call, ENDPOINT, payment, partial(_delete, payment), missing=MISSING)


def _refuse_update(_call: Call, _sent: Record) -> Record:
    raise Refused(ONLY_STATUS)


def _delete(payment: Record, call: Call, sent: Record) -> Record:
    if sent["Status"] != "DELETED":
        raise Refused(ONLY_STATUS)
    refuse_if(_delete_problems(call.organisation, payment))
    deleted = {**payment, "Status": "DELETED", "UpdatedDateUTC": call.now}
    call.organisation.books.payments.put(deleted)
    settle(call.organisation, payment, call.now)
    return deleted


def _delete_problems(org: Organisation, payment: Record) -> Iterator[str]:
    """Say why not. What Xero does with a reconciled one isn't known; the stricter is played."""
    if payment["Status"] != "AUTHORISED":
        yield "This payment has already been deleted."
    if payment["IsReconciled"]:
        yield "This payment cannot be deleted as it has been reconciled with a Bank Statement."
    yield from periods.locked(org, payment["Date"])


# -- reading ---------------------------------------------------------------------------------------


def index(call: Call) -> Answer:
    """`GET /Payments`: deleted ones too."""
    rows = chosen(call, call.organisation.books.payments)
    return answered(call, "Payments", (view(call, row) for row in rows), FIELDS, "PaymentID")


def show(call: Call) -> Answer:
    """`GET /Payments/{id}`."""
    return enveloped(call, {"Payments": [view(call, _addressed(call))]})


def _addressed(call: Call) -> Record:
    return addressed(call, call.organisation.books.payments)


def view(call: Call, payment: Record) -> Record:
    """A payment as answered. A vendor credit's refund shows the credit as an `Invoice` (Xero)."""
    org = call.organisation
    account = org.books.accounts.get(payment["_account"]) or {}
    shown = {name: account[name] for name in ("AccountID", "Code", "Name") if name in account}
    return with_strings(
        {
            **payment,
            "Account": shown,
            "HasAccount": True,
            "HasValidationErrors": False,
            **_target_view(org, payment),
        }
    )


def _target_view(org: Organisation, payment: Record) -> Record:
    kind, target = _paid(org, payment)
    number, contact = target.get(kind.number), invoices.contact_view(org, target)
    common = {
        "Type": target.get("Type"),
        "Contact": contact,
        "CurrencyCode": target["CurrencyCode"],
    }
    if payment["PaymentType"] == "ARCREDITPAYMENT":
        return {"CreditNote": {kind.id: target[kind.id], kind.number: number, **common}}
    return {"Invoice": {"InvoiceID": target[kind.id], "InvoiceNumber": number, **common}}


ENDPOINT = Endpoint("Payments", "PaymentID", document_shapes.Payment, view)
