"""What a grant must allow for each kind of call, and how Xero says that it does not."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, NamedTuple

from clients.xero.answers import Answer

CAUSE: Final = "xero:scope"  # of commands that wait for a consent which covers them
INSUFFICIENT: Final = "insufficient_scope"
LACKING: Final = (
    "Xero does not let this grant at {area}: it needs the scope {scope}{person}. Connect to Xero"
    " again with it, and what waits goes by itself; a custom connection gets its scopes at"
    " developer.xero.com, then try again"
)


class Right(NamedTuple):
    """A scope, and what whoever connects must be allowed in Xero besides."""

    scope: str
    person: str = ""


# By the first part of a call's path (Xero: scopes). Manual journals want the right to reports too.
RIGHTS: Final[Mapping[str, Right]] = {
    "Contacts": Right("accounting.contacts"),
    "Invoices": Right("accounting.invoices"),
    "CreditNotes": Right("accounting.invoices"),
    "Payments": Right("accounting.payments"),
    "BankTransactions": Right("accounting.banktransactions"),
    "ManualJournals": Right("accounting.manualjournals", "see reports"),
}


def area_of(path: str) -> str:
    """The kind of call that a path is, such as Invoices."""
    return path.partition("?")[0].split("/")[1]


def lacks_scope(answer: Answer) -> bool:
    """Whether Xero says that the token is good, but its scopes do not cover the call (RFC 6750)."""
    told = answer.headers.get("www-authenticate", "")
    return answer.status == HTTPStatus.UNAUTHORIZED and INSUFFICIENT in told


def lacking(area: str) -> str:
    """Say what a grant lacks for a kind of call, and how it gets it."""
    right = RIGHTS.get(area, Right(f"of {area}"))
    person = f", and who connects must be allowed to {right.person}" if right.person else ""
    return LACKING.format(area=area, scope=right.scope, person=person)
