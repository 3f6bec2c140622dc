"""What is unclear, replaced or refused on its way to Zoho: nothing twice, nothing lost."""

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
from tests.outbox.delivery import Xero, delivering, until
from tests.outbox.desk import Desk
from tests.outbox.zoho.commands import X, Y, ask, contact, reasons
from tests.outbox.zoho.person import Zoho


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
