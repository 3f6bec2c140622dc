"""What tests may ask for: a fresh database, a fresh virtual host, a running sandbox."""

import ipaddress
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import structlog
from hypothesis import HealthCheck, settings
from yarl import URL

from tests.servers import postgres, rabbitmq

if TYPE_CHECKING:
    from bridge.postgres import Pool

RUN = f"bridge_test_{uuid4().hex[:8]}"
TURNS = count()

# A busy machine makes no test slow or flaky: examples are counted, never timed.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", CALM, max_examples=100, derandomize=True, print_blob=True)
settings.register_profile("dev", CALM, max_examples=30)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def logs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let each test's lines go where it says, and no logger remember where an earlier one's went.

    That is closed by then, or silent; and which tests were earlier is another matter each time.
    """
    configure, handlers, level = structlog.configure, logging.root.handlers[:], logging.root.level

    def forgetful(**given: Any) -> None:
        configure(**{**given, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", forgetful)
    yield
    structlog.reset_defaults()
    logging.root.handlers = handlers
    logging.root.setLevel(level)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give the URL of a PostgreSQL server where databases may be made."""
    with ExitStack() as stack:
        yield postgres.server(stack)


@pytest.fixture(scope="session")
def template_database(postgres_server: str) -> Iterator[str]:
    """Migrate one database, to be copied for each test; gives its name."""
    from bridge.migrate import upgrade

    name = f"{RUN}_template"
    with postgres.database(postgres_server, name) as url:
        upgrade(url)
        yield name


@pytest.fixture
def database_url(postgres_server: str, template_database: str) -> Iterator[str]:
    """Give the URL of a database of this test's own, with the schema and no rows."""
    name = f"{RUN}_{next(TURNS)}"
    with postgres.database(postgres_server, name, template_database) as url:
        yield url


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator["Pool"]:
    """Give a pool of connections to the test's own database."""
    from bridge.postgres import create_pool

    async with await create_pool(database_url) as opened:
        yield opened


@pytest.fixture
async def doomed_pool(database_url: str) -> AsyncIterator["Pool"]:
    """Give another pool to the test's own database, for what must bear that `drop` ends it."""
    from bridge.postgres import create_pool
    from tests.bridge.dropping import DOOMED

    async with await create_pool(database_url, size=5, name=DOOMED) as opened:
        yield opened


@pytest.fixture(scope="session")
def broker() -> Iterator[rabbitmq.Broker]:
    """Give a RabbitMQ server where virtual hosts may be made."""
    with ExitStack() as stack:
        yield rabbitmq.server(stack)


@pytest.fixture
def amqp_url(broker: rabbitmq.Broker, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the URL of a virtual host of this test's own, with nothing in it.

    In this process a bus is patient with the broker, which may have much else to do.
    """
    for name in ("CONNECT_TIMEOUT", "PUBLISH_TIMEOUT"):
        monkeypatch.setattr(f"bridge.rabbit.{name}", 60.0)
    with rabbitmq.virtual_host(broker, f"{RUN}_{next(TURNS)}") as url:
        yield url


@pytest.fixture
async def sandbox() -> AsyncIterator[str]:
    """Give the base URL of stand-ins for Xero and Zoho that remember nothing of other tests."""
    from sandbox.app import build_app
    from sandbox.server import running

    async with running(build_app()) as url:
        yield url


def pytest_configure() -> None:
    """Keep tests on this machine; the servers that the environment names are the one exception."""
    urls = [os.environ.get(name, "") for name in ("DATABASE_URL", "AMQP_URL")]
    hosts = {host for url in urls if (host := URL(url).host)}
    allowed = hosts | {str(each[4][0]) for host in hosts for each in socket.getaddrinfo(host, None)}

    def guard(event: str, arguments: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.sendto"}:
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None
        elif event == "socket.getaddrinfo":
            host = arguments[0]
        else:
            return
        if not (host in allowed or _is_here(host)):
            raise RuntimeError(f"a test reached for {host}, which is not on this machine")

    sys.addaudithook(guard)


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False
