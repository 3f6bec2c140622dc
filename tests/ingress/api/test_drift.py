"""The newest comparison, as scripts read it."""

from tests.ingress.asking import ROW, ask, compared
from tests.ingress.browsing import BEARER
from tests.ingress.conftest import Door

PATH = "/api/connections/acme/drift"


async def test_before_the_first_comparison_there_is_none(door: Door) -> None:
    answer = await ask(door, PATH)

    assert (answer["compared_at"], answer["drift"]) == (None, [])


async def test_what_differs_is_told_with_when_it_was_compared(door: Door) -> None:
    await compared(door.pool, door.number)

    answer = await ask(door, PATH)

    assert (answer["compared_at"], answer["documents"]) == ("2026-03-01T03:00:00Z", 7)
    assert answer["drift"] == [ROW | {"currency": None}]


async def test_a_comparison_is_asked_for_once_and_the_audit_knows_by_whom(door: Door) -> None:
    first = await door.client.post(PATH, headers=BEARER)
    again = await door.client.post(PATH, headers=BEARER)

    assert (first.status_code, first.json()["asked_by"]) == (200, "token:BRIDGE_API_TOKEN")
    assert (again.status_code, "already" in again.json()["reason"]) == (409, True)
    rows = await door.pool.fetch("SELECT actor, action FROM audit WHERE action LIKE 'comparison%'")
    assert [tuple(row) for row in rows] == [("token:BRIDGE_API_TOKEN", "comparison.asked")]


async def test_a_disabled_connection_is_not_compared(door: Door) -> None:
    await door.pool.execute("UPDATE connections SET enabled = false")

    answer = await door.client.post(PATH, headers=BEARER)

    assert (answer.status_code, "enable it" in answer.json()["reason"]) == (409, True)
    assert (await ask(door, PATH))["asked_by"] is None


async def test_why_a_comparison_failed_is_told_in_its_own_words(door: Door) -> None:
    await door.pool.execute(
        "INSERT INTO schedules (connection_id, job, busy_until, problem)"
        " VALUES ($1, 'drift', now(), 'Disconnected: Xero refuses to be read (401): expired')",
        door.number,
    )

    assert (await ask(door, PATH))["problem"] == "Xero refuses to be read (401): expired"
