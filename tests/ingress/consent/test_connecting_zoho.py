"""A person connects a connection to Zoho in a browser; no host that comes along is trusted."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from bridge.parts import Parts
from bridge.postgres import Pool
from clients.zoho.session import opened
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET
from tests.ingress.browsing import FILE, Desk, seated, word
from tests.ingress.conftest import VAULT

CLIENT = f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n[xero]'
START = "/connect/zoho/acme"


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with a connection whose Zoho is not connected yet."""
    async with seated(pool, sandbox) as desk:
        await desk.apply(FILE.replace("[xero]", CLIENT))
        yield desk


async def asks(desk: Desk) -> int:
    """Ask Zoho for something as the bridge does; gives how many rows came."""
    settings = desk.office.settings
    async with opened(Parts(desk.pool, VAULT, settings), await desk.number()) as session:
        return len((await session.get("/settings/taxes"))["taxes"])


async def test_a_consent_connects_and_stays_when_the_file_is_applied_again(desk: Desk) -> None:
    assert await desk.connect(system="zoho") == "done"
    assert await asks(desk)

    await desk.apply(FILE.replace("[xero]", CLIENT).replace('"090"', '"091"'))
    assert await asks(desk)
    stored = await desk.pool.fetch("SELECT sealed FROM secrets")
    assert not [row for row in stored if b"1000." in row["sealed"]]


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"accounts-server": "http://127.0.0.1:9"}, "done"),
        ({"location": "evil.example.com"}, "refused"),
        ({"code": ""}, "denied"),
        ({"code": "1000.x.y"}, "refused"),
        ({"state": "x"}, "expired"),
    ],
)
async def test_what_comes_along_is_judged_by_our_own_list(
    desk: Desk, change: dict[str, str], ends: str
) -> None:
    async with desk.browser() as browser:
        left = await browser.get(START, follow_redirects=False)
        address = (await desk.http.get(left.headers["location"])).headers["location"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = await browser.get(f"/connect/zoho/callback?{urlencode(query | change)}")

    assert word(answer) == ends


async def test_a_consent_for_another_organisation_is_not_kept(desk: Desk) -> None:
    await desk.pool.execute("UPDATE connections SET organization_id = '60009999'")

    assert await desk.connect(system="zoho") == "other"
    assert await desk.pool.fetch("SELECT FROM secrets WHERE name = 'zoho.refresh_token'") == []


async def test_without_a_client_it_is_said_what_is_missing(desk: Desk) -> None:
    await desk.apply(FILE.replace('"acme"', '"zebra"').replace("60001234", "60005678"))
    async with desk.browser() as browser:
        answer = await browser.get("/connect/zoho/zebra")

    assert answer.status_code == 409
    assert "zoho.client_id" in answer.json()["reason"]
