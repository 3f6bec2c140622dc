"""A switch of the import that is turned on brings what it stands for, once (C3)."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bridge.cli.jobs.importing import once_more
from bridge.postgres import Pool
from processors.xero.journal import reading_of
from tests.ingress.browsing import BEARER, Desk, seated

IMPORTED = (
    "INSERT INTO imports (connection_id, actor, state) SELECT id, 'bridge', $1 FROM connections"
)


@pytest.fixture
async def desk(pool: Pool, sandbox: str) -> AsyncIterator[Desk]:
    """Give a bridge with one connection, acme, that imports accounts alone."""
    async with seated(pool, sandbox) as desk:
        await desk.apply()
        yield desk


async def turn(desk: Desk, **switches: bool) -> httpx.Response:
    patch = {"import": switches}
    answer = await desk.http.patch(f"{desk.url}/api/connections/acme", json=patch, headers=BEARER)
    return answer.raise_for_status()


async def asked(desk: Desk) -> list[tuple[Any, ...]]:
    rows = await desk.pool.fetch("SELECT actor, state FROM imports ORDER BY id")
    return [tuple(row) for row in rows]


async def test_a_switch_turned_on_asks_for_an_import_that_all_can_see(desk: Desk) -> None:
    await desk.pool.execute(IMPORTED, "done")
    await turn(desk, customers=True)
    await turn(desk, vendors=True)  # the one that waits will do it
    shown = await desk.http.get(f"{desk.url}/api/connections/acme/import", headers=BEARER)
    trail = await desk.pool.fetch("SELECT actor FROM audit WHERE action = 'import.asked'")

    assert await asked(desk) == [("bridge", "done"), ("token:BRIDGE_API_TOKEN", "waiting")]
    assert shown.json()["state"] == "waiting"
    assert [row["actor"] for row in trail] == ["token:BRIDGE_API_TOKEN"]


async def test_no_other_change_asks_for_an_import(desk: Desk) -> None:
    await turn(desk, customers=True)  # the first import is still to come, by itself
    await desk.pool.execute(IMPORTED, "done")
    await turn(desk, chart_of_accounts=False, customers=False)

    assert await asked(desk) == [("bridge", "done")]


async def test_a_switch_turned_on_during_an_import_has_another_follow_it(desk: Desk) -> None:
    number = await desk.number()
    before = await reading_of(desk.pool, number, "backfill")
    assert before is not None
    await desk.pool.execute(IMPORTED, "running")
    await turn(desk, customers=True)
    assert await asked(desk) == [("bridge", "running")]

    await desk.pool.execute("UPDATE imports SET state = 'done'")
    await once_more(desk.pool, number, before)
    await once_more(desk.pool, number, before)
    assert await asked(desk) == [("bridge", "done"), ("bridge", "waiting")]


async def test_the_console_shows_the_last_import_beside_its_switches(desk: Desk) -> None:
    await desk.pool.execute(IMPORTED, "running")
    async with desk.browser() as browser:
        page = await browser.get("/connections/acme/settings/import")

    assert "The last import" in page.text
    assert "Under way" in page.text
