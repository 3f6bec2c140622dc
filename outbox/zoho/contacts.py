"""A contact's way into Zoho: looked for before it is made, written under Zoho's own ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from clients.zoho.errors import Unavailable
from clients.zoho.lists import every
from clients.zoho.session import ZohoSession

CONTACTS: Final = "/contacts"
ACTIVE: Final = "active"

Fields = dict[str, Any]


class UnfitError(Exception):
    """Zoho can't take the contact as things stand: a `cause` to group by, a text for people."""

    def __init__(self, cause: str, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Write:
    """One request to Zoho: POST makes a contact, PUT changes one."""

    method: str
    path: str
    body: Fields


async def namesakes(
    session: ZohoSession, body: Mapping[str, Any], *, among_all: bool = False
) -> list[Fields]:
    """Find the contacts of Zoho's of this name and type, inactive ones too. Raises ZohoError.

    Zoho is asked for the name as it is written, or `among_all` each contact is looked at.
    """
    name, kind = str(body["contact_name"]), body["contact_type"]
    asked = {"contact_type": kind} if among_all else {"contact_type": kind, "contact_name": name}
    rows = every(session, CONTACTS, "contacts", asked)
    # Some of Zoho's lists pass over filters in silence, so each row is looked at.
    return [
        row
        async for row in rows
        if str(row.get("contact_name", "")).casefold() == name.casefold()
        and row.get("contact_type", kind) == kind
    ]


def the_one(name: str, found: Sequence[Fields]) -> Fields:
    """The contact that may be taken for ours; UnfitError where a person must say which one is."""
    if len(found) > 1:
        reason = f"Zoho has several contacts named {name}: merge or rename them there."
        raise UnfitError("zoho:namesake", reason)
    if found[0].get("status", ACTIVE) != ACTIVE:
        reason = f"{name} is inactive in Zoho: activate or rename it there."
        raise UnfitError("zoho:namesake", reason)
    return found[0]


async def written(session: ZohoSession, body: Mapping[str, Any]) -> Write:
    """Write a command's body as Zoho takes it: currencies and persons have ids there.

    Raises ZohoError, or UnfitError for a currency that Zoho has not.
    """
    fields = dict(body)
    contact_id = fields.pop("contact_id", None)
    if code := fields.pop("currency_code", None):
        fields["currency_id"] = await _currency_id(session, code)
    if contact_id is None:
        return Write("POST", CONTACTS, fields)
    path = f"{CONTACTS}/{contact_id}"
    fields.pop("contact_type", None)
    if "contact_persons" in fields:
        known = (await session.get(path))["contact"].get("contact_persons") or []
        fields["contact_persons"] = _with_ids(fields["contact_persons"], known)
    return Write("PUT", path, fields)


def shown(answer: Mapping[str, Any]) -> Fields:
    """The contact of an answer; raises Unavailable where it has none, for nobody knows then."""
    contact = answer.get("contact")
    if not isinstance(contact, dict) or not contact.get("contact_id"):
        raise Unavailable("Zoho says yes, and shows no contact", lost=True)
    return contact


async def _currency_id(session: ZohoSession, code: str) -> str:
    currencies = every(session, "/settings/currencies", "currencies")
    async for row in currencies:
        if row.get("currency_code") == code:
            return str(row["currency_id"])
    raise UnfitError("zoho:currency", f"Zoho does not have the currency {code}: add it there.")


def _with_ids(persons: Sequence[Fields], known: Sequence[Fields]) -> list[Fields]:
    """Give persons the ids that they have in Zoho: the primary one's, the others' in their order.

    Without its id Zoho would take a person for a new one. What else Zoho knows of one stays.
    """
    primary = [each for each in known if each.get("is_primary_contact")]
    others = [each for each in known if not each.get("is_primary_contact")]
    return [
        _person(person, primary if person["is_primary_contact"] else others) for person in persons
    ]


def _person(person: Fields, known: list[Fields]) -> Fields:
    if not known:
        return person
    return {"contact_person_id": known.pop(0)["contact_person_id"], **person}
