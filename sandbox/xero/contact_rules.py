"""What Xero says against a contact: lengths, names and numbers taken, people, currency."""

import re
from collections.abc import Iterator

from sandbox.xero.answer import Record
from sandbox.xero.organisation import Organisation

NAMELESS = (
    "The Contact must contain at least 1 of the following elements to identify the contact: "
    "Name, ContactID, ContactNumber"
)
ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
MISSING = "A Contact with the specified ContactID could not be found"
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."

_LENGTHS = {
    "Name": 255,
    "ContactNumber": 50,
    "AccountNumber": 50,
    "FirstName": 255,
    "LastName": 255,
    "EmailAddress": 255,
    "CompanyNumber": 50,
    "TaxNumber": 50,
}
_ADDRESS_LENGTHS = {
    **{f"AddressLine{line}": 500 for line in range(1, 5)},
    **dict.fromkeys(["City", "Region", "AttentionTo"], 255),
    **dict.fromkeys(["PostalCode", "Country"], 50),
}
_PHONE_LENGTHS = {"PhoneNumber": 50, "PhoneAreaCode": 10, "PhoneCountryCode": 20}
_EMAIL = re.compile(r"[!-?A-~]+@[!-?A-~]+\.[!-?A-~]+")  # printable ASCII: no umlauts (Xero)
_MOST_PERSONS = 5


def namesakes(org: Organisation, name: str) -> list[Record]:
    """Return the active contacts of this name, letter case aside."""
    found = org.books.contacts.find("name", name)
    return [contact for contact in found if contact["ContactStatus"] == "ACTIVE"]


def problems(org: Organisation, contact_id: str, sent: Record) -> Iterator[str]:
    """Say all that is wrong with what is sent for the contact of this id."""
    yield from _too_long(sent, _LENGTHS)
    for address in sent.get("Addresses", ()):
        yield from _too_long(address, _ADDRESS_LENGTHS)
        if any(char.isdigit() for char in address.get("Country", "")):
            yield "The Country must hold letters only."
    for phone in sent.get("Phones", ()):
        yield from _too_long(phone, _PHONE_LENGTHS)
    yield from _name_problems(org, contact_id, sent)
    yield from _person_problems(sent)
    currency = sent.get("DefaultCurrency")
    if currency and currency not in org.currencies:
        yield f"Organisation is not subscribed to currency {currency}"


def _name_problems(org: Organisation, contact_id: str, sent: Record) -> Iterator[str]:
    name, number = sent.get("Name"), sent.get("ContactNumber")
    if name is not None and (not name or name != " ".join(name.split()) or set(name) & set("<>")):
        yield "The Name must not be empty, nor hold < or >, nor needless spaces."
    if name and any(other["ContactID"] != contact_id for other in namesakes(org, name)):
        yield (
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    holders = org.books.contacts.find("number", number)
    if any(holder["ContactID"] != contact_id for holder in holders):
        yield NUMBER_TAKEN


def _person_problems(sent: Record) -> Iterator[str]:
    persons = sent.get("ContactPersons", [])
    if len(persons) > _MOST_PERSONS:
        yield f"A contact can have at most {_MOST_PERSONS} contact persons."
    for person in (sent, *persons):
        email = person.get("EmailAddress")
        if email and not _EMAIL.fullmatch(email):
            yield "Email address must be valid"


def _too_long(sent: Record, lengths: dict[str, int]) -> Iterator[str]:
    for name, most in lengths.items():
        if len(sent.get(name) or "") > most:
            yield f"The {name} must have at most {most} characters."
