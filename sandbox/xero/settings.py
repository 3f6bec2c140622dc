"""What a test or a person may change behind Xero's back: limits, locks, documents, connections."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sandbox.xero import credit_notes, invoices, payments
from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation
from sandbox.xero.state import XeroState
from sandbox.xero.table import Table


class Strict(BaseModel):
    """A setting with a misspelt name is refused."""

    model_config = ConfigDict(extra="forbid")


class LimitSettings(Strict):
    """Limits to set; null switches one off, an absent one stays."""

    minute: int | None = None
    day: int | None = None
    concurrent: int | None = None
    app_minute: int | None = None


class Edit(Strict):
    """A change made in Xero by a person: these properties of this record, past all rules."""

    table: Literal[
        "contacts",
        "invoices",
        "payments",
        "credit_notes",
        "bank_transactions",
        "manual_journals",
        "accounts",
        "tax_rates",
    ]
    id: str
    set: Record


class Consent(Strict):
    """What the person at the consent page will do."""

    tenants: list[str] | None = None
    denies: bool | None = None


class Settings(Strict):
    """All settings; only those that are sent take effect."""

    tenant: str | None = None
    limits: LimitSettings | None = None
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    currencies: list[str] | None = None
    base_currency: str | None = None
    country: str | None = None
    actions: dict[str, bool] | None = None
    forbidden: list[str] | None = None
    blind_filters: list[str] | None = None
    read_lag: float | None = None
    reverse_batches: bool | None = None
    merge_arrays: bool | None = None
    archive_contact: str | None = None
    edit: Edit | None = None
    connected: bool | None = None  # false: disconnected from every app; true: connected again
    revoke: str | None = None  # client id whose consent the user takes back
    consent: Consent | None = None
    key_scope: Literal["app", "token"] | None = None
    key_seconds: float | None = None
    latency: float | None = None
    clock_speed: float | None = None


_KINDS = {"invoices": invoices.KIND, "credit_notes": credit_notes.KIND}
_PLAIN = ("period_lock_date", "end_of_year_lock_date", "currencies", "base_currency", "country")
_KNOBS = ("actions", "read_lag", "reverse_batches", "merge_arrays")
_SETS = ("forbidden", "blind_filters")


def change(state: XeroState, tenant: str, settings: Settings) -> None:
    """Apply what was sent. Raises LookupError for an organisation or a record that isn't there."""
    org = state.organisations[settings.tenant or tenant]
    sent = settings.model_dump(exclude_unset=True)
    for name in (*_PLAIN, *_KNOBS):
        if name in sent:
            setattr(org, name, sent[name])
    for name in sent.keys() & set(_SETS):
        setattr(org, name, frozenset(sent[name]))
    for name in sent.keys() & _SPECIAL.keys():
        _SPECIAL[name](state, org, getattr(settings, name))


def _limits(_state: XeroState, org: Organisation, limits: LimitSettings) -> None:
    for name, value in limits.model_dump(exclude_unset=True).items():
        setattr(org.limits, name, value)


def _archive(state: XeroState, org: Organisation, contact_id: str) -> None:
    _edit(state, org, Edit(table="contacts", id=contact_id, set={"ContactStatus": "ARCHIVED"}))


def _edit(state: XeroState, org: Organisation, edit: Edit) -> None:
    table: Table = getattr(org.books, edit.table)
    record = table.get(edit.id)
    if record is None:
        raise LookupError(f"{edit.table} has no {edit.id}")
    now = state.clock.now()
    changes = {name: _native(name, value) for name, value in edit.set.items()}
    edited = {**record, **changes, "UpdatedDateUTC": now}
    kind = _KINDS.get(edit.table)
    with org.books.journal.trial():
        table.put(kind.settled(org, edited) if kind else edited)
        if edit.table == "payments":
            payments.settle(org, edited, now)
    state.webhooks.tell(org, now)


def _native(name: str, value: Any) -> Any:
    """Read a number as money and a date as a date."""
    if name in ("Date", "DueDate"):
        return date.fromisoformat(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Decimal(str(value)) if is_number else value


def _connected(state: XeroState, org: Organisation, connected: bool) -> None:  # noqa: FBT001  # a setting's value
    state.set_connected(org.id, connected=connected)


def _consent(state: XeroState, _org: Organisation, consent: Consent) -> None:
    for name, value in consent.model_dump(exclude_unset=True).items():
        setattr(state.person, name, value)


_SPECIAL: dict[str, Callable[[XeroState, Organisation, Any], None]] = {
    "limits": _limits,
    "archive_contact": _archive,
    "edit": _edit,
    "connected": _connected,
    "revoke": lambda state, _org, client_id: state.grants.revoke(client_id),
    "consent": _consent,
    "key_scope": lambda state, _org, scope: setattr(state, "key_scope", scope),
    "key_seconds": lambda state, _org, seconds: state.keep_keys(seconds),
    "latency": lambda state, _org, seconds: setattr(state, "latency", seconds),
    "clock_speed": lambda state, _org, speed: setattr(state.clock, "speed", speed),
}
