"""What a contact that was made or changed in Xero asks of Zoho (A1's other way, C3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processors.decisions import Decision
from processors.plans.contacts import thing_of
from processors.xero.contacts import Twin, XeroCase, decide
from schemas.documents import Contact
from schemas.words import Ref
from schemas.xero_contacts import Card, read_card, read_contact

ID = "5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOTH = frozenset({"customers", "vendors"})
ACME: dict[str, Any] = {
    "ContactID": ID.upper(),
    "Name": "Acme Ltd",
    "FirstName": "Ada",
    "EmailAddress": "ada@example.com",
    "Phones": [
        {"PhoneType": "DEFAULT", "PhoneCountryCode": "1", "PhoneNumber": "555"},
        {"PhoneType": "FAX", "PhoneNumber": "9"},
    ],
    "Addresses": [{"AddressType": "POBOX", "AddressLine1": "Main St 1", "City": "Toronto"}],
    "ContactPersons": [{"FirstName": "Bo", "EmailAddress": "bo@example.com"}],
    "IsCustomer": True,
    "IsSupplier": False,
    "UpdatedDateUTC": "/Date(1764072000000+0000)/",
}
ZOHO = Contact.model_validate(
    {
        "contact_id": "1",
        "contact_name": "Acme Ltd",
        "contact_type": "customer",
        "billing_address": {"address": "Main St 1", "city": "Toronto"},
        "contact_persons": [
            {"first_name": "Ada", "email": "ada@example.com", "phone": "1 555", "mobile": "7",
             "is_primary_contact": True},
            {"first_name": "Bo", "email": "bo@example.com", "phone": "8"},
        ],
    }
)  # fmt: skip


def case(*twins: Twin, **fields: Any) -> XeroCase:
    changed = fields.pop("xero", {})
    given = {"seen": None, "seen_at": None, "imports": BOTH, "base_currency": "CAD", **fields}
    return XeroCase(read_contact(ACME | changed), twins=twins, **given)


def twin(contact: Contact = ZOHO, *, used: bool = True, at: datetime = NOON) -> Twin:
    told = replace(thing_of(contact), at=at) if used else None
    return Twin(Ref("contact", contact.id), contact, told, at)


def seen() -> Card:
    """What Xero held when it was as ZOHO is."""
    return read_card(ACME | {"Phones": [{"PhoneType": "DEFAULT", "PhoneNumber": "1 555"},
                                        {"PhoneType": "MOBILE", "PhoneNumber": "7"}]})  # fmt: skip


def edited(minutes: float = 5, **fields: Any) -> dict[str, Any]:
    """Xero's contact as ZOHO is, with changes of a person in Xero."""
    at = NOON + timedelta(minutes=minutes)
    phones = [
        {"PhoneType": "DEFAULT", "PhoneNumber": "1 555"},
        {"PhoneType": "MOBILE", "PhoneNumber": "7"},
    ]
    return {"Phones": phones, "UpdatedDateUTC": at.isoformat(), **fields}


def told(decisions: list[Decision]) -> list[tuple[str, str | None]]:
    return [(decision.outcome, decision.code) for decision in decisions]


def bodies(decisions: list[Decision]) -> list[dict[str, Any]]:
    commands = (command for decision in decisions for command in decision.commands)
    return [dict(each.body or {}) for each in commands if each.kind == "zoho_contact.put"]


def test_a1_a_customer_of_xeros_becomes_one_in_zoho() -> None:
    (decision,) = decide(case(xero={"DefaultCurrency": "USD"}))

    (command,) = decision.commands
    assert command.tickets == (Ref("xero_contact", ID),)
    assert command.body == {
        "contact_type": "customer",
        "contact_name": "Acme Ltd",
        "currency_code": "USD",
        "contact_persons": [
            {"first_name": "Ada", "last_name": "", "email": "ada@example.com", "phone": "1 555",
             "mobile": "", "is_primary_contact": True},
            {"first_name": "Bo", "last_name": "", "email": "bo@example.com", "phone": "",
             "mobile": "", "is_primary_contact": False},
        ],
        "billing_address": {"attention": "", "address": "Main St 1", "street2": "",
                            "city": "Toronto", "state": "", "zip": "", "country": ""},
        "shipping_address": dict.fromkeys(
            ("attention", "address", "street2", "city", "state", "zip", "country"), ""),
    }  # fmt: skip


def test_a1_one_that_is_both_becomes_both() -> None:
    made = bodies(decide(case(xero={"IsSupplier": True})))

    assert [body["contact_type"] for body in made] == ["customer", "vendor"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"xero": {"IsCustomer": False}}, "no_role"),
        ({"xero": {"ContactStatus": "ARCHIVED"}}, "archived"),
        ({"xero": {"MergedToContactID": ID}}, "merged"),
        ({"xero": {"ContactNumber": "ZI-1"}}, "link_unknown"),
        ({"deleted": frozenset({"customer"})}, "deleted_in_zoho"),
        ({"imports": frozenset()}, "import_is_off"),
        ({"imports": frozenset({"vendors"})}, "import_is_off"),
    ],
)
def test_a1_what_does_not_go_to_zoho_says_why(fields: dict[str, Any], code: str) -> None:
    assert told(decide(case(**fields))) == [("withheld", code)]


def test_c3_each_role_has_its_switch() -> None:
    decisions = decide(case(xero={"IsSupplier": True}, imports=frozenset({"customers"})))

    assert told(decisions) == [("applied", None), ("withheld", "import_is_off")]


def test_a1_what_we_wrote_to_xero_ourselves_goes_nowhere() -> None:
    assert told(decide(case(twin(), xero=edited()))) == [("superseded", "unchanged")]


def test_a1_only_what_was_changed_in_xero_is_written_to_zoho() -> None:
    (decision,) = decide(case(twin(), seen=seen(), xero=edited(Name="Acme Inc")))

    assert bodies([decision]) == [
        {"contact_id": "1", "contact_type": "customer", "contact_name": "Acme Inc"}
    ]
    assert decision.tells is not None
    assert decision.tells.content["name"] == "Acme Inc"
    assert [command.kind for command in decision.commands] == ["zoho_contact.put"]


def test_a1_a_changed_person_keeps_what_only_zoho_knows() -> None:
    people = [{"FirstName": "Bob", "EmailAddress": "bo@example.com"}, {"FirstName": "Cy"}]
    (decision,) = decide(case(twin(), seen=seen(), xero=edited(ContactPersons=people)))

    (body,) = bodies([decision])
    assert [(each["first_name"], each["phone"]) for each in body["contact_persons"]] == [
        ("Ada", "1 555"),
        ("Bob", "8"),
        ("Cy", ""),
    ]


def test_a1_what_we_expect_zoho_to_say_then_is_what_it_is_told() -> None:
    (decision,) = decide(case(twin(), seen=seen(), xero=edited(FirstName="Eve")))

    (body,) = bodies([decision])
    after = {**ZOHO.model_dump(), "first_name": "Eve", "email": "ada@example.com", "phone": "1 555",
             "mobile": "7", "contact_persons": body["contact_persons"]}  # fmt: skip
    assert decision.tells is not None
    assert decision.tells.content == thing_of(Contact.model_validate(after)).content


def changed_in_zoho(**fields: Any) -> Contact:
    return ZOHO.model_copy(update=fields)


def test_a1_of_two_changes_of_one_field_zohos_stays_when_it_is_the_newer() -> None:
    ours = twin(changed_in_zoho(name="Acme Zoho"), at=NOON + timedelta(minutes=9))
    (decision,) = decide(case(ours, seen=seen(), xero=edited(Name="Acme Xero")))

    assert (decision.outcome, decision.code) == ("withheld", "newer_in_zoho")
    assert [command.kind for command in decision.commands] == ["contact.put"]
    assert bodies([decision]) == []


def test_a1_of_two_changes_of_one_field_xeros_wins_when_it_is_the_newer() -> None:
    ours = twin(changed_in_zoho(name="Acme Zoho"), at=NOON + timedelta(minutes=1))
    (decision,) = decide(case(ours, seen=seen(), xero=edited(Name="Acme Xero")))

    assert bodies([decision])[0]["contact_name"] == "Acme Xero"


def test_a1_two_changes_of_different_fields_both_count() -> None:
    ours = twin(changed_in_zoho(name="Acme Zoho"), at=NOON + timedelta(minutes=1))
    (decision,) = decide(case(ours, seen=seen(), xero=edited(Addresses=[])))

    (body,) = bodies([decision])
    assert "contact_name" not in body
    assert body["billing_address"]["city"] == ""
    put = decision.commands[1]
    assert put.body is not None
    assert (put.kind, put.body["Name"]) == ("contact.put", "Acme Zoho")


def test_a1_a_contact_that_no_document_uses_is_changed_in_zoho_and_not_in_xero() -> None:
    (decision,) = decide(case(twin(used=False), seen=seen(), xero=edited(Name="Acme Inc")))

    assert [command.kind for command in decision.commands] == ["zoho_contact.put"]
    assert decision.tells is None


def test_a1_an_older_reading_changes_nothing() -> None:
    late = case(twin(), seen=seen(), seen_at=NOON + timedelta(hours=1), xero=edited(Name="Old"))

    assert told(decide(late)) == [("superseded", "older_version")]
