"""Contacts: creating, overwriting a namesake, archiving, and finding."""

from uuid import uuid4

from sandbox.xero import contact_shapes
from sandbox.xero.answer import Answer, Record
from sandbox.xero.batch import Endpoint, enveloped, run, run_one
from sandbox.xero.call import Call
from sandbox.xero.contact_rules import ARCHIVED, MISSING, NAMELESS, namesakes, problems
from sandbox.xero.listing import answered, chosen
from sandbox.xero.organisation import Organisation
from sandbox.xero.refusals import Refused, not_found, refuse_if
from sandbox.xero.where import fold

FIELDS = frozenset(
    "ContactID ContactNumber AccountNumber ContactStatus Name FirstName LastName EmailAddress "
    "IsCustomer IsSupplier UpdatedDateUTC".split()
)
_PHONES = ("DDI", "DEFAULT", "FAX", "MOBILE")
_ADDRESSES = ("POBOX", "STREET")
_DETAILS = ("Addresses", "Phones", "ContactPersons", "MergedToContactID")


# -- writing ---------------------------------------------------------------------------------------


def put(call: Call) -> Answer:
    """`PUT /Contacts`: always a new contact."""
    return run(call, ENDPOINT, _create)


def post(call: Call) -> Answer:
    """`POST /Contacts`: a new contact, or the one whose id, number or *name* it names."""
    return run(call, ENDPOINT, _upsert)


def post_one(call: Call) -> Answer:
    """`POST /Contacts/{id}`: this contact."""
    contact = _found(call.organisation, call.path["id"])

    def write(call: Call, sent: Record) -> Record:
        return _update(call, contact, sent)

    return run_one(call, ENDPOINT, contact, write, missing=MISSING)


def _create(call: Call, sent: Record) -> Record:
    if "ContactID" in sent:
        raise Refused(MISSING)
    if sent.get("ContactStatus", "ACTIVE") != "ACTIVE":
        raise Refused(f"The status '{sent['ContactStatus']}' is not valid for contacts")
    if not sent.get("Name"):
        raise Refused(NAMELESS)
    contact = {
        "ContactID": str(uuid4()),
        "ContactStatus": "ACTIVE",
        "IsSupplier": False,
        "IsCustomer": False,
        "_written": call.now,
    }
    return _save(call, contact, sent)


def _upsert(call: Call, sent: Record) -> Record:
    contact = _match(call.organisation, sent)
    return _update(call, contact, sent) if contact else _create(call, sent)


def _match(org: Organisation, sent: Record) -> Record | None:
    """Find whom a POST means: by id, else by number, else by the name of an active contact.

    So a POST that only shares a name overwrites that other contact (Xero: contacts).
    """
    table = org.books.contacts
    if "ContactID" in sent:
        contact = table.get(sent["ContactID"])
        if contact is None:
            raise Refused(MISSING)
        return contact
    return next(iter(table.find("number", sent.get("ContactNumber"))), None) or next(
        iter(namesakes(org, sent.get("Name", ""))), None
    )


def _update(call: Call, contact: Record, sent: Record) -> Record:
    status = sent.get("ContactStatus", "ACTIVE")
    if contact["ContactStatus"] != "ACTIVE":
        raise Refused(ARCHIVED)
    if status not in ("ACTIVE", "ARCHIVED"):
        raise Refused(f"The status '{status}' is not valid for contacts")
    return _save(call, contact, sent)


def _save(call: Call, contact: Record, sent: Record) -> Record:
    """Put the contact with what was sent laid over it: what isn't sent keeps its value."""
    refuse_if(problems(call.organisation, contact["ContactID"], sent))
    merged = {**contact, **sent, **_arrays(call.organisation, contact, sent)}
    return call.organisation.books.contacts.put({**merged, "UpdatedDateUTC": call.now})


def _arrays(org: Organisation, contact: Record, sent: Record) -> Record:
    kinds = {"Phones": "PhoneType", "Addresses": "AddressType"}
    if not org.merge_arrays:
        return {}
    return {
        name: list({entry[kind]: entry for entry in [*contact.get(name, []), *sent[name]]}.values())
        for name, kind in kinds.items()
        if name in sent
    }


# -- reading ---------------------------------------------------------------------------------------


def index(call: Call) -> Answer:
    """`GET /Contacts`: active ones, unless `includeArchived=true` or ids are asked for."""
    rows = chosen(call, call.organisation.books.contacts)
    if call.query.get("includearchived", "").lower() != "true" and "ids" not in call.query:
        rows = (row for row in rows if row["ContactStatus"] != "ARCHIVED")
    if term := fold(call.query.get("searchterm", "")):
        rows = (row for row in rows if _mentions(row, term))
    viewed = (view(call, row) for row in rows)
    return answered(call, "Contacts", viewed, FIELDS, "ContactID", _slim)


def _mentions(contact: Record, term: str) -> bool:
    names = "Name FirstName LastName EmailAddress ContactNumber CompanyNumber".split()
    return any(term in fold(contact.get(name) or "") for name in names)


def _slim(contact: Record) -> Record:
    return {name: value for name, value in contact.items() if name not in _DETAILS}


def show(call: Call) -> Answer:
    """`GET /Contacts/{id or ContactNumber}`: one of them, if there should be two of the number."""
    contact = _found(call.organisation, call.path["id"])
    return enveloped(call, {"Contacts": [view(call, contact)]})


def _found(org: Organisation, name: str) -> Record:
    table = org.books.contacts
    contact = table.get(name) or next(iter(table.find("number", name)), None)
    if contact is None:
        raise not_found()
    return contact


def view(_call: Call, contact: Record) -> Record:
    """A contact as answered: every kind of phone and address is there, empty or not."""
    phones = {phone["PhoneType"]: phone for phone in contact.get("Phones", ())}
    addresses = {address["AddressType"]: address for address in contact.get("Addresses", ())}
    blank = dict.fromkeys(["PhoneNumber", "PhoneAreaCode", "PhoneCountryCode"], "")
    return {
        **contact,
        "Phones": [{**blank, **phones.get(kind, {"PhoneType": kind})} for kind in _PHONES],
        "Addresses": [addresses.get(kind, {"AddressType": kind}) for kind in _ADDRESSES],
        "ContactPersons": contact.get("ContactPersons", []),
        "ContactGroups": [],
        "HasAttachments": False,
        "HasValidationErrors": False,
    }


ENDPOINT = Endpoint("Contacts", "ContactID", contact_shapes.Contact, view)
