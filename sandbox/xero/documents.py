"""What invoices and credit notes share: how they are created, changed and moved on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from sandbox.xero import currency, document_rules, lines, periods
from sandbox.xero.answer import Record
from sandbox.xero.call import Call
from sandbox.xero.organisation import Books, Organisation
from sandbox.xero.refusals import Refused, refuse_if
from sandbox.xero.table import Table

_APPROVED = ("SUBMITTED", "AUTHORISED", "PAID")
_QUIET = {"DueDate", "SentToContact"}  # once something is applied, no news to If-Modified-Since


@dataclass(frozen=True)
class Kind:
    """One kind of document: its words, its table, and the side whose numbers are unique."""

    noun: str
    id: str
    number: str
    prefix: str
    sales: str  # the type of our own documents; the other type's number is the supplier's
    taken: str
    missing: str
    table: Callable[[Books], Table]
    settled: Callable[[Organisation, Record], Record]  # with the amounts of what is applied
    applied: Callable[[Record], Decimal]  # how much is applied
    discounts: bool  # whether sales lines may have one
    still_editable: frozenset[str]  # once something is applied


# -- create ----------------------------------------------------------------------------------------


def create(call: Call, kind: Kind, sent: Record) -> Record:
    """Save a new document. Raises Refused with all that is wrong with it."""
    if kind.id in sent:
        raise Refused(kind.missing)
    refuse_if(document_rules.parts(sent))
    org = call.organisation
    document = _computed(call, {**_defaults(call, kind, sent), **_header(kind, sent)}, sent, {})
    refuse_if(_creation_problems(org, kind, document, sent))
    _mark_contact(org, kind, document)
    return _store(call, kind, document, sent, {})


def _defaults(call: Call, kind: Kind, sent: Record) -> Record:
    today = periods.today(call)
    return {
        kind.id: str(uuid4()),
        kind.number: _next_number(call.organisation, kind) if sent["Type"] == kind.sales else "",
        "Status": "DRAFT",
        "Date": today,
        "DueDate": sent.get("Date", today),
        "LineAmountTypes": "Exclusive",
        "CurrencyCode": call.organisation.base_currency,
        "SentToContact": False,
        "_app": call.client_id,
        "_written": call.now,
    }


def _next_number(org: Organisation, kind: Kind) -> str:
    table = kind.table(org.books)
    count = len(table) + 1
    while table.find("number", f"{kind.prefix}{count:04}"):
        count += 1
    return f"{kind.prefix}{count:04}"


def _creation_problems(
    org: Organisation, kind: Kind, document: Record, sent: Record
) -> Iterator[str]:
    yield from document_rules.creation_status(document["Status"])
    yield from document_rules.new_contact(org, document["Contact"]["ContactID"])
    yield from periods.locked(org, document["Date"])
    yield from _problems(org, kind, document, sent, {})


def _mark_contact(org: Organisation, kind: Kind, document: Record) -> None:
    """Make the contact a customer or a supplier; Xero doesn't count that as a change of it."""
    contact = org.books.contacts.get(document["Contact"]["ContactID"])
    flag = "IsCustomer" if document["Type"] == kind.sales else "IsSupplier"
    if contact and not contact[flag]:
        org.books.contacts.put({**contact, flag: True})


# -- update ----------------------------------------------------------------------------------------


def upsert(call: Call, kind: Kind, sent: Record) -> Record:
    """Save over the document that the id or a sales number names, else create one (POST)."""
    table = kind.table(call.organisation.books)
    if kind.id in sent:
        old = table.get(sent[kind.id])
        if old is None:
            raise Refused(kind.missing)
        return update(call, kind, old, sent)
    namesakes = table.find("number", sent.get(kind.number))
    old = next((each for each in namesakes if each["Type"] == sent.get("Type") == kind.sales), None)
    return update(call, kind, old, sent) if old else create(call, kind, sent)


def update(call: Call, kind: Kind, old: Record, sent: Record) -> Record:
    """Save what was sent over a document, or move its status. Raises Refused.

    A void or delete takes nothing else of what was sent (Xero: invoices).
    """
    org = call.organisation
    status = str(sent.get("Status", old["Status"]))
    refuse_if(
        document_rules.move(kind.noun, old["Status"], status, applied=bool(kind.applied(old)))
    )
    refuse_if(document_rules.old_contact(org, old["Contact"]["ContactID"]))
    if status in ("VOIDED", "DELETED"):
        refuse_if(periods.locked(org, old["Date"]))
        return _store(call, kind, {**old, "Status": status}, {}, old)
    if "Contact" in sent:
        refuse_if(document_rules.contact_reference(sent["Contact"]))
    new = _computed(call, {**old, **_header(kind, {"Type": old["Type"], **sent})}, sent, old)
    refuse_if(_update_problems(org, kind, old, new, sent))
    return _store(call, kind, new, sent, old)


def _update_problems(
    org: Organisation, kind: Kind, old: Record, new: Record, sent: Record
) -> Iterator[str]:
    yield from periods.locked(org, old["Date"], new["Date"])
    if new["Type"] != old["Type"]:
        yield document_rules.not_modifiable(kind.noun)
    if new["Contact"] != old["Contact"]:
        yield from document_rules.new_contact(org, new["Contact"]["ContactID"])
    if kind.applied(old) or old["Status"] == "PAID":
        yield from document_rules.frozen(old, new, kind.still_editable)
    yield from _problems(org, kind, new, sent, old)


# -- both ------------------------------------------------------------------------------------------


def _header(kind: Kind, sent: Record) -> Record:
    """Return what was sent for the document itself. A purchase's Reference is ignored (Xero)."""
    left_out = {"LineItems", "CurrencyRate"} | (
        set() if sent["Type"] == kind.sales else {"Reference"}
    )
    return {name: value for name, value in sent.items() if name not in left_out}


def _computed(call: Call, document: Record, sent: Record, old: Record) -> Record:
    """Return the document with its rate, its lines and their totals."""
    org, amounts, code = call.organisation, document["LineAmountTypes"], document["CurrencyCode"]
    same = old.get("CurrencyRate") if code == old.get("CurrencyCode") else None
    built = lines.laid_over(org, sent, old, amounts, call.places)
    rate = currency.rate(org, code, sent.get("CurrencyRate", same))
    return {**document, "CurrencyRate": rate, "LineItems": built, **lines.totals(built, amounts)}


def _problems(
    org: Organisation, kind: Kind, document: Record, sent: Record, old: Record
) -> Iterator[str]:
    approved = document["Status"] in _APPROVED
    rules = lines.Rules(discounts=kind.discounts and document["Type"] == kind.sales)
    yield from document_rules.number(document, kind.number)
    yield from document_rules.texts(document)
    yield from document_rules.line_ids(sent, old)
    yield from currency.problems(org, document)
    if _number_taken(org, kind, document):
        yield kind.taken
    for line in document["LineItems"]:
        yield from lines.problems(org, line, document["LineAmountTypes"], rules, approved=approved)
    if approved and not document["LineItems"]:
        yield "One or more line items must be specified"
    if document["Total"] < 0:
        yield "The document total must not be negative."


def _number_taken(org: Organisation, kind: Kind, document: Record) -> bool:
    """Whether another sales document, voided and deleted ones too, has the number."""
    return document["Type"] == kind.sales and any(
        other["Type"] == kind.sales and other[kind.id] != document[kind.id]
        for other in kind.table(org.books).find("number", document[kind.number])
    )


def _store(call: Call, kind: Kind, document: Record, sent: Record, old: Record) -> Record:
    if "CurrencyRate" in sent:
        currency.warn_of_odd_rate(call, document)
    if sent.get("SentToContact") and document["Status"] not in ("AUTHORISED", "PAID"):
        call.warn("Only AUTHORISED invoices may have SentToContact updated.")
        document = {**document, "SentToContact": False}
    document = kind.settled(call.organisation, document)
    if not _is_quiet(kind, old, document):
        document = {**document, "UpdatedDateUTC": call.now}
    return kind.table(call.organisation.books).put(document)


def _is_quiet(kind: Kind, old: Record, new: Record) -> bool:
    if not old or not kind.applied(old):
        return False
    return {name for name in new if new[name] != old.get(name)} <= _QUIET
