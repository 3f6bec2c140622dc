"""How values are written for people: money, times, dates, and the words of entities and states."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup, escape

# ISO 4217: currencies whose amounts have other than two decimals.
DECIMALS: Final = {
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"),
            *("VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
}
ENTITIES: Final = {
    "contact": "Contact",
    "invoice": "Invoice",
    "customer_payment": "Payment received",
    "bill": "Bill",
    "vendor_payment": "Payment made",
    "credit_note": "Credit note",
    "vendor_credit": "Vendor credit",
    "asset_value": "Inventory asset value",
    "xero_contact": "Contact in Xero",
}
# Each state with what it means to the reader.
STATES: Final = {
    "synced": "Xero holds what Zoho says",
    "waiting": "on its way to Xero",
    "withheld": "kept from Xero on purpose",
    "parked": "waits for you",
    "held": "the connection is disabled",
    "ignored": "nothing to do in Xero",
}
# What a command asks for, and what is so once it is done: `invoice.put`, `bank_charge.delete`.
VERBS: Final = {
    "put": ("write the {noun}", "{noun} written"),
    "create": ("create the {noun}", "{noun} created"),
    "void": ("void the {noun}", "{noun} voided"),
    "delete": ("delete the {noun}", "{noun} deleted"),
}
APPLY: Final = ("apply the credit", "credit applied")
TAKE_OFF: Final = ("take the allocation off", "allocation taken off")
KINDS: Final = {
    "allocation.create": APPLY,
    "allocation.delete": TAKE_OFF,
    "vendor_allocation.create": APPLY,
    "vendor_allocation.delete": TAKE_OFF,
    "vendor_refund.create": ("create the vendor’s refund", "vendor’s refund created"),
    "vendor_refund.delete": ("delete the vendor’s refund", "vendor’s refund deleted"),
    "write_off.put": ("write the write-off’s credit note", "write-off’s credit note written"),
    "write_off.void": ("void the write-off’s credit note", "write-off’s credit note voided"),
    "zoho_contact.put": ("write the contact", "contact written"),
}
# How the history came to know of a change, by the source of its event.
SOURCES: Final = {
    "webhook": "Zoho told of it",
    "read": "Zoho was asked for it",
    "sweep": "The sweep of Zoho’s lists found it",
    "backfill": "The backfill found it in Zoho",
    "replay": "It was looked at again",
    "schedule": "Its time came",
    "xero": "Xero told of it",
}
NUMBER: Final = re.compile(r"-?\d+[.]\d+")
STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
SNAKE: Final = re.compile(r"[a-z]+(_[a-z]+)+")
YES_NO: Final = {"True": "yes", "False": "no"}
AHEAD: Final = re.compile(r"command (\d+) \((\w+\.\w+), (\w+)\)")
CODE: Final = Markup("<code>{}</code>")
MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def money(amount: Any, currency: str | None = "") -> str:
    """Write an amount with its currency's decimals and thousands: 12,345.60 CAD."""
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return str(amount)
    usual = DECIMALS.get(currency or "", 2)
    exact = -int(value.normalize().as_tuple().exponent)
    # A price can be finer than its currency: nothing that differs may look equal.
    smallest = Decimal(1).scaleb(-max(usual, min(exact, 6)))
    text = f"{value.quantize(smallest, ROUND_HALF_EVEN):,}".replace("-", "−")
    return f"{text} {currency}" if currency else text


def zone(name: str | None) -> ZoneInfo:
    """Give a time zone by its name; UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def moment(value: datetime | None, timezone: str | None = None) -> str:
    """Write a time in an organisation's zone: 1 Mar 2026, 16:05:09."""
    if value is None:
        return ""
    local = value.astimezone(zone(timezone))
    return f"{local.day} {local:%b %Y, %H:%M:%S}"


def day(value: date | None) -> str:
    """Write a date: 1 Mar 2026."""
    return f"{value.day} {value:%b %Y}" if value else ""


def plain(value: str) -> str:
    """Write a value of Zoho's as people read it: 1,234.50, 1 Mar 2026, partially paid, yes."""
    if NUMBER.fullmatch(value):
        return money(value)
    if DATE.fullmatch(value):
        return _dated(value)
    return value.replace("_", " ") if SNAKE.fullmatch(value) else YES_NO.get(value, value)


def _dated(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def local(text: str, timezone: str | None) -> str:
    """Write the times that a text gives in UTC as they are in an organisation's zone."""

    def there(found: re.Match[str]) -> str:
        at = datetime.strptime(found[1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
        return moment(at, timezone).rpartition(":")[0]

    return STAMP.sub(there, text)


def source(word: str) -> str:
    """Write how a change was heard of."""
    return SOURCES.get(word, word)


def ago(value: datetime | None) -> str:
    """Write how long ago something was: just now, 5 minutes ago."""
    if value is None:
        return ""
    gone = (datetime.now(UTC) - value) / timedelta(seconds=1)
    return "just now" if gone < MINUTE else f"{span(gone)} ago"


def span(seconds: float | None) -> str:
    """Write a length of time: 0.8 s, 12 s, 5 minutes, 3 hours, 2 days."""
    if seconds is None:
        return "–"
    if seconds < MINUTE:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004  in tenths
    for length, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= length:
            return many(int(seconds // length), unit)
    return ""


def many(count: int, noun: str, plural: str = "") -> str:
    """Write a count of things: 1 document, 1,200 documents."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def entity(word: str) -> str:
    """Write an entity as people call it."""
    return ENTITIES.get(word, word.replace("_", " ").capitalize() or "Delivery")


def wish(kind: str) -> str:
    """Write what a command asks for, as people say it: take the allocation off."""
    return _told(kind)[0]


def deed(kind: str) -> str:
    """Write what is so once a command is done: allocation taken off."""
    return _told(kind)[1]


def _told(kind: str) -> tuple[str, str]:
    noun, _, verb = kind.partition(".")
    asked, done = KINDS.get(kind) or VERBS.get(verb, (kind, kind))
    noun = noun.replace("_", " ")
    return asked.format(noun=noun), done.format(noun=noun)


def ahead(what: str) -> str:
    """Write what a command waits for: command 12, to write the invoice (parked)."""
    return AHEAD.sub(lambda m: f"command {m[1]}, to {wish(m[2])} ({m[3]})", what)


def coded(text: str) -> Markup:
    """Write a sentence whose `commands` stand out; all of it stays text."""
    parts = str(text).split("`")
    told = (
        escape(part) if place % 2 == 0 else CODE.format(part) for place, part in enumerate(parts)
    )
    return Markup("").join(told)


def document_path(name: str, row: Mapping[str, Any]) -> str:
    """Give the address of a document's page."""
    zoho_id = quote(row["zoho_id"] or "-", safe="")
    return (
        f"/connections/{quote(name, safe='')}/documents/{quote(row['entity'], safe='')}/{zoho_id}"
    )


FILTERS: Final = {
    "money": money,
    "moment": moment,
    "day": day,
    "plain": plain,
    "local": local,
    "source": source,
    "ago": ago,
    "span": span,
    "many": many,
    "entity": entity,
    "wish": wish,
    "deed": deed,
    "ahead": ahead,
    "coded": coded,
}
