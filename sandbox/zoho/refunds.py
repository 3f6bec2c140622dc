"""Refunds of credit notes and vendor credits. Nothing tells of them but the credit itself."""

from functools import partial

from sandbox.zoho.accounts import UNDEPOSITED, money_account
from sandbox.zoho.balances import balance
from sandbox.zoho.call import Answer, Call, Endpoint, both
from sandbox.zoho.changes import changed
from sandbox.zoho.documents import Refund, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CREDIT_NOTE, VENDOR_CREDIT, Kind
from sandbox.zoho.listing import Filter, equal, listed, modified_since
from sandbox.zoho.reading import amount, day, needed, text
from sandbox.zoho.refusals import invalid, missing, not_now
from sandbox.zoho.shapes.refund import refund as shape
from sandbox.zoho.shapes.refund import refund_row, refunds_of
from sandbox.zoho.times import list_stamp
from sandbox.zoho.totals import ZERO, rounded
from sandbox.zoho.trades import found

# The field of the request that names the account (Zoho: credit notes, vendor credits).
_ACCOUNT = {CREDIT_NOTE: "from_account_id", VENDOR_CREDIT: "account_id"}


def _found(kind: Kind, call: Call) -> tuple[Trade, Refund]:
    credit, refund = found(call, kind), call.org.refunds.get(call.path["refund_id"])
    if refund is None or refund.credit_id != credit.id:
        raise missing("Refund")
    return credit, refund


def _entered(call: Call, credit: Trade, given: Record, old: Refund | None = None) -> Refund:
    org, field = call.org, _ACCOUNT[credit.kind]
    needed(given, "refund_mode")
    account_id = text(given, field, UNDEPOSITED)
    money_account(org.accounts, account_id, field)
    value = rounded(amount(given, "amount"), org.places(credit.currency))
    if value <= 0:
        raise invalid("amount")
    if credit.state != "open" or value > balance(org, credit) + (old.amount if old else ZERO):
        raise not_now("The refund is more than the balance of the credit.")
    return Refund(
        id=old.id if old else next(org.ids),
        credit_id=credit.id,
        given=given,
        date=day(given, "date", org.today()),
        amount=value,
        exchange_rate=amount(given, "exchange_rate", credit.exchange_rate),
        account_id=account_id,
        modified=call.now,
    )


def _answer(call: Call, credit: Trade, refund: Refund, message: str, status: int = 200) -> Answer:
    root = f"{credit.kind.root}_refund"
    return call.answer(message, status, **{root: shape(call.org, credit, refund)})


def _create(kind: Kind, call: Call) -> Answer:
    credit = found(call, kind)
    refund = _entered(call, credit, call.body)
    call.org.refunds[refund.id] = refund
    changed(call, credit, "refund")
    return _answer(call, credit, refund, "Refund has been recorded.", 201)


def _edit(kind: Kind, call: Call) -> Answer:
    credit, old = _found(kind, call)
    new = _entered(call, credit, old.given | call.body, old)
    call.org.refunds[new.id] = new
    changed(call, credit, "refund")
    return _answer(call, credit, new, "The refund has been updated.")


def _delete(kind: Kind, call: Call) -> Answer:
    credit, refund = _found(kind, call)
    del call.org.refunds[refund.id]
    changed(call, credit, "refund")
    return call.answer("The refund has been deleted.")


def _read(kind: Kind, call: Call) -> Answer:
    return _answer(call, *_found(kind, call), "success")


def _of_one(kind: Kind, call: Call) -> Answer:
    credit = found(call, kind)
    shown = [_row(call, credit, each) for each in refunds_of(call.org, credit)]
    return listed(call, f"{kind.root}_refunds", shown)


def _of_all(kind: Kind, call: Call) -> Answer:
    credits_ = call.org.trades(kind)
    shown = [
        _row(call, credits_[each.credit_id], each)
        for each in call.org.refunds.values()
        if each.credit_id in credits_
    ]
    filters: dict[str, Filter] = {f"{kind.party}_id": equal(f"{kind.party}_id")}
    if kind is VENDOR_CREDIT:  # documented for these alone (Zoho: lists)
        filters["last_modified_time"] = modified_since
    return listed(call, f"{kind.root}_refunds", shown, filters)


def _row(call: Call, credit: Trade, refund: Refund) -> Record:
    own = {
        f"{credit.kind.party}_id": credit.contact_id,
        "last_modified_time": list_stamp(refund.modified),
    }
    return refund_row(call.org, credit, refund) | own


def _endpoints(kind: Kind) -> list[Endpoint]:
    several, scope = f"/{kind.path}/{{id}}/refunds", kind.scope
    one = f"{several}/{{refund_id}}"
    return [
        *both("GET", f"/{kind.path}/refunds", f"{scope}.READ", partial(_of_all, kind)),
        *both("GET", several, f"{scope}.READ", partial(_of_one, kind)),
        *both("POST", several, f"{scope}.CREATE", partial(_create, kind)),
        *both("GET", one, f"{scope}.READ", partial(_read, kind)),
        *both("PUT", one, f"{scope}.UPDATE", partial(_edit, kind)),
        *both("DELETE", one, f"{scope}.DELETE", partial(_delete, kind)),
    ]


ENDPOINTS: tuple[Endpoint, ...] = (*_endpoints(CREDIT_NOTE), *_endpoints(VENDOR_CREDIT))
