"""Customers and vendors (Zoho: endpoints, contacts)."""

from sandbox.zoho.call import Answer, Call, Endpoint, both
from sandbox.zoho.changes import changed, deleted
from sandbox.zoho.currencies import by_id
from sandbox.zoho.documents import Contact
from sandbox.zoho.encoding import Record
from sandbox.zoho.kinds import CONTACT
from sandbox.zoho.listing import contains, equal, filtered_by, listed
from sandbox.zoho.organisation import Organisation
from sandbox.zoho.persons import entered
from sandbox.zoho.reading import needed, one, rows, text
from sandbox.zoho.refusals import Refused, invalid, missing, not_now
from sandbox.zoho.shapes import detail, line

LONGEST_NAME = 200
_TYPES = frozenset({"customer", "vendor"})


def found(org: Organisation, contact_id: str) -> Contact:
    """Return the contact. Raises Refused (1002) where there is none."""
    contact = org.contacts.get(contact_id)
    if contact is None:
        raise missing(CONTACT.title)
    return contact


def _name(call: Call, given: Record, contact_type: str, contact_id: str = "") -> str:
    name = needed(given, "contact_name")
    if len(name) > LONGEST_NAME:
        raise invalid("contact_name")
    for other in call.org.contacts.values():
        same = other.number.casefold() == name.casefold() and other.contact_type == contact_type
        if same and other.id != contact_id:
            raise Refused(3062, f'The contact "{name}" already exists. Specify another name.')
    return name


def _create(call: Call) -> Answer:
    org, given = call.org, call.body
    contact_type = text(given, "contact_type", "customer")
    if contact_type not in _TYPES:
        raise invalid("contact_type")
    currency_id = text(given, "currency_id")
    currency = by_id(org.currencies, currency_id) if currency_id else org.base_currency
    name = _name(call, given, contact_type)
    _checked(given)
    contact = Contact(
        CONTACT, next(org.ids), name, given, call.now, call.now, contact_type, currency
    )
    contact.persons = entered(org.ids, rows(given, "contact_persons"))
    contact.billing_id, contact.shipping_id = next(org.ids), next(org.ids)
    org.contacts[contact.id] = contact
    changed(call, contact, "create")
    return call.answer("The contact has been added.", 201, contact=detail(org, contact))


def _checked(given: Record) -> None:
    for name in ("billing_address", "shipping_address"):
        for part in one(given, name):
            text(one(given, name), part)
    for name in ("company_name", "website", "notes"):
        text(given, name)


def _edit(call: Call) -> Answer:
    contact = found(call.org, call.path["id"])
    given = contact.given | call.body
    if text(given, "contact_type", "customer") != contact.contact_type:
        raise not_now("A contact with transactions cannot change its type.")
    name = _name(call, given, contact.contact_type, contact.id)
    _checked(given)
    if "currency_id" in call.body:
        contact.currency = _changed_currency(call.org, contact, given)
    if "contact_persons" in call.body:
        contact.persons = entered(call.org.ids, rows(given, "contact_persons"), contact.persons)
    contact.given, contact.number = given, name
    changed(call, contact, "edit")
    answer = detail(call.org, contact)
    return call.answer("Contact information has been saved.", contact=answer)


def _changed_currency(org: Organisation, contact: Contact, given: Record) -> str:
    code = by_id(org.currencies, needed(given, "currency_id"))
    if code != contact.currency and org.of_contact(contact.id):
        raise not_now("The currency of a contact with transactions cannot be changed.")
    return code


def _delete(call: Call) -> Answer:
    contact = found(call.org, call.path["id"])
    if call.org.of_contact(contact.id):
        raise not_now("A contact with transactions cannot be deleted.")
    record = detail(call.org, contact)
    del call.org.contacts[contact.id]
    deleted(call, contact, record)
    return call.answer("The contact has been deleted.")


def _read(call: Call) -> Answer:
    return call.answer("success", contact=detail(call.org, found(call.org, call.path["id"])))


def _addresses(call: Call) -> Answer:
    shown = detail(call.org, found(call.org, call.path["id"]))
    return call.answer("success", addresses=[shown["billing_address"], shown["shipping_address"]])


def _mark(call: Call, *, active: bool) -> Answer:
    contact = found(call.org, call.path["id"])
    contact.is_active = active
    changed(call, contact, "edit")
    return call.answer(f"The contact has been marked as {'active' if active else 'inactive'}.")


def _activate(call: Call) -> Answer:
    return _mark(call, active=True)


def _deactivate(call: Call) -> Answer:
    return _mark(call, active=False)


def _listed(call: Call) -> Answer:
    filters = {
        "filter_by": filtered_by,
        "contact_name": equal("contact_name"),
        "contact_name_contains": contains("contact_name"),
        "company_name": equal("company_name"),
        "email": equal("email"),
        "phone": equal("phone"),
    }
    if call.product == "inventory":  # in Books vendors come all the same (Zoho: lists)
        filters["contact_type"] = equal("contact_type")
    shown = (line(call.org, each) for each in call.org.contacts.values())
    return listed(call, "contacts", shown, filters, ("contact_name", "last_modified_time"))


ENDPOINTS: tuple[Endpoint, ...] = (
    *both("GET", "/contacts", "contacts.READ", _listed),
    *both("POST", "/contacts", "contacts.CREATE", _create),
    *both("GET", "/contacts/{id}", "contacts.READ", _read),
    *both("PUT", "/contacts/{id}", "contacts.UPDATE", _edit),
    *both("DELETE", "/contacts/{id}", "contacts.DELETE", _delete),
    *both("POST", "/contacts/{id}/active", "contacts.CREATE", _activate),
    *both("POST", "/contacts/{id}/inactive", "contacts.CREATE", _deactivate),
    *both("GET", "/contacts/{id}/address", "contacts.READ", _addresses),
)
