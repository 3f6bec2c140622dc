"""Whether a row of a list shows something that the journal does not know. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ingress.sweep.listing import Listed

# Of all that Zoho's statuses tell, what a change makes: being late or paid in part shows elsewhere.
NOT_LIVE: Final = ("draft", "pending_approval", "rejected", "void")
NUMBERS: Final = (
    "invoice_number",
    "bill_number",
    "creditnote_number",
    "vendor_credit_number",
)
SETTLEMENTS: Final = (
    "payment_made",
    "credits_applied",
    "write_off_amount",
    "total_credits_used",
    "total_refunded_amount",
)
ECHOES: Final = frozenset(
    {"modified_time", "status", "payment_made", "credits_applied", "payments", "credits"}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal knows of a document.

    `stamp` is the newest version's, `snapshot` that version, `confirmed` says that Zoho itself told
    the version of this stamp, `settled_at` are the stamps of the payments and credits that were
    decided since and moved the document's own.
    """

    stamp: datetime | None
    snapshot: Mapping[str, Any]
    confirmed: bool
    deleted: bool
    settled_at: frozenset[datetime] = frozenset()


def is_news(listed: Listed, kept: Kept, *, thorough: bool) -> bool:
    """Whether the document changed since it was journaled last.

    Stamps are compared as instants. Two changes in one second bear one stamp, so that what the row
    shows is compared too, once. A payment moves the stamp of its invoice, which by itself is no
    news where the payment is known; only a `thorough` look reads the invoice then.
    """
    if kept.deleted:
        return False
    if listed.stamp is None or kept.stamp is None:
        return listed.stamp is not None or (not kept.confirmed and _differs(listed, kept))
    settled = listed.stamp in kept.settled_at and not thorough
    if listed.stamp > kept.stamp:
        return not settled or _differs(listed, kept, settled=True)
    of_one_second = listed.stamp == kept.stamp and not kept.confirmed
    return of_one_second and _differs(listed, kept, settled=settled)


def is_of_before(listed: Listed, cutover: date) -> bool:
    """Whether a row is dated before the cut-over."""
    try:
        return date.fromisoformat(str(listed.row.get("date"))) < cutover
    except ValueError:
        return False


def is_echo(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two versions differ only in what payments and credits made of them, by themselves."""
    return all(before.get(name) == value for name, value in now.items() if name not in ECHOES)


def _differs(listed: Listed, kept: Kept, *, settled: bool = False) -> bool:
    row, snapshot = listed.row, kept.snapshot
    if not snapshot:
        return False
    pairs = [
        (row.get("date"), snapshot.get("date")),
        (row.get("contact_name"), snapshot.get("name")),
        *((row.get(name), snapshot.get("number")) for name in NUMBERS),
        (_life(row.get("status")), _life(snapshot.get("status"))),
    ]
    sums = [
        (_number(row.get("total")), _number(snapshot.get("total"))),
        (_number(row.get("amount")), _number(snapshot.get("amount"))),
        (_number(row.get("balance")), None if settled else _balance(snapshot)),
    ]
    return any(None not in (a, b) and a != b for a, b in (*pairs, *sums))


def _life(status: Any) -> str | None:
    if not status:
        return None
    return str(status) if status in NOT_LIVE else "live"


def _balance(snapshot: Mapping[str, Any]) -> Decimal | None:
    total = _number(snapshot.get("total"))
    if total is None or snapshot.get("status") in NOT_LIVE:
        return total
    return total - sum(_number(snapshot.get(name)) or Decimal(0) for name in SETTLEMENTS)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
