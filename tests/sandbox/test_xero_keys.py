"""Idempotency keys: six minutes, the same request only, errors kept too, never for a DELETE."""

import asyncio
from typing import Any

import pytest

from tests.sandbox.xero_desk import Desk, an_invoice, only

BODY = {"Contacts": [{"Name": "Acme"}]}


async def names(xero: Desk) -> list[str]:
    return [contact["Name"] for contact in xero.org.books.contacts]


async def test_the_same_request_under_a_key_is_one_request(xero: Desk) -> None:
    first = await xero.put("/Contacts", BODY, key="k-1")
    second = await xero.put("/Contacts", BODY, key="k-1")

    assert first.content == second.content
    assert await names(xero) == ["Acme"]
    assert [entry["applied"] for entry in xero.state.log[-2:]] == [True, False]


@pytest.mark.parametrize(
    ("verb", "path", "body", "query"),
    [
        ("put", "/Contacts", {"Contacts": [{"Name": "Other"}]}, {}),
        ("post", "/Contacts", BODY, {}),
        ("put", "/Contacts", BODY, {"summarizeErrors": "false"}),
    ],
)
async def test_another_request_under_a_key_is_refused(
    xero: Desk, verb: str, path: str, body: Any, query: dict[str, str]
) -> None:
    await xero.put("/Contacts", BODY, key="k-1")

    answer = await getattr(xero, verb)(path, body, key="k-1", **query)

    assert answer.status_code == 400
    assert answer.json()["Message"] == "Idempotency Key: k-1 is used with a different request."


async def test_a_key_lives_six_minutes_from_its_first_use(xero: Desk) -> None:
    await xero.put("/Contacts", BODY, key="k-1")
    xero.state.clock.advance(359)
    inside = await xero.put("/Contacts", BODY, key="k-1")
    xero.state.clock.advance(1)
    outside = await xero.put("/Contacts", BODY, key="k-1")

    assert inside.status_code == 200
    assert outside.status_code == 400  # a second contact of that name


async def test_a_refusal_is_kept_although_its_cause_is_gone(xero: Desk) -> None:
    contact = await xero.contact()
    body = {"Invoices": [an_invoice(contact, CurrencyCode="GBP")]}
    refused = await xero.put("/Invoices", body, key="k-1")
    await xero.put("/Currencies", {"Code": "GBP"})

    repeated = await xero.put("/Invoices", body, key="k-1")

    assert repeated.content == refused.content
    assert (await xero.put("/Invoices", body, key="k-2")).status_code == 200


async def test_a_500_is_kept_too(xero: Desk) -> None:
    await xero.control("faults", [{"match": {"path": "/Contacts"}, "effect": "status"}])
    answers = [await xero.put("/Contacts", BODY, key="k-1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert await names(xero) == []
    assert (await xero.put("/Contacts", BODY, key="k-2")).status_code == 200


async def test_a_503_of_the_gateway_is_not_kept(xero: Desk) -> None:
    fault = {"match": {"path": "/Contacts"}, "effect": "status", "status": 503}
    await xero.control("faults", [fault])
    answers = [await xero.put("/Contacts", BODY, key="k-1") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [503, 200]


async def test_a_repeat_waits_for_the_first(xero: Desk) -> None:
    slow = {"match": {"path": "/Contacts"}, "effect": "slow", "delay": 30}
    await xero.control("faults", [slow])
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(xero.put("/Contacts", BODY, key="k-1")) for _ in range(2)]
        await xero.at_work(2)
        await xero.control("clock", {"seconds": 30})

    assert both[0].result().content == both[1].result().content
    assert await names(xero) == ["Acme"]


async def test_a_key_has_at_most_128_characters(xero: Desk) -> None:
    assert (await xero.put("/Contacts", BODY, key="k" * 129)).status_code == 400
    assert (await xero.put("/Contacts", BODY, key="k" * 128)).status_code == 200


@pytest.mark.parametrize(("scope", "contacts"), [("app", 1), ("token", 2)])
async def test_a_key_may_end_with_its_token(xero: Desk, scope: str, contacts: int) -> None:
    await xero.control("settings", {"key_scope": scope})
    body = {"Contacts": [{"ContactNumber": "Z-1", "Name": "Acme"}]}
    await xero.put("/Contacts", body, key="k-1")
    await xero.control("settings", {"archive_contact": await first_contact(xero)})
    await xero.renew()

    again = await xero.put("/Contacts", {"Contacts": [{"Name": "Acme"}]}, key="k-2")
    repeated = await xero.put("/Contacts", body, key="k-1")

    assert again.status_code == 200
    assert repeated.status_code == (200 if contacts == 1 else 400)


async def first_contact(xero: Desk) -> str:
    return str(next(iter(xero.org.books.contacts))["ContactID"])


async def test_a_delete_knows_no_key(xero: Desk) -> None:
    contact = await xero.contact()
    invoice, note = await xero.invoice(contact), await xero.credit_note(contact)
    allocation = only(await xero.allocate(note, invoice, 10), "Allocations")["AllocationID"]
    path = f"/api.xro/2.0/CreditNotes/{note['CreditNoteID']}/Allocations/{allocation}"
    headers = {"Idempotency-Key": "k-1"}

    first = await xero.http.delete(path, headers=headers)
    second = await xero.http.delete(path, headers=headers)

    assert (first.status_code, second.status_code) == (200, 404)
