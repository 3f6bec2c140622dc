"""Xero forbids one kind of call, or all: what needs it waits for a consent, all else flows."""

import asyncio
from typing import Any

import pytest

from clients.xero import identity
from clients.xero.rights import CAUSE, RIGHTS
from outbox.operate import Choice, retry
from outbox.xero.routes import CHANGES, CREATES
from outbox.xero.settling import PAUSES
from tests.outbox.delivery import Xero, contact, delivering, invoice, payment, until
from tests.outbox.desk import Desk


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a 403 last for a second instead of a minute."""
    monkeypatch.setattr("outbox.xero.forbidden.LASTING", 1.0)
    monkeypatch.setitem(PAUSES, "forbidden", 1.0)
    monkeypatch.setattr("outbox.xero.first_sight.LASTING", 1.0)


async def standing(desk: Desk) -> tuple[Any, list[str]]:
    """Whether the connection is paused, and its problems."""
    paused = await desk.pool.fetchval("SELECT paused_until FROM connections")
    return paused, [row["code"] for row in await desk.pool.fetch("SELECT code FROM problems")]


async def told(desk: Desk, *problems: str) -> None:
    """Wait until these problems are open, and no others, and sending rests while there are any."""
    async with asyncio.timeout(60):
        while True:
            paused, codes = await standing(desk)
            if (codes, paused is not None) == (list(problems), bool(problems)):
                return
            await asyncio.sleep(0.05)


async def parked(desk: Desk) -> list[tuple[str, str]]:
    rows = await desk.pool.fetch(
        "SELECT kind, reason FROM commands WHERE state = 'parked' AND cause = $1 ORDER BY id", CAUSE
    )
    return [(row["kind"], row["reason"]) for row in rows]


async def let_go(desk: Desk) -> None:
    async with desk.pool.acquire() as connection, connection.transaction():
        await retry(connection, desk.connection_id, Choice(cause=CAUSE))


async def test_e2_a_right_that_lacks_for_payments_stops_payments_and_no_invoice(
    connected: Desk, xero: Xero
) -> None:
    await xero.set(forbidden=["Payments"])
    await connected.ask(contact(), invoice(), payment("1"))
    async with delivering(connected, xero):
        await until(connected, "done", "done", "parked")
        await connected.ask(invoice("2"), document="invoice:2")
        await until(connected, "done", "done", "parked", "done")
        sent = [row["path"] for row in await xero.requests() if "Payments" in row["path"]]
        (kind, reason), *_ = await parked(connected)
        standing_then = await standing(connected)

        await xero.set(forbidden=[])
        await let_go(connected)
        await until(connected, "done", "done", "done", "done")

    assert len(sent) == 2  # a 403 that does not last is no reason to stop
    assert (kind, standing_then) == ("payment.create", (None, []))
    assert "accounting.payments" in reason
    assert "Connect to Xero again" in reason


async def test_e2_a_403_that_passes_stops_nothing(connected: Desk, xero: Xero) -> None:
    await connected.ask(contact(), invoice())
    await xero.fail("/Invoices", "status", status=403)
    async with delivering(connected, xero):
        await until(connected, "done", "done")

    assert await standing(connected) == (None, [])


async def test_e2_contacts_that_may_not_be_searched_wait_for_a_consent_too(
    connected: Desk, xero: Xero
) -> None:
    await xero.set(forbidden=["Contacts"])
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "parked")

    assert [kind for kind, _ in await parked(connected)] == ["contact.put"]
    assert await standing(connected) == (None, [])


async def test_e5_an_organisation_that_is_disconnected_pauses_the_connection(
    connected: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.xero.standing.GRANT_PAUSE", 1.0)
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        await xero.set(connected=False)
        await connected.ask(invoice())
        await told(connected, "xero_grant")
        said = await connected.pool.fetchval("SELECT what FROM problems")
        assert said == "Xero refuses the organisation: AuthenticationUnsuccessful"
        assert await parked(connected) == []

        await xero.set(connected=True)
        await until(connected, "done", "done")
        await told(connected)


async def test_e5_a_grant_that_no_new_token_mends_is_told_and_tried_again_only_now_and_then(
    connected: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outbox.xero.standing.GRANT_PAUSE", 1.0)
    monkeypatch.setattr("outbox.xero.relay.GRANT_PAUSE", 1.0)
    await connected.ask(contact())
    async with delivering(connected, xero):
        await until(connected, "done")
        await xero.fail("/Invoices", "status", status=401, times=1_000)
        await connected.ask(invoice())
        await told(connected, "xero_grant")
        await xero.heal()
        await until(connected, "done", "done")
        await told(connected)


async def test_e2_a_scope_that_xero_itself_names_is_asked_for_once(
    connected: Desk, xero: Xero, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = identity.SCOPES.replace(" accounting.payments", "")
    monkeypatch.setattr(identity, "SCOPES", narrow)
    await connected.ask(contact(), invoice(), payment("1"))
    async with delivering(connected, xero):
        await until(connected, "done", "done", "parked")
        await connected.ask(invoice("2"), document="invoice:2")
        await until(connected, "done", "done", "parked", "done")

    sent = [row["path"] for row in await xero.requests()]
    assert sum("Payments" in path for path in sent) == 1
    assert await connected.pool.fetchval("SELECT generation FROM grants") == 1
    assert "accounting.payments" in (await parked(connected))[0][1]


def test_each_kind_of_call_has_a_scope_that_is_asked_for() -> None:
    areas = {route.path.split("/")[1] for route in (*CREATES.values(), *CHANGES.values())}

    assert areas == set(RIGHTS)
    assert {right.scope for right in RIGHTS.values()} <= set(identity.SCOPES.split())
