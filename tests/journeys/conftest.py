"""Houses for the journeys: one of a test's own, and one that all journeys of a run share."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
import pytest_asyncio

from bridge.cli.demo.stage import Stage, staged
from clients.xero.identity import Endpoints, fetch_token
from tests.conftest import RUN, TURNS
from tests.journeys import clerk
from tests.journeys.auditor import SANDBOX, Auditor
from tests.journeys.house import House, answering, built
from tests.journeys.sweeping import first_sweeps
from tests.servers import postgres, rabbitmq

CURRENCIES = ["CAD", "USD", "JPY"]
UNLIMITED = {"minute": None, "day": None, "app_minute": None}


@pytest.fixture
async def house(tmp_path: Path, database_url: str, amqp_url: str) -> AsyncIterator[House]:
    """Give a house whose stand-ins run, with no role started yet."""
    async with built(tmp_path, database_url, amqp_url) as house:
        yield house


@pytest.fixture
async def database(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Give a connection to the house's database, for looking only."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_house(
    tmp_path_factory: pytest.TempPathFactory,
    postgres_server: str,
    template_database: str,
    broker: rabbitmq.Broker,
) -> AsyncIterator[House]:
    """Give the one house that works for all journeys; its stand-in for Xero has no limits."""
    name = f"{RUN}_journeys"
    with (
        postgres.database(postgres_server, name, template_database) as database_url,
        rabbitmq.virtual_host(broker, name) as amqp_url,
    ):
        async with built(tmp_path_factory.mktemp("journeys"), database_url, amqp_url) as house:
            house.environment["XERO_CALLS_PER_MINUTE"] = "60000"
            await house.control("xero/settings", {"limits": UNLIMITED, "currencies": CURRENCIES})
            await house.start("run")
            await answering(house.client, f"{house.url}/readyz")
            await house.apply()
            yield house


@pytest_asyncio.fixture(loop_scope="session")
async def office(shared_house: House) -> House:
    """Give the shared house, all set as at first: every change in Zoho tells of itself."""
    await shared_house.silence()
    return shared_house


@pytest_asyncio.fixture(loop_scope="session")
async def customer(office: House, request: pytest.FixtureRequest) -> str:
    """Give a customer whom no other test knows."""
    return await clerk.customer(office, f"{_named(request)} Ltd")


@pytest_asyncio.fixture(loop_scope="session")
async def vendor(office: House, request: pytest.FixtureRequest) -> str:
    """Give a vendor whom no other test knows."""
    return await clerk.vendor(office, f"{_named(request)} Supplies")


def _named(request: pytest.FixtureRequest) -> str:
    name: str = request.node.name
    return f"{name.removeprefix('test_').replace('_', ' ')[:60]} {next(TURNS)}"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: str, template_database: str
) -> AsyncIterator[Stage]:
    """Give the demo's stage, one for all who compare."""
    folder, name = tmp_path_factory.mktemp("reconcile"), f"{RUN}_reconcile"
    with postgres.database(postgres_server, name, template_database) as url:
        async with staged(folder, url) as stage:
            await first_sweeps(stage.parts.pool)  # or they find what a test enters silently
            yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def auditor(stage: Stage) -> AsyncIterator[Auditor]:
    """Give somebody who has just compared."""
    await stage.control("/zoho/settings", {"silent": []})
    urls = Endpoints(stage.sandbox_url, stage.sandbox_url)
    pair = await fetch_token(urls, SANDBOX)
    headers = {"Authorization": f"Bearer {pair.access}", "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=stage.sandbox_url, headers=headers, timeout=60) as client:
        auditor = Auditor(stage, client)
        await auditor.compare()
        yield auditor


@pytest_asyncio.fixture(loop_scope="session")
async def buyer(stage: Stage) -> str:
    """Give a customer of the stage's."""
    return await clerk.customer(stage, f"Customer {next(TURNS)}")


@pytest_asyncio.fixture(loop_scope="session")
async def supplier(stage: Stage) -> str:
    """Give a vendor of the stage's."""
    return await clerk.vendor(stage, f"Vendor {next(TURNS)}")
