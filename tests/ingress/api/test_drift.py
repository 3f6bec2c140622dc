"""The newest comparison, as scripts read it."""

from bridge.postgres import Pool
from tests.ingress.asking import ask
from tests.ingress.conftest import Door

ROW = {
    "entity": "invoice",
    "zoho_id": "1",
    "number": "INV-1",
    "kind": "different",
    "field": "total",
    "zoho": "115.00",
    "xero": "90.00",
    "reason": "",
    "xero_id": "x",
    "fields": [{"field": "total", "zoho": "115.00", "xero": "90.00"}],
}
PATH = "/api/connections/acme/drift"


async def compared(pool: Pool, connection_id: int) -> None:
    await pool.execute(
        "INSERT INTO comparisons VALUES ($1, '2026-03-01T03:00Z', 7, 5, 6, '{}')", connection_id
    )
    await pool.execute(
        "INSERT INTO drift VALUES ($1, 1, 'invoice', '1', 'different', $2)", connection_id, ROW
    )


async def test_before_the_first_comparison_there_is_none(door: Door) -> None:
    answer = await ask(door, PATH)

    assert (answer["compared_at"], answer["drift"]) == (None, [])


async def test_what_differs_is_told_with_when_it_was_compared(door: Door) -> None:
    await compared(door.pool, door.number)

    answer = await ask(door, PATH)

    assert (answer["compared_at"], answer["documents"]) == ("2026-03-01T03:00:00Z", 7)
    assert answer["drift"] == [ROW]
