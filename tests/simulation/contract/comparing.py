"""Whether two answers of Xero's say the same: ids are paired as they come, order is Xero's affair.

`NOT_SHOWN` and `SHOWN_OTHERWISE` are all that they may differ in, and why it deceives no schedule.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final

TOKENS: Final = ("access_token", "refresh_token")
GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# What the small Xero doesn't show at all: why, and which fields by their path in an answer.
NOT_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "the envelope: nobody reads who answered, or when": ("Id", "ProviderName", "DateTimeUTC"),
    "a token's scopes: nobody reads them": ("scope",),
    "times: an outbox trusts the database's clock alone": ("*.UpdatedDateUTC*",),
    "dates twice: an outbox sends them, and never reads one back": ("*String", "*.FullyPaidOnDate"),
    "a due date of what was sent without one": ("CreditNotes.DueDate",),
    "what Xero makes of a contact: only its id, number, name and status are read": (
        "Contacts.Is*",
        "Contacts.ContactGroups",
    ),
    "contacts' and documents' texts beside a reference": (
        "*.Contact.Name",
        "*.Contact.ContactNumber",
        "*.Contact.ContactStatus",
        "Payments.Invoice.*",
        "Payments.CreditNote.*",
        "*Allocations.Invoice.InvoiceNumber",
    ),
    "an account's id and name: only the code is sent": ("Payments.Account.*", "*.BankAccount.*"),
    "what Xero computes of lines and taxes: no schedule has taxes, and a total is compared": (
        "*.LineItems.*",
        "*.SubTotal",
        "*.TotalTax",
    ),
    "what is applied, shown on the other side too: only a credit note's allocations are read": (
        "Invoices.Payments",
        "Invoices.CreditNotes",
        "Invoices.Prepayments",
        "Invoices.Overpayments",
        "CreditNotes.Payments",
    ),
    "what a payment is made of beside what was sent: its reference, target and amount are read": (
        "Payments.BankAmount",
        "Payments.PaymentType",
        "Payments.HasAccount",
    ),
}
# What both show, each in its own way.
SHOWN_OTHERWISE: Final[Mapping[str, tuple[str, ...]]] = {
    "dates as they were sent, and as Xero writes them: never read back": ("*Date",),
    "prices to four places or two, by what is asked: totals are compared": (
        "*.LineItems.UnitAmount",
    ),
    "phones and addresses: the kinds that were sent, and all kinds": (
        "Contacts.Phones",
        "Contacts.Addresses",
    ),
}


OF_USE: Final[set[str]] = set()  # those of both lists that anything has met


@dataclass
class Pairs:
    """Which id of the one Xero is which of the other's: the first meeting counts."""

    there: dict[str, str] = field(default_factory=dict)
    here: dict[str, str] = field(default_factory=dict)

    def fit(self, here: str, there: str) -> bool:
        """Pair two ids, or say that they belong to others."""
        if self.there.setdefault(here, there) != there:
            return False
        return self.here.setdefault(there, here) == here

    def translated(self, text: str) -> str:
        """What is asked here, in the other's ids."""
        return GUID.sub(lambda found: self.there.get(found[0], found[0]), text)

    def tried(self) -> "Pairs":
        """A copy, to be thrown away."""
        return Pairs(dict(self.there), dict(self.here))

    def take(self, other: "Pairs") -> None:
        """Keep what a trial has paired."""
        self.there, self.here = other.there, other.here


def differences(here: Any, there: Any, pairs: Pairs, path: str = "") -> Iterator[str]:
    """Say where the sandbox's answer (`there`) is another than the small Xero's (`here`)."""
    if isinstance(here, dict) and isinstance(there, dict):
        yield from _in_rows(here, there, pairs, path)
    elif isinstance(here, list) and isinstance(there, list):
        yield from _in_lists(here, there, pairs, path)
    elif not _same(here, there, pairs, is_id=path in TOKENS):
        yield f"{path}: {here!r} here, {there!r} there"


def _in_rows(here: dict[str, Any], there: dict[str, Any], pairs: Pairs, path: str) -> Iterator[str]:
    for name in {**here, **there}:
        inner = f"{path}.{name}" if path else name
        if name not in here and (there[name] is False or _not_shown(inner)):
            continue  # a flag that says no says nothing
        if name not in there or name not in here:
            row, where = (here, "here") if name in here else (there, "there")
            yield f"{inner}: {row[name]!r} is only {where}"
        elif not _otherwise(inner):
            yield from differences(here[name], there[name], pairs, inner)


def _in_lists(here: list[Any], there: list[Any], pairs: Pairs, path: str) -> Iterator[str]:
    """Find each row's counterpart, whatever its place."""
    rest = list(there)
    for row in here:
        for other in rest:
            trial = pairs.tried()
            if not list(differences(row, other, trial, path)):
                pairs.take(trial)
                rest.remove(other)
                break
        else:
            nearest = min(
                (list(differences(row, other, pairs.tried(), path)) for other in rest),
                key=len,
                default=[f"{path}: {row!r} is only here"],
            )
            yield from nearest
            return
    for other in rest:
        yield f"{path}: {other!r} is only there"


def _same(here: Any, there: Any, pairs: Pairs, *, is_id: bool) -> bool:
    if isinstance(here, str) and isinstance(there, str) and (is_id or GUID.fullmatch(here)):
        return pairs.fit(here, there)
    if _is_number(here) and _is_number(there):
        return Decimal(str(here)) == Decimal(str(there))
    return type(here) is type(there) and bool(here == there)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


@cache
def _not_shown(path: str) -> bool:
    return _fits(path, NOT_SHOWN)


@cache
def _otherwise(path: str) -> bool:
    return _fits(path, SHOWN_OTHERWISE)


def _fits(path: str, lists: Mapping[str, tuple[str, ...]]) -> bool:
    found = {each for names in lists.values() for each in names if fnmatchcase(path, each)}
    OF_USE.update(found)
    return bool(found)
