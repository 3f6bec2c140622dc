"""A connection that is connected."""

from collections.abc import AsyncIterator

import pytest

from bridge.postgres import Pool
from tests.ingress.browsing import Desk, seated


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with one connection, acme, whose Xero is connected."""
    async with seated(pool, sandbox) as desk:
        await desk.apply()
        assert await desk.connect() == "done"
        yield desk
