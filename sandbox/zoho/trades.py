"""Invoices, bills, credit notes and vendor credits: entered, changed, listed, deleted."""

from sandbox.zoho.balances import settled
from sandbox.zoho.call import BASES, Answer, Call, Endpoint, Product, resource
from sandbox.zoho.changes import changed, deleted
from sandbox.zoho.documents import Trade
from sandbox.zoho.drafting import drafted
from sandbox.zoho.kinds import BILL, CREDITS, INVOICE, TRADES, VENDOR_CREDIT, Kind
from sandbox.zoho.listing import (
    DATES,
    Filter,
    contains,
    equal,
    filtered_by,
    listed,
    modified_since,
    with_status,
)
from sandbox.zoho.reading import flag
from sandbox.zoho.refusals import missing, not_now
from sandbox.zoho.shapes import detail, line
from sandbox.zoho.unlinking import unlink_source

# Where `last_modified_time` filters a list: as documented, nowhere else (Zoho: lists).
_MODIFIED = {("books", INVOICE), ("books", BILL), ("books", VENDOR_CREDIT)} | {
    ("inventory", VENDOR_CREDIT)
}


def found(call: Call, kind: Kind, name: str = "id") -> Trade:
    """Return the document that the address names. Raises Refused (1002) where there is none."""
    trade = call.org.trades(kind).get(call.path[name])
    if trade is None:
        raise missing(kind.title)
    return trade


def one(call: Call, kind: Kind, message: str, trade: Trade, status: int = 200) -> Answer:
    """Answer with the whole document under its root."""
    return call.answer(message, status, **{kind.root: detail(call.org, trade)})


def _create(kind: Kind, call: Call) -> Answer:
    trade = drafted(call.org, kind, call.body)
    if kind is INVOICE:
        trade.state = "open" if call.query.get("send") == "true" else "draft"
    elif flag(call.body, "is_draft") or call.body.get("status") == "draft":
        trade.state = "draft"
    call.org.keep(trade)
    changed(call, trade, "create")
    return one(call, kind, f"The {kind.title.lower()} has been created.", trade, 201)


def _edit(kind: Kind, call: Call) -> Answer:
    old = found(call, kind)
    if old.state == "void":
        raise not_now(f"A void {kind.title.lower()} cannot be edited.")
    new = drafted(call.org, kind, old.given | call.body, old)
    taken = settled(call.org, old)
    if taken and (new.contact_id, new.currency) != (old.contact_id, old.currency):
        raise not_now("Payments or credits are applied: the contact cannot be changed.")
    if new.totals.total < taken:
        raise not_now("The total is below what payments and credits have settled.")
    call.org.keep(new)
    changed(call, new, "edit")
    return one(call, kind, f"The {kind.title.lower()} has been updated.", new)


def _delete(kind: Kind, call: Call) -> Answer:
    trade = found(call, kind)
    if any(refund.credit_id == trade.id for refund in call.org.refunds.values()):
        raise not_now("A credit that was refunded cannot be deleted.")
    if kind not in CREDITS and (
        call.org.shares.of_target(trade.id) or call.org.credits.of_target(trade.id)
    ):
        raise not_now(f"A {kind.title.lower()} with payments or credits cannot be deleted.")
    record = detail(call.org, trade)
    unlink_source(call, trade)
    call.org.forget(trade)
    deleted(call, trade, record)
    return call.answer(f"The {kind.title.lower()} has been deleted.")


def _read(kind: Kind, call: Call) -> Answer:
    return one(call, kind, "success", found(call, kind))


def filters(product: Product, kind: Kind) -> dict[str, Filter]:
    """Return the filters that work: Inventory's list of bills ignores them all (Zoho: lists)."""
    if (product, kind) == ("inventory", BILL):
        return {}
    party = f"{kind.party}_id"
    working: dict[str, Filter] = {
        party: equal(party),
        f"{kind.party}_name": equal(f"{kind.party}_name"),
        kind.number: equal(kind.number),
        f"{kind.number}_contains": contains(kind.number),
        "reference_number": equal("reference_number"),
        "status": with_status,
        "filter_by": filtered_by,
        **DATES,
    }
    if (product, kind) in _MODIFIED:
        working["last_modified_time"] = modified_since
    return working


def _listed(kind: Kind, call: Call) -> Answer:
    columns = ["date", kind.number, "total", "balance", f"{kind.party}_name"]
    if kind is VENDOR_CREDIT:
        columns.append("last_modified_time")
    shown = (line(call.org, each) for each in call.org.trades(kind).values())
    return listed(call, kind.rows, shown, filters(call.product, kind), columns)


ENDPOINTS: tuple[Endpoint, ...] = tuple(
    endpoint
    for product in BASES
    for kind in TRADES
    for endpoint in resource(product, kind, _listed, _create, _read, _edit, _delete)
)
