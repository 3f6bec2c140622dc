"""The command line with a database of its own, and stand-ins in a thread beside it."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row
from typer.testing import CliRunner, Result

from bridge.cli import app
from bridge.crypto import generate_key

Bridge = Callable[..., Result]
Rows = Callable[..., list[dict[str, object]]]

FILE = """\
name = "acme"
cutover = 2026-01-01

[zoho]
organization_id = "60001234"
data_centre = "ca"
webhook_secret = "env:ACME_ZOHO_SECRET"

[xero]
grant = "client_credentials"
client_id = "sandbox-custom"
client_secret = "env:ACME_XERO_SECRET"

[accounts]
sales = "200"
bank = "090"
discounts = "461"
shipping = "425"
adjustments = "462"
rounding = "860"
purchases = "310"

[account_map]
"4600000000000361" = "091"

[tax_map]
"4600000000000911" = { sales = "OUTPUT2", purchases = "INPUT2" }
"4600000000000912" = "NONE"
"""


@pytest.fixture
def stand_ins() -> Iterator[str]:
    """Serve the stand-ins beside the test, whose commands have event loops of their own."""
    urls: list[str] = []
    up = threading.Event()
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        from sandbox.app import build_app
        from sandbox.server import running

        async with running(build_app()) as url:
            urls.append(url)
            up.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert up.wait(30)
    yield urls[0]
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str | None]:
    """Give the settings that the commands of a test see; a test may change them."""
    return {
        "DATABASE_URL": database_url,
        "AMQP_URL": None,
        "BRIDGE_DATA_DIR": str(tmp_path),
        "BRIDGE_SECRET_KEY": generate_key(),
        "BRIDGE_PUBLIC_URL": "https://bridge.example.com",
        "ACME_ZOHO_SECRET": "webhooksecret123",
        "ACME_XERO_SECRET": "sandbox-custom-secret",
        "XERO_API_URL": "http://127.0.0.1:9",
        "XERO_IDENTITY_URL": "http://127.0.0.1:9",
    }


@pytest.fixture
def with_xero(environ: dict[str, str | None], stand_ins: str) -> str:
    """Let the commands reach the stand-in for Xero; gives its URL."""
    environ["XERO_API_URL"] = environ["XERO_IDENTITY_URL"] = stand_ins
    return stand_ins


@pytest.fixture
def bridge(environ: dict[str, str | None]) -> Bridge:
    """Give the command line: `bridge("connection", "list")`, with `stdin` if need be."""
    runner = CliRunner()

    def run(*words: str, stdin: str | None = None) -> Result:
        result = runner.invoke(app, list(words), input=stdin, env=environ)
        crashed = result.exception and not isinstance(result.exception, SystemExit)
        assert not crashed, result.exception
        return result

    return run


@pytest.fixture
def rows(database_url: str) -> Rows:
    """Give the database: `rows("SELECT …")`, `rows("UPDATE … RETURNING …")`."""

    def query(statement: str, *values: object) -> list[dict[str, object]]:
        with psycopg.connect(database_url, autocommit=True, row_factory=dict_row) as session:
            cursor = session.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    return query


def apply(bridge: Bridge, text: str = FILE) -> dict[str, object]:
    """Apply a connection file; gives the answer."""
    result = bridge("connection", "apply", "-", "--json", stdin=text)
    assert result.exit_code == 0, result.output
    answer: dict[str, object] = json.loads(result.stdout)
    return answer
