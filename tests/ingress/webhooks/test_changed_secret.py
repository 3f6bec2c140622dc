"""A webhook secret is changed here first, then in Zoho: in between both are accepted, for a day."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from bridge.cli.jobs.retaining import QUERIES as RETAINING
from bridge.postgres import Pool
from tests.ingress.browsing import BEARER, FILE, Desk, seated
from tests.ingress.conftest import signature, stamped

OLD = "acmesecrettoken"
NEW = "thenewsecrettoken"


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with one connection, acme."""
    async with seated(pool, sandbox) as desk:
        await desk.apply()
        yield desk


async def change(desk: Desk, secret: str) -> httpx.Response:
    patch = {"zoho": {"webhook_secret": secret}}
    return await desk.http.patch(f"{desk.url}/api/connections/acme", json=patch, headers=BEARER)


async def knock(desk: Desk, secret: str) -> int:
    """Let Zoho tell of an invoice, signed with a secret; gives the status of the answer."""
    body = httpx.Request("POST", "http://x", json=stamped()).content
    endpoint = await desk.pool.fetchval("SELECT endpoint FROM connections")
    answer = await desk.http.post(
        f"{desk.url}/webhooks/zoho/{endpoint}/invoice/created",
        content=body,
        headers={
            "X-Zoho-Webhook-Signature": signature(body, secret=secret),
            "Content-Type": "application/json",
        },
    )
    return answer.status_code


async def eventually(desk: Desk, status: int, secret: str) -> None:
    async with asyncio.timeout(60):
        while await knock(desk, secret) != status:  # noqa: ASYNC110  another task's state
            await asyncio.sleep(0.02)


async def expire(desk: Desk) -> None:
    """Let the day be over."""
    await desk.pool.execute("UPDATE secrets SET expires_at = now() WHERE expires_at IS NOT NULL")
    await desk.pool.execute("NOTIFY connections")


async def test_webhooks_signed_with_the_secret_before_are_accepted_for_a_day(desk: Desk) -> None:
    told = (await change(desk, NEW)).json()["warnings"]
    await eventually(desk, 202, NEW)

    assert await knock(desk, OLD) == 202
    assert await knock(desk, "a-third-secret") == 401
    left = await desk.row(
        "SELECT extract(epoch FROM expires_at - updated_at) AS s FROM connections"
        " JOIN secrets ON connection_id = id WHERE secrets.name = 'zoho.webhook_secret_previous'"
    )
    assert left["s"] == 24 * 3600
    until = await desk.pool.fetchval("SELECT max(expires_at) FROM secrets")
    assert f"accepted until {until:%Y-%m-%d %H:%M} UTC" in told[-1]
    assert "--renew-secret" in told[-1]


async def test_after_that_day_only_the_new_secret_opens_the_door(desk: Desk) -> None:
    await change(desk, NEW)
    await eventually(desk, 202, NEW)
    await expire(desk)
    await eventually(desk, 401, OLD)

    assert await knock(desk, NEW) == 202
    await RETAINING.forget_secrets(desk.pool, connection_id=await desk.number())
    assert await desk.pool.fetchval("SELECT count(*) FROM secrets") == 1


async def test_another_change_in_that_day_leaves_the_secret_before_alone(desk: Desk) -> None:
    await change(desk, NEW)
    await desk.apply(FILE.replace(OLD, NEW).replace('"090"', '"091"'))
    told = await desk.apply(FILE.replace(OLD, NEW).replace('"090"', '"092"'))
    await eventually(desk, 202, NEW)

    assert await knock(desk, OLD) == 202
    assert [each for each in told if "accepted until" in each] == []


async def test_a_secret_that_leaked_ends_at_once_when_it_is_changed_twice(desk: Desk) -> None:
    await change(desk, "neverusedanywhere")
    await change(desk, NEW)
    await eventually(desk, 401, OLD)

    assert await knock(desk, NEW) == 202


async def test_the_secret_before_stands_in_no_list_of_what_the_file_holds(desk: Desk) -> None:
    await change(desk, NEW)
    shown = await desk.http.get(f"{desk.url}/api/connections/acme/configuration", headers=BEARER)

    assert shown.json()["secrets"] == ["zoho.webhook_secret"]
