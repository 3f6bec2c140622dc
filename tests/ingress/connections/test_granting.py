"""A grant lives through rotation, losses and outages; when it is gone, one problem says so."""

import asyncio

import pytest

from bridge.crypto import Vault
from clients.xero.errors import Disconnected, Unavailable
from clients.xero.grants import Grant, seal
from clients.xero.identity import Endpoints, Pair
from sandbox.xero.state import TENANT, WEB_APP
from tests.ingress.browsing import Desk
from tests.ingress.conftest import VAULT


async def test_tokens_are_sealed_and_shared_by_all_processes(desk: Desk) -> None:
    sealed = await desk.pool.fetchval("SELECT sealed FROM grants")
    assert b"refresh" not in sealed

    await _expire(desk)
    grants = [await desk.grant() for _ in range(6)]
    tokens = await asyncio.gather(*(grant.token() for grant in grants))
    log = (await desk.http.get(f"{desk.sandbox}/_sandbox/xero/requests")).json()
    refreshes = [each for each in log if each["path"] == "/connect/token"]

    assert len({token.access for token in tokens}) == 1
    assert len(refreshes) == 2  # the exchange, and one refresh for all


async def test_a_new_pair_that_was_lost_leaves_the_one_before(desk: Desk) -> None:
    kept = await desk.row("SELECT sealed, generation FROM grants")
    await _expire(desk)
    await (await desk.grant()).token()
    # As after a restore of the database: Xero has rotated the pair, we know the one before.
    await desk.pool.execute("UPDATE grants SET sealed = $1, previous = NULL", kept["sealed"])
    await _expire(desk)

    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def test_the_pair_before_serves_for_its_minutes_of_grace(desk: Desk) -> None:
    kept = await desk.pool.fetchval("SELECT sealed FROM grants")
    await _expire(desk)
    await (await desk.grant()).token()
    await _break_newest(desk, kept)

    assert (await (await desk.grant()).token()).tenant_id == TENANT

    await _break_newest(desk, kept)
    await desk.control("xero/clock", {"seconds": 31 * 60})
    await desk.pool.execute("UPDATE grants SET updated_at = now() - interval '31 minutes'")
    with pytest.raises(Disconnected, match="no more"):
        await (await desk.grant()).token()


async def test_a_process_without_the_key_says_so_and_leaves_the_grant_to_those_that_have_it(
    desk: Desk,
) -> None:
    endpoints = Endpoints.of(desk.office.settings)
    keyless = Grant(desk.pool, Vault([b"?" * 32]), endpoints, await desk.number())

    with pytest.raises(Disconnected, match="BRIDGE_SECRET_KEY"):
        await keyless.token()

    assert await desk.pool.fetch("SELECT code FROM problems") == []
    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def test_a_revoked_grant_stops_with_one_problem_and_a_way_back(desk: Desk) -> None:
    await desk.control("xero/settings", {"revoke": WEB_APP.client_id})
    await _expire(desk)
    for _ in range(3):
        with pytest.raises(Disconnected):
            await (await desk.grant()).token()

    log = (await desk.http.get(f"{desk.sandbox}/_sandbox/xero/requests")).json()
    assert len([each for each in log if each["path"] == "/connect/token"]) == 2  # asked once
    row = await desk.row("SELECT code, remedy FROM problems")
    assert row["code"] == "xero_grant"
    assert "/connect/xero/acme" in row["remedy"]

    assert await desk.connect() == "done"
    assert await desk.problems() == {}
    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def test_xero_that_is_away_ends_nothing(desk: Desk) -> None:
    await _expire(desk)
    match = {"method": "POST", "path": "/connect/token"}
    await desk.control("xero/faults", [{"match": match, "effect": "status", "status": 503}])
    with pytest.raises(Unavailable):
        await (await desk.grant()).token()

    assert await desk.problems() == {}
    assert (await (await desk.grant()).token()).tenant_id == TENANT


async def _expire(desk: Desk) -> None:
    await desk.pool.execute("UPDATE grants SET expires_at = now()")


async def _break_newest(desk: Desk, before: bytes) -> None:
    """Let Xero know nothing of the newest pair, but of the one before."""
    broken = seal(VAULT, await desk.number(), Pair("x", 0, "never-heard-of"))
    await desk.pool.execute(
        "UPDATE grants SET sealed = $1, previous = $2, expires_at = now()", broken, before
    )


async def test_a_new_consent_frees_what_the_one_before_did_not_cover(desk: Desk) -> None:
    await desk.pool.execute(
        "INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body,"
        " state, cause, reason) SELECT id, 1, 'invoice', n, 'A2', 'invoice.put', 'invoice:' || n,"
        " '{}', 'parked', c, 'why' FROM connections,"
        " (VALUES ('1', 'xero:scope'), ('2', 'xero:lock_date')) AS parked (n, c)"
    )
    async with desk.browser() as browser:
        page = await browser.get("/connections/acme/problems")
    assert await desk.connect() == "done"

    assert 'href="/connect/xero/acme">Connect to Xero again' in page.text
    rows = await desk.pool.fetch("SELECT state, cause FROM commands ORDER BY id")
    assert [tuple(row) for row in rows] == [("pending", None), ("parked", "xero:lock_date")]
