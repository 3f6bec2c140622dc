"""1, 2 and 4 processor processes on one set of queues: what it does to throughput, and to order.

Run by `make bench-scale`. A backlog is accepted first, then decided; the outbox stays away.
"""

import argparse
import asyncio
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import asyncpg

from bench.restarts import ENDPOINT, Tally, body_of, tell
from tests.journeys.house import BRIDGE, House, answering, built
from tests.servers import postgres, rabbitmq

VERSIONS: Final = 4  # of each document, so that order can go wrong
AT_ONCE: Final = 32
UNDECIDED: Final = "SELECT count(*) FROM events WHERE state = 'undecided'"
SPEED: Final = """
SELECT count(*) / nullif(extract(epoch FROM max(decided_at) - min(decided_at)), 0)::float8
  FROM events WHERE state <> 'undecided'
"""
# Decisions about a document are stored under its lock, so their ids say in which order.
OVERTAKEN: Final = """
SELECT count(*) FROM (
  SELECT event_id < lag(event_id) OVER (PARTITION BY entity, zoho_id ORDER BY id) AS wrong
    FROM decisions) AS d WHERE wrong
"""


async def fill(house: House, documents: int) -> int:
    """Have a backlog accepted, version after version of every document; gives its size."""
    url = f"{house.url}/webhooks/zoho/{await house.ask(ENDPOINT)}"
    tally, places = Tally(), asyncio.Semaphore(AT_ONCE)

    async def one(number: int, version: int) -> None:
        async with places:
            await tell(house.client, url, body_of(number, version), tally)

    for version in range(VERSIONS):
        await asyncio.gather(*(one(number, version) for number in range(documents)))
    if tally.refused:
        raise RuntimeError(f"not a backlog: {dict(tally.refused)}")
    return tally.sent


async def decide(house: House, processes: int) -> tuple[float, int]:
    """Let so many processes decide all; gives events a second, and how many were overtaken."""
    running = [
        await asyncio.create_subprocess_exec(
            BRIDGE, "processor", env=house.environment, stdout=asyncio.subprocess.DEVNULL
        )
        for _ in range(processes)
    ]
    database: Any = await asyncpg.connect(house.environment["DATABASE_URL"])
    while await database.fetchval(UNDECIDED):  # noqa: ASYNC110  other processes do it
        await asyncio.sleep(0.1)
    for process in running:
        process.terminate()
    await asyncio.gather(*(process.wait() for process in running))
    found = await database.fetchval(SPEED), await database.fetchval(OVERTAKEN)
    await database.close()
    return found


async def measure(
    folder: Path, database_url: str, amqp_url: str, documents: int, processes: int
) -> tuple[int, float, int]:
    """Fill and decide in a house of its own; gives backlog, events a second, and overtaken ones."""
    async with built(folder, database_url, amqp_url) as house:
        await house.bridge("migrate")
        await house.start("ingress")
        await answering(house.client, f"{house.url}/readyz")
        await house.apply()
        backlog = await fill(house, documents)
        await house.stop("ingress")
        return backlog, *await decide(house, processes)


def main() -> None:
    """Measure each number of processes; exit 1 when one document's events were overtaken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    given = parser.parse_args()
    wrong = 0
    for processes in given.processes:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bridge-scale-"))
            name = f"bridge_scale_{os.getpid()}_{processes}"
            database = stack.enter_context(postgres.database(postgres.server(stack), name))
            vhost = stack.enter_context(rabbitmq.virtual_host(rabbitmq.server(stack), name))
            work = measure(Path(folder), database, vhost, given.documents, processes)
            backlog, speed, overtaken = asyncio.run(work)
        wrong += overtaken
        print(f"{processes} processes: {speed:.0f} events/s of {backlog}, {overtaken} overtaken")
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
