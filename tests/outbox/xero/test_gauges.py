"""What the outbox shows of itself: how long that waits which nothing stands before."""

import re

from outbox.xero.claiming import head_age
from tests.house import HOUSE
from tests.outbox.delivery import contact, invoice
from tests.outbox.desk import Desk

CLAIMING = (HOUSE / "outbox/xero/claiming.sql").read_text("utf-8")


async def older(desk: Desk, command_id: int, hours: int) -> None:
    await desk.pool.execute(
        "UPDATE commands SET created_at = now() - make_interval(hours => $2) WHERE id = $1",
        command_id,
        hours,
    )


async def test_only_a_command_that_may_go_has_an_age(desk: Desk) -> None:
    [waiting] = await desk.ask(invoice())
    await older(desk, waiting, 9)

    assert await head_age(desk.pool, desk.connection_id) is None

    [free] = await desk.ask(contact(), document="contact:1")
    await older(desk, free, 2)

    assert 2 * 3600 <= (await head_age(desk.pool, desk.connection_id) or 0) < 3 * 3600


def test_a_head_is_in_the_gauge_by_the_words_by_which_it_is_taken() -> None:
    queries = re.findall(r"-- name: (ready|head_age)\((.*?)ORDER BY", CLAIMING, re.DOTALL)
    conditions = {name: text[text.index("   AND NOT EXISTS") :] for name, text in queries}

    assert conditions["ready"] == conditions["head_age"]
