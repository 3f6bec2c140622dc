"""What people decide about a document beside its content: sent, open, draft, void, written off."""

from collections.abc import Mapping
from functools import partial

from sandbox.zoho.balances import balance, settled
from sandbox.zoho.call import Answer, Call, Endpoint, both, inventory
from sandbox.zoho.changes import changed
from sandbox.zoho.documents import Trade
from sandbox.zoho.kinds import BILL, CREDIT_NOTE, CREDITS, INVOICE, VENDOR_CREDIT, Kind
from sandbox.zoho.refusals import not_now
from sandbox.zoho.totals import ZERO
from sandbox.zoho.trades import found
from sandbox.zoho.unlinking import unlink_target

_APPROVAL = frozenset({"submit", "approve"})  # where approvals are switched on
# Which call works from which states, and what it makes of them (Zoho: endpoints). A void invoice
# comes back by way of a draft, a void bill at once.
MOVES: Mapping[Kind, Mapping[str, tuple[frozenset[str], str]]] = {
    INVOICE: {
        "submit": (frozenset({"draft"}), "pending_approval"),
        "approve": (frozenset({"pending_approval"}), "approved"),
        "sent": (frozenset({"draft", "approved"}), "open"),
        "draft": (frozenset({"void"}), "draft"),
        "void": (frozenset({"draft", "open"}), "void"),
    },
    BILL: {
        "open": (frozenset({"draft", "void"}), "open"),
        "void": (frozenset({"draft", "open"}), "void"),
    },
    CREDIT_NOTE: {
        "open": (frozenset({"draft", "void"}), "open"),
        "draft": (frozenset({"void"}), "draft"),
        "void": (frozenset({"draft", "open"}), "void"),
    },
    VENDOR_CREDIT: {
        "open": (frozenset({"draft", "void"}), "open"),
        "void": (frozenset({"draft", "open"}), "void"),
    },
}


def _mark(kind: Kind, status: str, call: Call) -> Answer:
    trade = found(call, kind)
    allowed, state = MOVES[kind][status]
    if trade.state not in allowed:
        raise not_now(f"A document that is {trade.state} cannot be marked as {status}.")
    if state == "void":
        _free(call, trade)
    trade.state = state
    changed(call, trade, status)
    return call.answer(f"{kind.title} status has been changed to {status.title()}.")


def _free(call: Call, trade: Trade) -> None:
    """Let go of what a document to be voided is settled by; a used credit can't be voided."""
    if trade.kind in CREDITS and settled(call.org, trade):
        raise not_now("A credit that was applied or refunded cannot be voided.")
    if call.org.settings.void_unlinks:
        unlink_target(call, trade)


def _write_off(call: Call) -> Answer:
    """Write the balance off; no record of it is made, only the amount (Zoho: write-off)."""
    invoice = found(call, INVOICE)
    left = balance(call.org, invoice)
    if invoice.state != "open" or not left:
        raise not_now("The invoice has no balance to write off.")
    invoice.written_off += left
    changed(call, invoice, "writeoff")
    return call.answer("Invoice has been written off.")


def _cancel_write_off(call: Call) -> Answer:
    invoice = found(call, INVOICE)
    if not invoice.written_off:
        raise not_now("The invoice is not written off.")
    invoice.written_off = ZERO
    changed(call, invoice, "writeoff")
    return call.answer("The write off done for this invoice has been cancelled.")


def _marks(kind: Kind) -> list[Endpoint]:
    scope = f"{kind.scope}.CREATE"  # status actions want CREATE, not UPDATE (Zoho: OAuth)
    return [
        endpoint
        for status in MOVES[kind]
        for endpoint in both("POST", _path(kind, status), scope, partial(_mark, kind, status))
    ]


def _path(kind: Kind, status: str) -> str:
    between = "" if status in _APPROVAL else "status/"
    return f"/{kind.path}/{{id}}/{between}{status}"


def _credit_note_words() -> list[Endpoint]:
    """Serve Inventory's own addresses for credit notes, beside those that it shares with Books."""
    words = {"void": "void", "draft": "draft", "converttoopen": "open"}
    return [
        inventory(
            "POST",
            f"/creditnotes/{{id}}/{word}",
            "creditnotes.CREATE",
            partial(_mark, CREDIT_NOTE, status),
        )
        for word, status in words.items()
    ]


ENDPOINTS: tuple[Endpoint, ...] = (
    *(endpoint for kind in MOVES for endpoint in _marks(kind)),
    *_credit_note_words(),
    *both("POST", "/invoices/{id}/writeoff", "invoices.CREATE", _write_off),
    *both("POST", "/invoices/{id}/writeoff/cancel", "invoices.CREATE", _cancel_write_off),
)
