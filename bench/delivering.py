"""Commands a second that outbox processes deliver to an instant Xero without limits."""

import asyncio
from typing import Final

from bench.bridge_processes import FAST
from bench.exit_commands import ask, contact, invoice
from bench.exit_stage import Stage, stage
from bench.scale import scaled

# Outbox processes, connections, commands in all.
CASES: Final = ((1, 1, 4_000), (1, 100, 20_000), (2, 100, 20_000))


async def measure() -> None:
    """Print the figures as rows for docs/performance.md."""
    print("| outbox processes | connections | commands/s | calls | ms of processor a command |")
    print("|---|---|---|---|---|")
    for processes, connections, commands in CASES:
        settings = {"XERO_CALLS_PER_MINUTE": str(FAST)}
        async with stage(f"delivering_{processes}_{connections}", **settings) as house:
            await deliver(house, processes, connections, scaled(commands) // connections)


async def deliver(house: Stage, processes: int, connections: int, each: int) -> None:
    """Fill the outbox, `each` for a connection, start the processes, and let all go at once."""
    ids = [await house.connect(f"c{n}", enabled=False) for n in range(connections)]
    await asyncio.gather(*(fill(house, connection_id, each) for connection_id in ids))
    for _ in range(processes):
        house.start_outbox()
    await asyncio.sleep(3)  # until they are up: they hold nothing while all are disabled
    used = house.processor_seconds()
    await house.enable()
    seconds = await house.through(patience=600)
    count = await house.pool.fetchval("SELECT count(*) FROM commands WHERE state = 'done'")
    own = (house.processor_seconds() - used) * 1000 / count
    calls = (await house.calls()).total()
    print(f"| {processes} | {connections} | {count / seconds:.0f} | {calls} | {own:.2f} |")


async def fill(house: Stage, connection_id: int, count: int) -> None:
    """A customer and so many invoices of it."""
    invoices = [[invoice(str(number), "1")] for number in range(count)]
    await ask(house.pool, connection_id, [[contact("1")], *invoices])


def main() -> None:
    """Measure on the server that DATABASE_URL names."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
