"""Contacts on their way to Zoho: found or made, changed, and never twice whatever is lost (A1)."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from clients.zoho.errors import (
    Disconnected,
    NoPermission,
    Refused,
    Throttled,
    Unavailable,
    ZohoError,
)
from outbox.zoho.settling import QUERIES, SOON, judge_look
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, ORGANISATION, REFRESH_TOKEN
from schemas.commands import Command
from schemas.words import Ref
from tests.outbox.delivery import VAULT, Xero, delivering, until
from tests.outbox.desk import Desk
from tests.outbox.zoho.person import Zoho

X, Y = "5c3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a11", "6d3c0ab2-4ed8-4a76-9f0c-0e2a4c4c8a22"
ADA = {"first_name": "Ada", "email": "ada@example.com", "is_primary_contact": True}


def contact(name: str = "Acme", xero_id: str = X, **fields: Any) -> Command:
    kind = fields.get("contact_type", "customer")
    body = {"contact_type": kind, "contact_name": name, **fields}
    key = f"zoho_contact:{xero_id}:{kind}"
    ticket = Ref("xero_contact", xero_id)
    return Command("zoho_contact.put", key, (ticket,), body, expected={"xero_id": xero_id})


@pytest.fixture
async def desk_of_both(connected: Desk) -> Desk:
    zoho = {"organization_id": ORGANISATION, "data_centre": "ca", "client_id": CLIENT_ID}
    await connected.pool.execute(
        "UPDATE connections SET organization_id = $1, config = config || $2",
        ORGANISATION,
        {"zoho": zoho},
    )
    for name, secret in (("client_secret", CLIENT_SECRET), ("refresh_token", REFRESH_TOKEN)):
        sealed = VAULT.seal(secret, context=f"{connected.connection_id}/zoho.{name}")
        await connected.pool.execute(
            "INSERT INTO secrets VALUES ($1, $2, $3)",
            connected.connection_id,
            f"zoho.{name}",
            sealed,
        )
    return connected


async def ask(desk: Desk, *commands: Command) -> None:
    await desk.ask(*commands, document=f"xero_contact:{X}")


async def links(desk: Desk) -> dict[str, str]:
    return {row["key"]: row["xero_id"] for row in await desk.pool.fetch("SELECT * FROM links")}


async def reasons(desk: Desk) -> list[str]:
    rows = await desk.pool.fetch("SELECT cause, reason FROM commands ORDER BY id")
    return [f"{row['cause']}: {row['reason']}" for row in rows]


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
    async with asyncio.timeout(20):
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


async def test_a_namesake_in_other_letters_that_is_inactive_is_left_to_a_person(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    there = await zoho.make("ACME")
    await zoho.deactivate(there)
    await ask(desk_of_both, contact())
    await desk_of_both.ask(contact("Other", Y), document=f"xero_contact:{Y}")

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "parked", "done")

    assert "is inactive in Zoho" in (await reasons(desk_of_both))[0]


async def test_a_change_that_was_lost_is_made_again_though_the_contact_is_there(
    desk_of_both: Desk, xero: Xero, zoho: Zoho
) -> None:
    there = await zoho.make("Acme")
    await desk_of_both.link(f"contact:{there}", X)
    await desk_of_both.pool.execute(
        "INSERT INTO documents (connection_id, entity, zoho_id, snapshot) VALUES ($1, $2, $3, $4)",
        desk_of_both.connection_id,
        "contact",
        there,
        {"contact_type": "customer"},
    )
    await zoho.fail("PUT", "*/contacts/*", applied=False)
    await ask(desk_of_both, contact(notes="changed"))

    async with delivering(desk_of_both, xero):
        await until(desk_of_both, "done")

    assert (await zoho.contact(there))["notes"] == "changed"


async def test_what_was_replaced_while_zoho_was_searched_for_it_stays_replaced(
    desk_of_both: Desk,
) -> None:
    await ask(desk_of_both, contact())
    ((older, _, _),) = await desk_of_both.commands()
    await ask(desk_of_both, contact("Acme Ltd"))

    await QUERIES.set_state(
        desk_of_both.pool, command_id=older, state="pending", cause=None, reason="", wait=0.0
    )
    await QUERIES.end_command(desk_of_both.pool, command_id=older, xero_id=X, reason=None)

    assert await desk_of_both.states() == ["superseded", "pending"]


@pytest.mark.parametrize(
    "error",
    [
        Throttled("the minute is used up", 20.0),
        Unavailable("no connection"),
        Unavailable("the line was cut", lost=True),
        NoPermission("a scope lacks"),
        Disconnected("the grant is gone"),
        Refused(4, "the filter"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_look_up_that_breaks_leaves_unclear_what_is_unclear(error: ZohoError) -> None:
    verdict = judge_look(error, "ambiguous")

    assert (verdict.outcome, verdict.state) == ("not_sent", "ambiguous")
    assert verdict.wait >= SOON


def test_a_look_up_that_breaks_before_anything_was_sent_is_made_again() -> None:
    verdict = judge_look(Unavailable("the line was cut", lost=True), "pending")

    assert (verdict.outcome, verdict.state) == ("not_sent", "pending")
