"""A line to the stand-in for Zoho."""

import pytest

from bridge.postgres import Pool
from tests.clients.zoho_line import Line, connect


@pytest.fixture
async def line(pool: Pool, sandbox: str) -> Line:
    """Give a connection that may ask the stand-in for Zoho."""
    return await connect(pool, sandbox)
