"""Contacts: they reach Xero with the first document that uses them, and follow Zoho from then."""

from typing import Any

import pytest

from tests.processors.desk import Desk, asked, body_of, told
from tests.processors.zoho import Fields, at, contact, invoice, payment

BILLING = {
    "attention": "Accounts",
    "address": "12 King St",
    "street2": "Suite 4",
    "city": "Toronto",
    "state": "ON",
    "zip": "M5H 1A1",
    "country": "Canada",
}


def person(first: str, **changes: Any) -> Fields:
    return {
        "first_name": first,
        "last_name": "Ng",
        "email": f"{first.lower()}@example.com",
        "phone": "",
        "mobile": "",
        "is_primary_contact": False,
        **changes,
    }


def test_a1_a_contact_that_no_document_uses_is_withheld(desk: Desk) -> None:
    assert told(desk.happens("contact", contact(), "created")) == [("A1", "withheld", "is_unused")]


def test_a1_an_invoice_brings_its_contact_first_as_zoho_last_told_it(desk: Desk) -> None:
    desk.happens("contact", contact(email="hello@example.com"), "created")

    decisions = desk.happens("invoice", invoice(), "created")

    assert asked(decisions) == ["contact.put contact:50", "invoice.put invoice:1"]
    assert decisions[0].document == ("contact", "50")
    assert body_of(decisions, "contact.put")["EmailAddress"] == "hello@example.com"


def test_a1_an_invoice_brings_its_contact_as_it_shows_it_when_nothing_else_is_known(
    desk: Desk,
) -> None:
    decisions = desk.happens("invoice", invoice(email="a@example.com", billing_address=BILLING))
    body = body_of(decisions, "contact.put")

    assert (body["Name"], body["ContactNumber"]) == ("Maple Ltd", "ZI-50")
    assert (body["EmailAddress"], body["DefaultCurrency"]) == ("a@example.com", "CAD")
    assert body["Addresses"][0]["AddressLine1"] == "12 King St"
    assert decisions[0].commands[0].expected == {"number": "ZI-50", "contact_type": "customer"}


def test_a1_a_write_says_when_zoho_had_the_contact_so(desk: Desk) -> None:
    desk.happens("contact", contact(last_modified_time=at(9)), "created")
    first = desk.happens("invoice", invoice())
    again = desk.happens("contact", contact(email="x@example.com", last_modified_time=at(11)))

    moments = [decisions[0].commands[0].expected["at"] for decisions in (first, again)]
    assert moments == ["2026-03-10T09:09:00-05:00", "2026-03-10T09:11:00-05:00"]


def test_a1_a_contact_is_brought_once(desk: Desk) -> None:
    desk.happens("invoice", invoice("1"))

    assert asked(desk.happens("invoice", invoice("2"))) == ["invoice.put invoice:2"]


@pytest.mark.parametrize(
    "unused", [{"status": "draft"}, {"date": "2025-12-30"}, {"status": "void"}]
)
def test_a1_a_document_that_is_not_exported_is_no_use_of_its_contact(
    desk: Desk, unused: Fields
) -> None:
    desk.happens("invoice", invoice(**unused))

    assert told(desk.happens("contact", contact())) == [("A1", "withheld", "is_unused")]


def test_a1_a_payment_alone_does_not_bring_its_contact(desk: Desk) -> None:
    assert asked(desk.happens("customer_payment", payment())) == ["payment.create payment:901"]


def test_a1_a_used_contact_follows_zoho(desk: Desk) -> None:
    desk.happens("invoice", invoice())
    desk.xero_obeys()

    first = desk.happens("contact", contact(email="new@example.com"))
    same = desk.happens("contact", contact(email="new@example.com", notes="x", outstanding=5))

    assert told(first) == [("A1", "applied", None)]
    assert asked(first) == ["contact.put contact:50"]
    assert told(same) == [("-", "superseded", "unchanged")]


def test_a1_a_deleted_contact_stays_in_xero(desk: Desk) -> None:
    desk.happens("invoice", invoice())

    assert told(desk.disappears("contact", "50")) == [("A1", "withheld", "is_kept")]
    assert told(desk.disappears("contact", "51")) == [("A1", "withheld", "never_exported")]


def test_f1_to_f10_a_contact_as_xero_gets_it(desk: Desk) -> None:
    desk.happens("invoice", invoice())
    full = contact(
        contact_name="Maple  <Trading>\tLtd ",
        first_name="Ann",
        last_name="Lee",
        email="ann@example.com",
        phone="416 555 0100",
        mobile="416 555 0199",
        billing_address=BILLING,
        shipping_address={"address": "1 Quay\nDock 2", "country": "Côte d'Ivoire"},
        contact_persons=[
            person("Bea"),
            person("Ann", last_name="Lee", is_primary_contact=True),
            *(person(name) for name in ("Cy", "Dee", "Eli", "Fay", "Gus")),
        ],
    )

    assert body_of(desk.happens("contact", full), "contact.put") == {
        "ContactNumber": "ZI-50",
        "Name": "Maple Trading Ltd",
        "FirstName": "Ann",
        "LastName": "Lee",
        "EmailAddress": "ann@example.com",
        "ContactPersons": [
            {
                "FirstName": name,
                "LastName": "Ng",
                "EmailAddress": f"{name.lower()}@example.com",
                "IncludeInEmails": False,
            }
            for name in ("Bea", "Cy", "Dee", "Eli", "Fay")
        ],
        "Phones": [
            {"PhoneType": "DEFAULT", "PhoneNumber": "416 555 0100"},
            {"PhoneType": "MOBILE", "PhoneNumber": "416 555 0199"},
        ],
        "Addresses": [
            {
                "AddressType": "POBOX",
                "AttentionTo": "Accounts",
                "AddressLine1": "12 King St",
                "AddressLine2": "Suite 4",
                "City": "Toronto",
                "Region": "ON",
                "PostalCode": "M5H 1A1",
                "Country": "Canada",
            },
            {
                "AddressType": "STREET",
                "AttentionTo": "",
                "AddressLine1": "1 Quay Dock 2",
                "AddressLine2": "",
                "City": "",
                "Region": "",
                "PostalCode": "",
                "Country": "Cote d Ivoire",
            },
        ],
        "DefaultCurrency": "CAD",
    }


def test_f10_without_a_primary_the_first_person_is_it_unless_the_contact_has_a_name_itself(
    desk: Desk,
) -> None:
    desk.happens("invoice", invoice())
    two = [person("Bea"), person("Cy")]

    nameless = desk.happens("contact", contact(contact_persons=two, last_modified_time=at(1)))
    named = desk.happens(
        "contact", contact(first_name="Ann", contact_persons=two, last_modified_time=at(2))
    )

    body = body_of(nameless, "contact.put")
    assert (body["FirstName"], body["EmailAddress"]) == ("Bea", "bea@example.com")
    assert [each["FirstName"] for each in body["ContactPersons"]] == ["Cy"]
    body = body_of(named, "contact.put")
    assert body["FirstName"] == "Ann"
    assert [each["FirstName"] for each in body["ContactPersons"]] == ["Bea", "Cy"]


# A field that is too long for Xero, where it ends up, and how much of it Xero holds.
LONG = [
    ({"contact_name": "N" * 300}, ("Name",), 255),
    ({"email": "e" * 300}, ("EmailAddress",), 255),
    ({"phone": "1" * 80}, ("Phones", 0, "PhoneNumber"), 50),
    ({"billing_address": {"address": "a" * 600}}, ("Addresses", 0, "AddressLine1"), 500),
    ({"billing_address": {"city": "c" * 300}}, ("Addresses", 0, "City"), 255),
    ({"billing_address": {"zip": "9" * 80}}, ("Addresses", 0, "PostalCode"), 50),
    ({"billing_address": {"country": "x" * 80}}, ("Addresses", 0, "Country"), 50),
]


@pytest.mark.parametrize(("fields", "path", "length"), LONG)
def test_texts_are_cut_to_what_xero_holds(
    desk: Desk, fields: Fields, path: tuple[Any, ...], length: int
) -> None:
    desk.happens("invoice", invoice())
    value = body_of(desk.happens("contact", contact(**fields)), "contact.put")
    for step in path:
        value = value[step]

    assert len(value) == length
