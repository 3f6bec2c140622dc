"""Setting payments and credits against invoices and bills."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sandbox.zoho.balances import balance, total_of, unused
from sandbox.zoho.call import Call
from sandbox.zoho.changes import changed
from sandbox.zoho.documents import Payment, Trade
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import Settlement
from sandbox.zoho.links import Link, Links
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import amount, day, needed
from sandbox.zoho.refusals import Refused, invalid, missing, not_now
from sandbox.zoho.totals import rounded


@dataclass(frozen=True)
class Part:
    """What of a payment or credit is to be set against which document."""

    source: Payment | Trade
    target: Trade
    amount: Decimal


def open_target(org: Organisation, settlement: Settlement, target_id: str) -> Trade:
    """Return the invoice or bill that something may be set against. Raises Refused."""
    target = org.trades(settlement.target).get(target_id)
    if target is None:
        raise missing(settlement.target.title)
    if target.state != "open":
        raise not_now(f"The {settlement.target.title.lower()} is {target.state}.")
    return target


def share(org: Organisation, target: Trade, row: Record) -> Decimal:
    """Return a row's `amount_applied` (`amount` in some of Zoho's texts), more than nothing."""
    field = "amount_applied" if "amount_applied" in row else "amount"
    value = rounded(amount(row, field), org.places(target.currency))
    if value <= 0:
        raise invalid("amount_applied")
    return value


def links_of(
    call: Call, settlement: Settlement, source: Payment, rows: Iterable[Record]
) -> list[Link]:
    """Return a payment's shares as entered, not yet kept; those it has keep their ids.

    Raises Refused for a share above what is open, another contact's document, or two shares of one.
    """
    old = {each.target: each for each in call.org.shares.of_source(source.id)}
    made: dict[str, Link] = {}
    for row in rows:
        target = open_target(call.org, settlement, needed(row, settlement.target.key))
        part = share(call.org, target, row)
        before = old.get(target.id)
        _fits(call.org, source, target, part, before.amount if before else Decimal(0))
        if target.id in made:
            raise invalid(settlement.target.key)
        link_id = before.id if before else next(call.org.ids)
        on = day(row, "apply_date", source.date)
        made[target.id] = Link(link_id, source.id, target.id, part, on)
    if total_of(made.values()) > source.amount:
        raise _too_much()
    return list(made.values())


def apply(call: Call, parts: Iterable[Part]) -> list[Link]:
    """Set payments and credits against documents, all or none; return the links made.

    Raises Refused where less is left, or less owed, than a part takes.
    """
    made: list[tuple[Links, Link, Part]] = []
    try:
        for part in parts:
            links = call.org.shares if isinstance(part.source, Payment) else call.org.credits
            link = _link(call, part)
            links.add(link)
            made.append((links, link, part))
    except Refused:
        for links, link, _ in made:
            links.drop(link)
        raise
    for _, _, part in made:
        changed(call, part.source, "apply")
        changed(call, part.target, "settle")
    return [link for _, link, _ in made]


def _link(call: Call, part: Part) -> Link:
    org, source = call.org, part.source
    if isinstance(source, Trade) and source.state != "open":
        raise not_now(f"The {source.kind.title.lower()} is {source.state}.")
    left = unused(org, source) if isinstance(source, Payment) else balance(org, source)
    if part.amount > left:
        raise _too_much()
    _fits(org, source, part.target, part.amount, Decimal(0))
    return Link(next(org.ids), source.id, part.target.id, part.amount, org.today())


def _fits(
    org: Organisation, source: Payment | Trade, target: Trade, part: Decimal, had: Decimal
) -> None:
    if (source.contact_id, source.currency) != (target.contact_id, target.currency):
        raise not_now("The document belongs to another contact, or is in another currency.")
    if part > balance(org, target) + had:
        raise not_now(f"The amount is more than what is due of {target.number}.")


def _too_much() -> Refused:
    return not_now("The amount applied is more than the amount that is left.")
