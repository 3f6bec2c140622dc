"""What the outbox shows of itself: how long that waits which nothing stands before."""

from outbox.run import QUERIES
from tests.outbox.delivery import contact, invoice
from tests.outbox.desk import Desk


async def head_age(desk: Desk) -> float | None:
    age: float | None = await QUERIES.head_age(desk.pool, connection_id=desk.connection_id)
    return age


async def older(desk: Desk, command_id: int, hours: int) -> None:
    await desk.pool.execute(
        "UPDATE commands SET created_at = now() - make_interval(hours => $2) WHERE id = $1",
        command_id,
        hours,
    )


async def test_only_a_command_that_may_go_has_an_age(desk: Desk) -> None:
    [waiting] = await desk.ask(invoice())
    await older(desk, waiting, 9)

    assert await head_age(desk) is None

    [free] = await desk.ask(contact(), document="contact:1")
    await older(desk, free, 2)

    assert 2 * 3600 <= (await head_age(desk) or 0) < 3 * 3600
