"""A third of the webhooks lost, a fifth doubled, the rest out of order: the ledgers are equal."""

import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx
import pytest

from bridge.cli.demo.ledgers import compare
from sandbox.zoho.state import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from tests.journeys.company import DOCUMENTS, Company
from tests.journeys.house import FILE, House, answering, built
from tests.journeys.sweeping import first_sweeps

PATIENCE = 200  # seconds; a chapter's webhooks come one after the other
ZOHO_LIMITS = {"minute": 3000, "day": 10_000, "concurrent": 5}
XERO_LIMITS = {"minute": 3000, "day": 50_000, "app_minute": None}
LOSSES = {"drop": 0.3, "duplicate": 0.2, "hold": True, "seed": 7, "retries": [0.1, 0.2, 0.5, 1]}
CREDENTIALS = f"""\
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
refresh_token = "{REFRESH_TOKEN}"
[xero]
"""


@pytest.fixture
async def house(
    tmp_path: Path,
    database_url: str,
    amqp_url: str,
    database: "asyncpg.Connection[asyncpg.Record]",
) -> AsyncIterator[House]:
    """Give a house that may ask Zoho, and where webhooks get lost."""
    async with built(tmp_path, database_url, amqp_url) as house:
        house.client.timeout = httpx.Timeout(PATIENCE)
        house.environment |= {
            "ZOHO_API_URL": house.sandbox,
            "ZOHO_ACCOUNTS_URL": house.sandbox,
            "ZOHO_CALLS_PER_MINUTE": "3000",
            "XERO_CALLS_PER_MINUTE": "3000",
        }
        await house.control("zoho/settings", {"limits": ZOHO_LIMITS})
        await house.control("xero/settings", {"limits": XERO_LIMITS})
        await house.start("run")
        await answering(house.client, f"{house.url}/readyz")
        await house.apply(FILE.replace("[xero]\n", CREDENTIALS))
        await first_sweeps(database)
        await house.control("zoho/delivery", LOSSES)
        yield house


async def told(house: House, *chapters: Callable[[], Awaitable[None]]) -> None:
    """Let chapters happen, and what of their webhooks is not lost arrive out of order."""
    for chapter in chapters:
        await chapter()
    await house.control("zoho/delivery", {"release": "shuffle"})
    await house.control("zoho/settle", {})


async def swept(house: House, *options: str) -> int:
    """Sweep once, and wait until all that it told is done; gives how much that was."""
    code, printed = await house.bridge("sweep", "--connection", "acme", "--json", *options)
    assert code == 0, printed
    report = json.loads(printed[printed.index("{") :])
    await house.settled()
    return int(report["missed"])


@pytest.mark.timeout(900)
async def test_both_ledgers_are_equal_though_webhooks_are_lost_doubled_and_out_of_order(
    house: House, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    company = Company(house, random.Random(11))

    await told(house, company.is_founded, company.edits)
    assert await swept(house) > 50
    await told(house, company.settles)
    assert await swept(house) > 20
    await told(house, company.thinks_again, company.closes)
    assert await swept(house, "--full") > 10
    assert await swept(house, "--full") == 0

    pages = await compare(house)
    unequal = [row for page in pages for row in page.rows if not row.equal]
    assert company.entered == DOCUMENTS == 500
    assert unequal == []
    assert (
        await database.fetch("SELECT kind, key, reason FROM commands WHERE state = 'parked'") == []
    )
    meter = await house.client.get(f"{house.sandbox}/_sandbox/zoho/meter")
    assert meter.json()["refused"] == 0
    throttled = "SELECT count(*) FROM attempts WHERE status = 429"
    assert await database.fetchval(throttled) == 0
