"""The sweeps that each connection has by itself, and what must wait for them."""

import asyncio
from typing import Any

SWEPT = """
SELECT (SELECT count(*) FROM schedules WHERE job LIKE 'zoho_%' AND ended_at IS NOT NULL)
       >= CASE WHEN (now() AT TIME ZONE timezone)::time >= '02:30' THEN 2 ELSE 1 END
  FROM connections
"""


async def first_sweeps(database: Any) -> None:
    """Wait until they are over: the next come in a quarter of an hour and tomorrow."""
    async with asyncio.timeout(90):
        while not await database.fetchval(SWEPT):  # noqa: ASYNC110  no event tells
            await asyncio.sleep(0.1)
