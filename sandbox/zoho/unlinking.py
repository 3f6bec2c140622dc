"""Taking payments and credits off what they settle."""

from sandbox.zoho.call import Call
from sandbox.zoho.changes import changed
from sandbox.zoho.documents import Payment, Trade
from sandbox.zoho.kinds import CREDITS, PAYMENTS, Kind
from sandbox.zoho.links import Link
from sandbox.zoho.refusals import missing, not_now


def target_of(call: Call, link: Link) -> Trade:
    """Return the invoice or bill of a link."""
    for settlement in PAYMENTS.values():
        trade = call.org.trades(settlement.target).get(link.target)
        if trade:
            return trade
    raise missing("Document")


def source_of(call: Call, link: Link) -> Payment | Trade:
    """Return the payment or credit of a link."""
    shelves: list[dict[str, Payment] | dict[str, Trade]] = [
        *(call.org.payments(kind) for kind in PAYMENTS),
        *(call.org.trades(kind) for kind in CREDITS),
    ]
    for shelf in shelves:
        if link.source in shelf:
            return shelf[link.source]
    raise missing("Document")


def unlink_source(call: Call, source: Payment | Trade) -> None:
    """Take a payment or credit off all that it settles; those documents' times move."""
    links = call.org.shares if isinstance(source, Payment) else call.org.credits
    for link in links.of_source(source.id):
        target = target_of(call, link)
        links.drop(link)
        changed(call, target, "settle")


def unlink_target(call: Call, target: Trade) -> None:
    """Take all payments and credits off an invoice or bill; they become unused."""
    for links, action in ((call.org.shares, "unlink"), (call.org.credits, "unapply")):
        for link in links.of_target(target.id):
            source = source_of(call, link)
            links.drop(link)
            changed(call, source, action)


def unlink(call: Call, kind: Kind, link: Link | None) -> None:
    """Take one link off; both sides' times move. `kind` is of the payment or credit.

    Raises Refused (1002) where there is no such link.
    """
    if link is None:
        raise missing("Payment" if kind in PAYMENTS else "Applied credit")
    source, target = source_of(call, link), target_of(call, link)
    if target.state != "open":
        raise not_now("The document is not open.")
    links = call.org.shares if kind in PAYMENTS else call.org.credits
    links.drop(link)
    changed(call, target, "settle")
    changed(call, source, "unlink" if kind in PAYMENTS else "unapply")
