"""Connections of one Xero organisation are spoken for by one process, and share its limits."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bridge.postgres import Pool
from clients.xero.allowances import take_up
from schemas.budget import Minute
from tests.outbox.delivery import TIMES, VAULT, Xero, contact, delivering, invoice
from tests.outbox.desk import Desk, void_invoice
from tests.outbox.xero.test_budget import told
from tests.outbox.xero.test_outlook import look

INVOICES = 5
TENANT = "5d3a1f0e-0000-4000-8000-000000000001"
TOGETHER = """
SELECT count(DISTINCT (holder, organisation)) = 1 AND count(*) = 2
  FROM leases WHERE organisation LIKE '%-%' AND expires_at > now()
"""
ELSEWHERE = f"""
SELECT count(DISTINCT organisation) = 2 AND count(*) FILTER (WHERE organisation = '{TENANT}') = 1
  FROM leases WHERE expires_at > now()
"""  # noqa: S608  # our own words
REFUSED = """
WITH ended AS (UPDATE grants SET expires_at = NULL, sealed = NULL WHERE connection_id = $1)
UPDATE secrets SET sealed = $2 WHERE connection_id = $1 AND name = 'xero.client_secret'
"""
ONLY_SISTERS = """
SELECT bool_and(connection_id = (SELECT id FROM connections WHERE name = 'sister'))
  FROM commands WHERE state <> 'done'
"""


def wrong_secret(desk: Desk) -> bytes:
    """A secret that Xero refuses."""
    return VAULT.seal("wrong", context=f"{desk.connection_id}/xero.client_secret")


async def begin(desk: Desk, name: str) -> None:
    """Ask for a contact and some invoices."""
    known = contact(name=f"Acme {name}")
    known.body["ContactNumber"] = name  # type: ignore[index]  # it has a body
    await desk.ask(known, *(invoice(f"{name}{n}") for n in range(INVOICES)))


async def end(desk: Desk, name: str) -> None:
    """Ask for the invoices' ends: a call each."""
    for n in range(INVOICES):
        await desk.ask(void_invoice(f"{name}{n}"), document=f"invoice:{name}{n}")


async def all_done(pool: Pool) -> None:
    """Wait until nothing is left to do."""
    await told(pool, "SELECT count(*) FILTER (WHERE state <> 'done') = 0 FROM commands")


async def counted(pool: Pool, xero: Xero, least: int) -> int:
    """Wait until what was asked of Xero is kept as one count; gives it."""
    async with asyncio.timeout(60):
        while True:
            kept: int = await pool.fetchval("SELECT max(minute_calls) FROM xero_budgets")
            if kept is not None and least <= kept == len(await xero.calls()):
                return kept
            await asyncio.sleep(0.05)


async def test_two_processes_learn_that_two_connections_share_an_organisation_and_keep_its_minute(
    connected: Desk, sister: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A minute that does not end here, with 17 calls for us: two thirds go at once, then it is slow.
    monkeypatch.setitem(TIMES, "XERO_MINUTE", "36000")
    monkeypatch.setitem(TIMES, "XERO_CALLS_PER_MINUTE", "18")
    pool = connected.pool
    async with AsyncExitStack() as both:
        for _ in range(2):
            await both.enter_async_context(delivering(connected, xero))
        await told(pool, TOGETHER)
        await begin(connected, "a")
        await begin(sister, "b")
        await all_done(pool)
        await end(connected, "a")
        await end(sister, "b")

        # Eight calls for each would have been left to either of them alone.
        used = await counted(pool, xero, 12)
        shown = [(await look(desk)).minute for desk in (connected, sister)]

    assert used <= 17
    assert await pool.fetchval("SELECT count(*) FROM commands WHERE state = 'pending'")
    assert shown == [Minute(limit=17, used=used)] * 2
    assert (await take_up(pool, sister.connection_id, 60, 0, 36_000)).minute_calls == used


async def test_what_stops_one_connection_does_not_stop_its_sister(
    connected: Desk, sister: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.xero.grants.READ_AGAIN", 0.0)
    pool = connected.pool
    async with delivering(connected, xero):
        await told(pool, TOGETHER)
        await pool.execute(REFUSED, sister.connection_id, wrong_secret(sister))
        await begin(sister, "b")
        await told(pool, "SELECT count(*) = 1 FROM problems WHERE code = 'xero_grant'")
        await begin(connected, "a")
        await told(pool, ONLY_SISTERS)

        await pool.execute("UPDATE connections SET enabled = (name <> 'sister')")
        await end(connected, "a")
        await told(pool, ONLY_SISTERS)

    paused = await pool.fetch("SELECT name FROM connections WHERE problem IS NOT NULL")
    assert [row["name"] for row in paused] == ["sister"]


async def test_a_day_that_is_used_up_is_said_of_each_connection(
    connected: Desk, sister: Desk, xero: Xero
) -> None:
    async with delivering(connected, xero):
        await begin(connected, "a")
        await begin(sister, "b")
        await all_done(connected.pool)
        await xero.set(limits={"day": 0})
        await end(connected, "a")

        await told(
            connected.pool,
            "SELECT count(*) = 2 FROM connections WHERE problem LIKE '%day%used up%'",
        )
        asked = [row for row in await xero.requests() if row["status"] == 429]

    assert len(asked) >= 1


async def test_a_connection_that_is_given_another_organisation_is_taken_up_for_that(
    connected: Desk, sister: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clients.xero.grants.READ_AGAIN", 0.0)
    async with delivering(connected, xero):
        await told(connected.pool, TOGETHER)
        await sister.works_with(TENANT)
        await connected.pool.execute("SELECT pg_notify('outbox', $1)", str(sister.connection_id))

        await told(connected.pool, ELSEWHERE)
