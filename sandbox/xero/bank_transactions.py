"""Money spent and received on a bank account, outside of invoices."""

from collections.abc import Iterator
from uuid import uuid4

from sandbox.xero import (
    accounts,
    currency,
    document_rules,
    document_shapes,
    invoices,
    lines,
    periods,
)
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, enveloped, run, run_one
from sandbox.xero.call import Call
from sandbox.xero.encoding import with_strings
from sandbox.xero.listing import addressed, answered, chosen
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Refused, not_served, refuse_if

FIELDS = frozenset(
    "BankTransactionID Type Status Reference Date Total IsReconciled UpdatedDateUTC "
    "Contact.ContactID Contact.Name BankAccount.AccountID BankAccount.Code".split()
)
RECONCILED = (
    "This Bank Transaction cannot be edited as it has been reconciled with a Bank Statement."
)
MISSING = "An existing Bank Transaction with the specified BankTransactionID could not be found"
_RULES = lines.Rules(own_tax=False, amounts_needed=True)


def put(call: Call) -> Answer:
    """`PUT /BankTransactions`: always new ones."""
    return run(call, ENDPOINT, _create)


def post(call: Call) -> Answer:
    """`POST /BankTransactions`: new ones, or those whose id is named."""
    return run(call, ENDPOINT, _upsert)


def post_one(call: Call) -> Answer:
    """`POST /BankTransactions/{id}`: this one."""
    return run_one(call, ENDPOINT, _addressed(call), _upsert, missing=MISSING)


def _create(call: Call, sent: Record) -> Record:
    if "BankTransactionID" in sent:
        raise Refused(MISSING)
    if sent.get("Type", "SPEND") not in ("SPEND", "RECEIVE"):
        raise not_served(f"The bank transaction type {sent['Type']}")
    refuse_if([*document_rules.parts(sent), *_no_bank(call.organisation, sent)])
    defaults = {
        "BankTransactionID": str(uuid4()),
        "Status": "AUTHORISED",
        "Date": periods.today(call),
        "LineAmountTypes": "Inclusive",
        "IsReconciled": False,
        "_app": call.client_id,
        "_written": call.now,
    }
    transaction = _computed(call, {**defaults, **sent}, sent, {})
    refuse_if(_creation_problems(call.organisation, transaction, sent))
    return _store(call, transaction)


def _no_bank(org: Organisation, sent: Record) -> Iterator[str]:
    account = accounts.named(org, sent.get("BankAccount", {}), "Code")
    if account is None or account["Type"] != "BANK" or account["Status"] != "ACTIVE":
        yield "The BankAccount must be an active account of the type BANK."


def _creation_problems(org: Organisation, transaction: Record, sent: Record) -> Iterator[str]:
    if transaction["Status"] != "AUTHORISED":
        yield f"The status '{transaction['Status']}' cannot be applied to the document"
    yield from document_rules.new_contact(org, transaction["Contact"]["ContactID"])
    yield from periods.locked(org, transaction["Date"])
    yield from _problems(org, transaction, sent, {})


def _upsert(call: Call, sent: Record) -> Record:
    if "BankTransactionID" not in sent:
        return _create(call, sent)
    old = call.organisation.books.bank_transactions.get(sent["BankTransactionID"])
    if old is None:
        raise Refused(MISSING)
    refuse_if(_closed(call.organisation, old))
    status = sent.get("Status", "AUTHORISED")
    if status == "DELETED":
        return _store(call, {**old, "Status": status})
    if "BankAccount" in sent:
        refuse_if(_no_bank(call.organisation, sent))
    if "Contact" in sent:
        refuse_if(document_rules.contact_reference(sent["Contact"]))
    new = _computed(call, {**old, **sent}, sent, old)
    refuse_if(_update_problems(call.organisation, old, new, sent))
    return _store(call, new)


def _closed(org: Organisation, old: Record) -> Iterator[str]:
    if old["IsReconciled"]:
        yield RECONCILED
    if old["Status"] != "AUTHORISED":
        yield "Bank Transaction not of valid status for modification"
    yield from document_rules.old_contact(org, old["Contact"]["ContactID"])
    yield from periods.locked(org, old["Date"])


def _update_problems(org: Organisation, old: Record, new: Record, sent: Record) -> Iterator[str]:
    if new["Status"] != "AUTHORISED":
        yield f"The status '{new['Status']}' cannot be applied to the document"
    if new["Type"] != old["Type"]:
        yield "Bank Transaction not of valid status for modification"
    if new["Contact"] != old["Contact"]:
        yield from document_rules.new_contact(org, new["Contact"]["ContactID"])
    yield from periods.locked(org, new["Date"])
    yield from _problems(org, new, sent, old)


def _computed(call: Call, transaction: Record, sent: Record, old: Record) -> Record:
    """Return it with its lines, totals, and the currency of its bank account (Xero)."""
    org, amounts = call.organisation, transaction["LineAmountTypes"]
    named = transaction["BankAccount"]
    account = accounts.named(org, named, "Code") or {}
    built = lines.laid_over(org, sent, old, amounts, call.places)
    code = account["CurrencyCode"]
    return {
        **transaction,
        "BankAccount": {name: account[name] for name in ("AccountID", "Code", "Name")},
        "CurrencyCode": code,
        "CurrencyRate": currency.rate(org, code, None),
        "LineItems": built,
        **lines.totals(built, amounts),
    }


def _problems(org: Organisation, transaction: Record, sent: Record, old: Record) -> Iterator[str]:
    yield from document_rules.texts(transaction)
    yield from document_rules.line_ids(sent, old)
    for line in transaction["LineItems"]:
        yield from lines.problems(org, line, transaction["LineAmountTypes"], _RULES, approved=True)
    if not transaction["LineItems"]:
        yield "One or more line items must be specified"
    elif transaction["Total"] <= 0:
        yield "The total for a Bank Transaction must be greater than zero."


def _store(call: Call, transaction: Record) -> Record:
    changed = {**transaction, "UpdatedDateUTC": call.now}
    return call.organisation.books.bank_transactions.put(changed)


def index(call: Call) -> Answer:
    """`GET /BankTransactions`."""
    rows = chosen(call, call.organisation.books.bank_transactions)
    viewed = (view(call, row) for row in rows)
    return answered(call, "BankTransactions", viewed, FIELDS, "BankTransactionID", _slim)


def show(call: Call) -> Answer:
    """`GET /BankTransactions/{id}`."""
    return enveloped(call, {"BankTransactions": [view(call, _addressed(call))]})


def _addressed(call: Call) -> Record:
    return addressed(call, call.organisation.books.bank_transactions)


def view(call: Call, transaction: Record) -> Record:
    """A bank transaction as answered."""
    return with_strings(
        {
            **transaction,
            "Contact": invoices.contact_view(call.organisation, transaction),
            "LineItems": invoices.lines_view(transaction, call.places),
            "HasAttachments": False,
        }
    )


def _slim(transaction: Record) -> Record:
    return {**transaction, "LineItems": []}


ENDPOINT = Endpoint("BankTransactions", "BankTransactionID", document_shapes.BankTransaction, view)
