"""A contact's first export: is it in Xero already, under our number or its name? (A1) Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from outbox.xero.batches import Ready
from outbox.xero.lookups import equals, where
from schemas.xero_contacts import OURS

Row = Mapping[str, Any]
Twins = Mapping[str, Collection[str]]
NAMES_A_SEARCH: Final = 10  # contacts in one `where`, so that the address stays short


@dataclass(frozen=True, slots=True)
class Sighting:
    """What to do with one contact: link it, create it, or park it with a reason."""

    command_id: int
    act: Literal["link", "create", "park"]
    xero_id: str | None = None
    reason: str | None = None


def path_of(contacts: Sequence[Ready]) -> str:
    """The read that shows every contact of these numbers and names, archived ones too."""
    return _path(*_clauses(contacts))


def paths_of_each(contacts: Sequence[Ready]) -> list[str]:
    """The same as one read for each number and name, for where alternatives can't be asked for."""
    return [_path(clause) for clause in _clauses(contacts)]


def key_of(row: Row) -> str | None:
    """The key of our contact that bears the number which Xero shows, or None."""
    number = str(row.get("ContactNumber") or "")
    return f"contact:{number.removeprefix(OURS)}" if number.startswith(OURS) else None


def _clauses(contacts: Sequence[Ready]) -> list[str]:
    return [
        clause
        for contact in contacts
        for clause in (
            equals("ContactNumber", contact.body["ContactNumber"]),
            equals("Name", contact.body["Name"]),
        )
    ]


def _path(*clauses: str) -> str:
    return f"/Contacts?{where(*clauses)}&page=1&pageSize=100&includeArchived=true"


def recognise(contact: Ready, rows: Sequence[Row], twins: Twins) -> Sighting:
    """Decide what a contact's namesakes mean.

    `twins` maps ids in Xero to the kinds of those of our contacts that are linked to them: a Zoho
    customer and a Zoho vendor of one name are one contact in Xero, two customers are not.
    """
    number, name = contact.body["ContactNumber"], contact.body["Name"]
    ours = [row for row in rows if row.get("ContactNumber") == number]
    named = [row for row in rows if _same(row.get("Name"), name)]
    if len(ours) == 1:
        return _take(contact, ours[0])
    if len(ours) > 1 or len(named) > 1:
        return _park(contact, f"Xero has several contacts named {name}: merge them there.")
    if not named:
        return Sighting(contact.id, "create")
    if not _may_share(contact, named[0], twins):
        return _park(contact, f"{name} in Xero belongs to another contact of Zoho's: rename one.")
    return _take(contact, named[0])


def _take(contact: Ready, row: Row) -> Sighting:
    if row.get("ContactStatus", "ACTIVE") != "ACTIVE":
        return _park(contact, f"{row.get('Name')} is archived in Xero: restore or rename it there.")
    return Sighting(contact.id, "link", str(row["ContactID"]))


def _park(contact: Ready, reason: str) -> Sighting:
    return Sighting(contact.id, "park", reason=reason)


def _may_share(contact: Ready, row: Row, twins: Twins) -> bool:
    kinds = twins.get(str(row["ContactID"]))
    if not kinds:
        return key_of(row) is None
    return contact.expected.get("contact_type") not in kinds


def _same(theirs: object, ours: str) -> bool:
    return isinstance(theirs, str) and theirs.casefold() == ours.casefold()
