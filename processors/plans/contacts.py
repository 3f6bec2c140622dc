"""Contacts: what Xero should hold of a customer or a vendor, and how it is asked for (A1)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from processors.cases import PURCHASES, Case, Plans
from processors.plans.building import ask, letters, tidy
from processors.things import Thing
from schemas.commands import Body, Command
from schemas.documents import Contact, Dated, Document, Trade
from schemas.parts import Address, Person
from schemas.words import Ref
from schemas.xero_contacts import OURS, PERSON, PERSONAL, Card, read_card

# Xero: contacts, lengths.
NAME, NUMBER, LINE, PLACE, SHORT = 255, 50, 500, 255, 50
MOST_PERSONS: Final = 5  # besides the primary (F10)

# The parts of a contact that each field of what Zoho is asked to hold carries.
CARRIED: Final[Mapping[str, Sequence[str]]] = {
    "contact_name": ("name",),
    "contact_persons": PERSONAL,
    "billing_address": ("billing_address",),
    "shipping_address": ("shipping_address",),
}

# What of a contact reaches Xero: only a change of these is written there.
MATTERS: Final = {
    "id",
    "name",
    "contact_type",
    "first_name",
    "last_name",
    "email",
    "phone",
    "mobile",
    "currency_code",
    "billing_address",
    "shipping_address",
    "contact_persons",
}


def wanted(document: Document) -> Iterator[Thing]:
    """A contact is one thing; whether it is due yet is a matter of its use."""
    if isinstance(document, Contact):
        yield thing_of(document)


def contact_thing(case: Case, ref: Ref) -> Thing:
    """The contact of a case's document: as Zoho last told it, else as the document shows it."""
    known = case.about(ref).document
    return thing_of(
        known if isinstance(known, Contact) else _sketch(case.document, case.ref.entity)
    )


def _sketch(document: Document | None, entity: str) -> Contact:
    if not isinstance(document, Dated):
        raise TypeError(f"a {entity} names no contact")
    trade = document if isinstance(document, Trade) else None
    return Contact(
        id=document.contact_id,
        name=document.contact_name or f"Zoho contact {document.contact_id}",
        contact_type="vendor" if entity in PURCHASES else "customer",
        email=trade.email if trade else "",
        currency_code=document.currency_code,
        billing_address=trade.billing_address if trade else None,
        shipping_address=trade.shipping_address if trade else None,
    )


def put(case: Case, thing: Thing) -> Iterator[Command]:
    """Create the contact in Xero or bring it up to date."""
    yield put_command(replace(thing, at=thing.at or case.about(thing.owner).at))


def put_command(thing: Thing) -> Command:
    """Ask Xero to hold a contact as the thing says.

    Of a customer and a vendor that are one contact in Xero the newer one counts, so it says `at`.
    """
    contact = Contact.model_validate(thing.content)
    at = {"at": thing.at.isoformat()} if thing.at else {}
    return ask(
        "contact.put",
        thing.key,
        thing.homes,
        lambda: _body(contact),
        expected={"number": f"{OURS}{contact.id}", "contact_type": contact.contact_type, **at},
    )


def thing_of(contact: Contact) -> Thing:
    """What Xero should hold because of a contact."""
    ref = Ref("contact", contact.id)
    return Thing(str(ref), contact.model_dump(mode="json", include=MATTERS), (ref,))


def card_of(contact: Contact) -> Card:
    """What Xero should show of a contact, as Xero's contacts are read."""
    return read_card(_body(contact))


def with_changes(contact: Contact, changes: Card) -> Contact:
    """The same contact with what was changed in Xero; what Xero does not know of it stays."""
    primary, others = _persons(contact)
    main = {
        name: changes.get(name, getattr(primary, name) or getattr(contact, name)) for name in PERSON
    }
    named = changes.get("contact_persons")
    if named is not None:
        others = [*map(_known, named, [*others, *[Person()] * len(named)]), *others[MOST_PERSONS:]]
    persons = [primary.model_copy(update={**main, "is_primary_contact": True}), *others]
    addresses: Card = {
        name: Address.model_validate(changes[name])
        for name in ("billing_address", "shipping_address")
        if name in changes
    }
    if not changes.keys() & set(PERSONAL):
        persons, main = list(contact.contact_persons), {}
    update = {"name": changes.get("name", contact.name), "contact_persons": tuple(persons)}
    return contact.model_copy(update={**main, **update, **addresses})


def arrived(contact: Contact, asked: Iterable[Body], former: Sequence[Card]) -> Contact:
    """The contact as Zoho will show it once what it was asked to hold has arrived there.

    `asked` is what this version may not show yet, in order; `former` is what Xero showed of parts
    before it changed them. A part that Xero had once, and that is to change, is late: the stamp of
    its version is that of an earlier write of ours. Anything else is a person's change, and stays.
    """
    body: Body = {}
    for each in asked:
        body |= each
    named = {"contact_id": contact.id, "contact_name": contact.name}
    shown, coming = card_of(contact), card_of(Contact.model_validate(named | body))
    parts = {part for name in body for part in CARRIED.get(name, ()) if shown[part] != coming[part]}
    late = {part for part in parts if any(old.get(part) == shown[part] for old in former)}
    return with_changes(contact, {part: coming[part] for part in late})


def _known(named: Card, known: Person) -> Person:
    return known.model_copy(update={**named, "is_primary_contact": False})


def written(contact: Contact, changes: Card) -> Body:
    """Write what was changed in Xero as Zoho takes it; its persons are always written together."""
    body: Body = {"contact_name": contact.name} if "name" in changes else {}
    if changes.keys() & set(PERSONAL):
        body["contact_persons"] = [person.model_dump() for person in contact.contact_persons]
    for name in ("billing_address", "shipping_address"):
        if name in changes:
            body[name] = changes[name]
    return body


def keep(_case: Case, _thing: Thing) -> Iterator[Command]:
    """Nothing is taken away: see the rule."""
    yield from ()


def name_of(contact: Contact) -> str:
    """The contact's name as Xero takes it."""
    return tidy(re.sub(r"[<>]", " ", contact.name), NAME) or f"Zoho contact {contact.id}"


def _body(contact: Contact) -> Body:
    primary, others = _persons(contact)
    return {
        "ContactNumber": f"{OURS}{contact.id}"[:NUMBER],
        "Name": name_of(contact),
        "FirstName": tidy(primary.first_name or contact.first_name, NAME),
        "LastName": tidy(primary.last_name or contact.last_name, NAME),
        "EmailAddress": tidy(primary.email or contact.email, NAME),
        "ContactPersons": [_person(person) for person in others[:MOST_PERSONS]],
        "Phones": [
            _phone("DEFAULT", contact.phone or primary.phone),
            _phone("MOBILE", contact.mobile or primary.mobile),
        ],
        "Addresses": [
            _address("POBOX", contact.billing_address),
            _address("STREET", contact.shipping_address),
        ],
    } | ({"DefaultCurrency": contact.currency_code} if contact.currency_code else {})


def _persons(contact: Contact) -> tuple[Person, list[Person]]:
    """The primary person and the others; without a flag the contact's own fields are primary."""
    persons = list(contact.contact_persons)
    flagged = next((person for person in persons if person.is_primary_contact), None)
    nameless = not (contact.first_name or contact.last_name or contact.email)
    primary = flagged or (persons[0] if persons and nameless else Person())
    return primary, [person for person in persons if person is not primary]


def _person(person: Person) -> Body:
    return {
        "FirstName": tidy(person.first_name, NAME),
        "LastName": tidy(person.last_name, NAME),
        "EmailAddress": tidy(person.email, NAME),
        "IncludeInEmails": False,
    }


def _phone(kind: str, number: str) -> Body:
    # Sent empty too: what was taken out in Zoho goes from Xero.
    return {"PhoneType": kind, "PhoneNumber": tidy(number, SHORT)}


def _address(kind: str, address: Address | None) -> Body:
    address = address or Address()
    return {
        "AddressType": kind,
        "AttentionTo": tidy(address.attention, PLACE),
        "AddressLine1": tidy(address.address, LINE),
        "AddressLine2": tidy(address.street2, LINE),
        "City": tidy(address.city, PLACE),
        "Region": tidy(address.state, PLACE),
        "PostalCode": tidy(address.zip, SHORT),
        "Country": letters(address.country, SHORT),
    }


PLANS: Final[Plans] = {
    "contact.create": put,
    "contact.update": put,
    "contact.remove": keep,
}
