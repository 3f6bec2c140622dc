"""The ground that other tests stand on holds."""

import socket

import aio_pika
import httpx
import pytest
from asyncpg import Pool, Record


async def test_each_test_has_a_migrated_database_of_its_own(pool: "Pool[Record]") -> None:
    assert await pool.fetchval("SELECT count(*) FROM events") == 0


async def test_each_test_has_a_virtual_host_of_its_own(amqp_url: str) -> None:
    async with await aio_pika.connect(amqp_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("processor.invoice", durable=True)

        assert queue.declaration_result.message_count == 0


async def test_each_test_has_a_sandbox_of_its_own(sandbox: str) -> None:
    async with httpx.AsyncClient(base_url=sandbox, timeout=60) as client:
        answer = await client.get("/_sandbox/xero/requests")

        assert answer.json() == []


async def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(RuntimeError, match="not on this machine"):
        await httpx.AsyncClient().get("http://example.invalid")


def test_no_test_reaches_another_address() -> None:
    with socket.socket() as probe, pytest.raises(RuntimeError, match="not on this machine"):
        probe.connect(("192.0.2.1", 80))
