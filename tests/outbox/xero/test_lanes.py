"""Live work goes before repair and backfill, and takes along what it waits for (rule 6)."""

from outbox.append import QUERIES
from tests.outbox.delivery import contact, invoice, payment
from tests.outbox.desk import Desk, put_invoice

LIVE, REPAIR, BACKFILL = 0, 1, 2


async def lanes(desk: Desk) -> dict[str, int]:
    """The lane of each thing that is not yet done with."""
    rows = await desk.pool.fetch(
        "SELECT key, lane FROM commands WHERE state = 'pending' ORDER BY id"
    )
    return {row["key"]: row["lane"] for row in rows}


async def test_a_contact_of_the_backfill_goes_as_soon_as_the_live_invoice_that_needs_it(
    desk: Desk,
) -> None:
    await desk.ask(contact("2"), document="contact:2", lane=BACKFILL)
    await desk.ask(contact("1"), document="contact:1", lane=BACKFILL)
    await desk.ask(invoice("1"), lane=LIVE)

    assert await lanes(desk) == {"contact:2": BACKFILL, "contact:1": LIVE, "invoice:1": LIVE}


async def test_a_live_payment_takes_along_the_invoice_and_its_contact(desk: Desk) -> None:
    await desk.ask(contact("1"), document="contact:1", lane=BACKFILL)
    await desk.ask(invoice("1"), lane=BACKFILL)
    await desk.ask(payment("5"), document="customer_payment:9", lane=REPAIR)
    assert set((await lanes(desk)).values()) == {REPAIR}

    await desk.ask(payment("6"), document="customer_payment:9", lane=LIVE)
    assert set((await lanes(desk)).values()) == {LIVE}


async def test_a_contact_that_comes_after_the_live_invoice_is_not_left_to_the_backfill(
    desk: Desk,
) -> None:
    await desk.ask(invoice("1"), lane=LIVE)
    await desk.ask(contact("1"), document="contact:1", lane=BACKFILL)

    assert (await lanes(desk))["contact:1"] == LIVE


async def test_a_newer_version_is_not_put_off_by_how_it_was_found(desk: Desk) -> None:
    await desk.ask(put_invoice("1"), lane=LIVE)
    await desk.ask(put_invoice("1", Total="2"), lane=REPAIR)
    await desk.ask(put_invoice("2"), document="invoice:2", lane=BACKFILL)

    assert await lanes(desk) == {"invoice:1": LIVE, "invoice:2": BACKFILL}


async def test_what_is_just_being_claimed_is_not_waited_for(desk: Desk) -> None:
    (number,) = await desk.ask(contact("1"), document="contact:1", lane=BACKFILL)
    async with desk.pool.acquire() as other, other.transaction():
        await other.execute("SELECT FROM commands WHERE id = $1 FOR UPDATE", number)
        (waiting,) = await desk.ask(invoice("1"), lane=LIVE)
        assert (await lanes(desk))["contact:1"] == BACKFILL

    await QUERIES.hasten(desk.pool, connection_id=desk.connection_id, ids=[waiting])
    assert (await lanes(desk))["contact:1"] == LIVE
