"""PostgreSQL as the processes use it: nobody who is frozen holds the others up for ever."""

import pytest

from bridge.postgres import AWAY, Pool

LOCK = "SELECT pg_advisory_xact_lock(7)"


async def test_a_transaction_is_not_left_idle_for_longer_than_a_minute(pool: Pool) -> None:
    assert await pool.fetchval("SHOW idle_in_transaction_session_timeout") == "1min"


async def test_the_locks_of_a_frozen_process_are_free_again_and_it_finds_its_line_cut(
    pool: Pool,
) -> None:
    async with pool.acquire() as frozen:
        transaction = frozen.transaction()
        await transaction.start()
        await frozen.execute(LOCK)
        await frozen.execute("SET LOCAL idle_in_transaction_session_timeout = '200ms'")

        async with pool.acquire() as other, other.transaction():
            await other.execute(LOCK)

        with pytest.raises(AWAY):
            await frozen.execute("SELECT 1")
