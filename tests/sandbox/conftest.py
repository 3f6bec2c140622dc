"""What the stand-ins' tests may ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.sandbox import zoho_desk
from tests.sandbox.xero_desk import Desk, desk


@pytest.fixture
async def xero() -> AsyncIterator[Desk]:
    """Give a desk at a Xero stand-in of this test's own."""
    async with desk() as opened:
        yield opened


@pytest.fixture
async def zoho() -> AsyncIterator[zoho_desk.Desk]:
    """Give a desk at a Zoho stand-in of this test's own."""
    async with zoho_desk.desk() as opened:
        yield opened
