"""The sweeps that each connection has by itself: a test that enters things silently has none."""

import asyncio
from typing import Any

# The night's has been, for all that the clock knows; unless it has begun, whatever the hour is.
NO_NIGHT = """
INSERT INTO schedules (connection_id, job, busy_until, ended_at, day)
SELECT id, 'zoho_compare', now(), now(), '9999-12-31' FROM connections ON CONFLICT DO NOTHING
"""
SWEPT = """
SELECT count(*) = 2 FROM schedules WHERE job LIKE 'zoho_%' AND ended_at IS NOT NULL
"""
NO_MORE = """
UPDATE schedules SET day = '9999-12-31', started_at = tomorrow, ended_at = tomorrow
  FROM (SELECT now() + interval '1 day' AS tomorrow) AS later
 WHERE job LIKE 'zoho_%'
"""


async def first_sweeps(database: Any) -> None:
    """Wait until they are over, and let none follow by the clock."""
    await database.execute(NO_NIGHT)
    async with asyncio.timeout(90):
        while not await database.fetchval(SWEPT):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.1)
    await database.execute(NO_MORE)
