"""When Xero is down it is asked by one at a time; when it is back, order and pace are kept."""

from datetime import datetime, timedelta
from typing import Any

from tests.outbox.delivery import Xero, contact, delivering, invoice, until
from tests.outbox.desk import Desk, void_invoice

INVOICES = 8
AT_ONCE = 4


async def test_an_outage_is_probed_by_one_request_at_a_time_and_then_all_goes_on(
    connected: Desk, xero: Xero
) -> None:
    numbers = [str(number) for number in range(1, INVOICES + 1)]
    await connected.ask(contact(), *(invoice(number) for number in numbers))
    async with delivering(connected, xero):
        await until(connected, *["done"] * (INVOICES + 1))
    before = len(await xero.requests())
    for number in numbers:
        await connected.ask(void_invoice(number), document=f"invoice:{number}")
    for _ in range(AT_ONCE + 1):
        await xero.fail("/Invoices/*", "status", method="POST", status=503, delay=0.5)

    async with delivering(connected, xero):
        await until(connected, *["done"] * (2 * INVOICES + 1))

    sent = (await xero.requests())[before:]
    down, probes = sent[:AT_ONCE], sent[AT_ONCE : AT_ONCE + 2]
    assert [row["status"] for row in (*down, probes[0])] == [503] * (AT_ONCE + 1)
    assert at(probes[0]) - at(down[-1]) >= timedelta(seconds=1)
    assert at(probes[1]) - at(probes[0]) >= timedelta(seconds=1.5)
    # What was unclear asks again under its own key: nothing new joins it while Xero is away.
    keys = {row["idempotency_key"] for row in down}
    assert {row["idempotency_key"] for row in probes} <= keys
    assert {row["Status"] for row in (await xero.ledger())["invoices"]} == {"VOIDED"}


def at(row: Any) -> datetime:
    """When a request arrived."""
    return datetime.fromisoformat(row["at"])
