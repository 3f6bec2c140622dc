"""Xero's door: what is taken, what is refused, and that nothing is taken twice or lost."""

import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from bridge.local_bus import LocalBus
from bridge.postgres import Pool
from tests.ingress.conftest import Door, connect, opened
from tests.ingress.webhooks.test_xero_reading import CONTACT, post, told

KEY = "a-key-of-xeros"
TENANT = "8be9db36-3598-4755-ba5c-c2dbc8c4a7a2"


async def tell(door: Door, body: bytes, key: str = KEY) -> httpx.Response:
    mark = base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
    headers = {"x-xero-signature": mark, "Content-Type": "application/json"}
    return await door.client.post("/webhooks/xero", content=body, headers=headers)


async def is_for(door: Door, number: int, tenant: str) -> None:
    config = {"xero": {"tenant_id": tenant}}
    await door.pool.execute("UPDATE connections SET config = $1 WHERE id = $2", config, number)


@pytest.fixture
async def xeros(pool: Pool) -> AsyncIterator[Door]:
    """A door that knows Xero's key, with one connection whose organisation is TENANT."""
    number = await connect(pool)
    async with opened(pool, LocalBus(), XERO_WEBHOOK_KEY=f"another-app, {KEY}") as door:
        door.number = number
        await is_for(door, number, TENANT)
        yield door


async def test_xero_s_intent_to_receive_is_answered_as_it_wants(xeros: Door) -> None:
    probe = post(firstEventSequence=0, lastEventSequence=0, entropy="X")

    right, wrong = await tell(xeros, probe), await tell(xeros, probe, "a-wrong-key")

    assert (right.status_code, right.content) == (200, b"")
    assert (wrong.status_code, wrong.content) == (401, b"")
    assert "set-cookie" not in right.headers


async def test_without_a_key_nobody_is_believed(door: Door) -> None:
    assert (await tell(door, post(), "")).status_code == 401


async def test_a_contact_s_change_is_journaled_for_its_connection(xeros: Door) -> None:
    event = told(tenantId=TENANT.upper())

    assert (await tell(xeros, post(event))).status_code == 200

    (row,) = await xeros.events()
    assert (row["entity"], row["zoho_id"], row["source"]) == ("xero_contact", CONTACT, "xero")
    assert (row["connection_id"], row["trigger"], row["state"]) == (
        xeros.number,
        "edited",
        "undecided",
    )
    assert json.loads(row["body"]) == event


async def test_the_same_delivery_again_is_the_same_event(xeros: Door) -> None:
    for _ in range(3):
        assert (await tell(xeros, post(told(tenantId=TENANT)))).status_code == 200

    assert len(await xeros.events()) == 1


async def test_the_organisation_of_a_grant_is_known_too(xeros: Door) -> None:
    number = await connect(xeros.pool, "other")
    await xeros.pool.execute(
        "INSERT INTO grants (connection_id, system, tenant_id) VALUES ($1, 'xero', 'granted')",
        number,
    )
    await xeros.pool.execute(
        "INSERT INTO grants (connection_id, system, tenant_id) VALUES ($1, 'xero', '')",
        xeros.number,
    )
    await tell(xeros, post(told(tenantId="granted"), told(tenantId=TENANT)))

    assert {row["connection_id"] for row in await xeros.events()} == {number, xeros.number}


@pytest.mark.parametrize(
    "event", [told(tenantId="nobody-s"), told(tenantId=TENANT, eventCategory="INVOICE")]
)
async def test_what_is_not_for_us_is_answered_well_and_not_kept(
    xeros: Door, event: dict[str, Any]
) -> None:
    assert (await tell(xeros, post(event))).status_code == 200
    assert await xeros.events() == []


async def test_c9_a_disabled_connection_keeps_what_xero_tells(xeros: Door) -> None:
    await xeros.pool.execute("UPDATE connections SET enabled = false")
    await tell(xeros, post(told(tenantId=TENANT)))

    assert [row["state"] for row in await xeros.events()] == ["held"]


async def test_c10_a_deleted_connection_keeps_nothing_of_what_xero_tells(xeros: Door) -> None:
    await xeros.pool.execute("UPDATE connections SET enabled = false, deleted_at = now()")

    assert (await tell(xeros, post(told(tenantId=TENANT)))).status_code == 200
    assert await xeros.events() == []


async def test_a_signed_body_that_does_not_read_is_not_sent_for_ever(xeros: Door) -> None:
    assert (await tell(xeros, b'{"events": "none"}')).status_code == 200


async def test_a_body_that_is_too_large_is_refused(xeros: Door) -> None:
    assert (await tell(xeros, b" " * (1024 * 1024 + 1))).status_code == 413


async def test_while_the_journal_can_t_be_written_xero_is_asked_to_come_again(
    xeros: Door,
) -> None:
    await xeros.pool.execute("ALTER TABLE events RENAME TO away")

    answer = await tell(xeros, post(told(tenantId=TENANT)))

    assert (answer.status_code, answer.content) == (503, b"")
    assert int(answer.headers["retry-after"]) > 0


async def read_day(door: Door) -> date | None:
    day: date | None = await door.pool.fetchval("SELECT day FROM schedules")
    return day


async def test_events_that_were_passed_over_have_the_contacts_read_anew(xeros: Door) -> None:
    await xeros.pool.execute(
        "INSERT INTO schedules (connection_id, job, busy_until, day)"
        " VALUES ($1, 'contacts', now(), '2026-11-25')",
        xeros.number,
    )

    for first, last in ((5, 6), (7, 7), (6, 6), (8, 9)):
        await tell(xeros, post(told(), firstEventSequence=first, lastEventSequence=last))
    assert await read_day(xeros) is not None

    await tell(xeros, post(told(), firstEventSequence=11, lastEventSequence=11))
    assert await read_day(xeros) is None
