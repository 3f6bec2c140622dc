"""Xero's limits: what its headers tell is kept to, kept for the next process, and shown (E4)."""

import asyncio
import time
from typing import Any

import pytest

from bridge.postgres import Pool
from clients.xero.allowances import keep, take_up
from clients.xero.answers import Answer
from clients.xero.budget import Budget
from clients.xero.day import Day
from outbox.xero.outlook import outlook
from tests.outbox.delivery import Xero, contact, delivering, invoice, until
from tests.outbox.desk import Desk

HOUR = 3600.0


def answer(status: int = 200, **headers: object) -> Answer:
    named = {name.replace("_", "-"): str(value) for name, value in headers.items()}
    return Answer(status, {}, headers=named)


def refused(limit: str, **more: object) -> Answer:
    return answer(429, **{"x_rate_limit_problem": limit, **more})


@pytest.mark.parametrize(
    ("most", "left", "last"),
    [
        (1_000, 201, 2),
        (1_000, 200, 1),  # the rest of the day is for what happens now
        (1_000, 100, 0),
        (1_000, 50, -1),  # and its last calls for look-ups
        (5_000, 1_001, 2),
        (5_000, 250, -1),
    ],
)
def test_each_lane_leaves_the_days_last_calls_to_what_matters_more(
    most: int, left: int, last: int
) -> None:
    day = Day().told(most, now=0).told(left, now=1)

    assert day.lanes(now=2) == last


def test_no_plan_is_assumed_before_xero_has_told() -> None:
    assert Day().lanes(now=0) == 2


def test_what_xero_told_long_ago_holds_nobody_back_but_one_call_asks_first() -> None:
    day = Day().told(1_000, now=0).told(50, now=1)

    assert (day.lanes(now=HOUR), day.doubtful(now=HOUR)) == (-1, False)
    assert (day.lanes(now=HOUR + 1), day.doubtful(now=HOUR + 1)) == (2, True)


def test_more_calls_than_before_mean_that_the_day_has_turned() -> None:
    day = Day().told(5_000, now=0).told(10, now=1)

    assert day.told(11, now=2).most == 5_000  # two answers that overtook each other
    assert day.told(999, now=2).most == 999  # another plan, since today


def test_a_pause_that_xero_names_is_kept_to() -> None:
    budget = Budget(60)

    assert budget.heed(refused("minute", retry_after=1_700)) == 1_700
    assert 1_600 < budget.wait() <= 1_700
    assert budget.throttle.limit == "minute"


def test_a_refusal_that_names_no_time_is_answered_by_a_brief_rest() -> None:
    budget = Budget(60)

    assert 0 < budget.heed(refused("concurrent")) <= 5


def test_a_day_that_is_used_up_is_left_alone_until_it_turns() -> None:
    budget = Budget(60)
    budget.heed(refused("day", retry_after=71_468, x_daylimit_remaining=0))

    now = time.monotonic()
    assert budget.day.lanes(now + 71_000) == -1
    assert budget.day.lanes(now + 71_500) == 2


def test_others_who_use_the_same_minute_are_seen_in_xeros_own_count() -> None:
    budget = Budget(60)
    budget.spend()
    budget.heed(answer(x_minlimit_remaining=1))

    assert budget.wait() > 50


def test_never_more_than_the_minute_allows_and_the_last_third_is_spread() -> None:
    budget = Budget(60)
    sent = 0
    while budget.wait() == 0:
        budget.spend()
        sent += 1

    assert 60 * 0.5 <= sent < 60 * 2 / 3
    assert budget.tight


def test_who_has_waited_beside_another_is_held_back_where_that_made_the_last_call() -> None:
    budget = Budget(60)
    for _ in range(54):
        budget.spend()
    assert not budget.closed
    budget.spend()

    assert budget.closed


async def test_during_an_outage_one_of_all_who_share_the_limits_asks() -> None:
    budget, waiting = Budget(60), asyncio.Event()
    budget.outages = 1
    async with budget.place():
        assert (budget.full, budget.crowded) == (True, False)
        async with budget.place():
            assert budget.crowded
        budget.wake_later(waiting)

    assert (budget.full, waiting.is_set()) == (False, True)


async def test_what_is_known_of_the_limits_is_there_for_the_next_process(desk: Desk) -> None:
    first = Budget(60)
    for _ in range(7):
        first.spend()
    first.heed(answer(x_daylimit_remaining=5_000))
    first.heed(refused("minute", retry_after=3_000, x_daylimit_remaining=40))
    await keep(desk.pool, desk.connection_id, str(desk.connection_id), first)

    second = await take_up(desk.pool, desk.connection_id, 60, already=3)

    assert (second.day.left, second.day.most, second.minute_calls) == (40, 5_000, 7)
    assert second.day.lanes(time.monotonic()) == -1
    assert 2_900 < second.throttle.seconds <= 3_000


async def limit_day(xero: Xero, calls: int) -> None:
    await xero.set(limits={"day": calls})


async def test_the_days_last_calls_are_kept_and_it_goes_on_when_the_day_has_turned(
    connected: Desk, xero: Xero
) -> None:
    # The search for the contact, the contact, and the first invoice: then 50 are left.
    await limit_day(xero, 53)
    await connected.ask(contact(), invoice())
    async with delivering(connected, xero):
        await until(connected, "done", "done")
        await connected.ask(invoice("2"), document="invoice:2")
        await told(connected.pool, "SELECT problem LIKE '%used up%' FROM connections")
    assert await connected.states() == ["done", "done", "pending"]

    # Another process knows it too.
    async with delivering(connected, xero):
        await asyncio.sleep(0.5)
        assert await connected.states() == ["done", "done", "pending"]
    assert (await xero.calls_left()) == 50

    await limit_day(xero, 5_000)
    await connected.pool.execute("UPDATE xero_budgets SET day_known_until = now()")
    async with delivering(connected, xero):
        await until(connected, "done", "done", "done")
        await told(connected.pool, "SELECT problem IS NULL FROM connections")


async def test_a_lost_answer_is_looked_up_with_the_calls_that_are_kept(
    connected: Desk, xero: Xero
) -> None:
    await limit_day(xero, 53)
    await connected.ask(contact(), invoice())
    await xero.fail("/Invoices", "status", status=500, applied=True)

    async with delivering(connected, xero):
        await until(connected, "done", "done")

    assert (await xero.calls_left()) < 50


async def test_a_used_up_day_pauses_the_connection_and_keeps_its_place(
    connected: Desk, xero: Xero
) -> None:
    await limit_day(xero, 0)
    await connected.ask(contact())
    async with delivering(connected, xero):
        await told(
            connected.pool,
            "SELECT paused_until > now() + interval '1 second' FROM connections",
        )
        async with connected.pool.acquire() as database:
            seen = await outlook(database, connected.connection_id)

    assert (seen.throttled_by, seen.day and seen.day.left) == ("day", 0)
    assert await connected.states() == ["pending"]


async def test_live_work_goes_first_and_a_backfill_leaves_the_day_to_it(
    connected: Desk, xero: Xero
) -> None:
    await connected.link("contact:1", await xero.make_contact())
    await connected.ask(invoice("1"), document="invoice:1", lane=2)
    await connected.ask(invoice("2"), document="invoice:2")
    await connected.pool.execute(
        """INSERT INTO xero_budgets (connection_id, minute_limit, minute_calls, day_left, day_most,
                                     day_known_until)
           VALUES ($1, 55, 0, 150, 1000, now() + interval '1 hour')""",
        connected.connection_id,
    )

    async with delivering(connected, xero):
        # The answer tells that far more is left; until then only what happens now may go.
        await until(connected, "done", "done")

    _by_hand, *sent = await xero.requests()
    assert ["INV-2" in each["body"] for each in sent] == [True, False]


async def told(pool: Pool, question: str) -> Any:
    async with asyncio.timeout(60):
        while not await pool.fetchval(question):  # noqa: ASYNC110  another task does it
            await asyncio.sleep(0.05)
