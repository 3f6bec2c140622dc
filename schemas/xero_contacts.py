"""Xero's contacts as the bridge reads them: what Zoho should know of one, in Zoho's terms."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from schemas.xero_times import read_moment

Card = dict[str, Any]

ACTIVE: Final = "ACTIVE"
OURS: Final = "ZI-"  # our numbers in Xero; Zoho's id follows
PERSON: Final = ("first_name", "last_name", "email", "phone", "mobile")
PERSONAL: Final = (*PERSON, "contact_persons")  # what Zoho keeps in a contact's persons
# What goes over to Zoho (F1–F8, F10): the parts that one change of a contact is compared by.
FIELDS: Final = ("name", *PERSONAL, "billing_address", "shipping_address")


@dataclass(frozen=True, slots=True)
class XeroContact:
    """A contact of Xero's. `card` is what of it matters to Zoho, normalised, by Zoho's names."""

    id: str
    card: Card
    is_customer: bool
    is_supplier: bool
    status: str
    number: str
    currency_code: str
    merged_to: str | None
    updated_at: datetime | None

    @property
    def name(self) -> str:
        """How people know it."""
        return str(self.card["name"])


def read_contact(row: Mapping[str, Any]) -> XeroContact:
    """Read a contact as Xero answers it in detail; KeyError when it has no id."""
    return XeroContact(
        id=str(row["ContactID"]).lower(),
        card=read_card(row),
        is_customer=row.get("IsCustomer") is True,
        is_supplier=row.get("IsSupplier") is True,
        status=_text(row, "ContactStatus") or ACTIVE,
        number=_text(row, "ContactNumber"),
        currency_code=_text(row, "DefaultCurrency"),
        merged_to=_text(row, "MergedToContactID") or None,
        updated_at=read_moment(row.get("UpdatedDateUTC")),
    )


def read_card(row: Mapping[str, Any]) -> Card:
    """Read what matters to Zoho of a contact, as Xero shows one or as we send one."""
    phones = {_text(each, "PhoneType"): _phone(each) for each in _rows(row, "Phones")}
    addresses = {_text(each, "AddressType"): _address(each) for each in _rows(row, "Addresses")}
    empty = _address({})
    return {
        "name": _text(row, "Name"),
        "first_name": _text(row, "FirstName"),
        "last_name": _text(row, "LastName"),
        "email": _text(row, "EmailAddress"),
        "phone": phones.get("DEFAULT", ""),
        "mobile": phones.get("MOBILE", ""),
        "billing_address": addresses.get("POBOX", empty),
        "shipping_address": addresses.get("STREET", empty),
        "contact_persons": [_person(each) for each in _rows(row, "ContactPersons")],
    }


def shared(cards: Sequence[Card], field: str) -> Sequence[Any]:
    """What one contact in Xero may show of a field that several of ours share: what any fills."""
    shown = [card[field] for card in cards]
    return [each for each in shown if each and each != _address({})] or shown


def _rows(row: Mapping[str, Any], name: str) -> Iterable[Mapping[str, Any]]:
    return [each for each in row.get(name) or () if isinstance(each, Mapping)]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return re.sub(r"\s+", " ", str(value)).strip() if value is not None else ""


def _phone(row: Mapping[str, Any]) -> str:
    # Zoho has one field for what Xero keeps in three.
    parts = (_text(row, f"Phone{part}") for part in ("CountryCode", "AreaCode", "Number"))
    return " ".join(part for part in parts if part)


def _address(row: Mapping[str, Any]) -> Card:
    more = (_text(row, f"AddressLine{line}") for line in (2, 3, 4))
    return {
        "attention": _text(row, "AttentionTo"),
        "address": _text(row, "AddressLine1"),
        "street2": ", ".join(line for line in more if line),
        "city": _text(row, "City"),
        "state": _text(row, "Region"),
        "zip": _text(row, "PostalCode"),
        "country": _text(row, "Country"),
    }


def _person(row: Mapping[str, Any]) -> Card:
    return {
        "first_name": _text(row, "FirstName"),
        "last_name": _text(row, "LastName"),
        "email": _text(row, "EmailAddress"),
    }
