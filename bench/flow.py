"""From a webhook to an instant Xero: how long one takes when idle, how many a second, the memory.

Run by `make bench`. Every role is a process of its own; PostgreSQL, RabbitMQ and HTTP are real.
"""

import asyncio
import hashlib
import hmac
import json
import os
import statistics
import time
from typing import Any, Final

import asyncpg
import httpx

from bench.bridge_processes import SECRET, Bench, bench
from tests.servers import postgres

IDLE_EVENTS: Final = 40  # one after the other
BURST_EVENTS: Final = 2_000  # as fast as they are taken
AT_ONCE: Final = 32


def invoice(number: int) -> bytes:
    """A sent invoice of one of ten customers, as Zoho posts it."""
    line = {"name": "Item", "rate": 10.5, "quantity": 2, "item_total": 21, "tax_id": ""}
    document: dict[str, Any] = {
        "invoice_id": str(10**17 + number),
        "invoice_number": f"B-{number}",
        "date": "2026-06-09",
        "due_date": "2026-07-09",
        "status": "sent",
        "customer_id": str(2 * 10**17 + number % 10),
        "customer_name": f"Customer {number % 10}",
        "currency_code": "CAD",
        "exchange_rate": 1,
        "line_items": [line | {"line_item_id": str(number), "description": "x" * 100}] * 3,
        "sub_total": 63,
        "total": 63,
        "balance": 63,
        "created_time": "2026-06-09T09:46:21-0400",
        "last_modified_time": "2026-06-09T09:46:21-0400",
    }
    return json.dumps({"invoice": document}).encode()


async def post(client: httpx.AsyncClient, run: Bench, number: int) -> None:
    """Post one signed webhook."""
    body = invoice(number)
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    answer = await client.post(
        f"{run.url}/webhooks/zoho/{run.endpoint}/invoice/created",
        content=body,
        headers={
            "Content-Type": "application/json",
            "X-Zoho-Webhook-Signature": signature,
        },
    )
    answer.raise_for_status()


async def all_done(database: Any, invoices: int) -> None:
    """Wait until Xero holds that many invoices."""
    while (  # noqa: ASYNC110  another process does it
        await database.fetchval("SELECT count(*) FROM links WHERE key LIKE 'invoice:%'") < invoices
    ):
        await asyncio.sleep(0.02)


async def idle(client: httpx.AsyncClient, database: Any, run: Bench) -> list[float]:
    """Milliseconds from a webhook's arrival to the call of Xero, one invoice at a time."""
    for number in range(IDLE_EVENTS):
        await post(client, run, number)
        await all_done(database, number + 1)
        await asyncio.sleep(0.05)
    rows = await database.fetch(
        """SELECT extract(epoch FROM a.first_sent_at - e.received_at) * 1000 AS ms
             FROM attempts a JOIN attempt_members m ON m.attempt_id = a.id
             JOIN commands c ON c.id = m.command_id JOIN events e ON e.id = c.event_id
            WHERE c.kind = 'invoice.put' ORDER BY a.id"""
    )
    # The first ten make their contacts first.
    return [float(row["ms"]) for row in rows][10:]


async def burst(client: httpx.AsyncClient, database: Any, run: Bench) -> tuple[float, float]:
    """Seconds until all were answered, and until Xero held all."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        async with limit:
            await post(client, run, number)

    begun = time.perf_counter()
    await asyncio.gather(*(one(IDLE_EVENTS + number) for number in range(BURST_EVENTS)))
    answered = time.perf_counter() - begun
    await all_done(database, IDLE_EVENTS + BURST_EVENTS)
    return answered, time.perf_counter() - begun


async def measure(run: Bench, database_url: str) -> None:
    """Print the figures."""
    database = await asyncpg.connect(database_url)
    async with httpx.AsyncClient(timeout=60) as client:
        waits = await idle(client, database, run)
        before = run.processor_time()
        answered, held = await burst(client, database, run)
        used = run.processor_time()
    calls = await database.fetchval("SELECT count(*) FROM attempts")
    await database.close()
    print(f"webhook to Xero call, idle: median {statistics.median(waits):.0f} ms,", end=" ")
    print(f"p90 {statistics.quantiles(waits, n=10)[-1]:.0f} ms ({len(waits)} invoices)")
    print(f"burst of {BURST_EVENTS} invoices: answered in {answered:.1f} s, in Xero after", end=" ")
    print(f"{held:.1f} s = {BURST_EVENTS / held:.0f} events/s; {calls} calls in all")
    for role, mebibytes in run.memory().items():
        milliseconds = (used[role] - before[role]) * 1000 / BURST_EVENTS
        print(f"{role}: {mebibytes:.0f} MiB, {milliseconds:.1f} ms of processor an event")


def main() -> None:
    """Measure on the servers that DATABASE_URL and AMQP_URL name, in a database of its own."""
    with (
        postgres.database(os.environ["DATABASE_URL"], "bridge_bench_flow") as database_url,
        bench(database_url, os.environ["AMQP_URL"]) as run,
    ):
        asyncio.run(measure(run, database_url))


if __name__ == "__main__":
    main()
