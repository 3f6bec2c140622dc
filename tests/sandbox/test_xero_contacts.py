"""Contacts: names and numbers that are taken, partial updates, and the one-way archive."""

from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, an_invoice, only, refusals

ARCHIVED = (
    "The specified contact details matched an archived contact. "
    "Archived contacts cannot currently be edited via the API."
)
CLOSED = (
    "The contact with the specified contact details has been archived. "
    "The contact must be un-archived before creating new invoices or credit notes"
)
NAME_TAKEN = (
    "The contact name {} is already assigned to another contact. "
    "The contact name must be unique across all active contacts."
)
NUMBER_TAKEN = "Another contact has this contact number. Please enter a different contact number."


async def put(xero: Desk, **contact: Any) -> Any:
    return await xero.put("/Contacts", {"Contacts": [contact]})


async def post(xero: Desk, contact_id: str, **contact: Any) -> Any:
    return await xero.post(f"/Contacts/{contact_id}", {"Contacts": [contact]})


async def test_a_name_is_unique_among_active_contacts(xero: Desk) -> None:
    first = await xero.contact("Acme")

    assert refusals(await put(xero, Name="ACME")) == [NAME_TAKEN.format("ACME")]

    await post(xero, first, ContactStatus="ARCHIVED")

    assert (await put(xero, Name="Acme")).status_code == 200


async def test_a_number_is_unique_over_archived_contacts_too(xero: Desk) -> None:
    first = await xero.contact("Acme", ContactNumber="Z-1")
    await post(xero, first, ContactStatus="ARCHIVED")

    assert refusals(await put(xero, Name="Other", ContactNumber="Z-1")) == [NUMBER_TAKEN]


async def test_a_post_overwrites_a_namesake(xero: Desk) -> None:
    first = await xero.contact("Acme", ContactNumber="Z-1")

    answer = await xero.post("/Contacts", {"Contacts": [{"Name": "Acme", "ContactNumber": "Z-2"}]})

    contact = only(answer, "Contacts")
    assert (contact["ContactID"], contact["ContactNumber"]) == (first, "Z-2")


async def test_a_post_finds_by_number_before_name(xero: Desk) -> None:
    first = await xero.contact("Acme", ContactNumber="Z-1")

    answer = await xero.post("/Contacts", {"Contacts": [{"Name": "New", "ContactNumber": "Z-1"}]})

    assert only(answer, "Contacts")["ContactID"] == first


async def test_a_post_by_id_takes_nobody_else_s_name(xero: Desk) -> None:
    await xero.contact("Acme")
    other = await xero.contact("Other")

    answer = await xero.post("/Contacts", {"Contacts": [{"ContactID": other, "Name": "Acme"}]})

    assert refusals(answer) == [NAME_TAKEN.format("Acme")]


async def test_an_update_is_partial(xero: Desk) -> None:
    contact = await xero.contact("Acme", EmailAddress="a@acme.example", FirstName="Ann")

    changed = only(await post(xero, contact, FirstName="Anna"), "Contacts")

    assert changed["FirstName"] == "Anna"
    assert changed["EmailAddress"] == "a@acme.example"
    assert changed["Name"] == "Acme"


async def test_an_archived_contact_is_closed_for_good(xero: Desk) -> None:
    contact = await xero.contact()
    await post(xero, contact, ContactStatus="ARCHIVED")

    assert refusals(await post(xero, contact, ContactStatus="ACTIVE")) == [ARCHIVED]
    assert refusals(await post(xero, contact, FirstName="Ann")) == [ARCHIVED]


async def test_an_archived_contact_takes_no_documents_and_blocks_their_voids(xero: Desk) -> None:
    contact = await xero.contact()
    invoice = await xero.invoice(contact)
    await xero.control("settings", {"archive_contact": contact})

    new = await xero.put("/Invoices", {"Invoices": [an_invoice(contact)]})
    void = await xero.post(f"/Invoices/{invoice['InvoiceID']}", {"Status": "VOIDED"})

    assert refusals(new) == [CLOSED]
    assert refusals(void) == [ARCHIVED]


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        ({}, "The Contact must contain at least 1 of the following elements"),
        ({"Name": "x" * 256}, "The Name must have at most 255"),
        ({"Name": "A  B"}, "needless spaces"),
        ({"Name": "A <B>"}, "nor hold < or >"),
        ({"Name": "A", "ContactNumber": "x" * 51}, "The ContactNumber must have at most 50"),
        ({"Name": "A", "EmailAddress": "a at b"}, "Email address must be valid"),
        ({"Name": "A", "EmailAddress": "jürgen@b.example"}, "Email address must be valid"),
        ({"Name": "A", "ContactStatus": "ARCHIVED"}, "The status 'ARCHIVED' is not valid"),
        ({"Name": "A", "DefaultCurrency": "GBP"}, "not subscribed to currency GBP"),
        ({"Name": "A", "ContactPersons": [{"FirstName": "B"}] * 6}, "at most 5 contact persons"),
        (
            {"Name": "A", "Addresses": [{"AddressType": "POBOX", "PostalCode": "x" * 51}]},
            "The PostalCode must have at most 50",
        ),
        (
            {"Name": "A", "Phones": [{"PhoneType": "MOBILE", "PhoneNumber": "5" * 51}]},
            "The PhoneNumber must have at most 50",
        ),
    ],
)
async def test_a_contact_that_doesn_t_pass(
    xero: Desk, contact: dict[str, Any], sentence: str
) -> None:
    answer = await xero.put("/Contacts", {"Contacts": [{"EmailAddress": "", **contact}]})

    assert sentence in refusals(answer)[0]


async def test_a_delivery_address_is_not_for_contacts(xero: Desk) -> None:
    answer = await put(xero, Name="A", Addresses=[{"AddressType": "DELIVERY"}])

    assert answer.json()["ErrorNumber"] == 14


@pytest.mark.parametrize(("merge", "mobile"), [(True, "2"), (False, "")])
async def test_phones_that_are_not_sent_stay_or_go(xero: Desk, merge: bool, mobile: str) -> None:
    await xero.control("settings", {"merge_arrays": merge})
    phones = [
        {"PhoneType": "DEFAULT", "PhoneNumber": "1"},
        {"PhoneType": "MOBILE", "PhoneNumber": "2"},
    ]
    contact = await xero.contact(Phones=phones)

    changed = only(
        await post(xero, contact, Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "3"}]), "Contacts"
    )

    numbers = {phone["PhoneType"]: phone["PhoneNumber"] for phone in changed["Phones"]}
    assert numbers == {"DDI": "", "DEFAULT": "3", "FAX": "", "MOBILE": mobile}


async def test_the_first_document_makes_a_customer_and_is_no_change_of_it(xero: Desk) -> None:
    contact = await xero.contact()
    before = only(await xero.get(f"/Contacts/{contact}"), "Contacts")
    xero.state.clock.advance(60)
    await xero.invoice(contact, Type="ACCPAY")

    after = only(await xero.get(f"/Contacts/{contact}"), "Contacts")

    assert (after["IsCustomer"], after["IsSupplier"]) == (False, True)
    assert after["UpdatedDateUTC"] == before["UpdatedDateUTC"]


async def test_a_contact_is_found_by_number_and_by_filter(xero: Desk) -> None:
    contact = await xero.contact('Acme "Best"', ContactNumber="Z-1")
    by_filter = {"where": 'ContactNumber=="Z-1" AND Name=="acme ""BEST"""', "page": 1}

    assert only(await xero.get("/Contacts/Z-1"), "Contacts")["ContactID"] == contact
    assert only(await xero.get("/Contacts", **by_filter), "Contacts")["ContactID"] == contact
    assert only(await xero.get("/Contacts", searchTerm="best"), "Contacts")["ContactID"] == contact


async def test_archived_contacts_are_listed_when_asked_for(xero: Desk) -> None:
    contact = await xero.contact()
    await xero.contact("Other")
    await xero.control("settings", {"archive_contact": contact})

    usual = (await xero.get("/Contacts")).json()["Contacts"]
    every = (await xero.get("/Contacts", includeArchived="true")).json()["Contacts"]

    assert [each["Name"] for each in usual] == ["Other"]
    assert len(every) == 2


async def test_lists_without_a_page_carry_no_detail(xero: Desk) -> None:
    await xero.contact(Phones=[{"PhoneType": "DEFAULT", "PhoneNumber": "1"}])

    thin = only(await xero.get("/Contacts"), "Contacts")
    full = only(await xero.get("/Contacts", page=1), "Contacts")

    assert "Phones" not in thin
    assert len(full["Phones"]) == 4
