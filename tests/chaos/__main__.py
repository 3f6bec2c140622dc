"""`make chaos KILLS=100`: kill -9 real processes and their servers under traffic, then judge."""

import argparse
import asyncio
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx

from bridge.ports import free_port
from tests.chaos.servers import Mortal, lose_messages, private_postgres, private_rabbitmq
from tests.journeys import clerk
from tests.journeys.collecting import USUAL_WINDOWS, Witness, collect
from tests.journeys.house import House, answering, built
from tests.servers import postgres, rabbitmq
from tests.servers.search import Unavailable
from tests.simulation.checker import by_number, check

LIKELY: Final = {"ingress": 3, "processor": 3, "outbox": 4, "sweeper": 1}
# Xero takes its time, so that processes die with a request on its way.
XERO: Final = {"limits": {"minute": None, "day": None, "app_minute": None}, "latency": 0.5}
# Zoho tries as often as it takes: what no receiver took is the sweep's matter, shown elsewhere.
PERSISTENT: Final = {"retries": [0.2, 0.5, 1.0, *([2.0] * 600)]}
LATE: Final = 5  # seconds, for the bridge's L and Q: more than a busy machine needs for a request
PATIENCE: Final = 240.0  # seconds until all must be at rest after the last kill
BROKER_HOST: Final = "chaos"


class Havoc:
    """What happens to whom, by one seed."""

    def __init__(self, house: House, seed: int) -> None:
        self._house = house
        self._chance = random.Random(seed)
        self._ports = {role: free_port() for role in LIKELY}
        self.counts: Counter[str] = Counter()

    async def kill_roles(self, times: int) -> None:
        """Kill so often, one process at a time; whoever supervises starts it again."""
        for _ in range(times):
            role = await self._somebody_at_work()
            process = self._house.processes[role]
            process.kill()
            await process.wait()
            self.counts[f"killed: {role}"] += 1
            if role == "outbox":
                # Its lease would last for 45 s more. It is over at once, or no run would end.
                await self._house.ask("UPDATE leases SET expires_at = now()")

    async def _somebody_at_work(self) -> str:
        """Choose a role whose process is ready: to kill those that only begin would show little."""
        while True:
            await asyncio.sleep(self._chance.uniform(0.1, 0.7))
            ready = [role for role in LIKELY if await self._is_ready(role)]
            if ready:
                return self._chance.choices(ready, [LIKELY[role] for role in ready])[0]

    async def _is_ready(self, role: str) -> bool:
        if self._house.processes[role].returncode is not None:
            return False
        url = f"http://127.0.0.1:{self._ports[role]}/readyz"
        try:
            answer = await self._house.client.get(url, timeout=2)
        except httpx.HTTPError:
            return False
        return answer.is_success

    async def end_database(self, server: Mortal) -> None:
        """PostgreSQL stops immediately, and comes back."""
        await asyncio.to_thread(server.kill, signal.SIGQUIT)
        await asyncio.sleep(self._chance.uniform(0.5, 3))
        await asyncio.to_thread(server.start)
        self.counts["PostgreSQL stopped immediately"] += 1

    async def end_broker(self, server: Mortal, broker: rabbitmq.Broker) -> None:
        """RabbitMQ is killed, comes back, and has lost every message."""
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(1)
        await asyncio.to_thread(server.start)
        self.counts["RabbitMQ killed"] += 1
        emptied = await asyncio.to_thread(lose_messages, broker, BROKER_HOST)
        self.counts["queues emptied"] += emptied

    async def start(self, role: str) -> None:
        """Start a role's process."""
        await self._house.start(role, BRIDGE_METRICS_PORT=str(self._ports[role]))

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """Start again whoever has ended, as those who run the bridge let a supervisor do."""
        supervising = asyncio.create_task(self._supervise())
        try:
            yield
        finally:
            supervising.cancel()
            with suppress(asyncio.CancelledError):
                await supervising

    async def _supervise(self) -> None:
        while True:
            for role, process in list(self._house.processes.items()):
                if process.returncode is not None:
                    self.counts[f"started again: {role}"] += 1
                    await self.start(role)
            await asyncio.sleep(0.1)


async def work(house: House, stop: asyncio.Event, witness: Witness) -> None:
    """Enter invoices and payments until `stop`, and note what Zoho holds."""
    customers = [await clerk.customer(house, f"Acme {n}") for n in range(3)]
    number = 0
    while not stop.is_set():
        number += 1
        invoice = await clerk.invoice(house, customers[number % 3], 10 + number % 90)
        witness.holds_invoice(invoice)
        witness.holds_payment(await clerk.pay(house, invoice, 5))
        await asyncio.sleep(0.15)


async def play(kills: int, seed: int) -> int:
    """Play it all; gives 1 when an invariant broke."""
    begun = time.monotonic()
    with ExitStack() as stack:
        server_url, database = private_postgres(stack)
        broker, queues = private_rabbitmq(stack)
        folder = Path(tempfile.mkdtemp(prefix="bridge-chaos-"))
        database_url = stack.enter_context(postgres.database(server_url, "chaos"))
        amqp_url = stack.enter_context(rabbitmq.virtual_host(broker, BROKER_HOST))
        witness = Witness(windows={**USUAL_WINDOWS, "quiet": LATE})
        async with built(folder, database_url, amqp_url) as house:
            havoc = Havoc(house, seed)
            await _open(house, havoc)
            async with havoc.supervised():
                await _rage(house, havoc, kills, witness, database, (queues, broker))
                witness.busy = await _rest(house)
            history = await collect(house, witness)
    havoc.counts |= _doubts(history)
    broken = check(history)
    _tell(havoc, witness, broken)
    print(f"\n{kills} kills in {time.monotonic() - begun:.0f} s, {len(broken)} violations")
    if broken:
        print(f"what the processes said: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


async def _open(house: House, havoc: Havoc) -> None:
    house.environment |= {"XERO_LATE_LIMIT": f"{LATE}", "XERO_QUIET_TIME": f"{LATE}"}
    house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
    await house.control("xero/settings", XERO)
    await house.control("zoho/delivery", PERSISTENT)
    await house.bridge("migrate")
    for role in LIKELY:
        await havoc.start(role)
    await answering(house.client, f"{house.url}/readyz")
    await house.apply()


async def _rage(
    house: House,
    havoc: Havoc,
    kills: int,
    witness: Witness,
    database: Mortal,
    broker: tuple[Mortal, rabbitmq.Broker],
) -> None:
    stop = asyncio.Event()
    traffic = asyncio.create_task(work(house, stop, witness))
    part = kills // 4
    await havoc.kill_roles(part)
    await havoc.end_database(database)
    await havoc.kill_roles(part)
    await havoc.end_broker(*broker)
    await havoc.kill_roles(part)
    await havoc.end_database(database)
    await havoc.kill_roles(kills - 3 * part)
    stop.set()
    await traffic


async def _rest(house: House) -> str:
    """Wait until every webhook was accepted and all is done; gives what is not, in the end."""
    house.client.timeout = httpx.Timeout(PATIENCE)
    try:
        await house.control("zoho/settle", {})
    except httpx.ReadTimeout:
        url = f"{house.sandbox}/_sandbox/zoho/deliveries"
        told = (await house.client.get(url)).json()["deliveries"]
        waiting = [each["attempts"][-1:] for each in told if each["state"] == "waiting"]
        return f"{len(waiting)} webhooks are not accepted: {waiting[:5]}"
    return await house.rested(PATIENCE)


def _doubts(history: dict[str, Any]) -> Counter[str]:
    """How often a kill left open what Xero had done, and what came of it."""
    tables = history["tables"]
    return Counter(
        {
            "requests to Xero sent again": sum(row["sends"] - 1 for row in tables["attempts"]),
            "found absent, and sent anew": sum(
                row["outcome"] == "absent" for row in tables["attempt_members"]
            ),
        }
    )


def _tell(havoc: Havoc, witness: Witness, broken: list[str]) -> None:
    for what, count in sorted(havoc.counts.items()):
        print(f"{count:6} {what}")
    print(f"{len(witness.zoho['invoice']):6} invoices, each with a payment")
    for line in by_number(broken):
        print(f"  {line}")


def main() -> None:
    """Read the arguments, and end with 1 when an invariant broke."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    try:
        sys.exit(asyncio.run(play(given.kills, given.seed)))
    except Unavailable as missing:
        sys.exit(str(missing))


if __name__ == "__main__":
    main()
