"""Payments received, and payments made (Books alone): whole, with their shares."""

from decimal import Decimal

from sandbox.zoho.accounts import UNDEPOSITED, money_account
from sandbox.zoho.call import Answer, Call, Endpoint, resource
from sandbox.zoho.changes import changed, deleted
from sandbox.zoho.documents import Payment
from sandbox.zoho.drafting import money, party
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CUSTOMER_PAYMENT, PAYMENTS, VENDOR_PAYMENT, Kind
from sandbox.zoho.linking import links_of, open_target
from sandbox.zoho.links import Link
from sandbox.zoho.listing import DATES, Filter, equal, listed, modified_since
from sandbox.zoho.reading import amount, day, needed, rows, text
from sandbox.zoho.refusals import invalid, missing
from sandbox.zoho.shapes import detail, line
from sandbox.zoho.totals import rounded
from sandbox.zoho.unlinking import target_of, unlink_source


def _found(kind: Kind, call: Call) -> Payment:
    payment = call.org.payments(kind).get(call.path["id"])
    if payment is None:
        raise missing(kind.title)
    return payment


def _account_field(kind: Kind) -> str:
    return "account_id" if kind is CUSTOMER_PAYMENT else "paid_through_account_id"


def _entered(call: Call, kind: Kind, given: Record, old: Payment | None = None) -> Payment:
    """Return the payment that was entered, not yet kept. Raises Refused."""
    org, settlement = call.org, PAYMENTS[kind]
    contact = party(org, kind, given)
    shares = rows(given, settlement.rows)
    settles = (
        open_target(org, settlement, needed(shares[0], settlement.target.key)) if shares else None
    )
    currency, rate = money(org, given, settles.currency if settles else contact.currency)
    account_id = text(given, _account_field(kind), UNDEPOSITED)
    money_account(org.accounts, account_id, _account_field(kind))
    needed(given, "payment_mode")
    return Payment(
        kind=kind,
        id=old.id if old else next(org.ids),
        number=old.number if old else text(given, kind.number) or org.next_number(kind),
        given=given,
        created=old.created if old else call.now,
        modified=call.now,
        contact_id=contact.id,
        date=day(given, "date", org.today()),
        currency=currency,
        exchange_rate=rate,
        amount=_amount(given, "amount", org.places(currency)),
        bank_charges=_amount(given, "bank_charges", org.places(currency)),
        account_id=account_id,
    )


def _amount(given: Record, name: str, places: int) -> Decimal:
    value = rounded(amount(given, name), places)
    if value < 0 or (name == "amount" and not value):
        raise invalid(name)
    return value


def _keep(call: Call, payment: Payment, links: list[Link]) -> None:
    """Keep the payment with these shares; all documents that gain or lose one are touched."""
    shares = call.org.shares
    old = shares.of_source(payment.id)
    targets = {each.target: target_of(call, each) for each in [*old, *links]}
    for link in old:
        shares.drop(link)
    for link in links:
        shares.add(link)
    call.org.keep(payment)
    for target in targets.values():
        changed(call, target, "settle")


def _create(kind: Kind, call: Call) -> Answer:
    payment = _entered(call, kind, call.body)
    links = links_of(call, PAYMENTS[kind], payment, rows(call.body, PAYMENTS[kind].rows))
    _keep(call, payment, links)
    changed(call, payment, "create")
    return _answer(call, payment, "has been recorded", 201)


def _edit(kind: Kind, call: Call) -> Answer:
    old, field = _found(kind, call), PAYMENTS[kind].rows
    shares = rows(call.body, field) if field in call.body else _as_entered(call, old)
    given = old.given | call.body | {field: shares}
    payment = _entered(call, kind, given, old)
    _keep(call, payment, links_of(call, PAYMENTS[kind], payment, shares))
    changed(call, payment, "edit")
    return _answer(call, payment, "has been updated")


def _as_entered(call: Call, payment: Payment) -> list[Record]:
    """Return the shares of today as if entered: one may have been taken off since."""
    key = PAYMENTS[payment.kind].target.key
    return [
        {key: each.target, "amount_applied": each.amount, "apply_date": each.date.isoformat()}
        for each in call.org.shares.of_source(payment.id)
    ]


def _answer(call: Call, payment: Payment, what: str, status: int = 200) -> Answer:
    party_of = "customer" if payment.kind is CUSTOMER_PAYMENT else "vendor"
    shown = {payment.kind.root: detail(call.org, payment)}
    return call.answer(f"The payment of the {party_of} {what}.", status, **shown)


def _delete(kind: Kind, call: Call) -> Answer:
    payment = _found(kind, call)
    record = detail(call.org, payment)
    unlink_source(call, payment)
    call.org.forget(payment)
    deleted(call, payment, record)
    return call.answer("The payment has been deleted.")


def _read(kind: Kind, call: Call) -> Answer:
    return call.answer("success", **{kind.root: detail(call.org, _found(kind, call))})


def _filters(kind: Kind) -> dict[str, Filter]:
    names = (f"{kind.party}_id", "payment_number", "reference_number", "payment_mode", "amount")
    working: dict[str, Filter] = {name: equal(name) for name in names} | dict(DATES)
    if kind is VENDOR_PAYMENT:
        working["last_modified_time"] = modified_since
    return working


def _listed(kind: Kind, call: Call) -> Answer:
    shown = (line(call.org, each) for each in call.org.payments(kind).values())
    columns = ("date", "payment_number", "amount", f"{kind.party}_name")
    return listed(call, kind.rows, shown, _filters(kind), columns)


_VERBS = (_listed, _create, _read, _edit, _delete)
ENDPOINTS: tuple[Endpoint, ...] = (
    *resource("inventory", CUSTOMER_PAYMENT, *_VERBS),
    *resource("books", CUSTOMER_PAYMENT, *_VERBS),
    *resource("books", VENDOR_PAYMENT, *_VERBS),
)
