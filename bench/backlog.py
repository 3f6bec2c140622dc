"""What a backlog of one organisation costs in calls, under Xero's limits on a fast clock."""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Sequence
from typing import Final

from bench.exit_commands import Decision, ask, contact, invoice, mixed
from bench.exit_stage import XEROS, Stage, stage
from bench.scale import scaled
from outbox.xero.routes import CHANGES, CREATES

EVENTS: Final = 10_000
CUSTOMERS: Final = 200
OLD: Final = 400  # invoices that Xero holds before
SPEED: Final = 20  # sandbox seconds in one of ours
LATENCY: Final = 0.02  # seconds that a request takes


def least(decisions: Sequence[Decision]) -> int:
    """The fewest requests that can carry these commands: full batches, and singles."""
    kinds = Counter(command.kind for decision in decisions for command in decision)
    routes = {kind: CREATES.get(kind) or CHANGES[kind] for kind in kinds}
    paths: Counter[str] = Counter()
    for kind, count in kinds.items():
        paths[f"{routes[kind].method} {routes[kind].path}"] += count
    sizes = {f"{route.method} {route.path}": route.batch for route in routes.values()}
    return sum(math.ceil(count / sizes[path]) for path, count in paths.items())


async def measure() -> None:
    """Print the figures as rows for docs/performance.md."""
    chance, events = random.Random(4), scaled(EVENTS)
    old, customers = scaled(OLD), scaled(CUSTOMERS)
    async with stage("backlog", XERO_MINUTE=str(60 / SPEED)) as house:
        connection_id = await house.connect("backlog", limits=XEROS)
        await prepare(house, connection_id, old, customers)
        await house.pool.execute("UPDATE connections SET enabled = false")
        decisions = mixed(events, customers, old, chance)
        await ask(house.pool, connection_id, decisions)
        await house.turn(clock_speed=SPEED, latency=LATENCY)
        before = await house.calls()
        await house.enable()
        seconds = await house.through(patience=1800)
        made = await house.calls() - before
        refused = await house.pool.fetchval(
            "SELECT count(*) FROM commands WHERE state NOT IN ('done', 'superseded')"
        )
    say(decisions, made, seconds, refused)


async def prepare(house: Stage, connection_id: int, old: int, customers: int) -> None:
    """Let Xero hold the customers and some invoices, outside of what is measured."""
    await house.turn(limits={"minute": None})
    house.start_outbox()
    await ask(house.pool, connection_id, [[contact(str(n))] for n in range(customers)])
    await ask(
        house.pool, connection_id, [[invoice(str(n), str(n % customers))] for n in range(old)]
    )
    await house.through(patience=300)


def say(decisions: Sequence[Decision], made: Counter[str], seconds: float, refused: int) -> None:
    """Print what the calls that were made come to."""
    calls = sum(made.values())
    documents = sum(len(decision) for decision in decisions)
    bound = least(decisions)
    print("| a backlog of one organisation | calls | calls a document |")
    print("|---|---|---|")
    print(f"| one call for each of {documents} documents | {documents} | 1.000 |")
    print(f"| the least possible | {bound} | {bound / documents:.3f} |")
    print(f"| the bridge | {calls} | {calls / documents:.3f} |")
    print(f"| ratio to the least possible | {calls / bound:.2f} | |")
    minutes = seconds * SPEED / 60
    print(f"\nThrough in {minutes:.1f} minutes of Xero's clock; {refused} commands were not taken.")
    print(", ".join(f"{count} {what}" for what, count in made.most_common()))


def main() -> None:
    """Measure on the server that DATABASE_URL names."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
