"""Contacts on their way to Zoho: found or made, changed, and never twice whatever is lost (A1)."""

import asyncio
from dataclasses import replace

import pytest

from tests.outbox.delivery import Xero, delivering, until
from tests.outbox.desk import Desk
from tests.outbox.zoho.commands import ADA, X, Y, ask, contact, reasons
from tests.outbox.zoho.person import Zoho


async def links(desk: Desk) -> dict[str, str]:
    return {row["key"]: row["xero_id"] for row in await desk.pool.fetch("SELECT * FROM links")}


async def test_a1_a_new_contact_is_made_in_zoho_and_linked(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    await ask(desk_of_both, contact(contact_persons=[ADA], currency_code="USD"))

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "done")

    (made,) = await zoho.contacts()
    assert (made["contact_name"], made["email"], made["currency_code"]) == (
        "Acme",
        "ada@example.com",
        "USD",
    )
    assert await links(desk_of_both) == {f"contact:{made['contact_id']}": X}


async def test_a1_a_namesake_in_zoho_is_linked_and_left_as_it_is(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    there = await zoho.make("ACME", notes="known for years")
    await ask(desk_of_both, contact(contact_persons=[ADA]))

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "done")

    (kept,) = await zoho.contacts()
    assert (kept["contact_id"], kept["contact_name"], kept["email"]) == (there, "ACME", "")
    assert await links(desk_of_both) == {f"contact:{there}": X}


async def test_a1_a_namesake_that_is_another_s_is_left_to_a_person(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    there = await zoho.make("Acme")
    await desk_of_both.link(f"contact:{there}", Y)
    await ask(desk_of_both, contact())

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "parked")

    assert "belongs to another contact of Xero's" in (await reasons(desk_of_both))[0]


@pytest.mark.parametrize("applied", [True, False])
async def test_a1_nobody_knows_whether_it_was_made_so_it_is_looked_for_first(
    desk_of_both: Desk, xero: Xero, zoho: Zoho, *, applied: bool
) -> None:
    await zoho.fail("POST", "*/contacts", applied=applied)
    await ask(desk_of_both, contact())

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "done")

    assert len(await zoho.contacts()) == 1


async def test_a1_a_change_keeps_the_person_s_id_and_what_else_zoho_knows(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    there = await zoho.make("Acme", notes="kept", contact_persons=[{**ADA, "mobile": "1"}])
    before = (await zoho.contact(there))["contact_persons"][0]["contact_person_id"]
    await desk_of_both.link(f"contact:{there}", X)
    change = {**ADA, "email": "new@example.com", "mobile": "1"}
    await zoho.fail("PUT", "*/contacts/*", applied=False)
    await ask(desk_of_both, contact("Acme Ltd", contact_id=there, contact_persons=[change]))

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "done")

    changed = await zoho.contact(there)
    (person,) = changed["contact_persons"]
    assert (changed["contact_name"], changed["notes"]) == ("Acme Ltd", "kept")
    assert (person["contact_person_id"], person["email"]) == (before, "new@example.com")


async def test_a1_what_zoho_refuses_is_parked_in_its_words_and_holds_back_no_other(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    await ask(desk_of_both, contact("A" * 201))
    await desk_of_both.ask(contact("Other", Y), document=f"xero_contact:{Y}")

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "parked", "done")

    assert (await reasons(desk_of_both))[0].startswith("zoho:")
    assert [each["contact_name"] for each in await zoho.contacts()] == ["Other"]


async def test_a1_without_a_way_in_it_waits_and_one_problem_says_what_to_do(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    await desk_of_both.pool.execute("DELETE FROM secrets WHERE name = 'zoho.refresh_token'")
    await ask(desk_of_both, contact())

    async with delivering(desk_of_both, xero):
        await told_of_a_problem(desk_of_both)

    assert await desk_of_both.states() == ["pending"]
    assert await zoho.contacts() == []


async def told_of_a_problem(desk: Desk) -> None:
    async with asyncio.timeout(60):
        while not await desk.pool.fetchval("SELECT code = 'zoho_write' FROM problems"):  # noqa: ASYNC110  the database tells
            await asyncio.sleep(0.05)


async def test_a_kind_that_only_a_newer_release_knows_waits_for_it(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    newer = replace(contact("Newer Ltd", Y), kind="zoho_item.put")
    await ask(desk_of_both, newer, contact())

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "pending", "done")

    assert [made["contact_name"] for made in await zoho.contacts()] == ["Acme"]
