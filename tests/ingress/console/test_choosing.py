"""What the settings offer to choose from, where one of both sides can't be asked."""

from collections.abc import AsyncIterator

import pytest

from bridge.postgres import Pool
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET
from tests.ingress.browsing import FILE, Desk, seated

TAXES = "/connections/acme/settings/taxes"
CLIENT = f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n[xero]'
TAX = "<strong>GST</strong>"
SILENCE = "Xero can’t be asked now"
RATE = "HST 13%"


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with a connection whose Zoho is connected, and whose Xero is not yet."""
    async with seated(pool, sandbox) as desk:
        await desk.apply(FILE.replace("[xero]", CLIENT))
        assert await desk.connect(system="zoho") == "done"
        yield desk


async def see(desk: Desk, path: str = TAXES) -> str:
    async with desk.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_zoho_s_taxes_keep_their_names_while_xero_can_t_be_asked(desk: Desk) -> None:
    page = await see(desk)
    assert TAX in page
    assert SILENCE in page
    assert RATE not in page


async def test_xero_s_rates_are_there_as_soon_as_it_can_be_asked(desk: Desk) -> None:
    await see(desk)
    assert await desk.connect() == "done"

    page = await see(desk)

    assert RATE in page
    assert SILENCE not in page
