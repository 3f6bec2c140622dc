"""A customer and a vendor that are one contact in Xero, each written from its own side (A1)."""

from dataclasses import replace
from typing import Any

import pytest

from outbox.xero.twins import blend, read_side
from schemas.commands import Command
from tests.outbox.delivery import Xero, contact, delivering, until
from tests.outbox.desk import Desk

KING_ST = {"AddressLine1": "12 King St", "City": "Toronto"}
BAY_ST = {"AddressLine1": "9 Bay St", "City": ""}


def put(kind: str, hour: int | None, **filled: Any) -> Command:
    """Ask for the customer, number 1, or the vendor, number 2, as Zoho had it at an hour."""
    phones = [
        {"PhoneType": "DEFAULT", "PhoneNumber": filled.get("phone", "")},
        {"PhoneType": "MOBILE", "PhoneNumber": filled.get("mobile", "")},
    ]
    blank = {"AddressLine1": "", "City": ""}
    addresses = [
        {"AddressType": "POBOX", **filled.get("billing", blank)},
        {"AddressType": "STREET", **filled.get("shipping", blank)},
    ]
    first, last = filled.get("person", ("", ""))
    made = contact("1" if kind == "customer" else "2", filled.get("name", "Acme"))
    body = {
        **(made.body or {}),
        "FirstName": first,
        "LastName": last,
        "EmailAddress": filled.get("email", ""),
        "ContactPersons": [],
        "Phones": phones,
        "Addresses": addresses,
    }
    at = {} if hour is None else {"at": f"2026-02-01T{hour:02}:00:00+00:00"}
    return replace(made, body=body, expected={"contact_type": kind, **at})


def shared(*puts: Command) -> dict[str, Any]:
    """What the last of these writes brings to Xero, the twin having been written before it."""
    *before, last = puts
    sides = [read_side(each.body or {}, each.expected) for each in (last, *before)]
    return blend(last.body or {}, sides[0], sides[1:])


def test_what_only_one_of_the_two_fills_is_kept() -> None:
    customer = put("customer", 9, phone="111", billing=KING_ST, email="ar@example.com")
    vendor = put("vendor", 10, mobile="222", shipping=BAY_ST, person=("Bo", "Ng"))

    body = shared(customer, vendor)

    assert [each["PhoneNumber"] for each in body["Phones"]] == ["111", "222"]
    assert [each["AddressLine1"] for each in body["Addresses"]] == ["12 King St", "9 Bay St"]
    assert (body["EmailAddress"], body["FirstName"]) == ("ar@example.com", "Bo")
    assert body["ContactNumber"] == "ZI-2"


@pytest.mark.parametrize("hours", [(9, 10), (10, 9)])
def test_of_what_both_fill_the_newer_one_counts_whichever_is_written_last(
    hours: tuple[int, int],
) -> None:
    customer, vendor = (
        put("customer", hours[0], email="ar@x.ca"),
        put("vendor", hours[1], email="ap@x.ca"),
    )

    newer = "ar@x.ca" if hours[0] > hours[1] else "ap@x.ca"
    assert shared(customer, vendor)["EmailAddress"] == newer
    assert shared(vendor, customer)["EmailAddress"] == newer


def test_of_two_of_one_moment_the_customer_counts() -> None:
    customer, vendor = put("customer", 9, email="ar@x.ca"), put("vendor", 9, email="ap@x.ca")

    assert shared(customer, vendor)["EmailAddress"] == "ar@x.ca"


def test_a_version_without_a_time_is_the_older_one() -> None:
    sketch, vendor = put("customer", None, email="ar@x.ca"), put("vendor", 9, email="ap@x.ca")

    assert shared(vendor, sketch)["EmailAddress"] == "ap@x.ca"


def test_addresses_and_persons_are_never_mixed_of_two_contacts() -> None:
    customer = put("customer", 9, billing=KING_ST, person=("Ada", "Ng"))
    vendor = put("vendor", 10, billing=BAY_ST, person=("Bo", ""))

    body = shared(customer, vendor)

    assert body["Addresses"][0] == {"AddressType": "POBOX", **BAY_ST}
    assert (body["FirstName"], body["LastName"]) == ("Bo", "")


async def held(xero: Xero) -> dict[str, Any]:
    """The one contact that Xero holds."""
    (found,) = (await xero.ask("GET", "/Contacts?page=1")).json()["Contacts"]
    phones = {each["PhoneType"]: each["PhoneNumber"] for each in found["Phones"]}
    return {**found, "phone": phones["DEFAULT"], "mobile": phones["MOBILE"]}


async def test_a_vendor_that_joins_a_customer_in_xero_empties_nothing_and_each_edit_counts(
    connected: Desk, xero: Xero
) -> None:
    first = put("customer", 8, phone="111", email="ar@x.ca", billing=KING_ST)
    async with delivering(connected, xero):
        await connected.ask(first)
        await until(connected, "done")
        await connected.ask(put("vendor", 9, mobile="222", email="ap@x.ca"))
        await until(connected, "done", "done")
        contact = await held(xero)
        assert (contact["phone"], contact["mobile"]) == ("111", "222")
        assert contact["EmailAddress"] == "ap@x.ca"

        # An edit of the customer's telephone is none of its e-mail address.
        await connected.ask(put("customer", 10, phone="112", email="ar@x.ca", billing=KING_ST))
        await until(connected, *["done"] * 3)
        contact = await held(xero)
        assert (contact["phone"], contact["EmailAddress"]) == ("112", "ap@x.ca")

        # What the vendor takes out is as the customer has it; what neither has is gone.
        await connected.ask(put("vendor", 11))
        await until(connected, *["done"] * 4)
        contact = await held(xero)
        assert (contact["phone"], contact["mobile"]) == ("112", "")
        assert contact["EmailAddress"] == "ar@x.ca"

    assert contact["ContactStatus"] == "ACTIVE"


async def both_are_there(desk: Desk) -> None:
    """Let a customer with a telephone and a vendor with a mobile become one contact in Xero."""
    await desk.ask(put("customer", 8, phone="111"))
    await until(desk, "done")
    await desk.ask(put("vendor", 9, mobile="222"))
    await until(desk, "done", "done")


async def test_the_one_left_counts_alone_when_the_other_is_deleted_in_zoho(
    connected: Desk, xero: Xero
) -> None:
    async with delivering(connected, xero):
        await both_are_there(connected)
        await connected.pool.execute("UPDATE documents SET deleted = true WHERE zoho_id = '2'")
        await connected.ask(put("customer", 10, phone="111", email="ar@x.ca"))
        await until(connected, *["done"] * 3)

    contact = await held(xero)
    assert (contact["phone"], contact["mobile"], contact["ContactStatus"]) == ("111", "", "ACTIVE")


async def test_a_write_whose_answer_is_lost_holds_back_the_twin_s_and_undoes_nothing(
    connected: Desk, xero: Xero
) -> None:
    async with delivering(connected, xero):
        await both_are_there(connected)
        await xero.fail("/Contacts", "request_lost", method="POST", holds="112")
        await connected.ask(put("customer", 10, phone="112"))
        await connected.ask(put("vendor", 11, mobile="223"))
        await until(connected, *["done"] * 4)

    contact = await held(xero)
    assert (contact["phone"], contact["mobile"]) == ("112", "223")


async def test_a_refusal_of_the_one_is_none_of_the_other(connected: Desk, xero: Xero) -> None:
    async with delivering(connected, xero):
        await connected.ask(put("customer", 8, phone="111"))
        await until(connected, "done")
        await connected.ask(put("vendor", 9, email="no address"))
        await until(connected, "done", "parked")
        await connected.ask(put("customer", 10, phone="112"))
        await until(connected, "done", "parked", "done")

    assert (await held(xero))["phone"] == "112"
