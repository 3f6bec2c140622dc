"""The time of one claim, by how much waits: it must not grow with what can't go."""

import asyncio
import statistics
import time
from typing import Final

from bench.exit_stage import Stage, stage
from bench.scale import scaled
from bridge.postgres import Pool
from clients.xero.session import Token
from outbox.lease import Lease, acquire, renew
from outbox.xero.sending import take

SIZES: Final = (1_000, 100_000, 1_000_000)
CLAIMS: Final = 12
TOKEN: Final = Token("none", 1, "none")
# A third is blocked, in front of all others: half of them behind a parked command in its document's
# queue, half for want of a contact.
FILL: Final = """
WITH made AS (
  INSERT INTO commands (connection_id, event_id, entity, zoho_id, action, kind, key, body, state)
  SELECT $1, 0, 'invoice', n, 'A2', 'invoice.put', 'invoice:' || n,
         '{"Type": "ACCREC", "InvoiceNumber": "INV"}',
         CASE WHEN n % 10 = 0 AND n < $2::int / 6 THEN 'parked' ELSE 'pending' END
    FROM generate_series(0, $2::int - 1) AS n RETURNING id, zoho_id::int AS n),
queued AS (
  INSERT INTO tickets (command_id, connection_id, document, position)
  SELECT id, $1, 'invoice:' || CASE WHEN n < $2::int / 6 THEN n / 10 * 10 ELSE n END, n % 10 + 1
    FROM made)
INSERT INTO needs (command_id, connection_id, key)
SELECT id, $1,
       CASE WHEN n BETWEEN $2::int / 6 AND $2::int / 3 THEN 'contact:0' ELSE 'contact:1' END
  FROM made
"""
LINKS: Final = (
    "INSERT INTO links SELECT $1, 'contact:' || n, 'x' FROM generate_series(1, 1000) AS n"
)


async def measure() -> None:
    """Print the figures as rows for docs/performance.md."""
    print("| pending, a third of them blocked | ms a claim, median | slowest | first look, s |")
    print("|---|---|---|---|")
    for size in (max(SIZES[0], scaled(each)) for each in SIZES):  # fewer are soon all claimed
        async with stage(f"claiming_{size}") as house:
            claims, first = await claim(house, size)
        worst = max(claims)
        print(f"| {size:,} | {statistics.median(claims):.1f} | {worst:.1f} | {first:.1f} |")


async def claim(house: Stage, size: int) -> tuple[list[float], float]:
    """Milliseconds of claims one after the other, and the seconds before all blocked were seen."""
    connection_id = await house.connect("claiming")
    async with house.pool.acquire() as database:
        await database.execute(FILL, connection_id, size, timeout=900)
        await database.execute(LINKS, connection_id)
        await database.execute("VACUUM ANALYZE", timeout=900)
    (lease,) = await acquire(house.pool, "bench", [], []) or []
    begun = time.perf_counter()
    while await _look(house.pool, lease, connection_id, size):
        pass
    first = time.perf_counter() - begun
    await house.pool.execute("VACUUM commands", timeout=900)  # as autovacuum does by itself
    return [await _timed(house.pool, lease) for _ in range(CLAIMS)], first


async def _look(pool: Pool, lease: Lease, connection_id: int, size: int) -> bool:
    """Claim once, give it back, and say whether more fell asleep that was not seen before."""
    count = "SELECT count(*) FROM commands WHERE asleep"
    before = await pool.fetchval(count)
    await renew(pool, lease.holder)
    await take(pool, lease, TOKEN, frozenset())
    await pool.execute(
        "UPDATE commands SET state = 'pending' WHERE connection_id = $1 AND state = 'sending'",
        connection_id,
    )
    return bool(await pool.fetchval(count) > before) and before < size


async def _timed(pool: Pool, lease: Lease) -> float:
    await renew(pool, lease.holder)
    begun = time.perf_counter()
    taken = await take(pool, lease, TOKEN, frozenset())
    seconds = time.perf_counter() - begun
    if taken is None:
        raise RuntimeError("nothing was claimed: what was timed is no claim")
    return seconds * 1000


def main() -> None:
    """Measure on the server that DATABASE_URL names."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
