"""How far the calls reach that Xero still allows."""

from outbox.xero.outlook import calls_for, outlook
from schemas.budget import BudgetView
from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk
from tests.outbox.xero.test_budget import told


def test_a_backlog_costs_full_requests_but_where_xero_takes_one_at_a_time() -> None:
    assert calls_for({"invoice.put": 81, "payment.create": 40, "invoice.void": 3}) == 3 + 1 + 3
    assert calls_for({"contact.put": 41}) == 2 + 5  # with the searches for namesakes


async def test_the_budget_says_what_is_left_and_how_far_it_reaches(
    connected: Desk, xero: Xero
) -> None:
    assert (await look(connected)).minute is None
    await connected.ask(contact(), invoice(), payment("5"))
    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")
        await told(connected.pool, "SELECT minute_calls = 4 FROM xero_budgets")
    await connected.ask(*(invoice(str(n), amount="200") for n in range(2, 62)))

    seen = await look(connected)

    assert seen.minute is not None
    assert seen.day is not None
    assert (seen.day.left, seen.day.most, seen.day.reserve) == (4_996, 4_999, 249)
    assert (seen.backlog.commands, seen.backlog.lanes["live"], seen.backlog.calls) == (60, 60, 2)
    assert seen.backlog.through_at is not None


async def test_a_backlog_for_which_the_day_does_not_suffice_says_so(connected: Desk) -> None:
    await connected.ask(*(invoice(str(n)) for n in range(1, 42)))
    await connected.pool.execute(
        """INSERT INTO xero_budgets (connection_id, minute_limit, minute_calls, day_left, day_most,
                                     day_known_until)
           VALUES ($1, 55, 0, 51, 1000, now() + interval '1 hour')""",
        connected.connection_id,
    )
    await connected.link("contact:1", "x")

    seen = await look(connected)

    assert (seen.backlog.through_at, seen.backlog.day_turns) == (None, 1)


async def look(desk: Desk) -> BudgetView:
    async with desk.pool.acquire() as connection:
        return await outlook(connection, desk.connection_id)
