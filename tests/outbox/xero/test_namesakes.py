"""A contact's first export: linked, made, or left to a person (A1)."""

from dataclasses import replace
from typing import Any

import pytest

from outbox.xero.batches import Ready
from outbox.xero.namesakes import recognise
from tests.outbox.delivery import Xero, contact, delivering, until
from tests.outbox.desk import Desk

CONTACT = Ready(
    id=7,
    kind="contact.put",
    key="contact:1",
    body={"Name": "Acme", "ContactNumber": "ZI-1"},
    expected={"contact_type": "customer"},
    xero_id=None,
    looked=False,
)


def row(name: str = "Acme", number: str | None = None, status: str = "ACTIVE") -> dict[str, Any]:
    return {"ContactID": "x", "Name": name, "ContactNumber": number, "ContactStatus": status}


@pytest.mark.parametrize(
    ("rows", "act"),
    [
        ([], "create"),
        ([row()], "link"),
        ([row("ACME")], "link"),
        ([row(number="C-9")], "link"),
        ([row("Old name", number="ZI-1")], "link"),
        ([row(number="ZI-1"), row()], "link"),
        ([row(), row()], "park"),
        ([row(status="ARCHIVED")], "park"),
        ([row("Old name", number="ZI-1", status="ARCHIVED")], "park"),
        ([row(number="ZI-2")], "park"),
        ([row("Acme Ltd")], "create"),
    ],
)
def test_a_namesake_in_xero_is_linked_only_when_it_is_the_one(
    rows: list[dict[str, Any]], act: str
) -> None:
    assert recognise(CONTACT, rows, {}).act == act


def test_a_customer_and_a_vendor_of_one_name_are_one_contact() -> None:
    assert recognise(CONTACT, [row(number="ZI-2")], {"x": {"vendor"}}).act == "link"


def test_two_customers_of_one_name_are_not() -> None:
    assert recognise(CONTACT, [row(number="ZI-2")], {"x": {"customer"}}).act == "park"


def test_one_that_was_in_xero_before_is_linked_to_one_customer_only() -> None:
    assert recognise(CONTACT, [row()], {"x": {"customer"}}).act == "park"
    assert recognise(CONTACT, [row()], {"x": {"vendor"}}).act == "link"
    assert recognise(CONTACT, [row()], {"x": {"vendor", "customer"}}).act == "park"


async def test_a_customer_and_a_vendor_of_one_name_that_come_together_are_one_contact(
    connected: Desk, xero: Xero
) -> None:
    vendor = replace(contact("2", "ACME"), expected={"contact_type": "vendor"})
    await connected.ask(contact("1", "Acme"), vendor)
    async with delivering(connected, xero):
        await until(connected, "done", "done")

    assert [each["ContactNumber"] for each in (await xero.ledger())["contacts"]] == ["ZI-1"]
