"""Contact persons: the primary one lends the contact its names and e-mail (Zoho: endpoints)."""

from collections.abc import Iterable, Iterator

from sandbox.zoho.call import Answer, Call, Endpoint, both
from sandbox.zoho.changes import changed
from sandbox.zoho.documents import Contact
from sandbox.zoho.encoding import Record
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.reading import flag, needed, text
from sandbox.zoho.refusals import invalid, missing

LONGEST_NAME = 100
_FIELDS = ("salutation", "email", "phone", "mobile", "designation", "department")


def entered(ids: Iterator[str], given: list[Record], old: Iterable[Record] = ()) -> list[Record]:
    """Return the persons that were entered; those that name an old one keep its id.

    Exactly one is primary: the first that says so, else the first. Raises Refused.
    """
    known = {each["contact_person_id"] for each in old}
    persons = [_person(ids, known, each) for each in given]
    first = next((each for each in persons if each["is_primary_contact"]), None)
    for person in persons:
        person["is_primary_contact"] = person is (first or persons[0])
    return persons


def _person(ids: Iterator[str], known: set[str], given: Record) -> Record:
    person_id = text(given, "contact_person_id")
    if person_id and person_id not in known:
        raise invalid("contact_person_id")
    names = {name: text(given, name) for name in ("first_name", "last_name")}
    for name, value in names.items():
        if len(value) > LONGEST_NAME:
            raise invalid(name)
    return {
        "contact_person_id": person_id or next(ids),
        **names,
        **{name: text(given, name) for name in _FIELDS},
        "is_primary_contact": flag(given, "is_primary_contact"),
    }


def _owner(org: Organisation, person_id: str) -> Contact:
    for contact in org.contacts.values():
        if any(each["contact_person_id"] == person_id for each in contact.persons):
            return contact
    raise missing("Contact person")


def _one(contact: Contact, person_id: str) -> Record:
    return next(each for each in contact.persons if each["contact_person_id"] == person_id)


def _create(call: Call) -> Answer:
    contact = call.org.contacts.get(needed(call.body, "contact_id"))
    if contact is None:
        raise missing("Contact")
    person = entered(call.org.ids, [call.body])[0]
    person["is_primary_contact"] = not contact.persons
    contact.persons = [*contact.persons, person]
    changed(call, contact, "edit")
    return call.answer("The contact person has been created.", 201, contact_person=person)


def _edit(call: Call) -> Answer:
    contact = _owner(call.org, call.path["id"])
    old = _one(contact, call.path["id"])
    given = old | call.body | {"contact_person_id": old["contact_person_id"]}
    new = _person(call.org.ids, {old["contact_person_id"]}, given)
    new["is_primary_contact"] = old["is_primary_contact"]
    contact.persons = [new if each is old else each for each in contact.persons]
    changed(call, contact, "edit")
    return call.answer("The contact person details have been updated.", contact_person=new)


def _delete(call: Call) -> Answer:
    contact = _owner(call.org, call.path["id"])
    gone = _one(contact, call.path["id"])
    contact.persons = entered(
        call.org.ids, [each for each in contact.persons if each is not gone], contact.persons
    )
    changed(call, contact, "edit")
    return call.answer("The contact person has been deleted.")


def _make_primary(call: Call) -> Answer:
    contact = _owner(call.org, call.path["id"])
    for person in contact.persons:
        person["is_primary_contact"] = person["contact_person_id"] == call.path["id"]
    changed(call, contact, "edit")
    return call.answer("This contact person has been marked as the primary contact person.")


def _listed(call: Call) -> Answer:
    contact = call.org.contacts.get(call.path["contact_id"])
    if contact is None:
        raise missing("Contact")
    return call.answer("success", contact_persons=contact.persons)


_PATH = "/contacts/contactpersons"
ENDPOINTS: tuple[Endpoint, ...] = (
    *both("POST", _PATH, "contacts.CREATE", _create),
    *both("PUT", f"{_PATH}/{{id}}", "contacts.UPDATE", _edit),
    *both("DELETE", f"{_PATH}/{{id}}", "contacts.DELETE", _delete),
    *both("POST", f"{_PATH}/{{id}}/primary", "contacts.CREATE", _make_primary),
    *both("GET", "/contacts/{contact_id}/contactpersons", "contacts.READ", _listed),
)
