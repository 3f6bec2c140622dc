"""Manual journals: debits above zero, credits below, and nothing between them."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

from sandbox.xero import accounts, document_rules, document_shapes, periods
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, enveloped, run, run_one
from sandbox.xero.call import Call
from sandbox.xero.lines import rounded, tax_on
from sandbox.xero.listing import addressed, answered, chosen
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Refused, refuse_if

FIELDS = frozenset("ManualJournalID Narration Status Date UpdatedDateUTC".split())
MISSING = "An existing Manual Journal with the specified ManualJournalID could not be found"
_MOVES = {
    "DRAFT": {"DRAFT", "POSTED", "DELETED"},
    "POSTED": {"POSTED", "VOIDED"},
    "VOIDED": set(),
    "DELETED": set(),
}
_LEAST_LINES = 2
_NOTHING = Decimal(0)


# -- writing ---------------------------------------------------------------------------------------


def put(call: Call) -> Answer:
    """`PUT /ManualJournals`: always new ones."""
    return run(call, ENDPOINT, _create)


def post(call: Call) -> Answer:
    """`POST /ManualJournals`: new ones, or those whose id is named."""
    return run(call, ENDPOINT, _upsert)


def post_one(call: Call) -> Answer:
    """`POST /ManualJournals/{id}`: this one."""
    return run_one(call, ENDPOINT, _addressed(call), _upsert, missing=MISSING)


def _create(call: Call, sent: Record) -> Record:
    if "ManualJournalID" in sent:
        raise Refused(MISSING)
    journal = {
        "ManualJournalID": str(uuid4()),
        "Date": periods.today(call),
        "LineAmountTypes": "NoTax",
        "Status": "DRAFT",
        "ShowOnCashBasisReports": True,
        "_app": call.client_id,
        "_written": call.now,
        **sent,
    }
    if journal["Status"] not in ("DRAFT", "POSTED"):
        raise Refused(f"The status '{journal['Status']}' cannot be applied to the document")
    return _save(call, journal, sent)


def _upsert(call: Call, sent: Record) -> Record:
    """Change a draft or posted journal, or move it on. The Narration is always needed (Xero)."""
    if "ManualJournalID" not in sent:
        return _create(call, sent)
    old = call.organisation.books.manual_journals.get(sent["ManualJournalID"])
    if old is None:
        raise Refused(MISSING)
    status = sent.get("Status", old["Status"])
    if status not in _MOVES[old["Status"]]:
        raise Refused("Manual Journal not of valid status for modification")
    refuse_if(periods.locked(call.organisation, old["Date"]))
    if status in ("VOIDED", "DELETED"):
        refuse_if(_narration(sent))
        return _store(call, {**old, "Status": status})
    return _save(call, {**old, **sent}, sent)


def _save(call: Call, journal: Record, sent: Record) -> Record:
    refuse_if(_narration(sent))
    kept = [line for line in journal.get("JournalLines", []) if _is_known(call, line)]
    lines = [_line(call.organisation, line, journal["LineAmountTypes"]) for line in kept]
    journal = {**journal, "JournalLines": lines}
    refuse_if(_problems(call.organisation, journal))
    return _store(call, journal)


def _is_known(call: Call, line: Record) -> bool:
    """Drop a line of an unknown account, with a warning: so does Xero."""
    if accounts.named(call.organisation, line):
        return True
    code = line.get("AccountCode", line.get("AccountID"))
    call.warn(f"Account code '{code}' has been removed as it does not match a recognised account.")
    return False


def _line(org: Organisation, sent: Record, kind: str) -> Record:
    account = accounts.named(org, sent) or {}
    amount = rounded(sent.get("LineAmount", _NOTHING))
    tax_type = "NONE" if kind == "NoTax" else str(sent.get("TaxType", account["TaxType"]))
    return {
        "LineAmount": amount,
        "AccountCode": account["Code"],
        "AccountID": account["AccountID"],
        "Description": sent.get("Description", ""),
        "TaxType": tax_type,
        "TaxAmount": tax_on(amount, accounts.effective_rate(org, tax_type), kind),
        "Tracking": [],
        "IsBlank": False,
    }


def _store(call: Call, journal: Record) -> Record:
    return call.organisation.books.manual_journals.put({**journal, "UpdatedDateUTC": call.now})


# -- judging ---------------------------------------------------------------------------------------


def _narration(sent: Record) -> Iterator[str]:
    if not sent.get("Narration"):
        yield "A Narration must be specified."


def _problems(org: Organisation, journal: Record) -> Iterator[str]:
    yield from periods.locked(org, journal["Date"])
    yield from document_rules.url(journal.get("Url"))
    if len(journal["JournalLines"]) < _LEAST_LINES:
        yield "A manual journal must have at least two journal lines."
    for line in journal["JournalLines"]:
        yield from _line_problems(org, line, journal["LineAmountTypes"])
    yield from _unbalanced(journal)


def _line_problems(org: Organisation, line: Record, kind: str) -> Iterator[str]:
    account = accounts.named(org, {"AccountID": line["AccountID"]})
    if account is None:
        return
    if problem := accounts.journal_problem(account):
        yield problem
    if account["Status"] != "ACTIVE":
        yield from accounts.line_problems(org, line)
    if kind != "NoTax":
        yield from accounts.tax_problems(org, line["TaxType"], account)
    if not line["LineAmount"]:
        yield "The LineAmount of a journal line must not be zero."


def _unbalanced(journal: Record) -> Iterator[str]:
    taxed = journal["LineAmountTypes"] == "Exclusive"
    amounts = [
        line["LineAmount"] + (line["TaxAmount"] if taxed else _NOTHING)
        for line in journal["JournalLines"]
    ]
    debits = sum((amount for amount in amounts if amount > 0), _NOTHING)
    credits_ = sum((amount for amount in amounts if amount < 0), _NOTHING)
    if debits + credits_:
        yield f"The total debits ({debits:.2f}) must equal total credits ({credits_:.2f})"


# -- reading ---------------------------------------------------------------------------------------


def index(call: Call) -> Answer:
    """`GET /ManualJournals`."""
    rows = chosen(call, call.organisation.books.manual_journals)
    viewed = (view(call, row) for row in rows)
    return answered(call, "ManualJournals", viewed, FIELDS, "ManualJournalID", _slim)


def show(call: Call) -> Answer:
    """`GET /ManualJournals/{id}`."""
    return enveloped(call, {"ManualJournals": [view(call, _addressed(call))]})


def _addressed(call: Call) -> Record:
    return addressed(call, call.organisation.books.manual_journals)


def view(_call: Call, journal: Record) -> Record:
    """A manual journal as answered."""
    return {**journal, "HasAttachments": False}


def _slim(journal: Record) -> Record:
    return {**journal, "JournalLines": []}


ENDPOINT = Endpoint("ManualJournals", "ManualJournalID", document_shapes.ManualJournal, view)
