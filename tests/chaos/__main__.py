"""`make chaos KILLS=100`: kill -9 real processes and their servers under traffic, then judge."""

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import asyncpg

from tests.chaos.collecting import collect
from tests.chaos.servers import Mortal, lose_messages, private_postgres, private_rabbitmq
from tests.journeys import clerk
from tests.journeys.house import BUSY, House, answering, built
from tests.servers import postgres, rabbitmq
from tests.simulation.checker import check

ROLES: Final = ("ingress", "processor", "outbox", "sweeper")
LIKELY: Final = (3, 3, 4, 1)
UNLIMITED: Final = {"minute": None, "day": None, "app_minute": None}
# Zoho tries as often as it takes: what no receiver took is the sweep's matter, shown elsewhere.
PERSISTENT: Final = {"retries": [0.2, 0.5, 1.0, *([2.0] * 60)]}
WINDOWS: Final = {"repeat": 240, "late": 1, "quiet": 1}
PATIENCE: Final = 240.0  # seconds until all must be at rest after the last kill


class Havoc:
    """What happens to whom, by one seed."""

    def __init__(self, house: House, database_url: str, seed: int) -> None:
        self._house = house
        self._url = database_url
        self._chance = random.Random(seed)
        self.counts: Counter[str] = Counter()

    async def kill_roles(self, times: int) -> None:
        """Kill and start again, one role at a time."""
        for _ in range(times):
            await asyncio.sleep(self._chance.uniform(0.1, 0.7))
            (role,) = self._chance.choices(ROLES, LIKELY)
            if self._house.processes[role].returncode is None:
                await self._house.kill(role)
                self.counts[f"killed {role}"] += 1
            else:  # its lost server has ended it meanwhile
                self.counts[f"ended and started again: {role}"] += 1
            await self._house.start(role)
            if role == "outbox":
                await self._free_leases()

    async def _free_leases(self) -> None:
        """A dead outbox's lease lasts 45 s: here its time is over at once, or no run would end."""
        database = await asyncpg.connect(self._url)
        try:
            await database.execute("UPDATE leases SET expires_at = now()")
        finally:
            await database.close()

    async def end_database(self, server: Mortal) -> None:
        """PostgreSQL stops immediately, and comes back."""
        server.kill(signal.SIGQUIT)
        await asyncio.sleep(self._chance.uniform(0.5, 3))
        await asyncio.to_thread(server.start)
        self.counts["PostgreSQL stopped immediately"] += 1
        await self._revive()

    async def end_broker(self, server: Mortal, broker: rabbitmq.Broker, host: str) -> None:
        """RabbitMQ is killed, comes back, and has lost every message."""
        server.kill()
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
        self.counts["RabbitMQ killed"] += 1
        self.counts["queues emptied"] += await asyncio.to_thread(lose_messages, broker, host)
        await self._revive()

    async def _revive(self) -> None:
        """Start what its lost server has ended, as a supervisor of processes would."""
        await asyncio.sleep(1)
        for role, process in list(self._house.processes.items()):
            if process.returncode is not None:
                self.counts[f"ended and started again: {role}"] += 1
                await self._house.start(role)


async def work(house: House, stop: asyncio.Event, truth: dict[str, Any]) -> None:
    """Enter invoices and payments until `stop`, and note what Zoho holds."""
    customers = [await clerk.customer(house, f"Acme {n}") for n in range(3)]
    number = 0
    while not stop.is_set():
        number += 1
        invoice = await clerk.invoice(house, customers[number % 3], 10 + number % 90)
        payment = await clerk.pay(house, invoice, 5)
        truth["invoice"][invoice["invoice_id"]] = {
            "status": "sent",
            "total": str(invoice["total"]),
        }
        shares = [
            {**share, "amount_applied": str(share["amount_applied"])}
            for share in payment["invoices"]
        ]
        truth["customer_payment"][payment["payment_id"]] = {"invoices": shares}
        await asyncio.sleep(0.15)


async def play(kills: int, seed: int) -> int:
    """Play it all; gives 1 when an invariant broke."""
    begun = time.monotonic()
    with ExitStack() as stack:
        server_url, database = private_postgres(stack)
        broker, queue_server = private_rabbitmq(stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database_url = stack.enter_context(postgres.database(server_url, "chaos"))
        amqp_url = stack.enter_context(rabbitmq.virtual_host(broker, "chaos"))
        async with built(folder, database_url, amqp_url) as house:
            truth, havoc = await _rage(
                house, database_url, kills, seed, database, (queue_server, broker)
            )
            await house.control("zoho/settle", {})
            await _rest(database_url)
            broken = await _judge(house, database_url, truth)
    for what, count in sorted(havoc.counts.items()):
        print(f"{count:6} {what}")
    print(f"{len(truth['invoice']):6} invoices, each with a payment")
    for line in broken[:20]:
        print(f"  {line}")
    seconds = time.monotonic() - begun
    print(f"\n{kills} kills in {seconds:.0f} s, {len(broken)} violations")
    return 1 if broken else 0


async def _rage(
    house: House,
    database_url: str,
    kills: int,
    seed: int,
    database: Mortal,
    broker: tuple[Mortal, rabbitmq.Broker],
) -> tuple[dict[str, Any], Havoc]:
    truth: dict[str, Any] = {"invoice": {}, "customer_payment": {}, "credit_note": {}}
    house.environment |= {"XERO_LATE_LIMIT": "1", "XERO_QUIET_TIME": "1"}
    house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
    await house.control("xero/settings", {"limits": UNLIMITED})
    await house.control("zoho/delivery", PERSISTENT)
    await house.bridge("migrate")
    await house.start(*ROLES)
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()
    havoc, stop = Havoc(house, database_url, seed), asyncio.Event()
    traffic = asyncio.create_task(work(house, stop, truth))
    part = kills // 4
    await havoc.kill_roles(part)
    await havoc.end_database(database)
    await havoc.kill_roles(part)
    await havoc.end_broker(broker[0], broker[1], "chaos")
    await havoc.kill_roles(part)
    await havoc.end_database(database)
    await havoc.kill_roles(kills - 3 * part)
    stop.set()
    await traffic
    return truth, havoc


async def _rest(database_url: str) -> None:
    database = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(PATIENCE):
            while await database.fetchval(BUSY):  # noqa: ASYNC110  two systems: no event tells
                await asyncio.sleep(0.2)
    except TimeoutError:
        print(f"not at rest after {PATIENCE:.0f} s")
    finally:
        await database.close()


async def _judge(house: House, database_url: str, truth: dict[str, Any]) -> list[str]:
    database = await asyncpg.connect(database_url)
    from bridge.postgres import prepare

    await prepare(database)
    log = (await house.client.get(f"{house.sandbox}/_sandbox/xero/requests")).json()
    try:
        return check(await collect(database, await house.xero(), log, truth, WINDOWS))
    finally:
        await database.close()


def main() -> None:
    """Read the arguments, and end with 1 when an invariant broke."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    sys.exit(asyncio.run(play(given.kills, given.seed)))


if __name__ == "__main__":
    main()
