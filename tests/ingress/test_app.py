"""The web process as operators see it: ready, stopped, or dead, but never half alive."""

import asyncio
import os
import sys

import httpx

from bridge.local_bus import LocalBus
from bridge.ports import free_port
from bridge.postgres import Pool, create_pool
from tests.bridge.cable import cable_to
from tests.ingress.conftest import ENDPOINT, Door, connect, opened, signature

BODY = b'{"invoice": {"invoice_id": "46"}}'


async def test_a_process_whose_task_dies_dies_loudly(pool: Pool, database_url: str) -> None:
    await connect(pool)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.ingress.broken_door", str(port)),
        env=os.environ | {"DATABASE_URL": database_url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await patiently(client, f"http://127.0.0.1:{port}/webhooks/zoho/{ENDPOINT}")
        printed, _ = await process.communicate()

    assert answer.status_code == 202
    assert process.returncode not in (0, None)
    assert b'"event":"task.died"' in printed
    assert b"a bug in the bus" in printed
    assert await pool.fetchval("SELECT state FROM events") == "undecided"


async def test_the_door_is_ready_with_postgresql_alone(pool: Pool, database_url: str) -> None:
    async with (
        cable_to(database_url) as (near, cable),
        await create_pool(near, size=5) as far,
        opened(far, LocalBus()) as door,
    ):
        ready = await door.client.get("/readyz")
        cable.hush()
        unready = await door.client.get("/readyz")
        alive = await door.client.get("/healthz")
        cable.pull()

    assert (ready.status_code, unready.status_code, alive.status_code) == (200, 503, 200)
    assert "PostgreSQL" in unready.json()["problems"][0]


async def test_metrics_tell_of_webhooks(door: Door) -> None:
    await door.post(BODY)

    text = (await door.client.get("/metrics")).text

    assert "bridge_accept_seconds_count" in text
    assert "bridge_journal_group_size_count" in text


async def patiently(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """Post a webhook as soon as somebody listens."""
    while True:
        try:
            return await client.post(
                f"{address}/invoice/created",
                content=BODY,
                headers={"X-Zoho-Webhook-Signature": signature(BODY)},
            )
        except httpx.ConnectError:
            await asyncio.sleep(0.05)
